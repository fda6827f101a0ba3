"""How long each kind is kept, as settings say it."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.office import office

from bailiwick.wiring.retaining import UnableToKeepSo, plan_retention


class TestKeepDays:
    @pytest.mark.parametrize("days", ["", "-1", "1.5", "soon", "100000", "9" * 30])
    def test_are_whole_numbers_of_days(self, tmp_path: Path, sqlite_url: str, days: str) -> None:
        """What is no number of days, or reaches before the first year, is named at once."""
        with office(tmp_path, url=sqlite_url) as place:
            care = replace(place.app.settings.care, keep_days={"traces": days})
            place.app.settings = replace(place.app.settings, care=care)
            with pytest.raises(UnableToKeepSo, match="traces"):
                plan_retention(place.app)

    def test_may_be_centuries(self, tmp_path: Path, sqlite_url: str) -> None:
        """The longest that can be written is taken."""
        with office(tmp_path, url=sqlite_url) as place:
            care = replace(place.app.settings.care, keep_days={"traces": "99999"})
            place.app.settings = replace(place.app.settings, care=care)
            assert {p.kind: p.count for p in plan_retention(place.app)}["traces"] == 0
