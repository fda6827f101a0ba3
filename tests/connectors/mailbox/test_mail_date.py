from datetime import UTC, datetime

import pytest

from bailiwick.connectors.mailbox.mail_date import from_line_date, mail_date

NOON = datetime(2026, 7, 14, 12, 0, 0, tzinfo=UTC)


class TestMailDate:
    @pytest.mark.parametrize(
        "value",
        [
            "Tue, 14 Jul 2026 12:00:00 +0000", "14 Jul 2026 14:00:00 +0200",
            "Tue, 14 Jul 2026 05:00:00 -0700 (PDT)", "Tue, 14 Jul 2026 08:00:00 EDT",
            "Tue, 14 Jul 26 12:00 GMT", "Tuesday, 14-Jul-2026 12:00:00 UT",
            "Tue,14 Jul 2026 12:00:00", "  14-Jul-2026 12:00:00 +0000",
            "Tue, 14 July 2026 12:00:00 Z", "Tue, 14 Jul 2026 12.00.00 +0000",
        ],
    )  # fmt: skip
    def test_reads_the_ways_programs_write(self, value: str) -> None:
        """Zones by number and name, missing weekday or seconds, two-digit years."""
        assert mail_date(value) == NOON

    @pytest.mark.parametrize(
        "value",
        [
            "", "yesterday", "Tue, 32 Jul 2026 12:00:00 +0000", "14 Foo 2026 12:00:00 +0000",
            "14 Jul 2026 25:00:00 +0000", "14 Jul 1969 12:00:00 +0000",
            "14 Jul 9999 12:00:00 +0000", "30 Feb 2026 12:00:00 +0000",
            "1" * 5000, "14 Jul 2026 ١٢:00:00 +0000",
        ],
    )  # fmt: skip
    def test_guesses_nothing(self, value: str) -> None:
        """What is no date, or a date of another age, gives none."""
        assert mail_date(value) is None

    def test_survives_odd_zones_and_leap_seconds(self) -> None:
        """A zone beyond a day counts as none; second 60 is the last of its minute."""
        assert mail_date("14 Jul 2026 12:00:00 +9999") == NOON
        assert mail_date("14 Jul 2026 11:59:60 +0000") == NOON.replace(
            hour=11, minute=59, second=59
        )
        assert mail_date("14 Jul 99 12:00:00 +0000") == NOON.replace(year=1999)


class TestFromLineDate:
    @pytest.mark.parametrize(
        "line",
        ["From a@x.example Tue Jul 14 12:00:00 2026", "From - Tue Jul 14 12:00 2026",
         "From x Tue Jul 14 12:00:00 +0000 2026", "From x Tue Jul 14 12:00:00 2026 +0000"],
    )  # fmt: skip
    def test_reads_separators(self, line: str) -> None:
        """The forms of separator dates are read as UTC."""
        assert from_line_date(line) == NOON

    @pytest.mark.parametrize("line", ["From a", "From x Tue Foo 14 12:00:00 2026", "From "])
    def test_may_find_none(self, line: str) -> None:
        """A separator without a date gives none."""
        assert from_line_date(line) is None
