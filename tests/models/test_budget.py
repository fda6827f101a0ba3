"""Ceilings, breaker and recovery: the parts that decide whether a call may start."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailiwick.domain.ids import RunId, WorkspaceId
from bailiwick.domain.model_call import FallbackReason
from bailiwick.models.breaker import BUSY_IN_ROW_MAX, FAULTS_IN_ROW_MAX, OPEN_SECONDS, Breaker
from bailiwick.models.budget import (
    DAYS_KNOWN_MAX,
    RUNS_KNOWN_MAX,
    Budget,
    BudgetLimits,
    Reservation,
    prompt_tokens_estimate,
)
from bailiwick.models.exchange import ChatMessage, ChatRole
from bailiwick.models.faults import (
    ModelBlank,
    ModelBusy,
    ModelCut,
    ModelDeclined,
    ModelFault,
    ModelGarbled,
    ModelInvalid,
    ModelMisconfigured,
    ModelRejected,
    ModelTimeout,
    ModelUnavailable,
    ModelUnpaid,
)
from bailiwick.models.recovery import ATTEMPTS_MAX, Again, Backoff, Change, next_move

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
WORKSPACE = WorkspaceId("wsp_1")
RUN = RunId("run_1")
LIMITS = BudgetLimits(request_tokens_max=100, run_tokens_max=300, day_picodollars_max=1_000)


def _reserve(
    budget: Budget,
    *,
    tokens: int = 50,
    picodollars: int = 10,
    run: RunId = RUN,
    workspace: WorkspaceId = WORKSPACE,
    at: datetime = NOON,
) -> Reservation | FallbackReason:
    return budget.reserve(
        workspace_id=workspace, run_id=run, tokens=tokens, picodollars=picodollars, at=at
    )


class TestABudget:
    def test_stops_a_request_above_its_ceiling_only(self) -> None:
        """The ceiling itself passes; one token more does not."""
        assert isinstance(_reserve(Budget(LIMITS), tokens=100), Reservation)
        assert _reserve(Budget(LIMITS), tokens=101) is FallbackReason.REQUEST_CEILING

    def test_stops_a_run_and_no_other(self) -> None:
        """A run that used its tokens is stopped; the next run is served."""
        budget = Budget(LIMITS)
        for _ in range(3):
            assert isinstance(_reserve(budget, tokens=100), Reservation)
        assert _reserve(budget, tokens=1) is FallbackReason.RUN_BUDGET
        assert isinstance(_reserve(budget, tokens=1, run=RunId("run_2")), Reservation)

    def test_stops_a_workspace_for_the_day_and_no_other(self) -> None:
        """Money is counted by workspace and UTC day."""
        budget = Budget(LIMITS)
        assert isinstance(_reserve(budget, picodollars=1_000), Reservation)
        assert _reserve(budget, picodollars=1) is FallbackReason.DAY_BUDGET
        other = WorkspaceId("wsp_2")
        assert isinstance(_reserve(budget, picodollars=1, workspace=other), Reservation)
        tomorrow = NOON + timedelta(days=1)
        assert isinstance(_reserve(budget, picodollars=1, at=tomorrow), Reservation)

    def test_may_have_no_daily_limit(self) -> None:
        """None means that only tokens are bounded."""
        budget = Budget(BudgetLimits(day_picodollars_max=None))
        assert isinstance(_reserve(budget, picodollars=10**18), Reservation)

    def test_remembers_what_was_spent_before(self) -> None:
        """A restarted process counts the stored calls of the day."""

        def before(workspace: WorkspaceId, day: date) -> int:
            assert (workspace, day) == (WORKSPACE, NOON.date())
            return 995

        budget = Budget(LIMITS, spent_before=before)
        assert _reserve(budget, picodollars=6) is FallbackReason.DAY_BUDGET
        assert isinstance(_reserve(budget, picodollars=5), Reservation)

    def test_forgets_the_oldest_of_very_many(self) -> None:
        """What is remembered is bounded: runs beyond 10,000 and days beyond 1,000 go."""
        budget = Budget(BudgetLimits(day_picodollars_max=None))
        for number in range(RUNS_KNOWN_MAX + 1):
            _reserve(budget, tokens=1, run=RunId(f"run_{number}"))
        assert budget.run_tokens(RunId("run_0")) == 0
        assert budget.run_tokens(RunId("run_1")) == 1
        for number in range(DAYS_KNOWN_MAX + 1):
            _reserve(budget, tokens=1, picodollars=1, workspace=WorkspaceId(f"wsp_{number}"))
        assert budget.day_picodollars(WorkspaceId("wsp_1000"), NOON.date()) == 1

    def test_settles_once(self) -> None:
        """A reservation gives way to what was used; a second settlement changes nothing."""
        budget = Budget(LIMITS)
        reserved = _reserve(budget, tokens=100, picodollars=500)
        assert isinstance(reserved, Reservation)
        budget.settle(reserved, tokens=7, picodollars=3)
        budget.settle(reserved, tokens=0, picodollars=0)
        assert budget.run_tokens(RUN) == 7
        assert budget.day_picodollars(WORKSPACE, NOON.date()) == 3

    @settings(max_examples=300, derandomize=True)
    @given(uses=st.lists(st.integers(min_value=0, max_value=400), max_size=30))
    def test_is_overshot_by_one_call_at_most(self, uses: list[int]) -> None:
        """However much each call really used, only the last one can cross the run's cap."""
        budget = Budget(LIMITS)
        for used in uses:
            before = budget.run_tokens(RUN)
            reserved = _reserve(budget, tokens=50, picodollars=0)
            if isinstance(reserved, FallbackReason):
                assert before + 50 > LIMITS.run_tokens_max
                break
            assert before + 50 <= LIMITS.run_tokens_max
            budget.settle(reserved, tokens=used, picodollars=0)
        assert budget.run_tokens(RUN) <= LIMITS.run_tokens_max + 400

    @pytest.mark.parametrize("text", ["plain English words", '{"a":1}', "你好世界", "🙂" * 10])
    def test_estimates_on_the_safe_side(self, text: str) -> None:
        """The estimate is at least a quarter of the characters, and one token per wide one."""
        estimate = prompt_tokens_estimate([ChatMessage(role=ChatRole.USER, content=text)])
        wide = sum(1 for c in text if ord(c) > 0x2E80)
        assert estimate >= max(len(text) // 4, wide)


class TestABreaker:
    def test_opens_after_five_faults_in_a_row(self) -> None:
        """Four faults are bad luck, five are an outage."""
        breaker = Breaker()
        for _ in range(FAULTS_IN_ROW_MAX - 1):
            breaker.failed("m", FallbackReason.UNAVAILABLE, now=0)
        assert breaker.lets_pass("m", now=0)
        breaker.failed("m", FallbackReason.UNAVAILABLE, now=0)
        assert not breaker.lets_pass("m", now=OPEN_SECONDS - 0.1)
        assert breaker.lets_pass("other", now=0)

    def test_tries_one_call_after_its_pause(self) -> None:
        """When the pause is over one call goes through, the others wait for it."""
        breaker = Breaker()
        for _ in range(FAULTS_IN_ROW_MAX):
            breaker.failed("m", FallbackReason.TIMEOUT, now=0)
        assert breaker.lets_pass("m", now=OPEN_SECONDS)
        assert not breaker.lets_pass("m", now=OPEN_SECONDS)
        breaker.failed("m", FallbackReason.TIMEOUT, now=OPEN_SECONDS + 1)
        assert not breaker.lets_pass("m", now=OPEN_SECONDS * 2)
        assert breaker.lets_pass("m", now=OPEN_SECONDS * 2 + 1)
        breaker.served("m")
        assert breaker.lets_pass("m", now=OPEN_SECONDS * 2 + 1)

    def test_forgets_faults_after_one_reply(self) -> None:
        """Only faults in a row count; a reply, even a bad one, shows that the endpoint lives."""
        breaker = Breaker()
        for reason in (FallbackReason.INVALID, FallbackReason.BLANK, FallbackReason.DECLINED):
            for _ in range(FAULTS_IN_ROW_MAX - 1):
                breaker.failed("m", FallbackReason.UNAVAILABLE, now=0)
            breaker.failed("m", reason, now=0)
        assert breaker.lets_pass("m", now=0)

    def test_opens_at_once_without_money_and_soon_when_busy(self) -> None:
        """402 opens it; a third 429 in a row does too."""
        breaker = Breaker()
        breaker.failed("m", FallbackReason.UNPAID, now=0)
        assert not breaker.lets_pass("m", now=0)
        for _ in range(BUSY_IN_ROW_MAX):
            assert breaker.lets_pass("n", now=0)
            breaker.failed("n", FallbackReason.BUSY, now=0)
        assert not breaker.lets_pass("n", now=0)


def _move(
    fault: ModelFault,
    *earlier: FallbackReason,
    left: float = 60.0,
    draw: float = 0.5,
) -> Again | None:
    return next_move(fault, earlier=earlier, draw=draw, backoff=Backoff(), seconds_left=left)


class TestRecovery:
    @pytest.mark.parametrize(
        "kind", [ModelRejected, ModelMisconfigured, ModelUnpaid, ModelDeclined]
    )
    def test_gives_up_on_what_a_retry_cannot_mend(self, kind: type[ModelFault]) -> None:
        """Our bug, our settings, our money, their filter: no second attempt."""
        assert _move(kind("x")) is None

    @pytest.mark.parametrize("kind", [ModelBusy, ModelUnavailable, ModelTimeout])
    def test_retries_what_may_pass_up_to_three_attempts(self, kind: type[ModelFault]) -> None:
        """Two retries with a random wait, then the fallback."""
        first, second = _move(kind("x")), _move(kind("x"), kind.reason)
        assert first == Again(wait_seconds=0.5, change=Change.NONE)
        assert second == Again(wait_seconds=1.0, change=Change.NONE)
        assert _move(kind("x"), kind.reason, kind.reason) is None
        assert ATTEMPTS_MAX == 3

    def test_retries_once_with_what_may_mend_the_reply(self) -> None:
        """Blank is nudged, cut is doubled, invalid is repaired, garbled is repeated; once each."""
        invalid = ModelInvalid("x", errors="e", reply="r")
        for fault, change in (
            (ModelBlank("x"), Change.NUDGE),
            (ModelCut("x"), Change.DOUBLE),
            (invalid, Change.REPAIR),
            (ModelGarbled("x"), Change.NONE),
        ):
            move = _move(fault)
            assert move is not None
            assert move.change is change
            assert _move(fault, fault.reason) is None

    def test_obeys_retry_after_when_it_fits(self) -> None:
        """The wait that was asked for is kept, or the fallback answers at once."""
        fault = ModelBusy("x", retry_after_seconds=7)
        assert _move(fault, left=7.1) == Again(wait_seconds=7, change=Change.NONE)
        assert _move(fault, left=7.0) is None

    @settings(max_examples=200, derandomize=True)
    @given(
        draw=st.floats(min_value=0, max_value=1, exclude_max=True),
        attempts=st.integers(min_value=0, max_value=5),
        left=st.floats(min_value=0, max_value=90),
    )
    def test_never_waits_past_the_deadline(self, draw: float, attempts: int, left: float) -> None:
        """A wait is within its cap and ends before the deadline."""
        earlier = (FallbackReason.UNAVAILABLE,) * attempts
        move = _move(ModelUnavailable("x"), *earlier, left=left, draw=draw)
        if move is not None:
            assert attempts < ATTEMPTS_MAX - 1
            assert 0 <= move.wait_seconds < left
            assert move.wait_seconds <= Backoff().cap_seconds
