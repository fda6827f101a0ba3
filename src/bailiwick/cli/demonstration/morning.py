"""The second act: everybody who is due is planned for, and what is safe is done unattended."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from bailiwick.cli.demonstration.play import Play
from bailiwick.cli.progress import bar
from bailiwick.domain.action import Action
from bailiwick.domain.ids import EffectId
from bailiwick.domain.record import RecordKind
from bailiwick.engine.graphs.graphs import ORCHESTRATOR
from bailiwick.evals.world.situation import Situation
from bailiwick.kit.text import capped, one_line

if TYPE_CHECKING:
    from bailiwick.domain.effect import EffectRow
    from bailiwick.ports.unit import Unit

CONTACTS_COUNT_MAX: Final = 100  # ours: about eight seconds of planning
RECORDS_COUNT: Final = 5_000  # ours: read at a time
EXAMPLES_COUNT: Final = 4
QUOTE_LENGTH_MAX: Final = 66  # ours: enough to see what was tried
_UNATTENDED: Final = (
    (Action.SUPPRESS_CONTACT, "people asked to stop and were suppressed"),
    (Action.ESCALATE_TO_PERSON, "mails handed to a person as a task, nothing drafted"),
)


def plan_for_everybody(play: Play) -> None:
    """Run the sweep and show what was done without a person."""
    play.act("2  A sweep plans for everybody who is due, who waits for an answer first")
    with bar(play.output, "contacts") as step:
        report = asyncio.run(play.app.sweep.run(contacts_max=CONTACTS_COUNT_MAX, progress=step))
    with play.app.units.read() as unit:
        done = tuple(_effects(unit))
        facts_count = sum(_facts_count(row) for row in done)
    kinds = Counter(row.action for row in done)
    play.figures["sweep"] = {
        "contacts": report.contacts_count,
        "signals": report.signals_count,
        "failures": len(report.failures),
        "facts_recorded": facts_count,
        "suppressed": kinds[Action.SUPPRESS_CONTACT],
        "escalated_to_a_person": kinds[Action.ESCALATE_TO_PERSON],
        "sent": len(play.sink.delivered),
    }
    play.output.say(
        f"{report.contacts_count} contacts and {report.signals_count} requests to stop were "
        f"planned for by the rules, without a model; {len(report.failures)} runs failed."
    )
    play.output.say("Done unattended, since it stays inside and can be undone:")
    _say(play, f"{facts_count} facts recorded", _fact_examples(play, done))
    for action, what in _UNATTENDED:
        rows = [row for row in done if row.action is action and not _beside_a_draft(row)]
        _say(play, f"{len(rows)} {what}", _examples(play, rows))
    passed_on = [row for row in done if _beside_a_draft(row)]
    _say(play, f"{len(passed_on)} questions passed to a colleague, beside the draft", iter(()))
    _hold_to_account(play, done, failed=bool(report.failures))


def _effects(unit: "Unit") -> "Iterator[EffectRow]":
    """Yield every effect that was asked for so far, in order."""
    seq = 0
    while records := unit.records.since(seq, size=RECORDS_COUNT):  # ends at the head
        for record in records:
            if record.kind is RecordKind.EFFECT_INTENT:
                row = unit.effects.get(EffectId(record.subject))
                assert row is not None, "an intent has its row"
                yield row
        seq = records[-1].seq


def _facts_count(row: "EffectRow") -> int:
    facts = row.args.get("facts")
    return len(facts) if isinstance(facts, list) else 0


def _fact_examples(play: Play, done: "tuple[EffectRow, ...]") -> Iterator[str]:
    found: dict[str, str] = {}
    for row in done:
        facts = row.args.get("facts")
        for fact in facts if isinstance(facts, list) else ():
            if isinstance(fact, dict) and str(fact.get("value")) != "unknown":
                about = play.somebody(row.contact_id).firm.name
                found.setdefault(str(fact["field"]), f"{about}: {fact['field']} {fact['value']}")
    wanted = [text for field, text in found.items() if field != "decision_maker"]
    yield from wanted[:EXAMPLES_COUNT]


def _beside_a_draft(row: "EffectRow") -> bool:
    """Tell whether a person was asked for an answer that a draft promises."""
    return row.action is Action.ESCALATE_TO_PERSON and row.capability != ORCHESTRATOR


def _say(play: Play, what: str, examples: Iterator[str]) -> None:
    play.output.say(f"  {what}", *(f"      {example}" for example in examples))


def _examples(play: Play, rows: "Sequence[EffectRow]") -> Iterator[str]:
    """Name some contacts and quote what they wrote; the hostile first, since they matter most."""
    people = [row.contact_id for row in rows]
    people.sort(key=lambda one: play.somebody(one).situation is not Situation.HOSTILE)
    for contact_id in people[:EXAMPLES_COUNT]:
        somebody = play.somebody(contact_id)
        assert contact_id is not None, "these actions name a contact"
        with play.app.units.read() as unit:
            received = unit.crm.history(contact_id, each_max=1).received
        words = received[0].mail.own_text if received else ""
        yield f"{somebody.name}: “{capped(_heart(words), QUOTE_LENGTH_MAX)}”"


def _heart(text: str) -> str:
    """Return the first line after the greeting."""
    lines = [one_line(line) for line in text.splitlines() if line.strip()]
    return lines[1] if len(lines) > 1 else "".join(lines)


def _hold_to_account(play: Play, done: "tuple[EffectRow, ...]", *, failed: bool) -> None:
    by_action: dict[Action, set[str]] = {}
    for row in done:
        by_action.setdefault(row.action, set()).add(str(row.contact_id))
    drafted = {str(card.contact_id) for card in play.pending()}
    opted_out = {str(play.contact_id(s)) for s in play.in_situation(Situation.OPTS_OUT)}
    hostile = {str(play.contact_id(s)) for s in play.in_situation(Situation.HOSTILE)}
    away = {str(play.contact_id(s)) for s in play.in_situation(Situation.AWAY)}
    play.promise("nothing is drafted to people who say that they are away", kept=not away & drafted)
    play.promise("no run failed", kept=not failed)
    play.promise("a fresh install sends nothing by itself", kept=not play.sink.delivered)
    play.promise(
        "everybody who asked to stop is suppressed, and nothing is drafted to them",
        kept=opted_out == by_action.get(Action.SUPPRESS_CONTACT, set()) and not opted_out & drafted,
    )
    play.promise(
        "every hostile mail went to a person, and nothing is drafted to its sender",
        kept=hostile <= by_action.get(Action.ESCALATE_TO_PERSON, set()) and not hostile & drafted,
    )
