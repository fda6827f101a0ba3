"""Tools that ask the law: why something was decided, and how it would decide."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from bailiwick.domain.action import Action
from bailiwick.domain.right import Right
from bailiwick.engine.whom import found_contact
from bailiwick.mcp.arguments import ID_LENGTH_MAX, Id, MaybeWhom
from bailiwick.mcp.shapes import (
    ChangeRow,
    EvidenceRow,
    Explained,
    FlipRow,
    LawAnswer,
    LineRow,
    RunRow,
    Simulated,
    theirs,
)
from bailiwick.mcp.tool import Tool
from bailiwick.observe.story import tell
from bailiwick.policy.explain import explain
from bailiwick.policy.simulate import simulate
from bailiwick.policy.specimen import clear_question
from bailiwick.policy.verdict import word_of
from bailiwick.wiring.caller import Caller
from bailiwick.wiring.law import asked_of, past_verdicts, rulebook_from

LINES_COUNT_MAX: Final = 100  # ours: what an agent reads of one story
DAYS_MAX: Final = 365  # ours: a year of decisions; the command line goes further
RULES_LENGTH_MAX: Final = 200_000  # as in the HTTP API
FILES_COUNT_MAX: Final = 50  # as in the HTTP API
CHANGES_COUNT_MAX: Final = 100  # ours; the counts tell the rest

FileName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}(\.cedar|\.cases\.toml)$")]
FileText = Annotated[str, Field(max_length=RULES_LENGTH_MAX)]


def explain_decision(caller: Caller, about: Id) -> Explained:
    """Tell why: the recorded story of an effect, card, plan, step or run, back to its evidence."""
    with caller.units.read() as unit:
        story = tell(unit, about)
    return Explained(
        about=story.about,
        runs=[RunRow.model_validate(run) for run in story.runs],
        action=story.step.action if story.step else "",
        status=story.status or "",
        approval_id=story.approval.approval_id if story.approval else None,
        effect_id=story.effect.effect_id if story.effect else None,
        evidence=[EvidenceRow(ref=e.ref, says=theirs(e.text)) for e in story.evidence],
        lines=[LineRow.model_validate(line) for line in story.lines[:LINES_COUNT_MAX]],
        complete=len(story.lines) <= LINES_COUNT_MAX,
    )


def explain_policy(
    caller: Caller,
    action: Annotated[Action, Field(description="What would be done.")],
    contact: MaybeWhom = "",
    capability: Annotated[
        str, Field(max_length=ID_LENGTH_MAX, description="Who would propose it; empty for any.")
    ] = "",
) -> LawAnswer:
    """Say how the law answers an action now, to a contact or where nothing speaks against it."""
    application = caller.application
    if contact:
        with caller.units.read() as unit:
            whom = found_contact(unit, contact)
        about, question = asked_of(
            application, action, contact=whom, approval="", capability=capability
        )
    else:
        about = f"{action.value}, where nothing speaks against it"
        question = clear_question(action)
    found = explain(application.rulebook, question)
    return LawAnswer(
        about=about,
        verdict=word_of(found.verdict),
        rules=[rule.rule_id for rule in found.verdict.rules],
        reasons=[rule.reason for rule in found.verdict.rules],
        flips=[
            FlipRow(fact=f.fact, was=f.was, would_be=f.would_be, verdict=word_of(f.verdict))
            for f in found.flips
        ],
    )


def simulate_policy(
    caller: Caller,
    rules: Annotated[
        dict[FileName, FileText],
        Field(
            min_length=1,
            max_length=FILES_COUNT_MAX,
            description="Cedar rules by file name, such as `mail.cedar`: an edited copy of all, "
            "or some to add.",
        ),
    ],
    days: Annotated[int, Field(ge=1, le=DAYS_MAX)] = 30,
) -> Simulated:
    """Judge recorded questions again under other rules, and list the decisions that change."""
    application = caller.application
    since = application.clock.now() - timedelta(days=days)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in rules.items():  # names were checked to be plain
            (Path(folder) / name).write_text(text, encoding="utf-8", errors="surrogatepass")
        book = rulebook_from(Path(folder))
    found = simulate(book, past_verdicts(application, since))
    return Simulated(
        rulebook=found.rulebook_hash,
        judged=found.judged_count,
        changed=len(found.changes),
        loosened=sum(change.loosened for change in found.changes),
        unreadable=len(found.unreadable),
        changes=[ChangeRow.model_validate(c) for c in found.changes[:CHANGES_COUNT_MAX]],
    )


TOOLS: Final = (
    Tool(right=Right.AUDIT, run=explain_decision),
    Tool(right=Right.READ, run=explain_policy),
    Tool(right=Right.AUDIT, run=simulate_policy, whole=True),
)
