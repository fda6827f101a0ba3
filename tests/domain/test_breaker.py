"""When advertising stops by itself: at the named rates, and not by one person's click."""

import pytest

from bailiwick.domain.breaker import DAY, WEEK, Tally, trip


def day(sent: int, *, complaints: int = 0, bounces: int = 0) -> Tally:
    return Tally(
        window=DAY, sent_count=sent, complaints_count=complaints, bounces_count=bounces
    )  # fmt: skip


class TestTheBreaker:
    @pytest.mark.parametrize(
        "tally",
        [
            day(100, complaints=2),
            day(2_000, complaints=2),
            day(50_000, complaints=50),
            day(100, bounces=5),
            day(10_000, bounces=500),
        ],
    )
    def test_trips_at_its_rates(self, tally: Tally) -> None:
        """One complaint in a thousand, one dead address in twenty."""
        assert trip((tally,))

    @pytest.mark.parametrize(
        "tally",
        [
            day(0),
            day(10, complaints=1),
            day(99, complaints=9, bounces=99),
            day(100, complaints=1),
            day(999, complaints=1),
            day(2_001, complaints=2),
            day(100, bounces=4),
            day(10_000, bounces=499, complaints=9),
        ],
    )
    def test_stays_below_them(self, tally: Tally) -> None:
        """Too few mails say nothing, and one click alone is no rate."""
        assert not trip((tally,))

    def test_looks_at_the_week_of_whoever_sends_little(self) -> None:
        """Forty mails a day are no sample; the two hundred of a week are."""
        week = Tally(window=WEEK, sent_count=200, complaints_count=3, bounces_count=0)
        assert "168 hours" in trip((day(40, complaints=3), week))
        assert not trip((day(400), week)), "a good day with enough mails decides"

    def test_says_why_in_figures(self) -> None:
        """Whoever lifts it reads what happened."""
        assert trip((day(100, bounces=7),)) == (
            "7 of 100 marketing mails in 24 hours bounced for good: at most 5 % may be"
        )
        assert "at most 0.1 % may be" in trip((day(100, complaints=2),))
