"""A working day on the command line: real files, a real database, a real mail server."""

import json
import signal
import subprocess
import sys
from email import message_from_bytes
from io import StringIO

import pytest
from bench.servers.smtp import Sink, free_port
from tests.cli.house import ADA, House
from tests.e2e.cards import approved, payload_hash

from bailiwick.cli.exits import Exit


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
