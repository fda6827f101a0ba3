"""A recipient's moves: an end is final, and nothing is due that should not be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bailiwick.domain.campaign.enrolment import (
    PUT_OFFS_COUNT_MAX,
    CampaignId,
    End,
    Stage,
    accepted,
    begun,
    ended,
    enrolled,
    is_due,
    moved,
    paused,
    put_off,
    skipped,
)
from bailiwick.domain.campaign.series import DEFAULT, LOCKED_STOPS, TOUCHES_COUNT, Series, Touch
from bailiwick.domain.ids import ContactId

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ADA = enrolled(CampaignId("cmp_1"), ContactId("con_ada"), version=1, wake_at=NOW)


class TestARecipient:
    def test_has_the_published_name(self) -> None:
        """The thread is named after campaign and contact (capabilities 18.1)."""
        assert ADA.enrolment_id == "campaign-cmp_1-con_ada"
        assert ADA.touch == 1

    def test_is_due_when_the_time_has_come(self) -> None:
        """Not a microsecond before, and not while a touch is under way."""
        assert not is_due(ADA, at=NOW - timedelta(microseconds=1))
        assert is_due(ADA, at=NOW)
        assert not is_due(begun(ADA), at=NOW + DAY)

    def test_is_given_up_after_too_many_tries(self) -> None:
        """What the law never lets go ends, with the reason, and is not tried for ever."""
        found = ADA
        for _ in range(PUT_OFFS_COUNT_MAX):
            found = put_off(begun(found), wake_at=NOW, reason="consent/missing", at=NOW)
            assert found.stage is Stage.WAITING
        found = put_off(begun(found), wake_at=NOW, reason="consent/missing", at=NOW)
        assert (found.end, found.reason) == (End.UNREACHABLE, "consent/missing")

    def test_begins_to_count_anew_with_each_touch(self) -> None:
        """A touch that went clears what was put off before it."""
        tried = put_off(begun(ADA), wake_at=NOW, reason="rhythm/frequency", at=NOW)
        assert accepted(begun(tried), wake_at=NOW + DAY).put_offs_count == 0


class Recipient(RuleBasedStateMachine):
    """Any order of moves that the states allow."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.found = ADA
        self.ends: list[End] = []

    @precondition(lambda self: is_due(self.found, at=self.now))
    @rule()
    def begin(self) -> None:
        self.found = begun(self.found)

    @precondition(lambda self: self.found.stage is Stage.TOUCHING)
    @rule(days=st.integers(1, 10))
    def accept(self, days: int) -> None:
        before = self.found.touches_count
        self.found = accepted(self.found, wake_at=self.now + days * DAY)
        assert self.found.touches_count == before + 1

    @precondition(lambda self: self.found.stage is Stage.TOUCHING)
    @rule()
    def delay(self) -> None:
        self.found = put_off(self.found, wake_at=self.now + DAY, reason="r", at=self.now)

    @precondition(lambda self: self.found.stage in {Stage.WAITING, Stage.PAUSED})
    @rule(leave_out=st.booleans())
    def shift(self, *, leave_out: bool) -> None:
        move = skipped if leave_out else moved
        self.found = move(self.found, wake_at=self.now + DAY)

    @precondition(lambda self: self.found.stage is not Stage.ENDED)
    @rule(days=st.none() | st.integers(1, 30))
    def rest(self, days: int | None) -> None:
        until = None if days is None else self.now + days * DAY
        self.found = paused(self.found, until=until, reason="away")

    @rule(end=st.sampled_from(End))
    def finish(self, end: End) -> None:
        self.found = ended(self.found, end, reason="", at=self.now)
        self.ends.append(end)

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.now += days * DAY

    @invariant()
    def the_first_end_stands(self) -> None:
        if self.ends and self.found.end is not End.UNREACHABLE:
            assert self.found.end is self.ends[0]
        assert (self.found.stage is Stage.ENDED) == (self.found.end is not None)
        if self.found.end is not None:
            assert not is_due(self.found, at=self.now + 10_000 * DAY)

    @invariant()
    def only_who_waits_has_a_time(self) -> None:
        if self.found.stage in {Stage.TOUCHING, Stage.ENDED}:
            assert self.found.wake_at is None
        if self.found.stage is Stage.WAITING:
            assert self.found.wake_at is not None


TestAnyMoves = Recipient.TestCase
TestAnyMoves.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)


class TestASeries:
    def test_has_six_touches_by_default(self) -> None:
        """As published, and the last waits for an answer before it counts as finished."""
        assert len(DEFAULT.touches) == TOUCHES_COUNT
        assert DEFAULT.tail > timedelta()

    def test_always_stops_for_who_must_not_be_written_to(self) -> None:
        """Opt-out, bounce and complaint end it with no stop chosen; a reply does not then."""
        bare = Series(version=1, touches=(Touch(gap_days=0),), stops=frozenset())
        assert all(bare.stops_for(end) for end in LOCKED_STOPS)
        assert not bare.stops_for(End.REPLIED)
        assert DEFAULT.stops_for(End.REPLIED)

    @pytest.mark.parametrize("gaps", [(), (0,) * 9, (0, 0), (0, 91), (-1,)])
    def test_is_refused_when_it_cannot_be_kept(self, gaps: tuple[int, ...]) -> None:
        """None, nine, two on one day, and a gap of a quarter year are no series."""
        with pytest.raises(ValueError, match=r"touches|touch|day"):
            Series(version=1, touches=tuple(Touch(gap_days=days) for days in gaps))
