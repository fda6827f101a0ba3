"""What the sequential executor may run, read once from a StateGraph; else the reason why not.

Anything this does not know goes to LangGraph (decision 0023, reference engine §3).
"""

import inspect
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, is_dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast, is_typeddict

from langgraph.channels import BinaryOperatorAggregate, LastValue
from langgraph.constants import END, START
from pydantic import BaseModel

if TYPE_CHECKING:
    from langgraph.graph import StateGraph

AnyGraph: TypeAlias = "StateGraph[Any, Any]"
Work: TypeAlias = Callable[..., Awaitable[object]]

ENCLOSED_DEPTH_MAX: Final = 4  # ours: a node binds its step once, a route once; twice that
_PAUSES: Final = "interrupt"
_LEADS_ELSEWHERE: Final = ("Command", "Send")


class NotSequentialError(Exception):
    """A graph has something that only LangGraph runs; the message names it."""


class Call(NamedTuple):
    """A node's function or a router, and whether it takes the runtime."""

    work: Work
    takes_runtime: bool


@dataclass(frozen=True, slots=True)
class Way:
    """Where a node leads: to `target`, or where its router says."""

    target: str = END
    router: Call | None = None
    ends: Mapping[Hashable, str] | None = None
    sees_returned: bool = False
    """A router that names no type of state also sees unknown keys that its node returned."""


class Node(NamedTuple):
    """One node: what it calls and where it leads."""

    work: Work
    takes_runtime: bool
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A graph, ready to be run node after node."""

    nodes: Mapping[str, Node]
    start: Way
    keys: tuple[str, ...]
    """Of the state, in their order."""
    known: frozenset[str]
    """The same keys."""
    input_keys: frozenset[str]
    output_keys: Mapping[str, None]
    """In their order."""
    reducers: tuple[tuple[str, type[object], Callable[[object, object], object]], ...]
    shape: Callable[..., object] | None
    """Makes the state from its values; None leaves them in a dict."""
    context_shape: Callable[..., object] | None
    """Makes the context from a dict."""


def program_of(graph: AnyGraph, *, resumable: bool) -> Program:
    """Return a compiled graph's program. Raises NotSequentialError naming what stands against."""
    if resumable:
        _refuse("its runs may wait for a person or a time")
    if graph.waiting_edges:
        _refuse("a node waits for several others")
    shape = _shape(graph.state_schema)
    _check_channels(graph)
    reducers = tuple(
        (key, channel.typ, channel.operator)
        for key, channel in graph.channels.items()
        if isinstance(channel, BinaryOperatorAggregate)
    )
    return Program(
        nodes={name: Node(*_node_call(graph, name), _way(graph, name)) for name in graph.nodes},
        start=_way(graph, START),
        keys=tuple(graph.schemas[graph.state_schema]),
        known=frozenset(graph.channels),
        input_keys=frozenset(graph.schemas[graph.input_schema]),
        output_keys=dict.fromkeys(graph.schemas[graph.output_schema]),
        reducers=reducers,
        shape=shape,
        context_shape=_context_shape(graph.context_schema),
    )


def _refuse(reason: str) -> None:
    raise NotSequentialError(reason)


def _shape(schema: type[Any]) -> Callable[..., object] | None:
    # The TypedDict of typing_extensions is none to `typing` before Python 3.12.
    if is_typeddict(schema) or hasattr(schema, "__required_keys__"):
        return None
    if not is_dataclass(schema) or not schema.__dataclass_params__.frozen:
        _refuse("its state is neither a frozen dataclass nor a TypedDict")
    return cast("Callable[..., object]", schema)


def _context_shape(schema: type[Any] | None) -> Callable[..., object] | None:
    if schema is None:
        return None
    shaped = is_dataclass(schema) or issubclass(schema, BaseModel)
    return cast("Callable[..., object]", schema) if shaped else None


def _check_channels(graph: AnyGraph) -> None:
    if graph.managed:
        _refuse(f"the state has managed values: {', '.join(sorted(graph.managed))}")
    for key, channel in graph.channels.items():
        if type(channel) not in (LastValue, BinaryOperatorAggregate):
            _refuse(f"channel {key!r} is a {type(channel).__name__}")
    foreign = set(graph.channels) - set(graph.schemas[graph.state_schema])
    if foreign:
        _refuse(f"input or output have keys that the state has not: {', '.join(sorted(foreign))}")


def _node_call(graph: AnyGraph, name: str) -> Call:
    spec = graph.nodes[name]
    own = {
        "a retry policy": spec.retry_policy,
        "a cache policy": spec.cache_policy,
        "a timeout": spec.timeout,
        "an error handler": spec.error_handler_node or spec.is_error_handler,
        "deferral": spec.defer,
        "destinations of its own": spec.ends,
        "an input type of its own": spec.input_schema is not graph.state_schema,
    }
    for what, has in own.items():
        if has:
            _refuse(f"node {name!r} has {what}")
    return _call(spec.runnable, f"node {name!r}")


def _call(runnable: object, what: str) -> Call:
    """Return the plain async function in LangGraph's wrapper."""
    accepts: Mapping[str, object] | None = getattr(runnable, "func_accepts", None)
    work: Work | None = getattr(runnable, "afunc", None)
    plain = (
        accepts is not None
        and getattr(runnable, "func", runnable) is None
        and work is not None
        and not getattr(runnable, "kwargs", True)
        and not getattr(runnable, "explode_args", True)
    )
    if not plain or accepts is None or work is None:
        message = f"{what} is not a plain async function"
        raise NotSequentialError(message)
    asked = sorted(set(accepts) - {"runtime"})
    if asked:
        _refuse(f"{what} asks for {', '.join(asked)}")
    returns = str(getattr(work, "__annotations__", {}).get("return", ""))
    for leading in _LEADS_ELSEWHERE:
        if leading in returns:
            _refuse(f"{what} returns a {leading}")
    if _may_pause(work, ENCLOSED_DEPTH_MAX):
        _refuse(f"{what} may interrupt")
    return Call(work, takes_runtime=bool(accepts))


def _may_pause(work: object, depth: int) -> bool:
    """Tell whether a function, or one that it encloses, names `interrupt`."""
    code = getattr(work, "__code__", None)
    if code is None or depth == 0:
        return False
    enclosed = inspect.getclosurevars(work).nonlocals.values() if inspect.isfunction(work) else ()
    return _PAUSES in code.co_names or any(_may_pause(one, depth - 1) for one in enclosed)


def _way(graph: AnyGraph, name: str) -> Way:
    targets = [end for start, end in graph.edges if start == name]
    branches = list(graph.branches.get(name, {}).values())
    if len(targets) + len(branches) > 1:
        _refuse(f"more than one way leads on from {name!r}")
    if not branches:
        return Way(target=targets[0] if targets else END)
    (branch,) = branches
    what = f"the router after {name!r}"
    if not branch.ends:
        _refuse(f"{what} has no mapping")
    if branch.input_schema not in (None, graph.state_schema):
        _refuse(f"{what} has an input type of its own")
    return Way(
        router=_call(branch.path, what),
        ends=branch.ends,
        sees_returned=branch.input_schema is None,
    )
