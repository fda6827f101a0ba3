# The part of langgraph.channels that Bailiwick uses, typed.
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

_V = TypeVar("_V")

class BaseChannel(Generic[_V]):
    typ: type[_V]
    def is_available(self) -> bool: ...
    def get(self) -> _V: ...
    def update(self, values: Sequence[_V]) -> bool: ...

class LastValue(BaseChannel[_V]):
    def __init__(self, typ: type[_V], key: str = "") -> None: ...

class BinaryOperatorAggregate(BaseChannel[_V]):
    operator: Callable[[_V, _V], _V]
    def __init__(self, typ: type[_V], operator: Callable[[_V, _V], _V]) -> None: ...

class EphemeralValue(BaseChannel[_V]):
    def __init__(self, typ: type[_V], guard: bool = True) -> None: ...
