from tests.api.compat.scene import Scene

from bailiwick.api.compat.naming import assistant_id
from bailiwick.domain.crm import Role

ORCHESTRATOR = "crm_orchestrator"


class TestAssistants:
    def test_are_the_capabilities(self, scene: Scene) -> None:
        """Each capability is one assistant, found by name or by the derived id."""
        found = scene.client.post("/assistants/search", json={"limit": 100})
        names = [one["graph_id"] for one in found.json()]
        assert ORCHESTRATOR in names
        assert found.headers["x-pagination-total"] == str(len(names))
        assert "x-pagination-next" not in found.headers
        one = scene.client.get(f"/assistants/{assistant_id(ORCHESTRATOR)}").json()
        assert one == scene.client.get(f"/assistants/{ORCHESTRATOR}").json()
        assert scene.client.post("/assistants/count", json={}).json() == len(names)

    def test_are_paged(self, scene: Scene) -> None:
        """A page names the next offset, and the last page none."""
        first = scene.client.post("/assistants/search", json={"limit": 1, "select": ["graph_id"]})
        assert first.headers["x-pagination-next"] == "1"
        total = int(first.headers["x-pagination-total"])
        last = scene.client.post("/assistants/search", json={"limit": 1, "offset": total - 1})
        assert "x-pagination-next" not in last.headers
        assert set(first.json()[0]) == {"graph_id"}

    def test_show_their_graphs(self, scene: Scene) -> None:
        """A graph is told as nodes and edges, and its schemas are null where it has none."""
        graph = scene.client.get(f"/assistants/{ORCHESTRATOR}/graph").json()
        assert {"id": "__end__"} in graph["nodes"]
        assert {"source", "target"} <= set(graph["edges"][0])
        schemas = scene.client.get(f"/assistants/{ORCHESTRATOR}/schemas").json()
        assert schemas["input_schema"]["oneOf"]
        assert schemas["context_schema"] is None
        assert scene.client.get(f"/assistants/{ORCHESTRATOR}/subgraphs").json() == {}

    def test_that_are_not_there(self, scene: Scene) -> None:
        """An unknown UUID is 404, an unknown name 422."""
        nobody = "00000000-0000-4000-8000-000000000000"
        assert scene.client.get(f"/assistants/{nobody}").status_code == 404
        assert scene.client.get("/assistants/nope/graph").status_code == 422


class TestSystem:
    def test_tells_everybody_that_it_is_there(self, scene: Scene) -> None:
        """Health and versions take no key; everything else does."""
        anybody = scene.premises.client()
        assert anybody.get("/ok").json() == {"ok": True}
        assert anybody.get("/info").json()["flags"]["crons"] is True
        assert anybody.post("/assistants/search", json={}).status_code == 401


class TestStore:
    def test_keeps_apart_what_two_workspaces_keep(self, scene: Scene) -> None:
        """The same path and key hold each workspace's own value."""
        there = scene.premises.client(Role.ADMIN, workspace="there")
        item = {"namespace": ["a", "b"], "key": "k", "value": {"n": 1}}
        assert scene.client.put("/store/items", json=item).status_code == 204
        where = {"namespace": "a.b", "key": "k"}
        assert there.get("/store/items", params=where).json() is None
        assert scene.client.get("/store/items", params=where).json()["value"] == {"n": 1}
        assert there.post("/store/items/search", json={}).json() == {"items": []}

    def test_refuses_a_period_in_a_label(self, scene: Scene) -> None:
        """Labels are joined by periods, so none may hold one."""
        item = {"namespace": ["a.b"], "key": "k", "value": {"n": 1}}
        answer = scene.client.put("/store/items", json=item)
        assert answer.status_code == 422
        assert "period" in answer.json()["detail"]
