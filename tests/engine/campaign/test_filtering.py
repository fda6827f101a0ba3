"""Saved filters: who may save them, what replaces what, what is on record."""

from pathlib import Path

import pytest
from tests.fakes.office import office

from bailiwick.domain.crm import Role
from bailiwick.domain.filter.filter_text import condition_of
from bailiwick.engine.campaign.filtering import (
    FILTERS_COUNT_MAX,
    UnableToChangeStaleFilter,
    UnableToFilter,
    UnableToFindFilter,
    found_filter,
)

BRITISH = (condition_of("country is GB"),)
GERMAN = (condition_of("country is DE"),)


class TestASavedFilter:
    def test_is_replaced_under_its_name_and_removed_on_record(self, tmp_path: Path) -> None:
        """Saved twice it is one filter with the later conditions; removed it is gone."""
        with office(tmp_path) as place:
            desk, by = place.app.campaigns.filtering, place.person(Role.REP)
            first = desk.put("Here", BRITISH, by=by)
            second = desk.put(" Here ", GERMAN, by=by, seen=first.row_version)
            assert (second.filter_id, second.conditions) == (first.filter_id, GERMAN)
            with place.app.units.read() as unit:
                assert found_filter(unit, "Here") == found_filter(unit, first.filter_id) == second
            assert desk.remove("Here", by=by, seen=second.row_version) == second
            with place.app.units.read() as unit:
                told = [r.payload["event"] for r in unit.records.about(first.filter_id)]
                with pytest.raises(UnableToFindFilter, match="filter list"):
                    found_filter(unit, "Here")
            assert told == ["saved", "saved", "removed"]

    def test_is_changed_by_who_read_it_last(self, tmp_path: Path) -> None:
        """Whoever read an older row looks again."""
        with office(tmp_path) as place:
            desk, by = place.app.campaigns.filtering, place.person(Role.REP)
            desk.put("Here", BRITISH, by=by)
            with pytest.raises(UnableToChangeStaleFilter, match="changed meanwhile"):
                desk.put("Here", GERMAN, by=by, seen=7)
            with pytest.raises(UnableToChangeStaleFilter, match="changed meanwhile"):
                desk.remove("Here", by=by, seen=7)

    def test_takes_a_rep_a_name_and_conditions(self, tmp_path: Path) -> None:
        """A viewer saves none; no name, no condition and one filter too many are refused."""
        with office(tmp_path) as place:
            desk, by = place.app.campaigns.filtering, place.person(Role.REP)
            with pytest.raises(UnableToFilter, match="takes a rep"):
                desk.put("Here", BRITISH, by=place.person(Role.VIEWER))
            with pytest.raises(UnableToFilter, match="1 to 120 characters"):
                desk.put(" ", BRITISH, by=by)
            with pytest.raises(UnableToFilter, match="1 to 20"):
                desk.put("Here", (), by=by)
            for number in range(FILTERS_COUNT_MAX):
                desk.put(f"filter {number}", BRITISH, by=by)
            with pytest.raises(UnableToFilter, match="remove one"):
                desk.put("one more", BRITISH, by=by)
            desk.put("filter 0", GERMAN, by=by)
