"""The consent ledger over HTTP: a rep adds to it, and only what proves something is taken."""

from tests.api.routes.conftest import Branch
from tests.fakes.office import DANA

from bailiwick.domain.crm import Role

CONSENTS = "/api/v1/consents"
GRANT = {
    "contact": "dana@acme.example", "state": "granted", "lawful_basis": "consent",
    "source": "web form", "evidence": "entry 17",
}  # fmt: skip


class TestConsents:
    def test_are_added_and_hold(self, branch: Branch) -> None:
        """The latest word holds, and the list keeps both."""
        client = branch.client(Role.REP)
        assert client.post(CONSENTS, json=GRANT).status_code == 201
        denied = {"contact": DANA, "state": "denied", "source": "phone call"}
        made = client.post(CONSENTS, json=denied)
        assert (made.status_code, made.json()["lawful_basis"]) == (201, "")
        (holds,) = client.get(f"/api/v1/contacts/{DANA}/consent").json()["items"]
        assert holds["state"] == "denied"
        listed = client.get(CONSENTS, params={"contact": DANA, "size": 1}).json()
        assert [one["state"] for one in listed["items"]] == ["granted"]
        assert listed["next_cursor"] is not None

    def test_need_proof(self, branch: Branch) -> None:
        """A grant without evidence is told what is missing."""
        refused = branch.client(Role.REP).post(CONSENTS, json={**GRANT, "evidence": ""})
        assert (refused.status_code, "evidence" in refused.json()["detail"]) == (422, True)

    def test_are_not_taken_from_a_viewer(self, branch: Branch) -> None:
        """Who may only look opens no door."""
        assert branch.client(Role.VIEWER).post(CONSENTS, json=GRANT).status_code == 403
