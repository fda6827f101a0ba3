# The part of langgraph.graph that Bailiwick uses, typed.
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar, overload

from langgraph.channels import BaseChannel
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.runtime import Runtime
from langgraph.types import Send, StateSnapshot

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
    def astream(
        self,
        given: Mapping[str, object] | _S,
        /,
        config: Mapping[str, object] | None = None,
        *,
        context: _C,
        stream_mode: str,
    ) -> AsyncIterator[Mapping[str, object]]: ...

class ThreadGraph:
    # A graph compiled for a checkpointer.
    nodes: Mapping[str, object]
    checkpointer: BaseCheckpointSaver[str] | None
    def astream(
        self,
        given: object,
        /,
        config: Mapping[str, Any],
        *,
        context: object = None,
        stream_mode: Sequence[str],
        subgraphs: bool = False,
        durability: str,
        interrupt_before: Sequence[str] = (),
        interrupt_after: Sequence[str] = (),
    ) -> AsyncIterator[tuple[tuple[str, ...], str, Any]]: ...
    async def aget_state(
        self, config: Mapping[str, Any], *, subgraphs: bool = False
    ) -> StateSnapshot: ...
    def aget_state_history(
        self,
        config: Mapping[str, Any],
        *,
        filter: Mapping[str, Any] | None = None,  # noqa: A002 - LangGraph's name
        before: Mapping[str, Any] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[StateSnapshot]: ...
    async def aupdate_state(
        self, config: Mapping[str, Any], values: object, as_node: str | None = None
    ) -> Mapping[str, Any]: ...

class StateNodeSpec:
    runnable: object
    input_schema: type[object]
    retry_policy: object
    cache_policy: object
    timeout: object
    error_handler_node: str | None
    is_error_handler: bool
    ends: object
    defer: bool

class BranchSpec:
    path: object
    ends: Mapping[Hashable, str] | None
    input_schema: type[object] | None

class StateGraph(Generic[_S, _C]):
    nodes: Mapping[str, StateNodeSpec]
    edges: set[tuple[str, str]]
    waiting_edges: set[tuple[tuple[str, ...], str]]
    branches: Mapping[str, Mapping[str, BranchSpec]]
    channels: Mapping[str, BaseChannel[object]]
    managed: Mapping[str, object]
    schemas: Mapping[type[object], Mapping[str, object]]
    state_schema: type[_S]
    input_schema: type[object]
    output_schema: type[object]
    context_schema: type[_C] | None
    def __init__(self, state_schema: type[_S], *, context_schema: type[_C]) -> None: ...
    def add_node(
        self,
        node: str,
        action: Callable[[_S, Runtime[_C]], Awaitable[object]]
        | Callable[[Mapping[str, Any]], Awaitable[object]],
    ) -> None: ...
    def add_edge(self, start_key: str, end_key: str) -> None: ...
    def add_conditional_edges(
        self,
        source: str,
        path: Callable[[_S], StrEnum | Awaitable[StrEnum | str | list[Send]]],
        path_map: Mapping[StrEnum, str] | Sequence[str],
    ) -> None: ...
    @overload
    def compile(self) -> CompiledGraph[_S, _C]: ...
    @overload
    def compile(self, *, checkpointer: BaseCheckpointSaver[str] | None) -> ThreadGraph: ...
