from starlette.testclient import TestClient
from tests.api.premises import Premises

from bailiwick.control.registry import CAPABILITIES


class TestHealth:
    def test_lives_without_a_key(self, client: TestClient) -> None:
        """Whoever watches the process needs no key."""
        assert client.get("/livez").json() == {"status": "ok"}

    def test_is_ready_when_database_schema_and_disk_are(self, client: TestClient) -> None:
        """Each part that was asked is named."""
        answer = client.get("/readyz")
        assert answer.status_code == 200
        found = {c["name"]: c["passed"] for c in answer.json()["checks"]}
        assert found == {"database": True, "schema": True, "disk": True}

    def test_names_the_graphs_and_loads_none(self, client: TestClient, premises: Premises) -> None:
        """A service that nobody has called has compiled nothing."""
        answer = client.get("/health").json()
        assert answer == {"status": "ok", "graphs": list(CAPABILITIES), "compiled": []}
        application = premises.service.application(premises.workspace_id())
        application.graphs.executor("reply")
        assert client.get("/health").json()["compiled"] == ["reply"]
