"""The one dynamic import: a capability's package is found by its name.

Shipped names stand in the registry. Third parties register an entry point of the group
`bailiwick.capabilities` whose name is the capability's and whose value is a package with `spec.py`
and `graph.py`, as a shipped one has. A broken package breaks only itself, when it is first asked.
"""

import importlib
import os
import re
import sys
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from types import ModuleType
from typing import Final

from bailiwick.control.registry import CAPABILITIES
from bailiwick.control.spec import Spec
from bailiwick.domain.fault import SettingsFault

GROUP: Final = "bailiwick.capabilities"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)  # ours: fits a column and a label


class UnableToLoadCapability(SettingsFault):
    """A capability is not registered, or its package does not hold what it must."""


def capability_names() -> tuple[str, ...]:
    """Return the names of all capabilities: the shipped ones, then third parties'."""
    return (*CAPABILITIES, *sorted(_third_parties()))


def unusable_names() -> Mapping[str, str]:
    """Return third parties' names that cannot be used, and why."""
    reasons: dict[str, str] = {}
    for name, distributions in _registered().items():
        owners = ", ".join(distributions)
        if name in CAPABILITIES:
            reasons[f"{name} ({owners})"] = "a shipped capability has this name; choose another"
        elif not _NAME.fullmatch(name):
            reasons[f"{name} ({owners})"] = "a name is lower-case letters, digits and underscores"
        elif len(distributions) > 1:
            reasons[name] = f"registered by several: {owners}; keep one of them installed"
    return reasons


def load_spec(name: str) -> Spec:
    """Return the spec of a registered capability without loading its graph.

    Raises UnableToLoadCapability.
    """
    with loading(name):
        spec = getattr(_module(name, "spec"), "SPEC", None)
    if not isinstance(spec, Spec) or spec.name != name:
        message = f"capability {name!r}: spec.py must define SPEC with that name"
        raise UnableToLoadCapability(message)
    return spec


def load_graph_module(name: str) -> ModuleType:
    """Return the module that builds a capability's graph; this loads LangGraph.

    Raises UnableToLoadCapability.
    """
    with loading(name):
        module = _module(name, "graph")
    if not callable(getattr(module, "build", None)):
        message = f"capability {name!r}: graph.py must define build()"
        raise UnableToLoadCapability(message)
    return module


def package_of(name: str) -> str:
    """Return the package that holds a capability. Raises UnableToLoadCapability."""
    if name in CAPABILITIES:
        return f"bailiwick.capabilities.{name}"
    others = _third_parties()
    if name in others:
        return others[name]
    known = ", ".join((*CAPABILITIES, *others))
    reason = unusable_names().get(name)
    told = f"cannot be used: {reason}" if reason else f"is not registered; registered are: {known}"
    message = f"capability {name!r} {told}"
    raise UnableToLoadCapability(message)


@contextmanager
def loading(name: str) -> Generator[None]:
    """Turn whatever a capability's own code raises while it loads into UnableToLoadCapability."""
    try:
        yield
    except UnableToLoadCapability:
        raise
    except (Exception, SystemExit) as error:  # the boundary of a capability's own code, as it loads
        message = f"capability {name!r} cannot be loaded: {type(error).__name__}: {error}"
        raise UnableToLoadCapability(message) from error


def _module(name: str, part: str) -> ModuleType:
    return importlib.import_module(f"{package_of(name)}.{part}")


def _third_parties() -> dict[str, str]:
    """Return the usable names that third parties register, and their packages."""
    found = _entries()
    counted = Counter(name for name, _, _ in found)
    return {
        name: package
        for name, package, _ in found
        if counted[name] == 1 and name not in CAPABILITIES and _NAME.fullmatch(name)
    }


def _registered() -> dict[str, list[str]]:
    owners: dict[str, list[str]] = {}
    for name, _, distribution in _entries():
        owners.setdefault(name, []).append(distribution)
    return owners


def _entries() -> tuple[tuple[str, str, str], ...]:
    """Return name, package and distribution of each entry point.

    Requests ask for this, and reading every distribution takes milliseconds: it is read again
    when a folder of the search path has changed, as an installer changes it.
    """
    return _read_entries(tuple((folder, _changed_at(folder)) for folder in sys.path))


@lru_cache(maxsize=1)
def _read_entries(search_path: tuple[tuple[str, int], ...]) -> tuple[tuple[str, str, str], ...]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow, and shipped names need none

    del search_path  # the key
    return tuple(
        (entry.name, entry.value, entry.dist.name if entry.dist else "unknown")
        for entry in entry_points(group=GROUP)
    )


def _changed_at(folder: str) -> int:
    try:
        return os.stat(folder or ".").st_mtime_ns  # noqa: PTH116 - a Path costs more than the call
    except OSError:
        return 0
