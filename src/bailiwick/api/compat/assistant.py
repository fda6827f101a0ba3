"""A capability as an assistant: what is shown of it, and which of them a client looks for."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bailiwick.api.compat.bodies import AssistantQuery
from bailiwick.api.compat.naming import assistant_id
from bailiwick.api.compat.wire import Shown, told
from bailiwick.api.problem import missing
from bailiwick.control.load import UnableToLoadCapability, capability_names
from bailiwick.control.spec import Spec
from bailiwick.engine.graphs.graphs import Graphs


def assistant_shown(spec: Spec) -> Shown:
    """Return a capability as an assistant; its version's date is when it was made."""
    date, _, ordinal = spec.version.partition(".")
    made = told(datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC))
    return {
        "assistant_id": assistant_id(spec.name),
        "graph_id": spec.name,
        "config": {},
        "context": {},
        "metadata": {"created_by": "system"},
        "name": spec.name,
        "created_at": made,
        "updated_at": made,
        "version": int(ordinal),
        "description": spec.summary,
    }


def assistants_like(graphs: Graphs, query: AssistantQuery) -> Sequence[Spec]:
    """Return the capabilities that fit, by name. Raises Refusal for a graph that is not there."""
    names = sorted(capability_names())
    if query.graph_id is not None:
        if query.graph_id not in names:
            what = "graph"
            raise missing(what, query.graph_id)
        names = [query.graph_id]
    found = [spec for name in names if (spec := _readable(graphs, name)) is not None]
    word = (query.name or "").casefold()
    return [
        spec
        for spec in (found if query.sort_order == "asc" or not query.sort_by else found[::-1])
        if word in spec.name and _has(assistant_shown(spec)["metadata"], query)
    ]


def _readable(graphs: Graphs, name: str) -> Spec | None:
    """Return a spec, or nothing for a broken capability: it must not hide the others."""
    try:
        return graphs.spec(name)
    except UnableToLoadCapability:
        return None


def _has(metadata: object, query: AssistantQuery) -> bool:
    return isinstance(metadata, dict) and query.metadata.items() <= metadata.items()
