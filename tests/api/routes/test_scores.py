"""Leads in order, over HTTP."""

from tests.api.routes.conftest import Branch
from tests.fakes.office import DANA

from bailiwick.domain.crm import Role


class TestScores:
    def test_are_listed_and_read_one_by_one(self, branch: Branch) -> None:
        """The list and the single read say the same; both say that it is a rank."""
        client = branch.client(Role.VIEWER)
        listed = {one["contact_id"]: one for one in client.get("/api/v1/scores").json()["items"]}
        assert DANA in listed
        one = client.get(f"/api/v1/contacts/{DANA}/score").json()
        assert one == listed[DANA]
        assert one["mode"] in {"prior", "insufficient"}
        assert one["weights"] == "lead_rank/1"

    def test_are_not_there_for_whom_nobody_knows(self, branch: Branch) -> None:
        """A made-up contact has no score."""
        made_up = "con_01ARZ3NDEKTSV4RRFFQ69G5FAV"
        assert branch.client().get(f"/api/v1/contacts/{made_up}/score").status_code == 404
