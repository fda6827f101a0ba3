"""What a thread must find again in its graph after an upgrade: node names, state keys, types."""

import dataclasses
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Protocol, cast

from pydantic import BaseModel

from bailiwick.engine.checkpoint.codec import StateCodec, UnableToStoreState, type_name
from bailiwick.kit.hashing import Canonical, digest
from bailiwick.kit.json_value import Json

TYPES_COUNT_MAX: Final = 500  # ours: more than any state is made of
_TRIGGERS: Final = "branch:to:"
"""How LangGraph begins the name of the channel that starts a node."""


class GraphParts(Protocol):
    """What is read of a graph that is not yet compiled."""

    nodes: Mapping[str, Any]
    channels: Mapping[str, Any]
    schemas: Mapping[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """How a thread that waits in an older shape of a graph goes on in the present one.

    A capability's graph module may hold `MIGRATIONS: Mapping[str, Migration]`, by the old shape.
    """

    nodes: Mapping[str, str] = field(default_factory=dict[str, str])
    """Old name of a node to its new one."""
    keys: Mapping[str, str] = field(default_factory=dict[str, str])
    """Old name of a state key to its new one."""

    def channel(self, name: str) -> str:
        """Return the present name of a channel."""
        if name.startswith(_TRIGGERS):
            node = name.removeprefix(_TRIGGERS)
            return _TRIGGERS + self.nodes.get(node, node)
        return self.keys.get(name, name)


def shape_of(builder: GraphParts) -> str:
    """Return the hash of a graph's node names and state keys."""
    keys = sorted(name for name in builder.channels if not name.startswith(_TRIGGERS))
    return digest({"nodes": sorted(builder.nodes), "keys": keys})


def codec_of(builder: GraphParts) -> StateCodec:
    """Return what encodes the values of a graph: knows every type that its schemas name."""
    roots: set[object] = set(builder.schemas)
    roots.update(node.input_schema for node in builder.nodes.values())
    types: dict[str, type] = {}
    for found in _reachable(roots):
        types[type_name(found)] = found
    return StateCodec(types)


def _reachable(roots: set[object]) -> Iterator[type]:
    """Return the dataclasses, models and enums that annotations lead to.

    Raises UnableToStoreState when an annotation cannot be read.
    """
    waiting = list(roots)
    seen: set[object] = set()
    while waiting:
        one = waiting.pop()
        key = one if isinstance(one, type) else repr(one)
        if key in seen:
            continue
        seen.add(key)
        assert len(seen) <= TYPES_COUNT_MAX, "a state is made of a bounded number of types"
        waiting.extend(typing.get_args(one))
        if not isinstance(one, type):
            continue
        one = cast("type[object]", one)
        if issubclass(one, (BaseModel, Enum)) or dataclasses.is_dataclass(one):
            yield one
        if not issubclass(one, Enum) and _is_made_of_fields(one):
            waiting.extend(_hints(one))


def _hints(found: type) -> list[object]:
    try:
        # Aliases of ours name each other in quotes, wherever they are used.
        hints = typing.get_type_hints(found, localns=_ALIASES, include_extras=True)
    except NameError as error:
        message = f"the types of {type_name(found)} cannot be read: {error}; import them for real"
        raise UnableToStoreState(message) from None
    return list(hints.values())


_ALIASES: Final[dict[str, object]] = {
    "Canonical": Canonical,
    "Json": Json,
    "Mapping": Mapping,
    "Sequence": Sequence,
}


def _is_made_of_fields(found: type[object]) -> bool:
    return (
        dataclasses.is_dataclass(found)
        or issubclass(found, BaseModel)
        or typing.is_typeddict(found)
        or hasattr(found, "__required_keys__")
    )
