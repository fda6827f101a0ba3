"""`bailiwick plan`: the next best actions for one contact, and what became of each."""

from typing import TYPE_CHECKING

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.session import Json, application
from bailiwick.cli.wording import percent
from bailiwick.domain.run import BROKEN
from bailiwick.kit.plain import plain
from bailiwick.wiring.stops import stops

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick.kit.json_value import Json as JsonValue


def plan(contact: str, *, json: Json = False) -> int:
    """Plan the next best actions for one contact now.

    Parameters
    ----------
    contact
        Id of the contact, or one of their mail addresses.
    """
    import asyncio

    from bailiwick.domain.signal import SignalKind
    from bailiwick.engine.whom import found_contact
    from bailiwick.observe.run_story import told_runs

    output = Output(as_json=json)
    with application() as bailiwick:
        with bailiwick.units.read() as unit:
            contact_id = found_contact(unit, contact)
        result = asyncio.run(bailiwick.sweep.plan(contact_id, kind=SignalKind.MANUAL))
        with bailiwick.units.read() as unit:
            runs = told_runs(unit, result.run_id)
        stopped = stops(bailiwick)
    output.answer(
        {
            "contact": contact_id,
            "run": result.run_id,
            "status": result.status,
            "reason": result.reason,
            "runs": plain(runs),
        }
    )
    for run in runs:
        _show(output, run)
    statuses = {str(run["status"]) for run in runs} | {result.status}
    return _ended(output, statuses, stopped=stopped)


def _show(output: Output, run: "Mapping[str, JsonValue]") -> None:
    title = f"{run['capability']}: {run['status']}"
    output.say(f"{title} {run['reason'] or ''}".rstrip())
    steps = run["steps"]
    assert isinstance(steps, list), "told above"
    rows = [_row(step) for step in steps if isinstance(step, dict)]
    if rows:
        output.table(str(run["run"]), ("action", "judged", "by rules", "why"), rows)
    cards = [str(s["card"]) for s in steps if isinstance(s, dict) and s["card"]]
    output.say(*(f"Waits: bailiwick approvals show {card}" for card in cards), mark="held")
    dropped = run["dropped"]
    assert isinstance(dropped, list), "told above"
    for one in dropped:
        assert isinstance(one, dict), "told above"
        output.say(f"Dropped {one['name']}: {one['reason']}", mark="held")


def _row(step: "Mapping[str, JsonValue]") -> tuple[str, ...]:
    rules, confidence = step["rules"], step["confidence_permille"]
    assert isinstance(rules, list), "told above"
    assert isinstance(confidence, int), "told above"
    stands = dict.fromkeys((str(step["verdict"]), str(step["status"])))
    return (
        str(step["action"]),
        f"{', '.join(stands)}\nconfidence {percent(confidence)}",
        "\n".join(str(r) for r in rules),
        str(step["why"]),
    )


def _ended(output: Output, statuses: set[str], *, stopped: tuple[str, ...]) -> int:
    if not statuses.isdisjoint(BROKEN):
        return Exit.FAULT
    if stopped:
        output.say(*(f"Everything is stopped by {name}" for name in stopped), mark="refused")
        return Exit.HALTED
    if "held" in statuses:
        output.say("Something waits for a person. Next: bailiwick approvals list", mark="held")
        return Exit.HELD
    if "refused" in statuses:
        return Exit.REFUSED
    return Exit.OK
