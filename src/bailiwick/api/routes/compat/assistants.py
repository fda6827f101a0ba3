"""Assistants: the registered capabilities, one assistant each, and what their graphs look like."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.compat.answers import compat_router, paged
from bailiwick.api.compat.assistant import assistant_shown, assistants_like
from bailiwick.api.compat.bodies import AssistantQuery
from bailiwick.api.compat.naming import capability_of
from bailiwick.api.compat.wire import selected
from bailiwick.api.problem import missing
from bailiwick.api.reply import ready
from bailiwick.domain.right import Right

router = compat_router("langgraph: assistants")
Reader = Annotated[Caller, may(Right.READ)]


@router.post("/assistants/search", operation_id="compat_assistants_search")
def search(caller: Reader, query: AssistantQuery) -> Response:
    """Find assistants."""
    found = assistants_like(caller.application.graphs, query)
    page = found[query.offset : query.offset + query.limit]
    shown = [selected(assistant_shown(spec), query.select) for spec in page]
    return paged(shown, total=len(found), offset=query.offset, limit=query.limit)


@router.post("/assistants/count", operation_id="compat_assistants_count")
def count(caller: Reader, query: AssistantQuery) -> Response:
    """Count assistants."""
    return ready(len(assistants_like(caller.application.graphs, query)))


@router.get("/assistants/{assistant}", operation_id="compat_assistant")
def get(caller: Reader, assistant: str) -> Response:
    """Return an assistant, by its id or its graph's name."""
    return ready(assistant_shown(caller.application.graphs.spec(capability_of(assistant))))


@router.get("/assistants/{assistant}/graph", operation_id="compat_assistant_graph")
def graph(
    caller: Reader, assistant: str, xray: Annotated[str, Query(max_length=5)] = "false"
) -> Response:
    """Return the nodes and edges of a graph."""
    deep = xray not in {"false", "0"}
    return ready(caller.application.graphs.portrait(capability_of(assistant)).drawn(xray=deep))


@router.get("/assistants/{assistant}/schemas", operation_id="compat_assistant_schemas")
def schemas(caller: Reader, assistant: str) -> Response:
    """Return the JSON Schemas of what a graph takes and gives; null where it has none."""
    capability = capability_of(assistant)
    found = caller.application.graphs.portrait(capability).schemas()
    return ready({"graph_id": capability, **found})


@router.get("/assistants/{assistant}/subgraphs", operation_id="compat_assistant_subgraphs")
@router.get(
    "/assistants/{assistant}/subgraphs/{namespace:path}",
    operation_id="compat_assistant_subgraph",
)
def subgraphs(caller: Reader, assistant: str, namespace: str = "") -> Response:
    """Return the graphs inside a graph."""
    capability = capability_of(assistant)
    found = caller.application.graphs.portrait(capability).subgraphs()
    if namespace and namespace not in found:
        what = "subgraph"
        raise missing(what, namespace)
    return ready({k: v for k, v in found.items() if not namespace or k == namespace})


@router.post("/assistants/{assistant}/versions", operation_id="compat_assistant_versions")
def versions(caller: Reader, assistant: str) -> Response:
    """Return the one version of an assistant that this server runs."""
    shown = assistant_shown(caller.application.graphs.spec(capability_of(assistant)))
    return ready([{k: v for k, v in shown.items() if k != "updated_at"}])
