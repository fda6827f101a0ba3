"""`bailiwick policy`: what the law says, why, and what another law would have said."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, sliced, tell_more
from bailiwick.cli.session import Json, application
from bailiwick.domain.action import Action
from bailiwick.domain.fault import InputFault
from bailiwick.kit.plain import plain
from bailiwick.wiring.law import asked_of, past_verdicts, rulebook_from, rulebook_here, tried

if TYPE_CHECKING:
    from bailiwick.kit.json_value import Json as JsonValue
    from bailiwick.policy.explain import Explanation
    from bailiwick.policy.rulebook import Rule
    from bailiwick.policy.simulate import Change, Simulation

DAYS_MAX: Final = 3_650  # ours: ten years
CHANGES_SHOWN_MAX: Final = 500  # ours: one screenful too many already; --json has all

app = App(name="policy", help="Explain, test and simulate the law.")

Rules = Annotated[
    Path,
    Parameter(name="--rules", help="Folder of edited rules, or of rules to add to the product's."),
]


class UnableToSimulate(InputFault):
    """The time to look back on cannot be used."""


@app.command
def explain(
    action: Action | None = None,
    *,
    contact: str = "",
    approval: str = "",
    capability: str = "",
    json: Json = False,
) -> int:
    """Say how an action is judged, by which rules, and which single fact would change that.

    Parameters
    ----------
    action
        What would be done; as things stand for a contact, or in the clear case without one.
    contact
        Id or mail address of a contact.
    approval
        Id of a card, instead of an action: its stored payload is judged as things stand now.
    capability
        Who would do it; the first one that may propose it when left out.
    """
    from bailiwick.policy.explain import explain as explained
    from bailiwick.policy.specimen import clear_question

    output = Output(as_json=json)
    if action is not None and not contact and not approval:
        found = explained(rulebook_here(), clear_question(action))
        about = f"{action.value}, where nothing speaks against it"
    else:
        with application() as bailiwick:
            about, question = asked_of(
                bailiwick, action, contact=contact, approval=approval, capability=capability
            )
            found = explained(bailiwick.rulebook, question)
    output.answer({"about": about, **_explained(found)})
    _show(output, about, found)
    return Exit.OK


@app.command(name="test")
def try_rules(*, rules: Rules | None = None, json: Json = False) -> int:
    """Try both sides of every rule: what it must stop and what it must let pass."""
    output = Output(as_json=json)
    found = tried(rules)
    book, findings = found.book, found.findings
    output.answer(
        {
            "rulebook": book.hash,
            "rules": len(book.rules),
            "cases": found.cases_count,
            "findings": plain(findings),
        }
    )
    output.table(
        "Not as it must be", ("rule", "problem"), [(f.rule_id, f.problem) for f in findings]
    )
    output.say(
        f"{len(book.rules)} rules, both sides each: {len(findings)} findings.",
        mark="refused" if findings else "ok",
    )
    return Exit.FAULT if findings else Exit.OK


@app.command
def simulate(*, rules: Rules, days: int = 30, json: Json = False) -> int:
    """Judge recorded questions again under other rules and list the decisions that change.

    Parameters
    ----------
    days
        How far to look back.
    """
    from bailiwick.policy.simulate import simulate as judged_again

    if not 1 <= days <= DAYS_MAX:
        message = f"--days takes 1 to {DAYS_MAX}, not {days}"
        raise UnableToSimulate(message)
    output = Output(as_json=json)
    book = rulebook_from(rules)
    with application() as bailiwick:
        since = bailiwick.clock.now() - timedelta(days=days)
        found = judged_again(book, past_verdicts(bailiwick, since))
    output.answer(_simulated(found))
    rows = [_changed(change) for change in found.changes[:CHANGES_SHOWN_MAX]]
    columns = ("step", "was", "by", "would be", "by rules", "")
    output.table("Decisions that change", columns, rows)
    if len(found.changes) > CHANGES_SHOWN_MAX:
        output.say(f"The first {CHANGES_SHOWN_MAX} of {len(found.changes)}; --json has all.")
    loosened = sum(change.loosened for change in found.changes)
    output.say(
        f"{found.judged_count} decisions judged again: {len(found.changes)} change, "
        f"{loosened} of them let more through; {found.renamed_count} by other rules only.",
        mark="held" if found.changes else "ok",
    )
    output.say(*(f"Not judged: {u.subject}: {u.problem}" for u in found.unreadable), mark="held")
    return Exit.OK


@app.command(name="list")
def list_(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List the rules in force: what each prevents and what it covers."""
    output = Output(as_json=json)
    book = rulebook_here()
    page = sliced(book.rules, key=lambda r: r.rule_id, cursor=cursor, size=size)
    output.answer(
        {
            "rulebook": book.hash,
            "items": [_ruled(rule) for rule in page.items],
            "next_cursor": page.next_cursor,
        }
    )
    rows = [(r.rule_id, r.effect.value, r.harm, r.reason) for r in page.items]
    output.table(f"Rules {book.hash[:12]}", ("rule", "does", "prevents", "tells a person"), rows)
    tell_more(output, page.next_cursor)
    return Exit.OK


@app.command
def schema(*, json: Json = False) -> int:
    """Print the Cedar schema: every fact and action that a rule may name."""
    from bailiwick.policy.schema import rendered

    output = Output(as_json=json)
    output.answer({"schema": rendered()})
    if not json:
        sys.stdout.write(rendered())  # as it is: the terminal's width must not break lines
    return Exit.OK


def _explained(found: "Explanation") -> "dict[str, JsonValue]":
    from bailiwick.policy.verdict import verdict_to_args, word_of

    return {
        "verdict": verdict_to_args(found.verdict),
        "deciding": plain(found.verdict.rules),
        "applicable": [rule.rule_id for rule in found.applicable],
        "flips": [
            {
                "fact": flip.fact,
                "was": flip.was,
                "would_be": flip.would_be,
                "verdict": word_of(flip.verdict).value,
                "cleared": list(flip.cleared),
            }
            for flip in found.flips
        ],
    }


def _show(output: Output, about: str, found: "Explanation") -> None:
    from bailiwick.policy.verdict import Held, rule_ids, word_of

    word = word_of(found.verdict).value
    marks = {"allowed": "ok", "held": "held", "refused": "refused"}
    output.say(f"{about}: {word}", mark=marks[word])
    if isinstance(found.verdict, Held):
        needs = found.verdict.needs
        output.say(f"An approval lifts it: {needs.persons_count} x {needs.role.value}.")
    rows = [(r.rule_id, r.reason, r.harm) for r in found.verdict.rules]
    output.table("Decided by", ("rule", "reason", "prevents"), rows)
    flips = [
        (
            flip.fact,
            flip.was,
            flip.would_be,
            word_of(flip.verdict).value,
            ", ".join(rule_ids(flip.verdict)),
        )
        for flip in found.flips
    ]
    columns = ("if", "were not", "but", "it would be", "by rules")
    output.table("What alone would change it", columns, flips)
    output.say(f"{len(found.applicable)} rules can speak about this action.")


def _simulated(found: "Simulation") -> "JsonValue":
    return {
        "rulebook": found.rulebook_hash,
        "judged": found.judged_count,
        "renamed": found.renamed_count,
        "changes": [
            {
                "subject": change.subject,
                "before": change.before.value,
                "rules_before": list(change.rules_before),
                "after": change.after.value,
                "rules_after": list(change.rules_after),
                "loosened": change.loosened,
            }
            for change in found.changes
        ],
        "unreadable": plain(found.unreadable),
    }


def _changed(change: "Change") -> tuple[str, ...]:
    return (
        change.subject,
        change.before.value,
        ", ".join(change.rules_before),
        change.after.value,
        ", ".join(change.rules_after),
        "lets more through" if change.loosened else "",
    )


def _ruled(rule: "Rule") -> "JsonValue":
    return {
        "rule": rule.rule_id,
        "effect": rule.effect.value,
        "harm": rule.harm,
        "reason": rule.reason,
        "actions": sorted(a.value for a in rule.actions),
        "facts": sorted(rule.facts),
        "text": rule.text,
    }
