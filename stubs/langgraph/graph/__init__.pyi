# The part of langgraph.graph that Bailiwick uses, typed.
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Final, Generic, TypeVar

from langgraph.runtime import Runtime

START: Final[str]
END: Final[str]

_S = TypeVar("_S")
_C = TypeVar("_C")

class CompiledGraph(Generic[_S, _C]):
    async def ainvoke(
        self,
        given: Mapping[str, object] | _S,
        /,
        config: Mapping[str, object] | None = None,
        *,
        context: _C,
    ) -> Mapping[str, object]: ...

class StateGraph(Generic[_S, _C]):
    nodes: Mapping[str, object]
    edges: set[tuple[str, str]]
    branches: Mapping[str, Mapping[str, object]]
    def __init__(self, state_schema: type[_S], *, context_schema: type[_C]) -> None: ...
    def add_node(
        self, node: str, action: Callable[[_S, Runtime[_C]], Awaitable[object]]
    ) -> None: ...
    def add_edge(self, start_key: str, end_key: str) -> None: ...
    def add_conditional_edges(
        self,
        source: str,
        path: Callable[[_S], StrEnum | Awaitable[StrEnum]],
        path_map: Mapping[StrEnum, str],
    ) -> None: ...
    def compile(self) -> CompiledGraph[_S, _C]: ...
