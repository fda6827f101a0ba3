"""`backup`, `restore`, `erase`, `export` and `retention`: what they say, refuse and leave."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from tests.cli.house import ADA, House

from bailiwick.cli.exits import Exit

REASON = ("--reason", "request 17")


@pytest.fixture
def lived(house: House) -> House:
    """A house with one person who wrote."""
    house.contact()
    assert house.receive().code == Exit.OK
    return house


def only(found: object) -> dict[str, object]:
    """Return the one item of a list that a command printed."""
    assert isinstance(found, list)
    (item,) = found  # pyright: ignore[reportUnknownVariableType] - JSON
    assert isinstance(item, dict)
    return item  # pyright: ignore[reportUnknownVariableType] - JSON


class TestBackup:
    def test_writes_lists_and_never_replaces(self, lived: House) -> None:
        """One JSON document with the hash; the same name again is refused."""
        ran = lived.run("backup", "b.bak", "--json")
        assert (ran.code, ran.json()["sealed"]) == (Exit.OK, False)
        (kept,) = lived.run("backup", "list", "--json").items()
        assert (kept["file_name"], kept["sha256"]) == ("b.bak", ran.json()["sha256"])
        again = lived.run("backup", "b.bak")
        assert (again.code, "never replaces" in again.err) == (Exit.INPUT, True)

    def test_says_that_it_is_not_sealed(self, lived: House) -> None:
        """Whoever reads the file reads all of it, and that is said."""
        assert "not sealed" in lived.run("backup", "b.bak").out

    def test_takes_one_kind_of_key(self, lived: House) -> None:
        """A key file of too few bytes, none, or two kinds at once are refused."""
        Path("short").write_bytes(b"short")
        Path("empty").touch()
        both = ("--key-file", "short", "--passphrase-file", "short")
        for given in (("--key-file", "short"), ("--key-file", "empty"), ("--key-file", "no"), both):
            ran = lived.run("backup", "b.bak", *given)
            assert ran.code in {Exit.INPUT, Exit.SETTINGS}, given
            assert ran.err
        assert not Path("b.bak").exists()


class TestRestore:
    def test_puts_back_what_was_lost(self, lived: House) -> None:
        """Checked first without a change, then confirmed by name; everything is stopped after."""
        Path("pass").write_text("a passphrase\n", encoding="utf-8")
        sealed = ("--passphrase-file", "pass")
        assert lived.run("backup", "b.bak", *sealed).code == Exit.OK
        assert lived.run("erase", ADA, *REASON).code == Exit.OK
        dry = lived.run("restore", "b.bak", *sealed, "--dry-run", "--json")
        assert (dry.code, dry.json()["dry_run"]) == (Exit.OK, True)
        refused = lived.run("restore", "b.bak", *sealed)
        assert (refused.code, "--replace" in refused.err) == (Exit.INPUT, True)
        unconfirmed = lived.run("restore", "b.bak", *sealed, "--replace")
        assert (unconfirmed.code, "--confirm" in unconfirmed.err) == (Exit.INPUT, True)
        confirmed = (*sealed, "--replace", "--confirm", "default")
        made = lived.run("restore", "b.bak", *confirmed, "--json")
        assert made.code == Exit.OK, made.err
        workspace = only(made.json()["workspaces"])
        assert workspace["erased_count"] == 1, "who was erased stays erased"
        halts = lived.run("halt", "list", "--json").items()
        assert [halt["scope"] for halt in halts] == ["*"]
        assert lived.run("audit", "verify").code == Exit.OK

    def test_refuses_a_changed_file_and_a_wrong_key(self, lived: House) -> None:
        """Damage and a missing key have different exits and say what helps."""
        Path("key").write_bytes(b"k" * 32)
        assert lived.run("backup", "b.bak", "--key-file", "key").code == Exit.OK
        unkeyed = lived.run("restore", "b.bak", "--dry-run")
        assert (unkeyed.code, "--key-file" in unkeyed.err) == (Exit.INPUT, True)
        content = bytearray(Path("b.bak").read_bytes())
        content[len(content) // 2] ^= 1
        Path("b.bak").write_bytes(content)
        damaged = lived.run("restore", "b.bak", "--key-file", "key", "--dry-run", "--json")
        assert (damaged.code, "changed" in damaged.out + damaged.err) == (Exit.DAMAGED, True)
        assert lived.run("restore", "nothing.bak", "--dry-run").code == Exit.INPUT


class TestErase:
    def test_counts_erases_and_is_done(self, lived: House) -> None:
        """A dry run changes nothing, the erasure names the backup, and the id again finishes it."""
        contact = lived.run("erase", ADA, *REASON, "--dry-run", "--json").json()["contact"]
        assert lived.run("backup", "b.bak").code == Exit.OK
        made = lived.run("erase", ADA, *REASON, "--json")
        assert made.code == Exit.OK, made.err
        assert only(made.json()["backups"])["file_name"] == "b.bak"
        unknown = lived.run("erase", ADA, *REASON)
        assert (unknown.code, "nobody here" in unknown.err) == (Exit.INPUT, True)
        again = lived.run("erase", str(contact), *REASON)
        assert again.code == Exit.OK, again.err
        never = lived.run("erase", "con_nobody", *REASON)
        assert (never.code, "nothing is held" in never.err) == (Exit.INPUT, True)

    def test_says_what_remains_for_people(self, lived: House) -> None:
        """Backups by name and date, and files that nobody but the operator can delete."""
        assert lived.run("backup", "b.bak").code == Exit.OK
        told = lived.run("erase", ADA, *REASON).out
        assert "b.bak" in told
        assert "yours to delete" in told

    def test_takes_no_reason_that_names_the_person(self, lived: House) -> None:
        """The reason is kept; without one nothing happens either."""
        ran = lived.run("erase", ADA, "--reason", "Ada asked", "--json")
        assert (ran.code, "reason" in ran.out + ran.err) == (Exit.INPUT, True)
        assert lived.run("erase", ADA).code == Exit.INPUT


class TestExport:
    def test_writes_a_new_archive(self, lived: House) -> None:
        """JSON, text and the mails as they came; it never replaces a file."""
        ran = lived.run("export", ADA, "ada.zip", "--json")
        assert ran.code == Exit.OK, ran.err
        with ZipFile("ada.zip") as archive:
            content = json.loads(archive.read("person.json"))
            names = archive.namelist()
        assert set(content["held"]) == set(ran.json()["rows"])  # pyright: ignore[reportArgumentType, reportCallIssue] - JSON
        assert [n for n in names if n.startswith("mail/")]
        assert lived.run("export", ADA, "ada.zip").code == Exit.INPUT
        assert lived.run("export", "x@nowhere.example", "x.zip").code == Exit.INPUT


class TestRetention:
    def test_plans_and_runs(self, lived: House) -> None:
        """Today nothing is old, and each kind is named with its bound."""
        planned = lived.run("retention", "plan", "--json")
        assert {"raw_mail", "run_inputs", "traces"} <= {str(i["kind"]) for i in planned.items()}
        ran = lived.run("retention", "run", "--json")
        assert (ran.code, {i["count"] for i in ran.items()}) == (Exit.OK, {0})
        assert "older than" in lived.run("retention", "plan").out

    def test_refuses_settings_it_does_not_know(self, lived: House) -> None:
        """A misspelt kind is told, with those there are."""
        with Path("bailiwick.toml").open("a", encoding="utf-8") as file:
            file.write('\n[care]\nkeep_days = { raw_male = "1" }\n')
        ran = lived.run("retention", "plan")
        assert (ran.code, "raw_mail" in ran.err) == (Exit.SETTINGS, True)
