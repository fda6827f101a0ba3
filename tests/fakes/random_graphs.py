"""Random small graphs: at most eight nodes with loops, branches, reducers and every odd return."""

import operator
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, make_dataclass
from typing import Annotated, Any, Final, TypedDict, cast

from hypothesis import strategies as st
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Overwrite
from pydantic import BaseModel, create_model

NODES_COUNT_MAX: Final = 8
KEYS: Final = ("last", "other", "total", "listed", "merged", "largest")
UNKNOWN: Final = "unknown"


def merged(old: dict[str, int], new: dict[str, int]) -> dict[str, int]:
    return {**old, **new}


def larger(old: int | None, new: int | None) -> int | None:
    return max(old or 0, new or 0)


TYPES: Final[Mapping[str, Any]] = {
    "last": int,
    "other": int,
    "total": Annotated[int, operator.sub],  # tells whether the first update was reduced
    "listed": Annotated[list[int], operator.add],
    "merged": Annotated[dict[str, int], merged],
    "largest": Annotated[int | None, larger],  # cannot be made empty, so it starts absent
}


@dataclass(frozen=True)
class Write:
    """What a node writes to one key."""

    key: str
    how: str
    number: int


@dataclass(frozen=True)
class Way:
    """Where a node leads: one target, or a router over several."""

    targets: tuple[str, ...]
    routed: bool
    typed: bool
    lost: bool
    """The router answers with what its mapping has not."""


@dataclass(frozen=True)
class Plan:
    """One random graph, the input of one run and its limit."""

    shape: str
    required: bool
    nodes: tuple[tuple[tuple[Write, ...], str], ...]
    ways: tuple[Way, ...]
    given: tuple[Write, ...]
    steps_max: int


@dataclass
class Ledger:
    """What nodes and routers saw, in order."""

    lines: list[str] = field(default_factory=list[str])


WRITES: Final = st.builds(
    Write,
    key=st.sampled_from((*KEYS, UNKNOWN)),
    how=st.sampled_from(("plain", "plain", "seen", "overwrite", "overwrite_json")),
    number=st.integers(0, 5),
)
RETURNS: Final = st.sampled_from(
    ("dict",) * 8 + ("none", "change", "change", "record", "text", "raise")
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a graph."""
    count = draw(st.integers(1, NODES_COUNT_MAX))
    names = [f"n{number}" for number in range(count)]
    way = st.builds(
        Way,
        targets=st.lists(st.sampled_from((*names, END, END)), max_size=3).map(tuple),
        routed=st.booleans(),
        typed=st.booleans(),
        lost=st.sampled_from((False,) * 9 + (True,)),
    )
    first = way.filter(lambda one: bool(one.targets))
    writes = st.lists(WRITES, max_size=3).map(tuple)
    return Plan(
        shape=draw(st.sampled_from(("dict", "record"))),
        required=draw(st.sampled_from((False,) * 9 + (True,))),
        nodes=tuple(draw(st.tuples(writes, RETURNS)) for _ in names),
        ways=(draw(first), *(draw(way) for _ in names)),
        given=draw(writes),
        steps_max=draw(st.integers(1, 14)),
    )


def graph_of(plan: Plan) -> StateGraph[Any, Any]:
    """Return the graph of a plan."""
    state = _state(plan)
    graph: StateGraph[Any, Any] = StateGraph(state, context_schema=Ledger)
    change = _change()
    names = [f"n{number}" for number in range(len(plan.nodes))]
    for name, (writes, returns) in zip(names, plan.nodes, strict=True):
        graph.add_node(name, _node(name, writes, returns, change))
    for name, way in zip((START, *names), plan.ways, strict=True):
        if way.routed and way.targets:
            ends = dict(enumerate(way.targets))
            router = _router(name, way, state)
            graph.add_conditional_edges(name, cast("Any", router), cast("Any", ends))
        elif way.targets:
            graph.add_edge(name, way.targets[0])
    return graph


def given_of(plan: Plan) -> dict[str, object]:
    """Return the input of a plan's run."""
    return {write.key: _value(write, 0) for write in plan.given}


def _state(plan: Plan) -> type[Any]:
    if plan.shape == "dict":
        return cast("type[Any]", TypedDict("State", dict(TYPES), total=False))  # pyright: ignore[reportArgumentType]
    missing = [("other", int)] if plan.required else []
    rest = [(k, t, None) for k, t in TYPES.items() if k != "other" or not plan.required]
    return make_dataclass("State", [*missing, *rest], frozen=True)


def _change() -> type[BaseModel]:
    """Return a typed change: a field whose default is not None is written even when not set."""
    defaults = {"last": 3, "listed": None}
    fields = {key: (Any, defaults.get(key)) for key in KEYS}
    return create_model("Change", **cast("Any", fields))


def _node(
    name: str, writes: tuple[Write, ...], returns: str, change: type[BaseModel]
) -> Callable[[object, Runtime[Ledger]], Awaitable[object]]:
    async def node(state: Any, runtime: Runtime[Ledger]) -> object:  # noqa: ANN401 - any shape
        runtime.context.lines.append(f"{name} {state!r}")
        written = {write.key: _value(write, _weight(state)) for write in writes}
        if returns == "raise":
            message = f"{name} fails at {_weight(state)}"
            raise ArithmeticError(message)
        if returns == "change":
            return change(**{k: v for k, v in written.items() if k != UNKNOWN})
        if returns == "record":
            return make_dataclass("Record", [(k, object) for k in written])(**written)
        return {"dict": written, "none": None, "text": "text"}[returns]

    return node


def _router(name: str, way: Way, state_type: type[Any]) -> Callable[..., Awaitable[int]]:
    async def router(state: Any, runtime: Runtime[Ledger]) -> int:  # noqa: ANN401 - any shape
        runtime.context.lines.append(f"after {name} {state!r}")
        return _weight(state) % len(way.targets) + (len(way.targets) if way.lost else 0)

    router.__annotations__["state"] = state_type if way.typed else Any
    return router


def _value(write: Write, weight: int) -> object:
    number = write.number + (weight % 5 if write.how == "seen" else 0)
    value: object = number
    if write.key == "listed":
        value = [number]
    if write.key == "merged":
        value = {f"k{number}": number}
    if write.how == "overwrite":
        return Overwrite(value)
    return {"__overwrite__": value} if write.how == "overwrite_json" else value


def _weight(value: object) -> int:
    """Return a number that changes with what a state holds."""
    if isinstance(value, dict):
        return sum(_weight(one) for one in cast("dict[str, object]", value).values())
    if isinstance(value, list):
        return sum(_weight(one) + 1 for one in cast("list[object]", value))
    if isinstance(value, int):
        return value
    return _weight(getattr(value, "__dict__", {})) if value is not None else 0
