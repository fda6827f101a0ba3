"""Loads a capability's graph and decides, once, what runs it; this loads LangGraph."""

from collections.abc import Mapping
from importlib.metadata import version
from inspect import signature
from typing import Any, TypeAlias, cast

from langgraph.graph import StateGraph

from bailiwick.control.load import UnableToLoadCapability, load_graph_module, loading
from bailiwick.control.spec import Spec
from bailiwick.engine.checkpoint.shape import Migration
from bailiwick.engine.graphs.executor import Engine, Loaded, OnLangGraph, why_untested
from bailiwick.engine.graphs.program import NotSequentialError, program_of
from bailiwick.engine.graphs.sequential import Sequential

Builder: TypeAlias = StateGraph[Any, Any]


def build(name: str, options: Mapping[str, object]) -> Builder:
    """Return a capability's graph, not yet compiled. Raises UnableToLoadCapability."""
    module = load_graph_module(name)
    with loading(name):
        found: object = module.build(**options)
    if not isinstance(found, StateGraph):
        message = f"capability {name!r}: build() must return a StateGraph that is not compiled"
        raise UnableToLoadCapability(message)
    return cast("Builder", found)


def load(spec: Spec, options: Mapping[str, object]) -> Loaded:
    """Load a capability's graph. Raises UnableToLoadCapability."""
    builder = build(spec.name, options)
    with loading(spec.name):
        compiled = builder.compile()  # refuses what is no graph, and sets the nodes' defaults
    reason = why_untested(version("langgraph"))
    if not reason:
        try:
            program = program_of(builder, resumable=spec.resumable)
            return Loaded(executor=Sequential(program), engine=Engine.SEQUENTIAL, reason="")
        except NotSequentialError as found:
            reason = str(found)
    return Loaded(executor=OnLangGraph(compiled), engine=Engine.LANGGRAPH, reason=reason)


def waits(name: str) -> bool:
    """Tell whether a capability's graph has a form for threads. Raises UnableToLoadCapability."""
    return "threads" in signature(load_graph_module(name).build).parameters


def migrations(name: str) -> Mapping[str, Migration]:
    """Return how a capability's graph takes over threads of its older shapes, by shape.

    Raises UnableToLoadCapability.
    """
    found: Mapping[str, Migration] = getattr(load_graph_module(name), "MIGRATIONS", {})
    return found
