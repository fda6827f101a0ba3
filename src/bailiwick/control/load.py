"""The one dynamic import: a capability's module is found by its registered name."""

import importlib
from types import ModuleType

from bailiwick.control.registry import CAPABILITIES
from bailiwick.control.spec import Spec
from bailiwick.domain.fault import SettingsFault


class UnableToLoadCapability(SettingsFault):
    """A capability is not registered, or its module does not hold what it must."""


def load_spec(name: str) -> Spec:
    """Return the spec of a registered capability without loading its graph.

    Raises UnableToLoadCapability.
    """
    spec = getattr(_module(name, "spec"), "SPEC", None)
    if not isinstance(spec, Spec) or spec.name != name:
        message = f"capability {name!r}: spec.py must define SPEC with that name"
        raise UnableToLoadCapability(message)
    return spec


def load_graph_module(name: str) -> ModuleType:
    """Return the module that builds a capability's graph; this loads LangGraph.

    Raises UnableToLoadCapability.
    """
    return _module(name, "graph")


def _module(name: str, part: str) -> ModuleType:
    if name not in CAPABILITIES:
        known = ", ".join(CAPABILITIES)
        message = f"capability {name!r} is not registered; registered are: {known}"
        raise UnableToLoadCapability(message)
    return importlib.import_module(f"bailiwick.capabilities.{name}.{part}")
