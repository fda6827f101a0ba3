"""The table of a campaign as a file."""

import csv
import io

import pytest

from bailiwick.domain.campaign.touch import Truth
from bailiwick.domain.ids import ContactId
from bailiwick.engine.campaign.tallying import COLUMNS, TableRow, table_csv


def row(name: str) -> TableRow:
    return TableRow(
        contact_id=ContactId("con_1"), name=name, address="a@x.example", truth=Truth.QUEUED,
        touches_accepted=0, touches_passed=0, version=1, wake_at=None, end=None, ended_at=None,
        reason="",
    )  # fmt: skip


class TestTheFile:
    @pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
    def test_holds_no_formula(self, name: str) -> None:
        """What somebody calls themselves is text to a spreadsheet."""
        (found,) = csv.DictReader(io.StringIO(table_csv([row(name)], header=True), newline=""))
        assert found["name"] == f"'{name}"

    def test_keeps_any_other_text(self) -> None:
        """Commas, quotes and lines come back as they were; the first line names the columns."""
        name = 'O"Neil, Jo\nJr. = 1'
        (found,) = csv.DictReader(io.StringIO(table_csv([row(name)], header=True), newline=""))
        assert tuple(found) == COLUMNS
        assert found["name"] == name
        assert table_csv([], header=False) == ""
