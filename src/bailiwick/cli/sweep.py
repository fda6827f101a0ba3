"""`bailiwick sweep`: plan for every contact that is due, then seal the record of it."""

from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.progress import bar
from bailiwick.cli.session import Json, application
from bailiwick.domain.fault import InputFault
from bailiwick.wiring.sealing import seal_now

if TYPE_CHECKING:
    from bailiwick.wiring.application import Application

LIMIT: Final = 500  # ours: minutes of planning; the next sweep takes the rest
LIMIT_MAX: Final = 1_000_000  # the largest workspace that is measured
WAITING_SHOWN_MAX: Final = 500  # one page

Limit = Annotated[int, Parameter(name="--limit", help="Contacts to plan for, at most.")]


class UnableToSweep(InputFault):
    """The limit cannot be used."""


def sweep(*, limit: Limit = LIMIT, json: Json = False) -> int:
    """Plan for every contact that is due; what may not run by itself waits for you."""
    import asyncio

    if not 1 <= limit <= LIMIT_MAX:
        message = f"--limit takes 1 to {LIMIT_MAX}, not {limit}"
        raise UnableToSweep(message)
    output = Output(as_json=json)
    with application() as bailiwick:
        with bar(output, "contacts") as step:
            report = asyncio.run(bailiwick.sweep.run(contacts_max=limit, progress=step))
        seal = seal_now(bailiwick)
        waiting = _waiting(bailiwick)
    output.answer(
        {
            "expired_cards": report.expired_count,
            "signals": report.signals_count,
            "contacts": report.contacts_count,
            "runs": dict(report.statuses),
            "failures": list(report.failures),
            "waiting_cards": waiting,
            "sealed_at": seal.seq if seal is not None else None,
        }
    )
    rows = [(status, str(count)) for status, count in report.statuses.items()]
    output.table("Runs", ("ended as", "count"), rows)
    output.say(f"{report.signals_count} signals, {report.contacts_count} due contacts.")
    if report.expired_count:
        output.say(f"{report.expired_count} cards expired and were not executed.", mark="held")
    output.say(
        *(f"Failed: {run}; why: bailiwick audit explain {run}" for run in report.failures),
        mark="refused",
    )
    if waiting:
        shown = f"{waiting} or more" if waiting >= WAITING_SHOWN_MAX else str(waiting)
        output.say(f"{shown} waiting for a person. Next: bailiwick approvals list", mark="held")
    return Exit.FAULT if report.failures else Exit.OK


def _waiting(bailiwick: "Application") -> int:
    """Count pending cards, up to a page."""
    return len(bailiwick.inbox.list(size=WAITING_SHOWN_MAX).items)
