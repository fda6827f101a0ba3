"""Consent law and clocks by country."""

from datetime import UTC, datetime

import pytest

from bailiwick.domain.jurisdiction import ZONES, is_quiet, jurisdiction, zones


class TestJurisdiction:
    def test_is_opt_out_only_where_the_law_is(self) -> None:
        """The United States take opt-out, everybody else asks first."""
        assert jurisdiction(("US",), default="opt_in") == "opt_out"
        assert jurisdiction(("de",), default="opt_out") == "opt_in"

    def test_takes_the_first_country_that_is_known(self) -> None:
        """The contact's country counts before the account's; without any the default does."""
        assert jurisdiction(("", "US"), default="opt_in") == "opt_out"
        assert jurisdiction(("FR", "US"), default="opt_out") == "opt_in"
        assert jurisdiction(("", ""), default="opt_out") == "opt_out"


class TestQuietHours:
    def test_follow_the_contacts_own_zone(self) -> None:
        """Nine in London is five in New York."""
        at = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)
        assert not is_quiet(at, zones(("Europe/London",), ("US",), default="UTC"))
        assert is_quiet(at, zones(("America/New_York",), ("GB",), default="UTC"))

    def test_count_both_ends_of_a_wide_country(self) -> None:
        """Without a zone both coasts must be awake."""
        noon_east = datetime(2026, 7, 14, 13, 0, tzinfo=UTC)  # 09:00 in New York, 06:00 west
        assert is_quiet(noon_east, zones((), ("US",), default="UTC"))
        assert not is_quiet(noon_east.replace(hour=18), zones((), ("US",), default="UTC"))

    def test_begin_at_eight_and_end_at_eight(self) -> None:
        """20:00 is quiet, 19:59 and 08:00 are not."""
        london = zones(("Europe/London",), (), default="UTC")
        evening = datetime(2026, 1, 13, 19, 59, tzinfo=UTC)
        assert not is_quiet(evening, london)
        assert is_quiet(evening.replace(hour=20, minute=0), london)
        assert not is_quiet(evening.replace(hour=8, minute=0), london)
        assert is_quiet(evening.replace(hour=7, minute=59), london)

    @pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "\x00"])
    def test_fall_back_when_a_zone_is_no_zone(self, name: str) -> None:
        """A zone nobody knows is the default's."""
        assert [z.key for z in zones((name,), (), default="Europe/Paris")] == ["Europe/Paris"]

    def test_know_every_zone_they_name(self) -> None:
        """The table holds IANA names only."""
        for country, names in ZONES.items():
            assert [z.key for z in zones((), (country,), default="UTC")] == list(names)
