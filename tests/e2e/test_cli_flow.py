"""A working day on the command line: real files, a real database, a real mail server."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from email import message_from_bytes
from io import StringIO
from pathlib import Path

import pytest
from bench.servers.smtp import Sink, free_port, serving
from tests.cli.house import ADA, House

from bailiwick.cli.exits import Exit
from bailiwick.policy.rulebook import RULES_FOLDER


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Generator[Sink]:
    """A real mail server on loopback that settings name."""
    kept = Sink()
    with serving(kept) as endpoint:
        monkeypatch.setenv("BAILIWICK_SMTP_URL", f"smtp://{endpoint.host}:{endpoint.port}")
        yield kept


def payload_hash(house: House, card: str) -> str:
    """Return the hash that a card shows."""
    return str(house.run("approvals", "show", card, "--json").json()["payload_hash"])


def approved(house: House) -> str:
    """Approve the one card and return its id."""
    card = house.card()
    shown = payload_hash(house, card)
    assert house.run("approvals", "approve", card, "--hash", shown).code == Exit.OK
    return card


class TestAMailServerThatIsAway:
    def test_is_told_by_the_exit_code(self, asked: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """A worker that could not reach the server says so to a script; the mail waits."""
        monkeypatch.setenv("BAILIWICK_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
        approved(asked)
        worked = asked.run("worker", "--once")
        assert worked.code == Exit.FAULT
        assert "waits for its next try" in worked.out


class TestDay:
    def test_a_question_is_answered_and_proven(self, asked: House, sink: Sink) -> None:
        """What is approved is sent once, explained back to the mail, sealed and replayed."""
        card = approved(asked)
        worked = asked.run("worker", "--once", "--json")
        assert worked.code == Exit.OK, worked.err
        lines = [json.loads(line) for line in worked.out.splitlines()]
        assert [line["state"] for line in lines[:-1]] == ["sent"]
        assert lines[-1]["delivered"] == 1
        assert [message_from_bytes(mail)["In-Reply-To"] for mail in sink.delivered] == [
            "<m1@northwind.example>"
        ]
        assert sink.envelopes[0][1] == [ADA]

        story = asked.run("audit", "explain", lines[0]["effect"])
        assert story.code == Exit.OK
        for word in ("signal.read", "approval.decided", "effect.receipt", "Delivery times", ADA):
            assert word in story.out
        assert asked.run("audit", "explain", card).code == Exit.OK

        assert asked.run("audit", "seal").code == Exit.OK
        proven = asked.run("audit", "verify", "--json")
        assert proven.code == Exit.OK
        assert proven.json()["breach"] is None

        for run in asked.run("audit", "runs", "--json").items():
            replayed = asked.run("replay", str(run["run_id"]), "--json")
            assert replayed.code == Exit.OK, replayed.err
            assert replayed.json()["equal"] is True

    def test_nothing_is_sent_without_a_person(self, asked: House, sink: Sink) -> None:
        """A fresh workspace drafts and waits."""
        assert asked.run("worker", "--once").code == Exit.OK
        assert sink.delivered == []

    def test_approving_twice_is_once(self, asked: House, sink: Sink) -> None:
        """The second yes changes nothing and says so."""
        card = approved(asked)
        again = asked.run("approvals", "approve", card, "--hash", payload_hash(asked, card))
        assert again.code == Exit.OK
        assert "already" in again.out
        asked.run("worker", "--once")
        asked.run("worker", "--once")
        assert len(sink.delivered) == 1

    def test_a_grant_lets_one_capability_answer_alone(self, asked: House, sink: Sink) -> None:
        """Two levels up, one at a time, with evidence: the next answer goes out unattended."""
        for level in ("2", "3"):
            granted = asked.run(
                *("grant", "add", "send_message", "--capability", "reply", "--level", level),
                *("--all", "--evidence", "release 1", "--reason", "try it"),
            )
            assert granted.code == Exit.OK, granted.err
        address = "eve@other.example"
        asked.contact(address, first_name="Eve")
        asked.receive(sender=address, number=2)
        assert asked.run("sweep").code == Exit.OK
        worked = asked.run("worker", "--once")
        assert "1 sent" in worked.out
        assert sink.envelopes[0][1] == [address]

    def test_an_edit_is_what_goes_out(self, asked: House, sink: Sink) -> None:
        """The edited words are shown as a difference, approved and sent; the draft is not."""
        card = asked.card()
        words = asked.folder / "words.txt"
        words.write_text("Hello Ada,\n\nfour weeks.\n\nOurs\n", encoding="utf-8")
        edited = asked.run("approvals", "edit", card, "--text-file", str(words), "--json")
        assert edited.code == Exit.OK, edited.err
        answer = edited.json()
        assert "+four weeks." in str(answer["diff"])
        assert answer["replaces"] == card
        new = str(answer["approval_id"])
        done = asked.run("approvals", "approve", new, "--hash", str(answer["payload_hash"])[:12])
        assert done.code == Exit.OK, done.err
        asked.run("worker", "--once")
        assert b"four weeks." in sink.delivered[0]


class Terminal(StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


class TestAsking:
    @pytest.mark.parametrize(("typed", "code"), [("y\n", Exit.OK), ("\n", Exit.INPUT)])
    def test_a_terminal_is_shown_the_card_and_asked(
        self, asked: House, monkeypatch: pytest.MonkeyPatch, typed: str, code: Exit
    ) -> None:
        """The card stands above the question; only a typed yes approves it."""
        card = asked.card()
        monkeypatch.setattr(sys, "stdin", Terminal(typed))
        ran = asked.run("approvals", "approve", card)
        assert ran.code == code
        assert ran.out.splitlines()[0] == f"To: Ada Byron <{ADA}>"
        status = asked.run("approvals", "show", card, "--json").json()["status"]
        assert status == ("approved" if code is Exit.OK else "pending")

    def test_a_script_is_never_asked(self, asked: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """With --json a hash is needed even on a terminal."""
        monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
        assert asked.run("approvals", "approve", asked.card(), "--json").code == Exit.INPUT


class TestWorker:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_stops_when_told(self, asked: House, sink: Sink, number: signal.Signals) -> None:
        """A running worker sends what is due, and ends well after a signal, telling what it did."""
        approved(asked)
        command = [sys.executable, "-m", "bailiwick", "worker", "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:  # noqa: S603 - our own interpreter
            assert worker.stdout is not None
            assert json.loads(worker.stdout.readline())["state"] == "sent"
            worker.send_signal(number)
            rest = worker.stdout.read()
            assert worker.wait(timeout=15) == Exit.OK
        assert json.loads(rest) == {"delivered": 1, "states": {"sent": 1}, "stopped_by": []}
        assert len(sink.delivered) == 1

    def test_stops_after_its_limit(self, asked: House, sink: Sink) -> None:
        """With a limit it ends by itself once that many effects are done."""
        approved(asked)
        ran = asked.run("worker", "--limit", "1", "--json")
        assert ran.code == Exit.OK
        assert len(sink.delivered) == 1


class TestRefusals:
    def test_a_contact_who_wrote_meanwhile_makes_the_card_stale(self, asked: House) -> None:
        """The stored answer is not sent when the contact has written since."""
        card = asked.card()
        shown = payload_hash(asked, card)
        assert asked.receive(number=2, text="Never mind, we have found somebody else.").code == 0
        ran = asked.run("approvals", "approve", card, "--hash", shown)
        assert ran.code == Exit.REFUSED
        assert "has written since" in ran.out

    def test_another_hash_is_not_approved(self, asked: House) -> None:
        """Whoever was shown other bytes decides nothing."""
        card = asked.card()
        ran = asked.run("approvals", "approve", card, "--hash", "f" * 64)
        assert ran.code == Exit.INPUT
        assert "look at it again" in ran.err
        assert asked.card() == card

    def test_too_little_of_a_hash_is_not_enough(self, asked: House) -> None:
        """Eleven digits of the right hash are refused, twelve are taken."""
        card = asked.card()
        shown = payload_hash(asked, card)
        assert asked.run("approvals", "approve", card, "--hash", shown[:11]).code == Exit.INPUT
        assert asked.run("approvals", "approve", card, "--hash", shown[:12]).code == Exit.OK

    def test_without_a_terminal_a_hash_is_needed(self, asked: House) -> None:
        """A pipe cannot say yes."""
        ran = asked.run("approvals", "approve", asked.card())
        assert ran.code == Exit.INPUT
        assert "--hash" in ran.err

    def test_a_rejected_card_cannot_be_approved(self, asked: House) -> None:
        """A no stays a no, and needs a reason."""
        card = asked.card()
        shown = payload_hash(asked, card)
        assert asked.run("approvals", "reject", card, "--reason", " ").code == Exit.INPUT
        assert asked.run("approvals", "reject", card, "--reason", "wrong tone").code == Exit.OK
        ran = asked.run("approvals", "approve", card, "--hash", shown)
        assert ran.code == Exit.REFUSED
        assert "wrong tone" in ran.out

    def test_a_viewer_may_look_but_not_decide(self, asked: House) -> None:
        """Roles are asked at every decision."""
        added = asked.run("people", "add", "vera@ours.example", "--role", "viewer")
        assert added.code == Exit.OK, added.err
        card = asked.card()
        shown = payload_hash(asked, card)
        unnamed = asked.run("approvals", "approve", card, "--hash", shown)
        assert unnamed.code == Exit.INPUT
        assert "--as" in unnamed.err
        ran = asked.run("approvals", "approve", card, "--hash", shown, "--as", "vera@ours.example")
        assert ran.code == Exit.INPUT
        assert "viewer may not approve" in ran.err

    def test_snooze_and_reassign_are_kept(self, asked: House) -> None:
        """A card can be put aside and handed over, and shows both."""
        asked.run("people", "add", "rita@ours.example", "--role", "rep")
        card = asked.card()
        me = ("--as", "sales@ours.example")
        assert asked.run("approvals", "snooze", card, "--hours", "4", *me).code == Exit.OK
        assert asked.run("approvals", "snooze", card, "--hours", "49", *me).code == Exit.INPUT
        moved = asked.run("approvals", "reassign", card, "--to", "rita@ours.example", *me)
        assert moved.code == Exit.OK, moved.err
        shown = asked.run("approvals", "show", card, "--json").json()
        assert shown["assigned_to"]
        assert shown["snoozed_until"]


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
