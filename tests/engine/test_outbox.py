from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.receipt import EffectState, Outcome, Receipt
from bailiwick.domain.record import GENESIS_HASH, Record, RecordKind
from bailiwick.engine.outbox import (
    ATTEMPTS_COUNT_MAX,
    MOVES,
    RETRY_AFTER_SECONDS_MAX,
    Finding,
    after_receipt,
    past_of,
    try_again,
)
from bailiwick.kit.hashing import Canonical

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DRAWS = st.floats(min_value=0, max_value=1, exclude_max=True)


def receipt(outcome: Outcome, *, retry_after_seconds: int | None = None) -> Receipt:
    return Receipt(
        outcome=outcome,
        effect_key="k" * 64,
        payload_hash="p" * 64,
        at=AT,
        reason="because",
        retry_after_seconds=retry_after_seconds,
    )


def record(kind: RecordKind, minute: int = 0, **payload: Canonical) -> Record:
    return Record(
        workspace_id=WorkspaceId("wsp_1"),
        seq=1,
        kind=kind,
        run_id=None,
        contact_id=None,
        subject="eff_1",
        payload=payload,
        at=AT + timedelta(minutes=minute),
        prev_hash=GENESIS_HASH,
        hash="",
    )


ATTEMPT = record(RecordKind.EFFECT_ATTEMPT, holder="h1")
TRIED = record(RecordKind.EFFECT_RECEIPT, tried=True)
UNTRIED = record(RecordKind.EFFECT_RECEIPT, tried=False)


def settled(finding: str, minute: int = 0) -> Record:
    return record(RecordKind.EFFECT_SETTLED, minute, finding=finding)


class TestAnAttempt:
    @pytest.mark.parametrize(
        ("outcome", "state"),
        [
            (Outcome.DONE, EffectState.SENT),
            (Outcome.NOT_DONE_RETRY, EffectState.READY),
            (Outcome.NOT_DONE_FINAL, EffectState.DEAD),
            (Outcome.UNKNOWN, EffectState.IN_DOUBT),
            (Outcome.SKIPPED, EffectState.SUPPRESSED),
        ],
    )
    def test_leads_where_its_outcome_says(self, outcome: Outcome, state: EffectState) -> None:
        """Each outcome has one state, and every one of them is a legal move from `sending`."""
        move = after_receipt(receipt(outcome), tries_count=1, at=AT, draw=0.5)
        assert move.state is state
        assert state in MOVES[EffectState.SENDING]

    @given(tries=st.integers(min_value=0, max_value=50), draw=DRAWS)
    def test_with_an_unknown_outcome_is_never_repeated(self, tries: int, draw: float) -> None:
        """Unknown goes into doubt whatever the attempt: no path leads back to ready."""
        move = after_receipt(receipt(Outcome.UNKNOWN), tries_count=tries, at=AT, draw=draw)
        assert move.state is EffectState.IN_DOUBT

    @given(tries=st.integers(min_value=1, max_value=ATTEMPTS_COUNT_MAX - 1), draw=DRAWS)
    def test_is_repeated_after_a_jittered_wait(self, tries: int, draw: float) -> None:
        """The wait lies between zero and the capped exponential."""
        move = after_receipt(receipt(Outcome.NOT_DONE_RETRY), tries_count=tries, at=AT, draw=draw)
        assert move.due_at is not None
        assert AT <= move.due_at <= AT + timedelta(seconds=2**tries)

    @given(tries=st.integers(min_value=ATTEMPTS_COUNT_MAX, max_value=99), draw=DRAWS)
    def test_is_the_last_after_five(self, tries: int, draw: float) -> None:
        """The fifth failure makes a dead letter that says how often it was tried."""
        move = after_receipt(receipt(Outcome.NOT_DONE_RETRY), tries_count=tries, at=AT, draw=draw)
        assert move.state is EffectState.DEAD
        assert str(tries) in move.reason

    def test_respects_a_providers_wait(self) -> None:
        """Retry-After is a lower bound, up to a day."""
        asked = receipt(Outcome.NOT_DONE_RETRY, retry_after_seconds=600)
        move = after_receipt(asked, tries_count=1, at=AT, draw=0.0)
        assert move.due_at == AT + timedelta(seconds=600)
        forever = receipt(Outcome.NOT_DONE_RETRY, retry_after_seconds=10**9)
        move = after_receipt(forever, tries_count=1, at=AT, draw=0.0)
        assert move.due_at == AT + timedelta(seconds=RETRY_AFTER_SECONDS_MAX)

    def test_is_spread(self) -> None:
        """Two rows that fail together come back apart."""
        due = {try_again("x", tries_count=3, at=AT, draw=d).due_at for d in (0.1, 0.5, 0.9)}
        assert len(due) == 3


class TestThePast:
    def test_counts_attempts(self) -> None:
        """Each claim counts, also one whose worker died without a receipt."""
        assert past_of([ATTEMPT, TRIED, ATTEMPT]).tries_count == 2

    def test_does_not_count_what_the_gate_stopped(self) -> None:
        """A claim that ended at the gate used up no attempt."""
        assert past_of([ATTEMPT, UNTRIED, ATTEMPT, TRIED]).tries_count == 1

    def test_starts_afresh_with_a_replay(self) -> None:
        """A person who replays a dead letter grants five new attempts."""
        assert past_of([*[ATTEMPT, TRIED] * 5, settled(Finding.REPLAYED)]).tries_count == 0
        assert past_of([*[ATTEMPT, TRIED] * 5, settled(Finding.REPLAYED), ATTEMPT]).tries_count == 1

    def test_knows_whether_the_attempt_ended(self) -> None:
        """A receipt shows that the holder is through; without one it may still write."""
        assert not past_of([ATTEMPT]).ended
        assert past_of([ATTEMPT, TRIED]).ended
        assert past_of([ATTEMPT]).holder == "h1"

    def test_keeps_the_absences_of_the_latest_attempt_only(self) -> None:
        """What was absent before the latest attempt says nothing about it."""
        first, second = settled(Finding.ABSENT, 1), settled(Finding.ABSENT, 9)
        assert past_of([ATTEMPT, first, second]).absences == (first.at, second.at)
        assert past_of([ATTEMPT, first, ATTEMPT]).absences == ()
        assert past_of([ATTEMPT, first, settled(Finding.UNANSWERED)]).lookups_count == 2

    def test_ignores_other_records(self) -> None:
        """An intent changes nothing."""
        assert past_of([record(RecordKind.EFFECT_INTENT)]) == past_of([])


class TestTheMoves:
    def test_never_leave_an_end(self) -> None:
        """Sent and suppressed are for ever."""
        assert MOVES[EffectState.SENT] == MOVES[EffectState.SUPPRESSED] == frozenset()

    def test_revive_a_dead_letter_only_to_the_queue(self) -> None:
        """A dead letter can be replayed, which means judged again; it cannot become sent."""
        assert MOVES[EffectState.DEAD] == {EffectState.READY}

    def test_cover_every_state(self) -> None:
        """No state is without a rule."""
        assert set(MOVES) == set(EffectState)
