"""The conversation about what there is: the system and its assistants."""

import uuid
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from langgraph_sdk import LangGraphClient
    from tests.e2e.compat.transcript import Transcript

NOBODY: Final = "00000000-0000-4000-8000-000000000000"
"""A well-formed id of nothing."""
NAMESPACE: Final = uuid.UUID("6ba7b821-9dad-11d1-80b4-00c04fd430c8")


def assistant_id(graph: str) -> str:
    """Return the id that every server derives from a graph's name."""
    return str(uuid.uuid5(NAMESPACE, graph))


async def talk_system(client: "LangGraphClient", transcript: "Transcript") -> None:
    """Ask whether the server is well and what it is."""
    call = transcript.call
    await call("system.ok", client.http.get("/ok"))
    await call("system.info", client.http.get("/info"))


async def talk_assistants(client: "LangGraphClient", transcript: "Transcript") -> None:
    """Search, count and look at assistants."""
    call, assistants = transcript.call, client.assistants
    echo = assistant_id("probe_echo")
    found = await call("assistants.search", assistants.search(graph_id="probe_echo", limit=5))
    assert found.text(0, "assistant_id") == echo
    await call("assistants.search.name", assistants.search(name="probe_echo"))
    await call("assistants.search.nothing", assistants.search(graph_id="no_such_graph"))
    await call(
        "assistants.search.select",
        assistants.search(graph_id="probe_echo", select=["assistant_id", "graph_id"]),
    )
    await call("assistants.count", assistants.count(graph_id="probe_echo"))
    await call("assistants.get", assistants.get(echo))
    await call("assistants.get.missing", assistants.get(NOBODY))
    await call("assistants.graph", assistants.get_graph("probe_echo"))
    await call("assistants.graph.id", assistants.get_graph(echo, xray=True))
    await call("assistants.graph.missing", assistants.get_graph(NOBODY))
    await call("assistants.schemas", assistants.get_schemas(echo))
    await call("assistants.subgraphs", assistants.get_subgraphs(echo))
    await call("assistants.versions", assistants.get_versions(echo))
