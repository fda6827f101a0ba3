"""Brings rules, questions and past verdicts together, to explain and to simulate the law."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bailiwick.domain.action import TERMS, Action, Argument
from bailiwick.domain.fault import InputFault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bailiwick.domain.crm import Contact, Workspace
    from bailiwick.domain.plan import Plan
    from bailiwick.domain.run import VerdictRow
    from bailiwick.kit.hashing import Canonical
    from bailiwick.policy.question import Question
    from bailiwick.policy.rule_cases import Finding
    from bailiwick.policy.rulebook import Rulebook
    from bailiwick.policy.simulate import Recorded
    from bailiwick.ports.unit import Unit
    from bailiwick.wiring.application import Application

PAGE_SIZE: Final = 500  # the largest page: bounds memory while all are read


class UnableToAsk(InputFault):
    """The question to explain is not complete."""


def rulebook_here() -> "Rulebook":
    """Return the law in force by the settings; needs no database. Raises SettingsFault."""
    from bailiwick.policy.rulebook import load, read_texts
    from bailiwick.settings import read

    folder = read().policy.rules_folder
    return load().tightened(read_texts(Path(folder))) if folder else load()


def rulebook_from(folder: Path) -> "Rulebook":
    """Return the law of a folder.

    A folder with a file of the product's own name is an edited copy of all rules; any other adds
    to the product's. Raises SettingsFault.
    """
    from bailiwick.policy.rulebook import load, read_texts

    book, texts = load(), read_texts(folder)
    return load(folder) if set(texts) & set(book.texts) else book.tightened(texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """Both sides of every rule of a book, tried."""

    book: "Rulebook"
    cases_count: int
    findings: "tuple[Finding, ...]"


def tried(folder: Path | None) -> Tried:
    """Try every rule in force, or of a folder, under the law that its cases were written for.

    Raises SettingsFault or InputFault when rules or cases cannot be read.
    """
    from bailiwick.policy.rule_cases import check, check_tightened, load_cases
    from bailiwick.policy.rulebook import WORKSPACE_PREFIX, load
    from bailiwick.settings import read

    book = rulebook_here() if folder is None else rulebook_from(folder)
    own = folder or (Path(found) if (found := read().policy.rules_folder) else None)
    added = load_cases(own) if own is not None else ()
    if folder is not None and not any(f.startswith(WORKSPACE_PREFIX) for f in book.texts):
        named = {case.rule_id for case in added}
        shipped = (c for c in load_cases() if c.rule_id in book.by_id and c.rule_id not in named)
        cases = (*added, *shipped)  # an edited copy brings its own cases, or has the product's
        return Tried(book=book, cases_count=len(cases), findings=check(book, cases))
    product = load_cases()
    findings = check_tightened(load(), book, cases=product, added=added)
    return Tried(book=book, cases_count=len(product) + len(added), findings=findings)


def asked_of(
    bailiwick: "Application",
    action: Action | None,
    *,
    contact: str,
    approval: str,
    capability: str,
) -> "tuple[str, Question]":
    """Return what is asked and the question as things stand now. Raises UnableToAsk."""
    if bool(approval) == bool(action):
        message = "give an ACTION (with --contact for how it stands now), or --approval ID"
        raise UnableToAsk(message)
    at = bailiwick.clock.now()
    with bailiwick.units.read() as unit:
        if approval:
            from bailiwick.domain.ids import ApprovalId
            from bailiwick.engine.card import found_card, stored_step

            card = found_card(unit, ApprovalId(approval))
            plan, step = stored_step(unit, card)
            ruling = bailiwick.court.judge(unit, plan, step, approval=card, stage="explain", at=at)
            return f"card {approval}, as things stand", ruling.question
        assert action is not None, "one of both was given"
        plan = _imagined(bailiwick, unit, action, contact, capability=capability, at=at)
        ruling = bailiwick.court.judge(
            unit, plan, plan.steps[0], approval=None, stage="explain", at=at
        )
    return f"{action.value} by {plan.capability}, as things stand", ruling.question


def past_verdicts(bailiwick: "Application", since: "datetime") -> "Iterator[Recorded]":
    """Yield what was asked and answered since then, oldest first, page by page."""
    cursor: str | None = None
    with bailiwick.units.read() as unit:
        while True:  # ends with the pages of one consistent state
            page = unit.runs.verdicts_since(since, cursor=cursor, size=PAGE_SIZE)
            yield from (_recorded(row) for row in page.items)
            cursor = page.next_cursor
            if cursor is None:
                return


def _recorded(row: "VerdictRow") -> "Recorded":
    from bailiwick.policy.question import ResourceKind
    from bailiwick.policy.simulate import Recorded
    from bailiwick.policy.verdict import VerdictWord

    kind = ResourceKind.CONTACT if row.contact_id else ResourceKind.WORKSPACE
    return Recorded(
        subject=f"{row.step_id} ({row.stage})",
        question={
            "capability": row.capability,
            "action": row.action.value,
            "resource_kind": kind.value,
            "resource_id": row.contact_id or "",
            "standing": row.standing,
        },
        word=VerdictWord(row.answer),
        rule_ids=row.rules,
    )


def _imagined(
    bailiwick: "Application",
    unit: "Unit",
    action: Action,
    words: str,
    *,
    capability: str,
    at: "datetime",
) -> "Plan":
    """Return a plan with one certain step for a contact; it is judged and never stored."""
    from bailiwick.domain.ids import PlanId, RunId, step_id
    from bailiwick.domain.plan import Plan, Step
    from bailiwick.domain.provenance import PERMILLE, Provenance, Source
    from bailiwick.engine.whom import found_contact

    contact = unit.crm.contact(found_contact(unit, words))
    assert contact is not None, "found above in the same state"
    run_id = RunId("run_explained")
    step = Step(
        step_id=step_id(run_id, 1),
        action=action,
        args=_args(action, contact, unit.crm.workspace()),
        provenance=Provenance(confidence_permille=PERMILLE, reason="explained", source=Source.RULE),
    )
    return Plan(
        plan_id=PlanId("pln_explained"),
        workspace_id=bailiwick.workspace.workspace_id,
        run_id=run_id,
        capability=capability or _proposer(action),
        contact_id=contact.contact_id,
        objective="explain",
        steps=(step,),
        planner="rules",
        prompt_version="",
        facts_hash="",
        created_at=at,
    )


def _proposer(action: Action) -> str:
    from bailiwick.control.load import load_spec
    from bailiwick.control.registry import CAPABILITIES

    able = [spec for spec in map(load_spec, CAPABILITIES) if action in spec.actions]
    # One that reads mail from outside, if there is one: fewer rules let it pass.
    found = next((spec.name for spec in able if spec.reads_untrusted), able[0].name if able else "")
    if not found:
        message = f"no capability proposes {action.value}; name one with --capability"
        raise UnableToAsk(message)
    return found


def _args(action: Action, contact: "Contact", workspace: "Workspace") -> "dict[str, Canonical]":
    from bailiwick.domain.outbound import OutboundMail, Purpose

    mail = OutboundMail(
        to_address=contact.address,
        to_name=contact.name,
        from_address=workspace.mailbox,
        from_name=workspace.company,
        subject="",
        text="",
        purpose=Purpose.MARKETING,
        language="en",
    )
    values: dict[Argument, Canonical] = {
        Argument.CONTACT: contact.contact_id,
        Argument.ACCOUNT: contact.account_id or "",
        Argument.MAIL: mail.to_args(),
        Argument.FACTS: [],
        Argument.RECORDS: [contact.contact_id],
    }
    terms = TERMS[action]
    return {
        name: values.get(kind, "")
        for name, kind in terms.arguments.items()
        if name not in terms.optional
    }
