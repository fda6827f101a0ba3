"""Traces, costs and budgets over HTTP."""

from tests.api.routes.conftest import Branch
from tests.fakes.office import DANA, letter

from bailiwick.domain.crm import Role


class TestTraces:
    def test_are_listed_and_read_as_trees(self, branch: Branch) -> None:
        """The newest piece of work leads to its tree, which holds ids and times and no text."""
        branch.office.receive(letter("What does the renewal cost?"))
        client = branch.client(Role.APPROVER)
        run = client.post("/api/v1/plans", json={"contact": DANA})
        assert run.status_code in {200, 403}
        run = branch.client(Role.REP).post("/api/v1/plans", json={"contact": DANA}).json()["run_id"]
        branch.service.application(branch.office.app.workspace.workspace_id).observation.flush()
        listed = client.get("/api/v1/traces", params={"kept_by": "held"}).json()["items"]
        assert listed
        told = client.get(f"/api/v1/traces/{run}")
        assert told.status_code == 200, told.text
        names = {span["name"] for span in told.json()["spans"]}
        assert {"run", "judge"} <= names, names
        assert told.json()["trees"][0]["branches"]
        assert "renewal" not in told.text

    def test_come_in_pages_and_survive_a_made_up_cursor(self, branch: Branch) -> None:
        """The cursor goes on behind the last; nonsense is no server error."""
        branch.office.receive(letter("What does the renewal cost?"))
        branch.office.sweep()
        branch.office.app.observation.flush()
        client = branch.client()
        for path in ("/api/v1/traces", "/api/v1/traces/orphans"):
            first = client.get(path, params={"size": 1}).json()
            cursor = first["next_cursor"]
            if cursor is not None:
                second = client.get(path, params={"size": 1, "cursor": cursor}).json()
                assert second["items"] != first["items"]
            for bad in ("x", "9" * 400, "9" * 400 + ":a", ":", "1"):
                assert client.get(path, params={"cursor": bad}).status_code == 200, bad

    def test_of_nothing_are_not_there(self, branch: Branch) -> None:
        """A run without spans is told as such; a viewer reads none."""
        assert branch.client().get("/api/v1/traces/run_none").status_code == 404
        assert branch.client(Role.REP).get("/api/v1/traces").status_code == 403


class TestCosts:
    def test_are_told_by_what_one_likes(self, branch: Branch) -> None:
        """Every way to put calls together is answered; another one is told as such."""
        branch.office.receive(letter("What does the renewal cost?"))
        branch.office.sweep()
        client = branch.client(Role.SUPERVISOR)
        for by in ("capability", "node", "run", "day", "outcome", "model", "workspace"):
            answer = client.get("/api/v1/costs", params={"by": by, "days": 7})
            assert answer.status_code == 200, by
            assert answer.json()["items"], by
        assert client.get("/api/v1/costs", params={"by": "moon"}).status_code == 422
        assert client.get("/api/v1/costs", params={"days": 0}).status_code == 422

    def test_have_budgets(self, branch: Branch) -> None:
        """The whole workspace has a line whatever was spent."""
        (line, *_) = branch.client(Role.APPROVER).get("/api/v1/budgets").json()["items"]
        assert line["scope"] == "*"
