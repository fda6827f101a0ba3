"""What a graph looks like from outside: its nodes, edges and schemas, for clients that draw it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic.errors import PydanticUserError

from bailiwick.control.spec import Intake, Spec
from bailiwick.kit.json_value import Json
from bailiwick.kit.narrowing import is_mapping

CONTACT_INPUT: Final[Mapping[str, Json]] = {
    "title": "WhatTheRunIsAbout",
    "type": "object",
    "properties": {"contact_id": {"type": "string"}, "message_id": {"type": "string"}},
    "oneOf": [{"required": ["contact_id"]}, {"required": ["message_id"]}],
    "additionalProperties": False,
}
"""A run that plans starts from whom or what it is about, not from a state."""


class Portrait:
    """A compiled graph, to look at; LangGraph's own types say nothing of these calls."""

    def __init__(self, spec: Spec, compiled: Any) -> None:  # noqa: ANN401 - see above
        self._spec = spec
        self._compiled = compiled

    def drawn(self, *, xray: bool = False) -> Json:
        """Return nodes and edges; with `xray` those of the graphs inside, too."""
        found: Mapping[str, list[dict[str, Any]]] = self._compiled.get_graph(xray=xray).to_json()
        return {"nodes": [_node(node) for node in found["nodes"]], "edges": found["edges"]}

    def schemas(self) -> Mapping[str, Json]:
        """Return the JSON Schemas of what goes in and comes out; null for what has none."""
        given = _schema(self._compiled.get_input_jsonschema)
        state = _schema(self._compiled.get_output_jsonschema)
        planned = self._spec.intake is Intake.CONTACT
        return {
            "input_schema": CONTACT_INPUT if planned else given,
            "output_schema": state,
            "state_schema": state,
            "config_schema": None,
            "context_schema": _schema(self._compiled.get_context_jsonschema),
        }

    def subgraphs(self) -> Mapping[str, Json]:
        """Return the graphs inside by the path of their nodes."""
        return {
            name: {"input_schema": _schema(inner.get_input_jsonschema)}
            for name, inner in self._compiled.get_subgraphs(recurse=True)
        }


def _node(node: Mapping[str, Any]) -> dict[str, Json]:
    shown = dict(node)
    if is_mapping(data := shown.get("data")):
        # The class behind a node is this server's own affair.
        shown["data"] = {k: v for k, v in data.items() if k != "id"}
    return shown


def _schema(find: Callable[[], Json]) -> Json:
    try:
        return find()
    except (PydanticUserError, NameError, TypeError):
        return None  # a type of the state that JSON Schema cannot tell
