from datetime import date

import pytest

from bailiwick.domain.question.period import Grain, begin, grains, moved, periods

TODAY = date(2025, 6, 18)


class TestPeriods:
    @pytest.mark.parametrize(
        ("said", "start", "end"),
        [
            ("today", "2025-06-18", "2025-06-19"),
            ("yesterday", "2025-06-17", "2025-06-18"),
            ("this week", "2025-06-16", "2025-06-23"),
            ("last month", "2025-05-01", "2025-06-01"),
            ("in the previous month", "2025-05-01", "2025-06-01"),
            ("in the past month, inclusive of 1 month ago", "2025-05-18", "2025-06-19"),
            ("last quarter", "2025-01-01", "2025-04-01"),
            ("next quarter", "2025-07-01", "2025-10-01"),
            ("this year", "2025-01-01", "2026-01-01"),
            ("in the past 30 days", "2025-05-19", "2025-06-19"),
            ("in the next two weeks", "2025-06-18", "2025-07-03"),
            ("in the last 6 months excluding the current month", "2024-12-01", "2025-06-01"),
            ("in each of the last 8 weeks excluding the current week", "2025-04-21", "2025-06-16"),
            ("in the 1st quarter of 2023", "2023-01-01", "2023-04-01"),
            ("Q2", "2025-04-01", "2025-07-01"),
            ("in March 2023", "2023-03-01", "2023-04-01"),
            ("in August", "2024-08-01", "2024-09-01"),
            ("in 2023", "2023-01-01", "2024-01-01"),
            ("in the year 2022 (from Jan 1st to Dec 31st inclusive)", "2022-01-01", "2023-01-01"),
            ("between Jan 1, 2023 and Mar 31, 2023", "2023-01-01", "2023-04-01"),
            ("on or after Apr 1, 2023", "2023-04-01", None),
            ("after 2024-02-28", "2024-02-29", None),
            ("before 2024", None, "2024-01-01"),
            ("since 2024", "2024-01-01", None),
            ("by 3 July 2025", None, "2025-07-04"),
            ("2 years ago", "2023-01-01", "2024-01-01"),
            ("year to date", "2025-01-01", "2025-06-19"),
        ],
    )
    def test_are_read_as_people_mean_them(
        self, said: str, start: str | None, end: str | None
    ) -> None:
        """A period is from a day on until before a day, by the frozen clock."""
        (found,) = periods(f"How many {said}?", today=TODAY)
        wanted = [date.fromisoformat(day) if day else None for day in (start, end)]
        assert [found.period.start, found.period.end] == wanted

    @pytest.mark.parametrize(
        "question", ["the top 5 of 30", "between 5 and 9 deals", "after lunch", "on Feb 31, 2024"]
    )
    def test_are_not_seen_where_none_is(self, question: str) -> None:
        """Numbers and days that do not exist are no periods."""
        assert periods(question, today=TODAY) == ()

    def test_never_overlap(self) -> None:
        """Two periods are two, and none is within another."""
        found = periods("from 2023-01-01 to 2023-02-01 and in 2024", today=TODAY)
        assert [one.period.said for one in found] == ["from 2023-01-01 to 2023-02-01", "in 2024"]


class TestGrains:
    @pytest.mark.parametrize(
        ("question", "grain"),
        [
            ("monthly revenue", Grain.MONTH), ("revenue per week", Grain.WEEK),
            ("for each quarter", Grain.QUARTER), ("by year", Grain.YEAR),
            ("in each of the last 3 weeks", Grain.WEEK), ("daily", Grain.DAY),
        ],
    )  # fmt: skip
    def test_are_seen(self, question: str, grain: Grain) -> None:
        """What rows are put together by is read, whichever way it is said."""
        assert [one.grain for one in grains(question)] == [grain]


class TestSteps:
    def test_end_with_the_month(self) -> None:
        """A month after the 31st is the last day of the next."""
        assert moved(date(2024, 1, 31), 1, Grain.MONTH) == date(2024, 2, 29)
        assert moved(date(2024, 1, 31), -2, Grain.MONTH) == date(2023, 11, 30)
        assert moved(TODAY, -1, Grain.QUARTER) == date(2025, 3, 18)

    @pytest.mark.parametrize(
        ("grain", "first"),
        [
            (Grain.DAY, TODAY), (Grain.WEEK, date(2025, 6, 16)), (Grain.MONTH, date(2025, 6, 1)),
            (Grain.QUARTER, date(2025, 4, 1)), (Grain.YEAR, date(2025, 1, 1)),
        ],
    )  # fmt: skip
    def test_begin_on_their_first_day(self, grain: Grain, first: date) -> None:
        """Weeks begin on Monday."""
        assert begin(TODAY, grain) == first
