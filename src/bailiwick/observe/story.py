"""Tells the whole story of one id, from what was sent back to the evidence it rests on.

Every line names the record or row it comes from; nothing is retold from memory or by a model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.domain.approval import Approval
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import (
    AccountId,
    ApprovalId,
    ContactId,
    EffectId,
    MessageId,
    PlanId,
    RunId,
    StepId,
)
from bailiwick.domain.message import Message
from bailiwick.domain.plan import Plan, Step, StepStatus
from bailiwick.domain.record import Record, RecordKind
from bailiwick.domain.run import RunRow
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.text import capped
from bailiwick.ports.unit import Unit

ANCESTORS_COUNT_MAX: Final = 4  # a delegated run is at most three deep
RECORDS_COUNT_MAX: Final = 500  # ours: a story is read by a person
FACTS_COUNT_MAX: Final = 50  # as many as a claim may cite
QUOTE_LENGTH_MAX: Final = 200  # ours: enough to recognise a passage
_KINDS: Final = "effect (eff_…), approval (apr_…), plan (pln_…), step or run (run_…)"


class UnableToExplain(InputFault):
    """There is nothing stored under this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened."""

    at: datetime
    seq: int
    """Of the record in the audit chain."""
    kind: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a step rests on, and what that says now."""

    ref: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One effect, card, step or run with everything that led to it."""

    about: str
    runs: tuple[RunRow, ...]
    """The run itself and those that asked for it, the first one first."""
    plan: Plan | None
    step: Step | None
    status: StepStatus | None
    approval: Approval | None
    effect: EffectRow | None
    evidence: tuple[Evidence, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    run_id: RunId
    plan_id: PlanId | None
    step_id: StepId | None


def tell(unit: Unit, about: str) -> Story:
    """Collect the story of an id. Raises UnableToExplain when nothing is stored under it."""
    place = _place(unit, about)
    stored = unit.plans.get(place.plan_id) if place.plan_id else None
    plan = stored[0] if stored else None
    step = _step(plan, place.step_id)
    runs = _ancestry(unit, place.run_id)
    approval = unit.approvals.for_step(step.step_id) if step else None
    effect = unit.effects.for_step(step.step_id) if step else None
    subjects: set[str] = {
        s for s in (effect and effect.effect_id, approval and approval.approval_id) if s
    }
    records = {r.seq: r for run in runs for r in unit.records.of_run(run.run_id)}
    for subject in subjects:
        records.update((r.seq, r) for r in unit.records.about(subject))
    wanted = _relevant(list(records.values()), step, subjects)
    return Story(
        about=about,
        runs=runs,
        plan=plan,
        step=step,
        status=stored[2].get(step.step_id) if stored and step else None,
        approval=approval,
        effect=effect,
        evidence=_evidence(unit, runs, step),
        lines=tuple(_line(r) for r in sorted(wanted, key=lambda r: r.seq)[:RECORDS_COUNT_MAX]),
    )


def _place(unit: Unit, about: str) -> _Place:
    if about.startswith("eff_"):
        effect = unit.effects.get(EffectId(about))
        if effect is not None:
            return _Place(run_id=effect.run_id, plan_id=effect.plan_id, step_id=effect.step_id)
    elif about.startswith("apr_"):
        card = unit.approvals.get(ApprovalId(about))
        if card is not None:
            return _Place(run_id=card.run_id, plan_id=card.plan_id, step_id=card.step_id)
    elif about.startswith("pln_"):
        stored = unit.plans.get(PlanId(about))
        if stored is not None:
            return _Place(run_id=stored[0].run_id, plan_id=stored[0].plan_id, step_id=None)
    elif about.startswith("run_"):
        return _run_or_step(unit, about)
    message = f"nothing is stored under {about!r}; give the id of an {_KINDS}"
    raise UnableToExplain(message)


def _run_or_step(unit: Unit, about: str) -> _Place:
    run = unit.runs.get(RunId(about))
    if run is not None:
        return _Place(run_id=run.run_id, plan_id=_plan_of(run), step_id=None)
    parent = unit.runs.get(RunId(about.rpartition(".")[0]))
    if parent is not None:
        return _Place(run_id=parent.run_id, plan_id=_plan_of(parent), step_id=StepId(about))
    message = f"there is no run or step {about!r}"
    raise UnableToExplain(message)


def _plan_of(run: RunRow) -> PlanId | None:
    outcome = run.outcome
    if not isinstance(outcome, Mapping):
        return None
    plan_id = outcome.get("plan_id")
    return PlanId(plan_id) if isinstance(plan_id, str) else None


def _step(plan: Plan | None, step_id: StepId | None) -> Step | None:
    if plan is None:
        return None
    if step_id is None:
        return plan.steps[0] if len(plan.steps) == 1 else None
    return next((s for s in plan.steps if s.step_id == step_id), None)


def _ancestry(unit: Unit, run_id: RunId) -> tuple[RunRow, ...]:
    runs: list[RunRow] = []
    wanted: RunId | None = run_id
    while wanted is not None and len(runs) < ANCESTORS_COUNT_MAX:
        run = unit.runs.get(wanted)
        if run is None:
            break
        runs.insert(0, run)
        wanted = run.parent_run_id
    return tuple(runs)


def _relevant(records: list[Record], step: Step | None, subjects: set[str]) -> list[Record]:
    """Leave out what siblings of the step did."""
    if step is None:
        return records
    path = {step.step_id}
    while "." in (above := min(path, key=len)):
        path.add(StepId(above.rpartition(".")[0]))
    return [
        r
        for r in records
        if r.subject in path
        or r.subject in subjects
        or r.kind in {RecordKind.SIGNAL_READ, RecordKind.PLAN_MADE, RecordKind.STEP_DROPPED}
    ]


def _evidence(unit: Unit, runs: tuple[RunRow, ...], step: Step | None) -> tuple[Evidence, ...]:
    refs = list(step.provenance.evidence) if step else []
    refs.extend(f"contact:{run.contact_id}" for run in runs[:1] if run.contact_id)
    claims = _claims(step.args.get("mail")) if step else []
    facts = _facts(unit, runs)
    found = [Evidence(ref=ref, text=_said(unit, ref, facts)) for ref in dict.fromkeys(refs)]
    found.extend(Evidence(ref=ref, text=f"supports: {text}") for text, ref in claims)
    return tuple(found)


def _claims(mail: Canonical) -> list[tuple[str, str]]:
    claims = mail.get("claims") if isinstance(mail, Mapping) else None
    if not isinstance(claims, list):
        return []
    return [
        (str(claim.get("text", "")), str(claim.get("evidence", "")))
        for claim in claims
        if isinstance(claim, Mapping)
    ]


def _facts(unit: Unit, runs: tuple[RunRow, ...]) -> dict[str, str]:
    """Return the facts about the contact and its account that held when the last run ended."""
    contact_id = runs[0].contact_id if runs else None
    contact = unit.crm.contact(contact_id) if contact_id else None
    if contact is None:
        return {}
    at = runs[-1].finished_at or runs[-1].started_at
    subjects = [contact.contact_id, *([contact.account_id] if contact.account_id else [])]
    return {
        fact.fact_id: f"{fact.field} is {fact.value} ({fact.method})"
        for subject in subjects
        for fact in unit.crm.facts(subject, at=at, count_max=FACTS_COUNT_MAX)
    }


def _said(unit: Unit, ref: str, facts: Mapping[str, str]) -> str:
    kind, _, rest = ref.partition(":")
    key, _, span = rest.partition("#")
    if kind == "contact":
        contact = unit.crm.contact(ContactId(key))
        return f"{contact.name} <{contact.address}>" if contact else "deleted since"
    if kind == "message":
        message = unit.crm.message(MessageId(key))
        return _quoted(message, span) if message else "deleted since"
    if kind == "account":
        account = unit.crm.account(AccountId(key))
        return account.name if account else "deleted since"
    if kind == "fact":
        return facts.get(key, "no longer held")
    return ""


def _quoted(message: Message, place: str) -> str:
    """Say which mail it is and what stands at the place, as text."""
    part, _, span = place.rpartition(":")
    start, _, end = span.partition("-")
    text = message.mail.signature if part == "signature" else message.mail.text
    words = text[int(start) : int(end)] if start.isdigit() and end.isdigit() else ""
    which = f"{message.direction.value} of {message.received_at:%Y-%m-%d}"
    return f"{which}: {capped(words or message.mail.subject, QUOTE_LENGTH_MAX)}"


def _line(record: Record) -> Line:
    return Line(
        at=record.at,
        seq=record.seq,
        kind=record.kind.value,
        subject=record.subject,
        text=_TEXT.get(record.kind, _plain)(record.payload),
    )


def _plain(payload: Mapping[str, Canonical]) -> str:
    return ", ".join(f"{k}={_short(v)}" for k, v in sorted(payload.items()) if v not in (None, ""))


def _verdict(payload: Mapping[str, Canonical]) -> str:
    rules = payload.get("rules")
    names = ", ".join(str(r) for r in rules) if isinstance(rules, list) else ""
    return f"{payload.get('stage')}: {payload.get('answer')} by {names}"


def _plan_made(payload: Mapping[str, Canonical]) -> str:
    steps = payload.get("steps")
    actions = (
        [s.get("action") for s in steps if isinstance(s, Mapping)]
        if isinstance(steps, list)
        else []
    )
    return f"{payload.get('planner')} proposed {', '.join(str(a) for a in actions)}"


def _short(value: Canonical) -> str:
    text = str(value)
    return f"{text[:12]}…" if len(text) == _HASH_LENGTH else text


_HASH_LENGTH: Final = 64
_TEXT: Final = {RecordKind.VERDICT: _verdict, RecordKind.PLAN_MADE: _plan_made}
