from starlette.testclient import TestClient
from tests.api.premises import Premises

from bailiwick.control.registry import CAPABILITIES
from bailiwick.store.database import Database
from bailiwick.wiring.readiness import Check, Readiness


class TestHealth:
    def test_lives_without_a_key(self, client: TestClient) -> None:
        """Whoever watches the process needs no key."""
        assert client.get("/livez").json() == {"status": "ok"}

    def test_is_ready_when_database_schema_and_disk_are(self, client: TestClient) -> None:
        """Each part that was asked is named."""
        answer = client.get("/readyz")
        assert answer.status_code == 200
        found = {c["name"]: c["passed"] for c in answer.json()["checks"]}
        assert found == {"database": True, "schema": True, "disk": True, "langgraph": True}

    def test_names_an_untested_graph_library(self, sqlite_url: str) -> None:
        """It stays ready, since every graph then runs on the library itself, and says so."""
        database = Database.open(sqlite_url)
        try:
            (proven,) = told(Readiness(database, sqlite_url))
            (other,) = told(Readiness(database, sqlite_url, langgraph="1.3.0"))
        finally:
            database.close()
        assert (proven.passed, proven.detail) == (True, "")
        assert other.passed
        assert "LangGraph 1.3.0 is not proven equal" in other.detail

    def test_names_the_graphs_and_loads_none(self, client: TestClient, premises: Premises) -> None:
        """A service that nobody has called has compiled nothing."""
        answer = client.get("/health").json()
        assert answer == {"status": "ok", "graphs": list(CAPABILITIES), "compiled": []}
        application = premises.service.application(premises.workspace_id())
        application.graphs.executor("reply")
        assert client.get("/health").json()["compiled"] == ["reply"]


def told(readiness: Readiness) -> list[Check]:
    """Return what is told of the graph library."""
    return [check for check in readiness.checks() if check.name == "langgraph"]
