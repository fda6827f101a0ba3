"""The demo itself, as a newcomer starts it: a process of its own, in an empty folder."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bailiwick.cli.exits import Exit
from bailiwick.evals.world.situation import CONTACTS_COUNT_MIN, Situation, counts
from bailiwick.store.database import Database
from bailiwick.store.workspaces import SqlWorkspaces

SECONDS_MAX = 120
"""For a machine that does other things as well; alone it takes under ten."""


def started(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bailiwick", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("newcomer")


@pytest.fixture(scope="module")
def told(place: Path) -> dict[str, dict[str, object]]:
    """Return what the demo told in its one document."""
    run = started(place, "demo", "--json", "--contacts", str(CONTACTS_COUNT_MIN))
    assert run.returncode == Exit.OK, run.stderr[-2_000:]
    assert run.stderr == ""
    return json.loads(run.stdout)


class TestDemo:
    def test_keeps_every_promise(self, told: dict[str, dict[str, object]]) -> None:
        """Whatever the demo says that it shows, it did; a broken promise is an exit code."""
        broken = [what for what, kept in told["promises"].items() if not kept]
        assert broken == []
        assert len(told["promises"]) > 15

    def test_reads_in_all_it_wrote(self, told: dict[str, dict[str, object]]) -> None:
        """Every contact arrives through the importer, and who asks to stop is read as that."""
        assert told["imported"]["contacts"] == CONTACTS_COUNT_MIN
        assert told["imported"]["opt_outs_read"] == counts(CONTACTS_COUNT_MIN)[Situation.OPTS_OUT]

    def test_sends_nothing_before_a_person_decides(
        self, told: dict[str, dict[str, object]]
    ) -> None:
        """A fresh install acts inside the house and waits with everything else."""
        assert told["sweep"]["sent"] == 0
        assert told["inbox"]["sent"] == 0
        assert isinstance(told["inbox"]["waiting"], int)
        assert told["inbox"]["waiting"] >= 12
        assert isinstance(told["sweep"]["facts_recorded"], int)
        assert told["sweep"]["facts_recorded"] > 0

    def test_sends_what_was_approved_and_no_more(self, told: dict[str, dict[str, object]]) -> None:
        """Five were approved, one of them asked to stop in between: four went out."""
        decided = told["decided"]
        assert decided["approved"] == 5
        assert decided["sent"] == 4
        assert decided["suppressed_before_delivery"] == "suppressed"
        assert told["grant"]["sent_unattended"] == 1
        assert told["grant"]["held_outside"] == 1
        assert told["kill_switch"] == {"sent_while_halted": 0, "sent_after": 1}

    def test_runs_a_campaign_of_weeks(self, told: dict[str, dict[str, object]]) -> None:
        """Six recipients, each in one place: one answered, one left, one letter still waits."""
        campaign = told["campaign"]
        assert campaign["recipients"] == 6
        assert campaign["where"] == {"replied": 1, "opted_out": 1, "finished": 3, "held": 1}
        assert campaign["held"] == 1

    def test_leaves_a_workspace_that_commands_work_in(
        self, told: dict[str, dict[str, object]], place: Path
    ) -> None:
        """In the demo's folder the record verifies, and the mail it explained is explained."""
        folder = place / str(told["folder"])
        verified = started(folder, "audit", "verify", "--json")
        assert verified.returncode == Exit.OK, verified.stderr
        assert json.loads(verified.stdout)["records_count"] == told["audit"]["records"]
        effect = str(told["explained"]["effect"])
        assert started(folder, "audit", "explain", effect).returncode == Exit.OK


class TestFolder:
    def test_is_not_touched_when_somebody_uses_it(self, tmp_path: Path) -> None:
        """A folder with files that no demo made is refused, and they stay."""
        kept = tmp_path / "mine" / "letter.txt"
        kept.parent.mkdir()
        kept.write_text("dear diary", encoding="utf-8")
        run = started(tmp_path, "demo", "--folder", "mine")
        assert run.returncode == Exit.INPUT
        assert "--folder" in run.stderr
        assert [path.name for path in kept.parent.iterdir()] == ["letter.txt"]

    def test_may_not_be_too_small(self, tmp_path: Path) -> None:
        """A company too small to show everything is refused with the range that works."""
        run = started(tmp_path, "demo", "--contacts", "3")
        assert run.returncode == Exit.INPUT
        assert str(CONTACTS_COUNT_MIN) in run.stderr
        assert list(tmp_path.iterdir()) == []


def test_the_demo_has_a_database_of_its_own(
    told: dict[str, dict[str, object]], place: Path
) -> None:
    """Nothing of the demo lands in the folder it was started from but its own."""
    assert [path.name for path in place.iterdir()] == [".bailiwick"]
    database = Database.open(f"sqlite:///{place / str(told['folder']) / 'bailiwick.db'}")
    try:
        assert [w.name for w in SqlWorkspaces(database).list()] == ["demo", "campaign"]
    finally:
        database.close()
