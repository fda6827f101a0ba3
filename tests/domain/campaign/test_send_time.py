"""At which hour a mail goes: what was answered decides, chance explores, windows bind."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.campaign.rest_days import never
from bailiwick.domain.campaign.send_time import (
    HOURS_COUNT,
    MAILS_COUNT_MIN,
    RIPE,
    Outcome,
    Tally,
    choose_hour,
    hour_of_week,
    is_senior,
    open_hours,
    tallied,
)
from bailiwick.domain.campaign.window import OFFICE_HOURS, is_open
from bailiwick.kit.dice import beta

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
INSTANTS = st.integers(0, 60 * 24 * 60).map(lambda n: MONDAY + timedelta(minutes=n))
TALLIES = st.dictionaries(
    st.integers(0, HOURS_COUNT - 1),
    st.integers(0, 200).flatmap(
        lambda answered: st.builds(
            Tally, sent_count=st.integers(answered, 400), answered_count=st.just(answered)
        )
    ),
)


def seeded(seed: int) -> Callable[[float, float], float]:
    """Return what draws from Beta distributions."""
    return partial(beta, random.Random(seed).random)  # noqa: S311 - seeded


def hours() -> list[datetime]:
    """Return the open hours from Monday on."""
    return list(open_hours(MONDAY, window=OFFICE_HOURS, zones=(UTC_ZONE,), rests=never))


class TestTheHourOfTheWeek:
    @pytest.mark.parametrize(
        ("zone", "hour"), [("UTC", 23), ("Asia/Tokyo", 32), ("America/New_York", 18)]
    )
    def test_is_the_recipients_own(self, zone: str, hour: int) -> None:
        """23:00 on a Monday in London is Tuesday morning in Tokyo: the day shifts with it."""
        assert hour_of_week(MONDAY.replace(hour=23), ZoneInfo(zone)) == hour


class TestTallies:
    def test_count_what_had_time_to_be_answered(self) -> None:
        """A young mail counts only once it was answered."""
        outcomes = [
            Outcome(sent_at=MONDAY, zone=UTC_ZONE, answered=False),
            Outcome(sent_at=MONDAY + RIPE, zone=UTC_ZONE, answered=True),
            Outcome(sent_at=MONDAY + RIPE, zone=UTC_ZONE, answered=False),
        ]
        found = tallied(outcomes, now=MONDAY + RIPE)
        assert found == {8: Tally(sent_count=2, answered_count=1)}


class TestOpenHours:
    @given(INSTANTS, st.sampled_from(["Europe/London", "America/St_Johns", "Asia/Kathmandu"]))
    def test_are_open_and_in_order(self, at: datetime, name: str) -> None:
        """The first is the opening, each other is a full open hour, within three days."""
        zone = ZoneInfo(name)
        found = open_hours(at, window=OFFICE_HOURS, zones=(zone,), rests=never)
        assert found[0] == at
        assert list(found) == sorted(found)
        for one in found[1:]:
            assert is_open(one, OFFICE_HOURS, (zone,), never)
            assert one.astimezone(zone).minute == 0
            assert (one.astimezone(zone).date() - at.astimezone(zone).date()).days < 3


class TestTheChoice:
    @given(tallies=TALLIES, senior=st.booleans(), seed=st.integers(0, 1_000))
    def test_is_one_of_the_hours_whatever_is_known(
        self,
        tallies: dict[int, Tally],
        *,
        senior: bool,
        seed: int,
    ) -> None:
        """Chance never leaves the window, and a seed decides it."""
        drawn = seeded(seed)
        first = choose_hour(hours(), tallies, zone=UTC_ZONE, senior=senior, beta=drawn)
        again = seeded(seed)
        assert first.at in hours()
        assert first == choose_hour(hours(), tallies, zone=UTC_ZONE, senior=senior, beta=again)

    def test_is_the_first_hour_until_there_is_data(self) -> None:
        """With too few mails it is the plain default, and says so."""
        few = {9: Tally(sent_count=MAILS_COUNT_MIN - 1, answered_count=99)}
        choice = choose_hour(hours(), few, zone=UTC_ZONE, senior=False, beta=lambda a, b: a / b)
        assert choice.at == MONDAY
        assert choice.reason == "the first open hour, since 199 mails of 200 are known"

    def test_learns_the_hour_that_is_answered(self) -> None:
        """An hour with a third of answers beats others with a hundredth, nearly always."""
        tallies = {
            hour_of_week(one, UTC_ZONE): Tally(sent_count=200, answered_count=2) for one in hours()
        }
        best = MONDAY.replace(hour=15)
        tallies[hour_of_week(best, UTC_ZONE)] = Tally(sent_count=200, answered_count=66)
        drawn = seeded(1)
        found = [
            choose_hour(hours(), tallies, zone=UTC_ZONE, senior=False, beta=drawn)
            for _ in range(100)
        ]
        assert sum(choice.at == best for choice in found) >= 99
        assert "Monday 15:00 was drawn among" in found[0].reason
        assert "66 of 200 mails of that hour were answered" in found[0].reason

    def test_tries_hours_of_which_nothing_is_known(self) -> None:
        """Exploring: with one poor hour known, others are tried."""
        tallies = {8: Tally(sent_count=300, answered_count=3)}
        drawn = seeded(1)
        found = {
            choose_hour(hours(), tallies, zone=UTC_ZONE, senior=False, beta=drawn).at
            for _ in range(200)
        }
        assert len(found) > 10

    def test_doubts_odd_hours_of_seniors(self) -> None:
        """With equal data somebody who leads is written to in the late morning."""
        tallies = {n: Tally(sent_count=2, answered_count=1) for n in range(HOURS_COUNT)}
        mean = choose_hour(
            hours(), tallies, zone=UTC_ZONE, senior=True, beta=lambda a, b: a / (a + b)
        )
        assert mean.at.hour in range(9, 12)


class TestWhoLeads:
    @pytest.mark.parametrize(
        ("title", "leads"),
        [
            ("Chief Financial Officer", True),
            ("CTO", True),
            ("VP Sales", True),
            ("Head of Procurement", True),
            ("Buyer", False),
            ("Lector", False),
            ("", False),
        ],
    )
    def test_is_told_by_the_title(self, title: str, *, leads: bool) -> None:
        """Whole words only: a lector is no CTO."""
        assert is_senior(title) is leads
