"""The sequential executor: a graph that never pauses, run as plain awaited calls.

What is done here is what LangGraph's `ainvoke` does without a checkpointer, and the tests prove it;
which graphs may be run so is decided in `program.py` (decision 0023).
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from langchain_core.runnables import Runnable
from langgraph.channels import BinaryOperatorAggregate
from langgraph.constants import END, START
from langgraph.errors import (
    ErrorCode,
    GraphRecursionError,
    InvalidUpdateError,
    NodeCancelledError,
    create_error_message,
)
from langgraph.runtime import RunControl, Runtime
from langgraph.types import Command, Send
from pydantic import BaseModel

from bailiwick.domain.fault import SettingsFault
from bailiwick.engine.graphs.program import Program, Way

_ABSENT: Final = object()


class UnableToRunSequentially(SettingsFault):
    """A node or router returned what only LangGraph understands; the run ends, nothing is done."""


class Sequential:
    """Runs one graph, any number of runs at a time."""

    def __init__(self, program: Program) -> None:
        self._program = program

    async def run(
        self, state: Mapping[str, object], *, context: object, steps_max: int
    ) -> Mapping[str, object]:
        """Run the graph and return its final state; empty when nothing was ever written.

        Raises GraphRecursionError after `steps_max` steps, one of which takes the input, and
        whatever a node raises.
        """
        if steps_max < 1:
            message = "recursion_limit must be at least 1"  # in LangGraph's words
            raise ValueError(message)
        program = self._program
        runtime = Runtime(context=_context(program, context), control=RunControl())
        board = _Board(program)
        given = dict(state)
        board.take({k: v for k, v in given.items() if k in program.input_keys})
        name = START
        try:
            steps, name = 1, await _onward(program.start, name, given, board, runtime=runtime)
            while name != END:
                seen = board.state()
                if steps > steps_max:
                    break
                work, takes_runtime, way = program.nodes[name]
                returned = await (work(seen, runtime=runtime) if takes_runtime else work(seen))
                board.take(_written(returned, program))
                steps += 1
                if way.router is None:
                    name = way.target
                else:
                    name = await _onward(way, name, returned, board, runtime=runtime)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise NodeCancelledError(name) from error
        if steps > steps_max:
            raise GraphRecursionError(_out_of_steps(steps_max))
        return board.result()


class _Board:
    """The values of one run."""

    __slots__ = ("_program", "_reduced", "_touched", "_values")

    def __init__(self, program: Program) -> None:
        self._program = program
        self._values: dict[str, object] = {}
        self._touched = False
        """Whether a key of the output was ever written."""
        self._reduced: dict[str, BinaryOperatorAggregate[object]] = {}
        for key, kind, reducer in program.reducers:
            channel = BinaryOperatorAggregate(kind, reducer)
            self._reduced[key] = channel
            if channel.is_available():
                self._values[key] = channel.get()

    def state(self) -> object:
        """Return the state as a node sees it: what was never written is absent."""
        values, shape = self._values, self._program.shape
        seen = {key: values[key] for key in self._program.keys if key in values}
        return seen if shape is None else shape(**seen)

    def take(self, written: dict[str, object]) -> None:
        """Write values; those of a reducer pass through it."""
        if not self._touched and not self._program.output_keys.keys().isdisjoint(written):
            self._touched = True
        if not self._reduced:
            self._values.update(written)
            return
        for key, value in written.items():
            channel = self._reduced.get(key)
            if channel is None:
                self._values[key] = value
            else:
                channel.update((value,))
                self._values[key] = channel.get()

    def result(self) -> dict[str, object]:
        """Return the final state; LangGraph has none when no key of the output was written."""
        if not self._touched:
            return {}
        values = self._values
        return {key: values[key] for key in self._program.output_keys if key in values}


def _written(returned: object, program: Program) -> dict[str, object]:
    """Return what a node wrote; unknown keys are dropped silently.

    Raises InvalidUpdateError, or UnableToRunSequentially for a Command, Send or Runnable.
    """
    if isinstance(returned, dict):
        written = cast("dict[str, object]", returned)
        if written.keys() <= program.known:
            return written
        return {k: v for k, v in written.items() if k in program.known}
    if returned is None:
        return {}
    _refuse_leading(returned)
    if not any(getattr(base, "__annotations__", None) for base in type(returned).__mro__):
        message = f"Expected dict, got {returned}"
        code = ErrorCode.INVALID_GRAPH_NODE_RETURN_VALUE
        raise InvalidUpdateError(create_error_message(message=message, error_code=code))
    return _fields(returned, program.keys)


async def _onward(
    way: Way, name: str, returned: object, board: _Board, *, runtime: Runtime[Any]
) -> str:
    """Ask the router, who sees the state after the update. Raises UnableToRunSequentially."""
    if way.router is None or way.ends is None:
        return way.target
    seen = board.state()
    if way.sees_returned and isinstance(seen, dict) and isinstance(returned, dict):
        seen = {**cast("dict[str, object]", returned), **cast("dict[str, object]", seen)}
    work, takes_runtime = way.router
    answer = await (work(seen, runtime=runtime) if takes_runtime else work(seen))
    if isinstance(answer, (list, tuple)):
        message = f"the router after {name!r} answered with several ways"
        raise UnableToRunSequentially(message)
    _refuse_leading(answer)
    return way.ends[answer]  # pyright: ignore[reportArgumentType] - unhashable fails as there


def _context(program: Program, context: object) -> Any:  # noqa: ANN401 - Runtime's own bound
    if isinstance(context, dict) and program.context_shape is not None:
        return program.context_shape(**cast("dict[str, object]", context))
    return cast("object", context) or None  # as there: what is empty is no context


def _refuse_leading(returned: object) -> None:
    several = isinstance(returned, (list, tuple))
    for one in cast("Sequence[object]", returned) if several else (returned,):
        if isinstance(one, (Command, Send, Runnable)):
            kind = type(cast("object", one)).__name__
            message = (
                f"a node or router returned a {kind} that its annotation does not show; "
                "name it there, so that LangGraph runs this graph"
            )
            raise UnableToRunSequentially(message)


def _fields(returned: object, keys: Sequence[str]) -> dict[str, object]:
    """Return the fields of a typed change: those set, and those whose default is not None."""
    if isinstance(returned, BaseModel):
        kept = returned.model_fields_set
        defaults = {k: f.default for k, f in type(returned).model_fields.items()}
    else:
        kept, defaults = set[str](), dict[str, object]()
    pairs = ((key, getattr(returned, key, _ABSENT)) for key in keys)
    return {
        key: value
        for key, value in pairs
        if value is not _ABSENT
        and (value is not None or defaults.get(key, _ABSENT) is not None or key in kept)
    }


def _out_of_steps(steps_max: int) -> str:
    message = (
        f"Recursion limit of {steps_max} reached without hitting a stop condition. You can "
        "increase the limit by setting the `recursion_limit` config key."
    )
    return create_error_message(message=message, error_code=ErrorCode.GRAPH_RECURSION_LIMIT)
