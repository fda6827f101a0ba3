import io
from contextlib import redirect_stdout

import pytest
from tests.api.routes.conftest import Branch
from tests.fakes.office import DANA, letter, mail_args, step

from bailiwick.cli.card_view import show_card
from bailiwick.cli.output import Output
from bailiwick.domain.action import Action
from bailiwick.domain.approval import Approval, ApprovalStatus
from bailiwick.domain.crm import Role
from bailiwick.observe.card_contents import read_card


def held(branch: Branch, **mail: object) -> Approval:
    branch.office.propose(step(args={"contact_id": DANA, "mail": mail_args(**mail)}))
    (card,) = branch.office.pending()
    return card


class TestACard:
    def test_shows_exactly_what_would_be_sent(self, branch: Branch) -> None:
        """Recipient, payload and hash are those of the stored bytes."""
        card = held(branch, text="Hello,\n\nthis very text.")
        client = branch.client()
        listed = client.get("/api/v1/approvals").json()
        assert [item["approval_id"] for item in listed["items"]] == [card.approval_id]
        shown = client.get(f"/api/v1/approvals/{card.approval_id}")
        assert shown.headers["etag"] == '"1"'
        body = shown.json()
        assert body["payload_hash"] == card.payload_hash
        assert "this very text." in body["payload_text"]
        assert "dana@acme.example" in body["recipient"]

    def test_shows_how_the_mail_that_it_answers_was_read(self, branch: Branch) -> None:
        """Label, basis and the words for the warmth stand beside an answer, on both surfaces."""
        branch.office.receive(letter("Please send the contract for forty seats, it is urgent."))
        branch.office.sweep()
        branch.office.drain()
        (card,) = [one for one in branch.office.pending() if one.action is Action.SEND_MESSAGE]
        body = branch.client().get(f"/api/v1/approvals/{card.approval_id}").json()
        assert body["read_as"].endswith(("by classifier", "by rule"))
        assert body["warmth"]["permille"] > 500
        assert body["warmth"]["words"] == ["send the contract", "seats", "urgent"]
        with branch.office.app.units.read() as unit:
            shown = read_card(unit, card, at=branch.office.clock.now())
        out = io.StringIO()
        with redirect_stdout(out):
            show_card(Output(as_json=False), shown)
        assert body["read_as"] in out.getvalue()
        assert 'by "send the contract", "seats", "urgent"' in " ".join(out.getvalue().split())

    def test_is_sent_as_it_was_shown(self, branch: Branch) -> None:
        """Approving by the hash that was shown sends those bytes, once."""
        card = held(branch, text="Hello,\n\nthis very text.")
        client = branch.client(Role.APPROVER)
        path = f"/api/v1/approvals/{card.approval_id}/approve"
        for expected in ("queued", "already"):
            answer = client.post(path, json={"payload_sha256": card.payload_hash})
            assert answer.status_code == 200
            assert answer.json()["result"] == expected
        branch.office.drain()
        assert len(branch.office.mail.delivered) == 1

    def test_is_not_approved_by_another_hash(self, branch: Branch) -> None:
        """A hash that is not the card's approves nothing."""
        card = held(branch)
        path = f"/api/v1/approvals/{card.approval_id}/approve"
        answer = branch.client(Role.APPROVER).post(path, json={"payload_sha256": "0" * 64})
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        assert branch.office.pending() == (card,)

    def test_is_not_changed_by_who_saw_an_older_one(self, branch: Branch) -> None:
        """If-Match with an old version changes nothing; with the present one it does."""
        card = held(branch)
        client = branch.client(Role.APPROVER)
        path = f"/api/v1/approvals/{card.approval_id}"
        body = {"reason": "Not now"}
        stale = client.post(f"{path}/reject", json=body, headers={"If-Match": '"7"'})
        assert stale.status_code == 412
        assert stale.headers["etag"] == '"1"'
        fresh = client.post(f"{path}/reject", json=body, headers={"If-Match": '"1"'})
        assert fresh.json()["result"] == "rejected"

    def test_is_replaced_by_an_edit(self, branch: Branch) -> None:
        """Other words make another card with another hash; the old one is closed."""
        card = held(branch)
        path = f"/api/v1/approvals/{card.approval_id}/edit"
        answer = branch.client(Role.APPROVER).post(path, json={"subject": "Another subject"})
        assert answer.json()["result"] == "edited"
        assert answer.json()["payload_hash"] != card.payload_hash
        old = branch.office.app.inbox.get(card.approval_id)
        assert old.status is ApprovalStatus.EDITED

    @pytest.mark.parametrize("what", ["", "/approve", "/reject", "/snooze", "/edit", "/reassign"])
    def test_that_is_not_there_is_not_found(self, branch: Branch, what: str) -> None:
        """An unknown id says so, whatever is asked of it."""
        bodies: dict[str, dict[str, object]] = {
            "/approve": {"payload_sha256": "0" * 64},
            "/reject": {"reason": "x"},
            "/snooze": {"hours": 1},
            "/edit": {"subject": "x"},
            "/reassign": {"to": "per_x"},
        }
        client = branch.client()
        path = f"/api/v1/approvals/apr_none{what}"
        answer = client.post(path, json=bodies[what]) if what else client.get(path)
        assert answer.status_code == 404

    def test_takes_no_field_that_it_does_not_know(self, branch: Branch) -> None:
        """A typo is told, not dropped: `hash` is not `payload_sha256`."""
        card = held(branch)
        path = f"/api/v1/approvals/{card.approval_id}/approve"
        answer = branch.client().post(path, json={"hash": card.payload_hash})
        assert answer.status_code == 422
        assert {e["loc"] for e in answer.json()["errors"]} == {"body.payload_sha256", "body.hash"}
