"""The command line on records, plans, letters and the law."""

import json
import sqlite3
from pathlib import Path

import pytest
from bench.servers.smtp import Sink
from tests.cli.house import ADA, House
from tests.e2e.cards import approved, payload_hash

from bailiwick.cli.exits import Exit
from bailiwick.policy.rulebook import RULES_FOLDER


class TestEvidence:
    def test_a_card_says_what_it_rests_on(self, asked: House) -> None:
        """Each mail and fact that a draft leans on is shown with what it says, not only its id."""
        shown = json.loads(asked.run("approvals", "show", asked.card(), "--json").out)
        says = {e["ref"].partition(":")[0]: e["says"] for e in shown["evidence"]}
        assert "Delivery times" in says["message"]
        assert " is " in says["fact"]
        assert ADA in says["contact"] or "supports" in says["contact"]


class TestRecord:
    def test_tampering_names_the_first_bad_record(self, asked: House) -> None:
        """One changed byte in the past ends the check with the number of that record."""
        with sqlite3.connect(asked.folder / "bailiwick.db") as database:
            database.execute("drop trigger if exists records_no_update")
            for (name,) in database.execute(
                "select name from sqlite_master where type='trigger' and tbl_name='records'"
            ).fetchall():
                database.execute(f"drop trigger {name}")
            database.execute(
                "update records set payload = replace(payload, 'allowed', 'ALLOWED') where seq = 4"
            )
        database.close()
        ran = asked.run("audit", "verify")
        assert ran.code == Exit.DAMAGED
        assert "Record 4 is the first bad one" in ran.out

    def test_a_cut_tail_is_seen_by_a_seal_from_outside(self, asked: House) -> None:
        """Seals that were kept elsewhere remember what the database forgot."""
        kept = asked.folder / "elsewhere.jsonl"
        kept.write_bytes((asked.folder / ".bailiwick" / "seals.jsonl").read_bytes())
        with sqlite3.connect(asked.folder / "bailiwick.db") as database:
            for table in ("records", "seals"):
                for (name,) in database.execute(
                    "select name from sqlite_master where type='trigger' and tbl_name=?", (table,)
                ).fetchall():
                    database.execute(f"drop trigger {name}")
            database.execute("delete from records where seq > 3")
            database.execute("delete from seals")
        database.close()
        ran = asked.run("audit", "verify", "--seals", str(kept))
        assert ran.code == Exit.DAMAGED
        assert "cut" in ran.out

    def test_export_holds_every_record(self, asked: House) -> None:
        """The exported lines are the chain, one record a line."""
        out = asked.folder / "records.jsonl"
        ran = asked.run("audit", "export", "--out", str(out), "--json")
        lines = out.read_text(encoding="utf-8").splitlines()
        assert ran.json()["records"] == len(lines) > 5
        assert [json.loads(line)["seq"] for line in lines] == list(range(1, len(lines) + 1))

    def test_runs_come_in_pages(self, asked: House) -> None:
        """The cursor of one page leads to the next, without gaps or doubles."""
        everything = [r["run_id"] for r in asked.run("audit", "runs", "--json").items()]
        seen: list[object] = []
        cursor: tuple[str, ...] = ()
        for _ in everything:
            page = asked.run("audit", "runs", "--size", "1", "--json", *cursor)
            seen += [r["run_id"] for r in page.items()]
            cursor = ("--cursor", str(page.json()["next_cursor"]))
        assert seen == everything


class TestPlan:
    def test_what_waits_has_its_own_code(self, house: House) -> None:
        """Planning that ends in a card tells so by words and by code."""
        house.contact()
        house.receive()
        ran = house.run("plan", ADA)
        assert ran.code == Exit.HELD, ran.out + ran.err
        assert "approvals show apr_" in ran.out
        assert "autonomy" in ran.out

    def test_a_stranger_is_not_planned_for(self, house: House) -> None:
        """An unknown address is named with what to do."""
        ran = house.run("plan", "nobody@nowhere.example")
        assert ran.code == Exit.INPUT
        assert "import" in ran.err

    def test_a_halt_stops_planning_and_sending(self, asked: House, sink: Sink) -> None:
        """While everything is stopped nothing goes out; lifting it lets the worker go on."""
        approved(asked)
        assert asked.run("halt", "--reason", "looks odd").code == Exit.OK
        assert asked.run("worker", "--once").code == Exit.HALTED
        assert sink.delivered == []
        assert "looks odd" in asked.run("halt", "list").out
        assert asked.run("halt", "lift", "*", "--reason", "was fine").code == Exit.OK
        assert asked.run("worker", "--once").code == Exit.OK

    def test_a_card_outlives_a_halt(self, asked: House) -> None:
        """Approving during a halt decides nothing: the card waits and can be approved after it."""
        card = asked.card()
        shown = payload_hash(asked, card)
        asked.run("halt", "--reason", "looks odd")
        ran = asked.run("approvals", "approve", card, "--hash", shown)
        assert ran.code == Exit.HALTED
        assert asked.card() == card
        asked.run("halt", "lift", "*", "--reason", "was fine")
        assert asked.run("approvals", "approve", card, "--hash", shown).code == Exit.OK

    def test_the_environment_stops_as_well(
        self, asked: House, sink: Sink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The kill switch outside the database counts at once."""
        approved(asked)
        monkeypatch.setenv("BAILIWICK_KILL_SWITCH", "1")
        assert asked.run("worker", "--once").code == Exit.HALTED
        assert sink.delivered == []
        monkeypatch.delenv("BAILIWICK_KILL_SWITCH")
        assert asked.run("worker", "--once").code == Exit.OK
        assert len(sink.delivered) == 1


class TestLetters:
    @pytest.fixture
    def failed(self, asked: House, sink: Sink) -> House:
        """A house whose one mail the server refused for good."""
        sink.rcpt_reply = "550 no such user"
        approved(asked)
        asked.run("worker", "--once")
        return asked

    def test_a_dead_letter_is_listed_and_sent_again(self, failed: House, sink: Sink) -> None:
        """What the server refused for good waits with its reason, and goes out when replayed."""
        (dead,) = failed.run("worker", "dead", "--json").items()
        assert "550" in str(dead["reason"])
        assert failed.run("worker", "doubt", "--json").items() == []
        sink.rcpt_reply = "250 OK"
        again = failed.run("worker", "replay", str(dead["effect"]), "--reason", "address repaired")
        assert again.code == Exit.OK, again.err
        assert failed.run("worker", "--once").code == Exit.OK
        assert failed.run("worker", "dead", "--json").items() == []

    def test_only_doubt_is_settled(self, failed: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """A dead letter is in no doubt, which is said even where no mail server is set."""
        (dead,) = failed.run("worker", "dead", "--json").items()
        monkeypatch.delenv("BAILIWICK_SMTP_URL")
        ran = failed.run(
            *("worker", "settle", str(dead["effect"])), "--answer", "sent", "--reason", "seen"
        )
        assert ran.code == Exit.INPUT
        assert "must be in_doubt" in ran.err


class TestLaw:
    def test_simulation_lists_what_a_new_rule_would_change(self, asked: House) -> None:
        """A rule against all mail turns held mails into refused ones and loosens nothing."""
        rules = asked.folder / "rules"
        rules.mkdir()
        (rules / "silence.cedar").write_text(
            '@id("workspace/silence")\n@harm("noise")\n@reason("no mail at all")\n'
            'forbid (principal, action == Action::"send_message", resource);\n',
            encoding="utf-8",
        )
        ran = asked.run("policy", "simulate", "--rules", str(rules), "--json")
        assert ran.code == Exit.OK, ran.err
        changes = ran.json()["changes"]
        assert isinstance(changes, list)
        assert changes
        assert all(not change["loosened"] for change in changes)  # pyright: ignore[reportUnknownVariableType] - JSON is untyped

    def test_an_unchanged_copy_changes_nothing(self, asked: House, tmp_path: Path) -> None:
        """The product's own rules, copied, decide everything as before."""
        copy = tmp_path / "copy"
        copy.mkdir()
        for path in RULES_FOLDER.glob("*.cedar"):
            (copy / path.name).write_bytes(path.read_bytes())
        ran = asked.run("policy", "simulate", "--rules", str(copy), "--json")
        assert ran.json()["changes"] == []
        judged = ran.json()["judged"]
        assert isinstance(judged, int)
        assert judged > 0

    def test_a_card_is_explained_as_things_stand(self, asked: House) -> None:
        """The stored payload is judged now, and what would change the verdict is named."""
        ran = asked.run("policy", "explain", "--approval", asked.card())
        assert ran.code == Exit.OK, ran.err
        assert "held" in ran.out
        assert "level_granted" in ran.out

    def test_an_action_is_explained_for_a_contact(self, asked: House) -> None:
        """A suppressed contact shows in the standing that is judged."""
        ran = asked.run("policy", "explain", "send_message", "--contact", ADA, "--json")
        assert ran.code == Exit.OK, ran.err
        verdict = ran.json()["verdict"]
        assert isinstance(verdict, dict)
        assert verdict["word"] == "held"
