"""The law: its rules, how it would answer, and what another law would have answered."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, sliced
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Given, Told
from bailiwick.domain.action import Action
from bailiwick.domain.ids import ApprovalId
from bailiwick.domain.right import Right
from bailiwick.engine.card import found_card
from bailiwick.engine.whom import found_contact
from bailiwick.policy.explain import Explanation, explain
from bailiwick.policy.rulebook import Rule, Rulebook
from bailiwick.policy.schema import rendered
from bailiwick.policy.simulate import simulate
from bailiwick.policy.specimen import clear_question
from bailiwick.policy.verdict import verdict_to_args, word_of
from bailiwick.wiring.law import asked_of, past_verdicts, rulebook_from, tried

DAYS_MAX: Final = 3_650  # ours, as on the command line
RULES_LENGTH_MAX: Final = 200_000  # ours: the product's own rules have 25,000 characters
FILES_COUNT_MAX: Final = 50  # ours: the product has 14
CHANGES_COUNT_MAX: Final = 500  # ours: one page; the counts tell the rest

router = own_router("policy")
Reading = Annotated[Caller, may(Right.READ)]
Auditing = Annotated[Caller, may(Right.AUDIT, whole=True)]
Whom = Annotated[str, Field(max_length=320)]
FileName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}(\.cedar|\.cases\.toml)$")]
FileText = Annotated[str, Field(max_length=RULES_LENGTH_MAX)]
Texts = Annotated[dict[FileName, FileText], Field(min_length=1, max_length=FILES_COUNT_MAX)]


class Question(Given):
    """What would be done, or which card; one of both."""

    action: Action | None = None
    contact: Whom = ""
    approval: Whom = ""
    capability: Annotated[str, Field(max_length=80)] = ""


class OtherLaw(Given):
    """Rules by file name, such as `mail.cedar`; an edited copy of all, or some to add."""

    rules: Texts


class Past(OtherLaw):
    """Which decisions to judge again."""

    days: Annotated[int, Field(ge=1, le=DAYS_MAX)] = 30


class ExplainedBody(Told):
    """A verdict with the rules that made it and the facts that alone would change it."""

    about: str
    verdict: dict[str, object]


class TriedBody(Told):
    """Both sides of every rule, tried."""

    rulebook: str
    findings: list[object]


class SimulatedBody(Told):
    """Decisions that would change."""

    rulebook: str
    judged: int
    changes: list[object]


@router.get("/policy/rules", responses={200: {"model": PageOf}})
def list_rules(caller: Reading, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List the rules in force: what each prevents and what it covers."""
    book = caller.application.rulebook
    found = sliced(book.rules, key=lambda r: r.rule_id, cursor=cursor, size=size)
    return ready(
        {
            "rulebook": book.hash,
            "items": [_ruled(rule) for rule in found.items],
            "next_cursor": found.next_cursor,
        }
    )


@router.get("/policy/schema", responses={200: {"model": Told}})
def read_schema(caller: Reading) -> Response:
    """Return the Cedar schema: every fact and action that a rule may name."""
    del caller
    return ready({"schema": rendered()})


@router.post("/policy/explain", responses={200: {"model": ExplainedBody}})
def explain_policy(caller: Reading, body: Question) -> Response:
    """Say how an action is judged, by which rules, and which single fact would change that."""
    if body.action is not None and not body.contact and not body.approval:
        found = explain(caller.application.rulebook, clear_question(body.action))
        return _explained(f"{body.action.value}, where nothing speaks against it", found)
    if caller.limited:  # what is out of reach is not there to be asked about
        with caller.units.read() as unit:
            if body.contact:
                found_contact(unit, body.contact)
            if body.approval:
                found_card(unit, ApprovalId(body.approval))
    about, question = asked_of(
        caller.application,
        body.action,
        contact=body.contact,
        approval=body.approval,
        capability=body.capability,
    )
    return _explained(about, explain(caller.application.rulebook, question))


@router.post("/policy/test", responses={200: {"model": TriedBody}})
def test_policy(caller: Reading, body: OtherLaw) -> Response:
    """Try both sides of every rule of another law, by the cases that come with it."""
    del caller
    with tempfile.TemporaryDirectory() as folder:
        found = tried(_written(Path(folder), body.rules))
    return ready(
        {
            "rulebook": found.book.hash,
            "rules": len(found.book.rules),
            "cases": found.cases_count,
            "findings": found.findings,
        }
    )


@router.post("/policy/simulate", responses={200: {"model": SimulatedBody}})
def simulate_policy(caller: Auditing, body: Past) -> Response:
    """Judge recorded questions again under other rules and list the decisions that change."""
    since = caller.application.clock.now() - timedelta(days=body.days)
    found = simulate(_book(body.rules), past_verdicts(caller.application, since))
    return ready(
        {
            "rulebook": found.rulebook_hash,
            "judged": found.judged_count,
            "renamed": found.renamed_count,
            "changed": len(found.changes),
            "loosened": sum(change.loosened for change in found.changes),
            "changes": found.changes[:CHANGES_COUNT_MAX],
            "unreadable": found.unreadable[:CHANGES_COUNT_MAX],
        }
    )


def _book(texts: Texts) -> Rulebook:
    with tempfile.TemporaryDirectory() as folder:
        return rulebook_from(_written(Path(folder), texts))


def _written(folder: Path, texts: Texts) -> Path:
    """Write rules where the readers of rules look; names were checked to be plain."""
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", errors="surrogatepass")
    return folder


def _explained(about: str, found: Explanation) -> Response:
    return ready(
        {
            "about": about,
            "verdict": verdict_to_args(found.verdict),
            "deciding": found.verdict.rules,
            "applicable": [rule.rule_id for rule in found.applicable],
            "flips": [
                {
                    "fact": flip.fact,
                    "was": flip.was,
                    "would_be": flip.would_be,
                    "verdict": word_of(flip.verdict),
                    "cleared": flip.cleared,
                }
                for flip in found.flips
            ],
        }
    )


def _ruled(rule: Rule) -> dict[str, object]:
    return {
        "rule": rule.rule_id,
        "effect": rule.effect,
        "harm": rule.harm,
        "reason": rule.reason,
        "actions": rule.actions,
        "facts": rule.facts,
        "text": rule.text,
    }
