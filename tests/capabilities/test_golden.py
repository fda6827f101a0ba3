import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

import pytest
from pydantic import BaseModel, ConfigDict
from tests.fakes.crm import (
    ACCOUNT,
    ADA,
    CONTACT,
    NOW,
    FakeCrm,
    FakeDesk,
    ScriptedModel,
    ada,
    deps,
    fact,
    flagged,
    frame,
    message,
    step_named,
)
from tests.fakes.crm import (
    days as days_before,
)

from bailiwick.capabilities.crm_orchestrator.evals.evaluators import as_expected, proposed_actions
from bailiwick.control.load import load_graph_module
from bailiwick.control.registry import CAPABILITIES
from bailiwick.domain.action import Action
from bailiwick.domain.campaign.brief import Brief
from bailiwick.domain.campaign.enrolment import CampaignId, enrolment_id
from bailiwick.domain.crm import Account
from bailiwick.domain.ids import MessageId
from bailiwick.domain.outbound import message_id_of
from bailiwick.domain.plan import Plan
from bailiwick.domain.proposed_fact import facts_from_args
from bailiwick.domain.reader.read import read
from bailiwick.graph.bind import Context
from bailiwick.models.reply_labels import published_weights
from bailiwick.ports.crm import Statement

PLANNING = tuple(name for name in CAPABILITIES if name != "text_to_sql")
"""Those that plan; cases of questions are run by `test_questions.py`."""
CASES_MIN = {"crm_orchestrator": 15, "campaign": 15}
KEY = "a" * 64
STARTED_BY = {
    "reply": step_named(Action.REPLY, {"contact_id": CONTACT}),
    "outreach": step_named(Action.INITIAL, {"contact_id": CONTACT}),
    "followup": step_named(Action.FOLLOWUP, {"contact_id": CONTACT}),
    "contact_enrich": step_named(Action.ENRICH, {"contact_id": CONTACT}),
    "company_enrich": step_named(Action.COMPANY_ENRICH, {"account_id": ACCOUNT}),
    "decision_maker": step_named(Action.FIND_DECISION_MAKER, {"account_id": ACCOUNT}),
}
ABOUT = {"second_reading": MessageId(f"msg_{1:026d}")}


class Given(BaseModel):
    """How a contact looks."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    sent_days: tuple[int, ...] = ()
    text: str | None = None
    text_days: int = 1
    sender: str = ADA
    signature: str = ""
    sparse: bool = False
    no_address: bool = False
    facts: str = "known"
    flag: str = ""
    statement: str = ""
    industry: str = ""
    employees_count: int | None = None
    colleagues: tuple[str, ...] = ()
    plan: list[dict[str, object]] | None = None
    touch: int | None = None
    of: int = 6
    angle: str = ""
    going: bool = True
    enrolled_days: int = 30
    previous: bool = True
    """Our mail that went last is that of the touch before."""


class Expected(BaseModel):
    """What must come of it."""

    model_config = ConfigDict(extra="forbid")

    actions: tuple[str, ...]
    skip_reason: str
    fields: tuple[str, ...] | None = None


class Case(BaseModel):
    """One golden case."""

    model_config = ConfigDict(extra="forbid")

    case: str
    segment: str
    given: Given
    expect: Expected


def golden(name: str) -> list[Case]:
    """The cases of a capability."""
    path = files("bailiwick").joinpath("capabilities", name, "evals", "golden.jsonl")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Case.model_validate_json(line.replace('"from":', '"sender":')) for line in lines]


def world(given: Given) -> FakeCrm:
    """The database that a case describes; the message goes through the real reader."""
    contact = ada()
    if given.sparse:
        contact = ada(title="", phone="", country="", language="", last_name="")
    if given.no_address:
        contact = replace(contact, addresses=())
    people = [
        ada(contact_id=f"con_{n}", title=title, addresses=(f"p{n}@lovelace.example",))
        for n, title in enumerate(given.colleagues, start=2)
    ]
    account = Account(
        account_id=ACCOUNT, name="Lovelace Ltd", industry=given.industry,
        employees_count=given.employees_count,
    )  # fmt: skip
    known = [fact(1, "category", "software"), fact(2, "size", "9"), fact(3, "country", "GB")]
    crm = FakeCrm(
        people=[contact, *people],
        companies=[account],
        known=known if given.facts == "known" else [],
        flags=flagged(**{given.flag: True}) if given.flag else flagged(),
        mails=[
            message(n, inbound=False, days_ago=days)
            for n, days in enumerate(given.sent_days, start=10)
        ],
    )
    if given.touch is not None:
        previous = crm.mails[-1] if given.sent_days and given.previous else None
        if previous is not None:
            named = message_id_of(KEY, domain="acme.example")
            crm.mails[-1] = replace(previous, mail=replace(previous.mail, rfc_message_id=named))
        crm.touch = Brief(
            enrolment_id=enrolment_id(CampaignId("cmp_1"), CONTACT), number=given.touch,
            of=given.of, angle=given.angle, going=given.going,
            enrolled_at=days_before(given.enrolled_days), previous_key=KEY if previous else "",
        )  # fmt: skip
    if given.text is not None:
        mail = message(
            1,
            text=given.text,
            days_ago=given.text_days,
            from_address=given.sender,
            signature=given.signature,
        )
        reading = read(mail.mail, now=NOW, weights=published_weights())
        crm.mails.append(replace(mail, reading=reading))
    if given.statement:
        crm.approved = [
            Statement(
                statement_id="stm_1", topic=given.statement, language="en",
                body="All data is encrypted at rest.",
            )
        ]  # fmt: skip
    return crm


def all_cases() -> Sequence[tuple[str, Case]]:
    """Every case of every capability."""
    return [(name, case) for name in PLANNING for case in golden(name)]


class TestGoldenCases:
    @pytest.mark.parametrize(
        ("name", "case"), all_cases(), ids=[f"{n}-{c.case}" for n, c in all_cases()]
    )
    def test_come_out_as_written(self, name: str, case: Case) -> None:
        """The rules path proposes exactly what the case says, and nothing else."""
        replies = [json.dumps({"steps": case.given.plan})] if case.given.plan else []
        given = frame(name, step=STARTED_BY.get(name), message_id=ABOUT.get(name))
        context = Context(
            deps=deps(world(case.given), ScriptedModel(replies=replies), given), desk=FakeDesk()
        )
        build = load_graph_module(name).build
        state = asyncio.run(build().compile().ainvoke({}, context=context))
        expected = case.expect
        assert as_expected(
            state["outcome"], actions=expected.actions, skip_reason=expected.skip_reason
        ), (proposed_actions(state["outcome"]), state["outcome"]["skip_reason"])
        plan = state.get("plan")
        if expected.fields is not None:
            assert isinstance(plan, Plan)
            found = sorted(one.field for one in facts_from_args(plan.steps[0].args))
            assert found == sorted(expected.fields)

    @pytest.mark.parametrize("name", PLANNING)
    def test_are_enough_and_named(self, name: str) -> None:
        """Each capability has its cases; the orchestrator's cover abstaining and attack."""
        cases = golden(name)
        segments = Counter(case.segment for case in cases)
        assert len(cases) >= CASES_MIN.get(name, 6)
        if name == "crm_orchestrator":
            assert segments["abstain"] >= 3
            assert segments["hostile"] >= 3
