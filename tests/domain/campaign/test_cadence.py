"""Which gap wins: only what is shown for sure changes the default."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.campaign.cadence import (
    ARMS,
    HORIZON_DAYS,
    RECIPIENTS_COUNT_MIN,
    Span,
    answered_by,
    arm_of,
    choose_gap,
    shifted,
)
from bailiwick.domain.campaign.enrolment import CampaignId, enrolment_id
from bailiwick.domain.ids import ContactId

SPANS = st.lists(
    st.builds(Span, days=st.integers(0, 60).map(float), answered=st.booleans()), max_size=60
)
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)


def arm(count: int, *, answered: int, days: float = 10.0) -> list[Span]:
    """Return so many recipients who were watched to the horizon, or answered before it."""
    quick = [Span(days=days, answered=True)] * answered
    return [*quick, *([Span(days=HORIZON_DAYS, answered=False)] * (count - answered))]


class TestTheEstimate:
    def test_is_the_share_where_everybody_was_watched(self) -> None:
        """Without anybody missing it is plain counting, with the binomial's variance."""
        found = answered_by(arm(100, answered=20), HORIZON_DAYS)
        assert found.rate == pytest.approx(0.2)
        assert found.variance == pytest.approx(0.2 * 0.8 / 100)

    def test_counts_who_left_as_long_as_they_stayed(self) -> None:
        """The textbook's case: an answer among four, after one of five had left."""
        spans = [Span(days=1, answered=False), Span(days=2, answered=True)]
        spans += [Span(days=9, answered=False)] * 3
        assert answered_by(spans, 5).rate == pytest.approx(1 / 4)

    @given(SPANS, st.floats(0, 60), st.floats(0, 60))
    def test_grows_with_time_and_is_a_share(
        self, spans: list[Span], one: float, other: float
    ) -> None:
        """More days never mean fewer answers, and nobody answers twice."""
        early, late = sorted((one, other))
        assert 0 <= answered_by(spans, early).rate <= answered_by(spans, late).rate <= 1
        assert answered_by(spans, late).variance >= 0

    @given(SPANS, st.floats(0, 60))
    def test_is_no_less_than_the_plain_share(self, spans: list[Span], days: float) -> None:
        """Whom nobody watched to the end might have answered: plain counting says too little."""
        plain = sum(s.answered and s.days <= days for s in spans) / max(1, len(spans))
        assert answered_by(spans, days).rate >= plain - 1e-9


class TestTheChoice:
    def test_is_the_default_until_there_is_data(self) -> None:
        """Below five hundred recipients nothing changes, however clear it looks."""
        few = RECIPIENTS_COUNT_MIN // 3 - 1
        choice = choose_gap(
            {-2: arm(few, answered=few), 0: arm(few, answered=0), 4: arm(few, answered=0)}
        )
        assert choice.days == 0
        assert "of 500 were tried" in choice.reason

    def test_is_the_default_where_an_arm_is_missing(self) -> None:
        """What nobody got cannot be compared."""
        assert choose_gap({0: arm(600, answered=9), 4: arm(600, answered=300)}).days == 0

    def test_is_what_surely_wins_more(self) -> None:
        """Twice the answers of a thousand are an uplift, with its lower bound in the reason."""
        choice = choose_gap(
            {-2: arm(1000, answered=100), 0: arm(1000, answered=100), 4: arm(1000, answered=200)}
        )
        assert choice.days == 4
        assert "20.0% answered against 10.0%" in choice.reason
        assert "of 3000 recipients" in choice.reason

    def test_is_no_change_for_what_may_be_chance(self) -> None:
        """A seventh more of two hundred proves nothing."""
        choice = choose_gap(
            {-2: arm(200, answered=20), 0: arm(200, answered=21), 4: arm(200, answered=24)}
        )
        assert choice.days == 0
        assert "no other wins more" in choice.reason

    def test_is_rarely_fooled_where_all_gaps_are_the_same(self) -> None:
        """Of two hundred trials without any difference at most two in ten pick another gap."""
        chance, fooled = random.Random(3), 0  # noqa: S311 - seeded
        for _ in range(200):
            arms = {
                one: arm(300, answered=sum(chance.random() < 0.1 for _ in range(300)))
                for one in ARMS
            }
            fooled += choose_gap(arms).days != 0
        assert fooled <= 20


class TestAnArm:
    def test_is_chance_that_stays(self) -> None:
        """Each arm gets about a third, and a recipient the same one always."""
        ids = [enrolment_id(CampaignId("cmp_1"), ContactId(f"con_{n}")) for n in range(3_000)]
        found = [arm_of(one) for one in ids]
        assert found == [arm_of(one) for one in ids]
        assert all(900 < found.count(one) < 1_100 for one in ARMS)

    @pytest.mark.parametrize(
        ("gap", "arm", "days"), [(0, 4, 0), (3, -2, 1), (1, -2, 1), (5, 4, 9), (5, 0, 5)]
    )
    def test_moves_a_gap_but_never_two_touches_onto_a_day(
        self, gap: int, arm: int, days: int
    ) -> None:
        """A first touch is not moved, and a day is the least."""
        assert shifted(gap, arm) == days
