"""Every registered graph comes to the same on both engines, whatever it meets."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes.crm import (
    ACCOUNT,
    CONTACT,
    FakeCrm,
    FakeDesk,
    ScriptedModel,
    ada,
    deps,
    fact,
    flagged,
    frame,
    message,
    reading,
    step_named,
)

from bailiwick.control.registry import CAPABILITIES
from bailiwick.domain.action import TERMS, Action
from bailiwick.domain.crm import Contact
from bailiwick.domain.message import Message
from bailiwick.domain.plan import Plan, Step
from bailiwick.domain.provenance import Trust
from bailiwick.domain.reading import Concern, Intent
from bailiwick.domain.signal import SignalKind
from bailiwick.engine.graphs.executor import Engine, Executor, OnLangGraph
from bailiwick.engine.graphs.graphs import ORCHESTRATOR, Graphs
from bailiwick.graph.bind import Context
from bailiwick.ports.crm import Statement
from bailiwick.ports.deps import Frame

EXAMPLES: Final = 100
LOOP: Final = asyncio.Runner()
VARIANTS: Final = (*((name, True) for name in CAPABILITIES), (ORCHESTRATOR, False))
STARTS: Final = {
    terms.capability: action for action, terms in TERMS.items() if terms.capability is not None
}
SIGNATURE: Final = "Ada Lovelace\nChief Technology Officer\nLovelace Ltd\nTel: +44 20 7946 0123"
STATEMENT: Final = Statement(
    statement_id="stm_1", topic="security", body="We are audited.", language="en"
)


@dataclass(frozen=True)
class World:
    """What one run meets, as plain data."""

    people: tuple[Contact, ...]
    mails: tuple[Message, ...]
    facts: tuple[tuple[str, str, Trust, int], ...]
    flags: frozenset[str]
    broken: frozenset[str]
    replies: tuple[str, ...]
    refused: frozenset[Action]
    held: frozenset[Action]
    signal: SignalKind
    about: tuple[bool, int]
    """Whether a contact is named, and which mail."""
    steps_max: int

    def frame(self, capability: str) -> Frame:
        named, number = self.about
        args = {"contact_id": str(CONTACT), "account_id": str(ACCOUNT)} if named else {}
        mail = next((m for m in self.mails[number:]), None)
        if mail is not None:
            args["message_id"] = mail.message_id
        action = STARTS.get(capability)
        return frame(
            capability,
            signal=self.signal,
            contact_id=CONTACT if named else None,
            message_id=mail.message_id if mail else None,
            step=step_named(action, args) if action is not None else None,
        )

    def crm(self) -> FakeCrm:
        known = [
            fact(n, name, value, trust=trust, permille=permille)
            for n, (name, value, trust, permille) in enumerate(self.facts)
        ]
        return FakeCrm(
            people=list(self.people), mails=list(self.mails), known=known,
            flags=flagged(**dict.fromkeys(self.flags, True)), broken=self.broken,
            approved=[STATEMENT],
        )  # fmt: skip


@st.composite
def mails(draw: st.DrawFn) -> Message:
    inbound = draw(st.booleans())
    concerns = draw(st.frozensets(st.sampled_from(Concern), max_size=2))
    read = reading(draw(st.sampled_from(Intent)), concerns=concerns)
    return message(
        draw(st.integers(1, 9)),
        inbound=inbound,
        days_ago=draw(st.integers(0, 40)),
        reading=read if inbound else None,
        text=draw(st.sampled_from(("", "What security do you offer?", "Send a quote by Friday."))),
        signature=draw(st.sampled_from(("", SIGNATURE))),
    )


FACTS = st.tuples(
    st.sampled_from(("category", "size", "country", "title")),
    st.sampled_from(("manufacturing", "200", "GB")),
    st.sampled_from(Trust),
    st.integers(0, 1000),
)
PLANNED = st.lists(
    st.fixed_dictionaries(
        {
            "action": st.sampled_from([a.value for a in Action] + ["unheard_of"]),
            "args": st.just({"contact_id": str(CONTACT)}),
            "reason": st.just("because"),
            "confidence": st.sampled_from((0.2, 0.8, 1.0)),
            "requires_approval": st.booleans(),
            "depends_on": st.just([]),
            "evidence_fact_ids": st.just([]),
        }
    ),
    max_size=3,
).map(lambda steps: json.dumps({"steps": steps}))
LETTERS = st.sampled_from(("Thank you. We are audited.", "See https://evil.example now!", "")).map(
    lambda body: json.dumps({"body": body, "claims": []})
)
WORLDS = st.builds(
    World,
    people=st.lists(
        st.sampled_from((ada(), ada(title=""), ada(addresses=()), ada(language="de"))), max_size=2
    ).map(tuple),
    mails=st.lists(mails(), max_size=3, unique_by=lambda m: m.message_id).map(tuple),
    facts=st.lists(FACTS, max_size=3).map(tuple),
    flags=st.frozensets(
        st.sampled_from(
            ("suppressed", "do_not_contact", "bounced", "unsubscribed", "opt_out_doubtful")
        ),
        max_size=1,
    ),
    broken=st.one_of(
        st.just(frozenset[str]()),
        st.just(frozenset[str]()),
        st.frozensets(st.sampled_from(("contact", "colleagues", "safety")), max_size=1),
    ),
    replies=st.lists(st.one_of(PLANNED, LETTERS, st.just("no JSON")), max_size=4).map(tuple),
    refused=st.frozensets(st.sampled_from(Action), max_size=6),
    held=st.frozensets(st.sampled_from(Action), max_size=3),
    signal=st.sampled_from(SignalKind),
    about=st.tuples(st.sampled_from((True, True, True, False)), st.integers(0, 2)),
    steps_max=st.sampled_from((50, 50, 50, 50, 50, 3, 6)),
)


@dataclass(frozen=True)
class Ended:
    """All that a run left: state, fault, what the desk and the model were asked."""

    state: Mapping[str, object]
    keys: tuple[str, ...]
    fault: str
    judged: tuple[Plan, ...]
    dispatched: tuple[Plan, ...]
    queued: tuple[Step, ...]
    asked: tuple[object, ...]


def ended(executor: Executor, world: World, capability: str) -> Ended:
    desk = FakeDesk(
        refuses=lambda step: step.action in world.refused,
        holds=lambda step: step.action in world.held,
    )
    model = ScriptedModel(replies=list(world.replies))
    context = Context(deps=deps(world.crm(), model, world.frame(capability)), desk=desk)
    run = executor.run({}, context=context, steps_max=world.steps_max)
    state: Mapping[str, object] = {}
    fault = ""
    try:
        state = LOOP.run(run)
    except Exception as error:  # noqa: BLE001 - whatever it is, both must raise it
        fault = f"{type(error).__name__}: {error}"
    return Ended(
        state, tuple(state), fault, tuple(desk.judged), tuple(desk.dispatched),
        tuple(desk.queued), tuple(model.asked),
    )  # fmt: skip


def engines(capability: str, *, plan_enabled: bool) -> tuple[Executor, Executor]:
    options = {} if plan_enabled else {ORCHESTRATOR: {"plan_enabled": False}}
    graphs = Graphs(options)
    loaded = graphs.loaded(capability)
    assert loaded.engine is Engine.SEQUENTIAL, loaded.reason
    return loaded.executor, OnLangGraph(graphs.builder(capability).compile())


class TestEveryRegisteredGraph:
    @pytest.mark.parametrize("variant", VARIANTS, ids=str)
    def test_comes_to_the_same_on_both_engines(self, variant: tuple[str, bool]) -> None:
        """State, faults and every question to desk and model are equal, in their order."""
        capability, plan_enabled = variant
        ours, theirs = engines(capability, plan_enabled=plan_enabled)

        @settings(max_examples=EXAMPLES)
        @given(world=WORLDS)
        def same(world: World) -> None:
            assert ended(ours, world, capability) == ended(theirs, world, capability)

        same()

    def test_is_seen_to_propose_and_to_fail(self) -> None:
        """The worlds are wide enough: some runs propose, some do not, some never end."""
        ours, _ = engines(ORCHESTRATOR, plan_enabled=True)
        seen: set[str] = set()

        @settings(max_examples=EXAMPLES, derandomize=True, database=None)
        @given(world=WORLDS)
        def look(world: World) -> None:
            end = ended(ours, world, ORCHESTRATOR)
            seen.add(end.fault.partition(":")[0] or ("proposed" if end.dispatched else "skipped"))

        look()
        assert seen >= {"proposed", "skipped", "GraphRecursionError"}
