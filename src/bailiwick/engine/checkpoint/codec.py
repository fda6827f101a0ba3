"""A graph's values as bytes and back: JSON with a closed list of types, and nothing is imported.

The list is read from the graph's own schemas when it is loaded. A name in stored bytes is looked up
in it and in nothing else, so bytes can name no class that the graph does not use (security T19).
"""

import base64
import dataclasses
import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final, NoReturn, TypeAlias, cast
from uuid import UUID

from langgraph.types import Interrupt, Overwrite, Send
from pydantic import BaseModel

from bailiwick.domain.fault import IntegrityFault
from bailiwick.kit.json_value import Json

_FORMAT: Final = 1
"""Of the encoding; an older one is read by its own reader, an unknown one is refused."""
_TAG: Final = "$"
_DEPTH_MAX: Final = 100  # ours: deeper than any state; bounds the recursion
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Types: TypeAlias = Mapping[str, type]
Tagged: TypeAlias = dict[str, Any]


class UnableToStoreState(IntegrityFault):
    """A graph's state holds a value that cannot be stored; the message names its type."""


class UnableToReadState(IntegrityFault):
    """Stored state does not fit the graph that reads it; nothing of it is used."""


class StoredFault(Exception):
    """An exception of a node as it was stored: its name and what it said."""

    def __init__(self, name: str, said: str) -> None:
        super().__init__(said)
        self.name = name


def type_name(found: type) -> str:
    """Name a type as it is stored."""
    return f"{found.__module__}.{found.__qualname__}"


class StateCodec:
    """Encodes and decodes the values of one graph."""

    def __init__(self, types: Types) -> None:
        self._types = types

    def dumps(self, value: object) -> bytes:
        """Return the stored form of a value. Raises UnableToStoreState."""
        told = {"v": _FORMAT, "d": self.encode(value, 0)}
        return json.dumps(told, separators=(",", ":"), allow_nan=False).encode("ascii")

    def loads(self, body: bytes) -> object:
        """Return the value of a stored form. Raises UnableToReadState."""
        try:
            told: object = json.loads(body)
        except ValueError:
            _refuse("it is no JSON")
        if not isinstance(told, dict):
            _refuse("it is no object")
        read = _READERS.get(str(cast("Tagged", told).get("v")))
        if read is None:
            _refuse("its format is unknown")
        return read(self, cast("Tagged", told))

    def encode(self, value: object, depth: int) -> Json:
        """Return a value as JSON with tags. Raises UnableToStoreState."""
        if depth > _DEPTH_MAX:
            message = f"state is nested deeper than {_DEPTH_MAX} levels"
            raise UnableToStoreState(message)
        if value is None or type(value) in (bool, int, str):
            return cast("Json", value)
        if type(value) is float:
            return value if math.isfinite(value) else {_TAG: "float", "v": str(value)}
        if type(value) is list:
            return [self.encode(one, depth + 1) for one in cast("list[object]", value)]
        if isinstance(value, Mapping):
            return self._encode_mapping(cast("Mapping[object, object]", value), depth)
        for kind, encode in _ENCODERS:
            if isinstance(value, kind):
                return encode(self, value, depth + 1)
        return self._encode_own(value, depth + 1)

    def _encode_mapping(self, value: Mapping[object, object], depth: int) -> Json:
        if all(type(key) is str for key in value) and _TAG not in value:
            return {str(key): self.encode(one, depth + 1) for key, one in value.items()}
        pairs = [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in value.items()]
        return {_TAG: "map", "v": pairs}

    def _encode_own(self, value: object, depth: int) -> Json:
        found = type(value)
        name = type_name(found)
        if name not in self._types:
            message = (
                f"state holds a {name}, which no schema of its graph names: annotate the state's"
                " field with it, or keep plain JSON values"
            )
            raise UnableToStoreState(message)
        if isinstance(value, Enum):
            return {_TAG: "enum", "t": name, "v": self.encode(value.value, depth)}
        if isinstance(value, BaseModel):
            told = {f: self.encode(getattr(value, f), depth) for f in found_fields(found)}
            return {_TAG: "model", "t": name, "v": told}
        told = {f: self.encode(getattr(value, f), depth) for f in found_fields(found)}
        return {_TAG: "data", "t": name, "v": told}

    def decode(self, told: object, depth: int) -> object:
        """Return the value that JSON with tags stands for. Raises UnableToReadState."""
        if depth > _DEPTH_MAX:
            _refuse("it is nested too deep")
        if isinstance(told, list):
            return [self.decode(one, depth + 1) for one in cast("list[object]", told)]
        if not isinstance(told, dict):
            return told
        tagged = cast("Tagged", told)
        if _TAG not in tagged:
            return {key: self.decode(one, depth + 1) for key, one in tagged.items()}
        decode = _DECODERS.get(str(tagged[_TAG]))
        if decode is None:
            _refuse("it names an unknown kind of value")
        try:
            return decode(self, tagged, depth + 1)
        except (KeyError, ValueError, TypeError, ArithmeticError):
            _refuse(f"a {str(tagged[_TAG])[:20]} in it is malformed")

    def own(self, told: Tagged, base: type) -> type[Any]:
        """Return the class that stored bytes name, if the graph uses it."""
        found = self._types.get(str(told["t"]))
        if found is None or not (issubclass(found, base) or base is object):
            _refuse("it names a type that the graph does not use")
        return found

    def many(self, told: Tagged, depth: int) -> list[object]:
        """Return the decoded members of a collection."""
        members = told["v"]
        if not isinstance(members, list):
            _refuse("a collection in it is no list")
        return [self.decode(one, depth) for one in cast("list[object]", members)]

    def fields(self, told: Tagged, found: type, depth: int) -> dict[str, object]:
        """Return the decoded fields of an object; one that the class does not have is refused."""
        stored = cast("dict[str, object]", told["v"])
        unknown = sorted(set(stored) - set(found_fields(found)))
        if unknown:
            _refuse(f"{found.__name__} has no field {unknown[0]!r} any more")
        return {name: self.decode(one, depth) for name, one in stored.items()}


def found_fields(found: type) -> tuple[str, ...]:
    """Return the names of what an object of ours is made of."""
    if issubclass(found, BaseModel):
        return tuple(found.model_fields)
    return tuple(field.name for field in dataclasses.fields(cast("Any", found)) if field.init)


Encode: TypeAlias = Callable[[StateCodec, Any, int], Json]
Decode: TypeAlias = Callable[[StateCodec, Tagged, int], object]


def _members(tag: str, *, ordered: bool) -> Encode:
    def encode(codec: StateCodec, value: Any, depth: int) -> Json:  # noqa: ANN401 - any collection
        told = [codec.encode(one, depth) for one in value]
        return {_TAG: tag, "v": told if ordered else sorted(told, key=json.dumps)}

    return encode


def _written(tag: str, write: Callable[[Any], Json]) -> Encode:
    def encode(codec: StateCodec, value: Any, depth: int) -> Json:  # noqa: ANN401 - by its type
        del codec, depth
        return {_TAG: tag, "v": write(value)}

    return encode


def _plain_tuple(codec: StateCodec, value: Any, depth: int) -> Json:  # noqa: ANN401 - any tuple
    if type(value) is not tuple:
        name = type_name(cast("type[object]", type(value)))
        message = f"state holds a {name}, a named tuple: use a dataclass"
        raise UnableToStoreState(message)
    return _members("tuple", ordered=True)(codec, value, depth)


def _interrupt(codec: StateCodec, value: Interrupt[Any], depth: int) -> Json:
    told = [value.value, value.id, value.response_schema]
    return {_TAG: "interrupt", "v": [codec.encode(one, depth) for one in told]}


def _send(codec: StateCodec, value: Send, depth: int) -> Json:
    return {_TAG: "send", "v": [value.node, codec.encode(value.arg, depth)]}


def _overwrite(codec: StateCodec, value: Overwrite, depth: int) -> Json:
    return {_TAG: "overwrite", "v": [codec.encode(value.value, depth)]}


def _fault(codec: StateCodec, value: BaseException, depth: int) -> Json:
    del codec, depth
    name = value.name if isinstance(value, StoredFault) else type(value).__name__
    return {_TAG: "fault", "v": [name, str(value)]}


_ENCODERS: Final[tuple[tuple[type, Encode], ...]] = (
    (tuple, _plain_tuple),
    (frozenset, _members("frozenset", ordered=False)),
    (set, _members("set", ordered=False)),
    (datetime, _written("datetime", lambda value: value.isoformat())),
    (date, _written("date", lambda value: value.isoformat())),
    (timedelta, _written("timedelta", lambda value: value // timedelta(microseconds=1))),
    (bytes, _written("bytes", lambda value: base64.b64encode(value).decode("ascii"))),
    (UUID, _written("uuid", str)),
    (Decimal, _written("decimal", str)),
    (Interrupt, _interrupt),
    (Send, _send),
    (Overwrite, _overwrite),
    (BaseException, _fault),
)


def _read_interrupt(codec: StateCodec, told: Tagged, depth: int) -> object:
    value, name, schema = codec.many(told, depth)
    return Interrupt(value, str(name), response_schema=cast("dict[str, Any] | None", schema))


def _read_send(codec: StateCodec, told: Tagged, depth: int) -> object:
    node, arg = codec.many(told, depth)
    return Send(str(node), arg)


def _read_map(codec: StateCodec, told: Tagged, depth: int) -> object:
    return dict(cast("list[tuple[object, object]]", codec.many(told, depth)))


def _read_data(codec: StateCodec, told: Tagged, depth: int) -> object:
    found = codec.own(told, object)
    if not dataclasses.is_dataclass(found):
        _refuse("it names a type of another kind")
    return cast("Callable[..., object]", found)(**codec.fields(told, found, depth))


def _read_model(codec: StateCodec, told: Tagged, depth: int) -> object:
    found = codec.own(told, BaseModel)
    assert issubclass(found, BaseModel)
    return found.model_validate(codec.fields(told, found, depth))


_DECODERS: Final[Mapping[str, Decode]] = {
    "map": _read_map,
    "tuple": lambda codec, told, depth: tuple(codec.many(told, depth)),
    "set": lambda codec, told, depth: set(codec.many(told, depth)),
    "frozenset": lambda codec, told, depth: frozenset(codec.many(told, depth)),
    "float": lambda _codec, told, _depth: float(str(told["v"])),
    "datetime": lambda _codec, told, _depth: datetime.fromisoformat(told["v"]),
    "date": lambda _codec, told, _depth: date.fromisoformat(told["v"]),
    "timedelta": lambda _codec, told, _depth: timedelta(microseconds=int(told["v"])),
    "bytes": lambda _codec, told, _depth: base64.b64decode(told["v"], validate=True),
    "uuid": lambda _codec, told, _depth: UUID(told["v"]),
    "decimal": lambda _codec, told, _depth: Decimal(told["v"]),
    "enum": lambda codec, told, depth: codec.own(told, Enum)(codec.decode(told["v"], depth)),
    "data": _read_data,
    "model": _read_model,
    "interrupt": _read_interrupt,
    "send": _read_send,
    "overwrite": lambda codec, told, depth: Overwrite(codec.many(told, depth)[0]),
    "fault": lambda codec, told, depth: StoredFault(*map(str, codec.many(told, depth))),
}


_READERS: Final[Mapping[str, Callable[[StateCodec, Tagged], object]]] = {
    "1": lambda codec, told: codec.decode(told.get("d"), 0),
}
"""How each format that was ever stored is read; a new one is added, none is taken away."""


def _refuse(why: str) -> NoReturn:
    message = f"stored state cannot be read: {why}; nothing of it was used"
    raise UnableToReadState(message) from None
