"""The shipped graphs as `langgraph dev` loads them: one factory each, named as its capability.

Served there, a graph of any state runs; one that plans can be drawn and read, but its run fails at
the first step, because only the engine hands out readers and a desk: nothing leaves without a
permit, whoever serves the graph.
"""

from functools import partial
from typing import TYPE_CHECKING

from bailiwick.control.load import capability_names, package_of
from bailiwick.control.registry import CAPABILITIES

if TYPE_CHECKING:
    from bailiwick.engine.graphs.loading import Builder
    from bailiwick.kit.hashing import Canonical


def graph(name: str) -> "Builder":
    """Return a capability's graph with the options of the settings.

    Raises UnableToLoadCapability.
    """
    from bailiwick.settings import read
    from bailiwick.wiring.graphs import graphs

    return graphs(read().plan).builder(name)


def configuration() -> "dict[str, Canonical]":
    """Return the content of `langgraph.json`: where the graph of each capability is found."""
    places: dict[str, Canonical] = {
        name: f"{__name__}:{name}" if name in CAPABILITIES else f"{package_of(name)}.graph:build"
        for name in capability_names()
    }
    return {"dependencies": ["."], "graphs": places}


# LangGraph's server looks a factory up in the module's own names.
globals().update({name: partial(graph, name) for name in CAPABILITIES})
