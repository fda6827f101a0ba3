import sqlite3
from pathlib import Path

from tests.cli.house import House

from bailiwick.cli.exits import Exit
from bailiwick.store.revision import HEAD

OLDER = Path(__file__).parents[1] / "flow" / "recorded" / "core_release.sql"


class TestMigrate:
    def test_brings_an_older_database_up_to_date(self, empty_house: House) -> None:
        """What an older release left is refused by name of the command, which then helps."""
        with sqlite3.connect(empty_house.folder / "bailiwick.db") as connection:
            connection.executescript(OLDER.read_text(encoding="utf-8"))
        connection.close()
        refused = empty_house.run("approvals", "list")
        assert refused.code == Exit.FAULT
        assert "run `bailiwick migrate`" in refused.err
        done = empty_house.run("migrate", "--json")
        assert done.json() == {"before": "0001", "now": HEAD}
        assert empty_house.run("approvals", "list").code == Exit.OK

    def test_changes_nothing_when_there_is_nothing_to_do(self, house: House) -> None:
        """It may stand in every start script."""
        assert house.run("migrate", "--json").json() == {"before": HEAD, "now": HEAD}
        assert "already" in house.run("migrate").out

    def test_makes_no_database_in_the_wrong_folder(self, empty_house: House) -> None:
        """Without a database there it says so and makes none."""
        assert empty_house.run("migrate").code == Exit.SETTINGS
        assert not (empty_house.folder / "bailiwick.db").exists()
