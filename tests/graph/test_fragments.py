import asyncio
from dataclasses import dataclass

import pytest
from langgraph.graph import END, START, StateGraph
from pydantic import ValidationError
from tests.fakes.crm import RUN, FakeCrm, FakeDesk, ScriptedModel, deps, frame

from bailiwick.domain.plan import Plan, PlanStatus
from bailiwick.graph.bind import Context, fragment, step
from bailiwick.graph.carried import Carried, Delta, Judging
from bailiwick.graph.dispatch import dispatch
from bailiwick.graph.finish import finish, outcome
from bailiwick.graph.judge import judge
from bailiwick.graph.propose import plan_id, propose
from bailiwick.ports.deps import Deps


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(Carried):
    seen: int = 0
    note: str | None = "kept"


class Seen(Delta):
    seen: int = 0
    note: str | None = "a default that is not None"


async def count(state: Counted, given: Deps) -> Seen:
    assert isinstance(given, Deps)
    return Seen(seen=state.seen + 1)


async def clear(_: Counted, __: Deps) -> Seen:
    return Seen(note=None)


def run(*names: str) -> dict[str, object]:
    """Run the named steps in a row."""
    known = {"count": step(count), "clear": step(clear), "judge": fragment(judge),
             "dispatch": fragment(dispatch), "finish": step(finish)}  # fmt: skip
    graph = StateGraph(Counted, context_schema=Context)
    for name in names:
        graph.add_node(name, known[name])
    for before, after in zip((START, *names), (*names, END), strict=True):
        graph.add_edge(before, after)
    context = Context(deps=deps(FakeCrm(), ScriptedModel()), desk=FakeDesk())
    return dict(asyncio.run(graph.compile().ainvoke(Counted(), context=context)))


def empty_plan() -> Plan:
    return propose(
        frame(), [], contact_id=None, objective="", planner="rules", prompt_version="", facts={}
    )


class TestDelta:
    def test_leaves_fields_alone_that_it_did_not_set(self) -> None:
        """A field that is not set is not touched."""
        assert run("count")["note"] == "kept"

    def test_writes_an_explicit_none(self) -> None:
        """None that was set is a change."""
        assert run("clear")["note"] is None

    def test_refuses_unknown_fields_and_changes(self) -> None:
        """A misspelt field is an error, and a Delta cannot be altered."""
        with pytest.raises(ValidationError):
            Seen.model_validate({"sen": 1})
        delta = Seen(seen=1)
        with pytest.raises(ValidationError):
            delta.seen = 2  # pyright: ignore[reportAttributeAccessIssue] - the point of the test

    def test_carries_our_own_types_unchanged(self) -> None:
        """A value of our own frozen types is not copied or converted."""
        judged = ()
        assert Judging(judged=judged).judged is judged


class TestNodes:
    def test_hand_a_step_its_readers_only(self) -> None:
        """A step gets Deps, which has no desk and no writer."""
        assert run("count")["seen"] == 1
        assert set(Deps.__dataclass_fields__) == {"crm", "calendar", "asked_rows", "model", "frame"}

    def test_do_nothing_without_a_plan(self) -> None:
        """A run that proposes nothing is judged and dispatched as nothing, and says so."""
        state = run("judge", "dispatch", "finish")
        assert state["judged"] == ()
        assert state["plan_status"] is PlanStatus.DONE
        stored = state["outcome"]
        assert isinstance(stored, dict)
        assert stored["plan_id"] is None


class TestProposals:
    def test_are_named_by_their_run(self) -> None:
        """The same run makes the same plan id, so a repeated run stores no second plan."""
        assert plan_id(RUN) == f"pln_{RUN.removeprefix('run_')}"
        assert empty_plan() == empty_plan()

    def test_are_told_in_plain_values(self) -> None:
        """The outcome names plan, status and what a planner did."""
        told = outcome(
            Carried(plan=empty_plan(), plan_status=PlanStatus.HELD),
            capability="x",
            extra={"re_reasons": 2},
        )
        assert told["status"] == "held"
        meta = told["graph_meta"]
        assert isinstance(meta, dict)
        assert (meta["plan_gated"], meta["re_reasons"], meta["planner"]) == (True, 2, "rules")
