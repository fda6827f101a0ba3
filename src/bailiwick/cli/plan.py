"""`bailiwick plan`: the next best actions for one contact, and what became of each."""

from typing import TYPE_CHECKING, Final

from bailiwick.cli.exits import Exit
from bailiwick.cli.halt import stops
from bailiwick.cli.output import Output
from bailiwick.cli.plain import percent, plain
from bailiwick.cli.session import Json, application
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import ContactId

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bailiwick.domain.run import RunRow
    from bailiwick.engine.runner import RunResult
    from bailiwick.kit.hashing import Canonical
    from bailiwick.ports.unit import Unit

RUNS_COUNT_MAX: Final = 40  # five dispatches a plan, three deep at most, and no run dispatches all


class UnableToFindContact(InputFault):
    """Nobody in the workspace has this id or address."""


def plan(contact: str, *, json: Json = False) -> int:
    """Plan the next best actions for one contact now.

    Parameters
    ----------
    contact
        Id of the contact, or one of their mail addresses.
    """
    import asyncio

    from bailiwick.domain.signal import SignalKind

    output = Output(as_json=json)
    with application() as bailiwick:
        with bailiwick.units.read() as unit:
            contact_id = found_contact(unit, contact)
        result = asyncio.run(bailiwick.sweep.plan(contact_id, kind=SignalKind.MANUAL))
        with bailiwick.units.read() as unit:
            runs = [_told(unit, run) for run in _runs(unit, result)]
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


def found_contact(unit: "Unit", words: str) -> ContactId:
    """Return the contact with this id or address. Raises UnableToFindContact."""
    from bailiwick.domain.mail_address import normalised

    if words.startswith("con_") and unit.crm.contact(ContactId(words)) is not None:
        return ContactId(words)
    address = normalised(words)
    owner = unit.guards.address_owner(address) if address is not None else None
    if owner is None:
        message = (
            f"nobody here has the id or address {words!r}; "
            "give the address that their mail comes from, or import them first"
        )
        raise UnableToFindContact(message)
    return owner


def _runs(unit: "Unit", result: "RunResult") -> "Iterator[RunRow]":
    """Yield the run and those it started, parents first."""
    root = unit.runs.get(result.run_id)
    waiting = [root] if root is not None else []
    for _ in range(RUNS_COUNT_MAX):
        if not waiting:
            return
        run = waiting.pop(0)
        yield run
        waiting.extend(unit.runs.children(run.run_id))


def _told(unit: "Unit", run: "RunRow") -> dict[str, "Canonical"]:
    from bailiwick.observe.story import tell

    made = tell(unit, run.run_id).plan
    stored = unit.plans.get(made.plan_id) if made is not None else None
    rules = {v.step_id: v for v in unit.runs.verdicts_of(run.run_id)}
    steps: list[Canonical] = []
    for step in made.steps if made is not None else ():
        card = unit.approvals.for_step(step.step_id)
        verdict = rules.get(step.step_id)
        steps.append(
            {
                "step": step.step_id,
                "action": step.action.value,
                "confidence_permille": step.provenance.confidence_permille,
                "why": step.provenance.reason,
                "verdict": verdict.answer if verdict is not None else "",
                "rules": list(verdict.rules) if verdict is not None else [],
                "status": stored[2][step.step_id].value if stored is not None else "",
                "card": card.approval_id if card is not None else None,
            }
        )
    return {
        "run": run.run_id,
        "capability": run.capability,
        "status": run.status,
        "reason": run.reason,
        "plan": made.plan_id if made is not None else None,
        "steps": steps,
        "dropped": [
            {"name": d.name, "reason": d.reason} for d in (made.dropped if made is not None else ())
        ],
    }


def _show(output: Output, run: "Mapping[str, Canonical]") -> None:
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


def _row(step: "Mapping[str, Canonical]") -> tuple[str, ...]:
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
    if "failed" in statuses:
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
