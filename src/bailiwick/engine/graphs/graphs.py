"""The graphs of all capabilities: their specs, what runs them, and why.

Each is loaded when it is first asked for: a broken capability breaks only itself, and a command
that needs specs only never loads LangGraph.
"""

import sys
from collections.abc import Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

from bailiwick.control.load import load_spec
from bailiwick.control.spec import Spec
from bailiwick.kit.garbage import loading

if TYPE_CHECKING:
    from bailiwick.engine.checkpoint.shape import Migration
    from bailiwick.engine.graphs.executor import Executor, Loaded
    from bailiwick.engine.graphs.loading import Builder
    from bailiwick.engine.graphs.portrait import Portrait
    from bailiwick.engine.graphs.thread_form import ThreadForm

_LOADING: Final = "bailiwick.engine.graphs.loading"
ORCHESTRATOR: Final = "crm_orchestrator"


class Graphs:
    """Loads each capability once, on first use."""

    def __init__(self, options: Mapping[str, Mapping[str, object]]) -> None:
        self._options = options
        self._loaded: dict[str, Loaded] = {}
        self._forms: dict[str, ThreadForm] = {}
        self._specs: dict[str, Spec] = {}

    def spec(self, name: str) -> Spec:
        """Return a capability's spec. Raises UnableToLoadCapability."""
        if name not in self._specs:
            self._specs[name] = load_spec(name)
        return self._specs[name]

    def builder(self, name: str) -> "Builder":
        """Return a new builder of the graph, to compile with a checkpointer.

        Raises UnableToLoadCapability.
        """
        from bailiwick.engine.graphs.loading import build  # noqa: PLC0415 - loads LangGraph

        return build(name, self._options.get(name, {}))

    def threaded(self, name: str) -> "Builder":
        """Return a new builder of the graph as it runs on a thread, where it may wait.

        Raises UnableToLoadCapability.
        """
        from bailiwick.engine.graphs.loading import build, waits  # noqa: PLC0415 - loads LangGraph

        options = self._options.get(name, {})
        return build(name, {**options, "threads": True} if waits(name) else options)

    def thread_form(self, name: str) -> "ThreadForm":
        """Return the graph as runs on threads share it. Raises UnableToLoadCapability."""
        from bailiwick.engine.graphs.thread_form import form_of  # noqa: PLC0415 - loads LangGraph

        if name not in self._forms:
            self._forms[name] = form_of(self.threaded(name))
        return self._forms[name]

    def migrations(self, name: str) -> "Mapping[str, Migration]":
        """Return how threads that wait in older shapes of a graph go on, by shape."""
        from bailiwick.engine.graphs.loading import migrations  # noqa: PLC0415 - loads LangGraph

        return migrations(name)

    def loaded(self, name: str) -> "Loaded":
        """Return what runs a capability's graph, and why. Raises UnableToLoadCapability."""
        found = self._loaded.get(name)
        if found is None:
            with nullcontext() if _LOADING in sys.modules else loading():
                from bailiwick.engine.graphs.loading import load  # noqa: PLC0415 - loads LangGraph

            found = load(self.spec(name), self._options.get(name, {}))
            self._loaded[name] = found
        return found

    def executor(self, name: str) -> "Executor":
        """Return what runs a capability's graph. Raises UnableToLoadCapability."""
        return self.loaded(name).executor

    def portrait(self, name: str) -> "Portrait":
        """Return a capability's graph to look at. Raises UnableToLoadCapability."""
        from bailiwick.engine.graphs.portrait import Portrait  # noqa: PLC0415 - loads LangGraph

        return Portrait(self.spec(name), self.builder(name).compile())

    @property
    def compiled(self) -> frozenset[str]:
        """The names of the graphs that were asked for so far."""
        return frozenset(self._loaded)
