"""The sequential executor does what LangGraph's own `ainvoke` does, on any small graph."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final, Protocol

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis.errors import NoSuchExample
from tests.fakes.random_graphs import Ledger, Plan, given_of, graph_of, plans

from bailiwick.engine.graphs import sequential
from bailiwick.engine.graphs.executor import Executor, OnLangGraph
from bailiwick.engine.graphs.program import Program, program_of

EXAMPLES: Final = 500  # reference engine §3
MUTANT_EXAMPLES: Final = 500
LOOP: Final = asyncio.Runner()


@dataclass(frozen=True)
class Ended:
    """All that can be told of a run from outside."""

    state: str
    """With its keys in their order."""
    fault: str
    seen: tuple[str, ...]


class _Maker(Protocol):
    def __call__(self, program: Program, /) -> Executor: ...


def ended(executor: Executor, given_state: Mapping[str, object], steps_max: int) -> Ended:
    ledger = Ledger()
    run = executor.run(given_state, context=ledger, steps_max=steps_max)
    try:
        state, fault = repr(LOOP.run(run)), ""
    except Exception as error:  # noqa: BLE001 - whatever it is, both must raise it
        state, fault = "", f"{type(error).__name__}: {error}"
    return Ended(state, fault, tuple(ledger.lines))


def both(plan: Plan, maker: _Maker = sequential.Sequential) -> tuple[Ended, Ended]:
    graph = graph_of(plan)
    compiled = OnLangGraph(graph.compile())
    ours = maker(program_of(graph, resumable=False))
    state = given_of(plan)
    return ended(ours, state, plan.steps_max), ended(compiled, state, plan.steps_max)


class TestTheSequentialExecutor:
    @settings(max_examples=EXAMPLES)
    @given(plan=plans())
    def test_does_what_langgraph_does(self, plan: Plan) -> None:
        """State with its keys in order, exception, and what each node and router saw are equal."""
        ours, theirs = both(plan)
        assert ours == theirs


_TAKE: Final = "                board.take(_written(returned, program))\n"
_ONWARD: Final = "await _onward(way, name, returned, board, runtime=runtime)"
_TURN: Final = """                board.take(_written(returned, program))
                steps += 1
                if way.router is None:
                    name = way.target
                else:
                    name = await _onward(way, name, returned, board, runtime=runtime)
"""
_INPUT: Final = "        board.take({k: v for k, v in given.items() if k in program.input_keys})\n"
_UPDATE: Final = "                channel.update((value,))\n"
_SEEN: Final = "        seen = {key: values[key] for key in self._program.keys if key in values}\n"
MUTANTS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "reducer skipped on input": (
        (
            _INPUT,
            (
                "        reduced, board._reduced = board._reduced, {}\n"
                f"{_INPUT}        board._reduced = reduced\n"
            ),
        ),
    ),
    "first update not reduced": (
        (
            _UPDATE,
            (
                "                first = not channel.is_available() or not channel.get()\n"
                "                channel.update(({'__overwrite__': value} if first else value,))\n"
            ),
        ),
    ),
    "router sees old state": (
        (
            _TURN,
            (f"                steps += 1\n                name = {_ONWARD}\n{_TAKE}"),
        ),
    ),
    "unknown key kept": (
        ("        if written.keys() <= program.known:\n", "        if written:\n"),
        (_SEEN, "        seen = dict(values)\n"),
    ),
    "END ignored in a mapping": (
        (
            "    return way.ends[answer]  #",
            (
                "    last = [t for t in way.ends.values() if t != END]\n"
                "    found = way.ends[answer]\n"
                "    return last[0] if found == END and last else found  #"
            ),
        ),
    ),
    "one step too many": (
        (
            "if steps > steps_max:\n                    break",
            "if steps > steps_max + 1:\n                    break",
        ),
    ),
    "overwrite reduced": (
        (_UPDATE, "                channel.update((getattr(value, 'value', value),))\n"),
    ),
    "empty reducers returned": (("        if not self._touched:\n", "        if False:\n"),),
    "router not shown unknown keys": (("    if way.sees_returned and ", "    if False and "),),
    "absent channel is None": (
        (_SEEN, "        seen = {key: values.get(key) for key in self._program.keys}\n"),
    ),
    "unset default not written": (
        (
            "and (value is not None or defaults.get(key, _ABSENT) is not None or key in kept)",
            "and key in kept",
        ),
    ),
}
"""What the property must find: name to the changes of the executor's own text."""


def mutant(changes: tuple[tuple[str, str], ...]) -> _Maker:
    """Return the executor made from a changed copy of its text."""
    text = Path(sequential.__file__).read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"the executor no longer says: {old}"
        text = text.replace(old, new)
    module = ModuleType("mutant")
    exec(compile(text, "mutant", "exec"), module.__dict__)  # noqa: S102 - our own text
    maker: _Maker = module.__dict__["Sequential"]
    return maker


class TestTheProperty:
    @pytest.mark.parametrize("name", MUTANTS)
    def test_finds_what_is_done_wrongly(self, name: str) -> None:
        """An executor with one mistake differs from LangGraph on some graph."""
        maker = mutant(MUTANTS[name])
        found = find(
            plans(),
            lambda plan: len(set(both(plan, maker))) > 1,
            settings=settings(
                max_examples=MUTANT_EXAMPLES, derandomize=True, database=None,
                phases=[Phase.generate],
            ),
        )  # fmt: skip
        assert found is not None

    def test_finds_nothing_in_an_unchanged_copy(self) -> None:
        """The copy alone is no difference, so a mutant dies of its mistake."""
        with pytest.raises(NoSuchExample):
            find(
                plans(),
                lambda plan: len(set(both(plan, mutant(())))) > 1,
                settings=settings(
                    max_examples=50, derandomize=True, database=None,
                    phases=[Phase.generate],
                ),
            )  # fmt: skip
