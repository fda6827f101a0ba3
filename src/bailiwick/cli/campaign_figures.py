"""`bailiwick campaign funnel|export`: what became of whom, counted and as a file."""

from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.progress import bar
from bailiwick.cli.session import Json, application
from bailiwick.domain.fault import InputFault
from bailiwick.kit.paging import PAGE_SIZE_MAX
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from typing import TextIO

    from bailiwick.domain.campaign.funnel import Step
    from bailiwick.wiring.application import Application


class UnableToWriteTable(InputFault):
    """The file is there already, or cannot be written."""


def funnel(name: str, *, json: Json = False) -> int:
    """Count recipients by where they are, and touches by what became of them.

    Parameters
    ----------
    name
        The campaign.
    """
    output = Output(as_json=json)
    with application() as bailiwick:
        found = bailiwick.campaigns.tallying.funnel(name)
    output.answer(plain(found))
    rows = [(one.value.replace("_", " "), str(n)) for one, n in found.truths.items() if n]
    rows.append(("together", str(found.recipients_count)))
    output.table("Recipients", ("where", "count"), rows)
    output.table(
        "Touches",
        ("touch", "accepted", "put off", "rejected", "under way", "passed", "go on", "ended"),
        [_row(step) for step in found.steps],
    )
    return Exit.OK


def export(name: str, out: Path, *, json: Json = False) -> int:
    """Write the table of all recipients to a CSV file.

    Parameters
    ----------
    name
        The campaign.
    out
        The file; it must not be there yet.
    """
    output = Output(as_json=json)
    try:
        with application() as bailiwick, out.open("x", encoding="utf-8", newline="") as file:
            count = _written(bailiwick, name, file, output)
    except FileExistsError as error:
        message = f"{out} is there already; name another file"
        raise UnableToWriteTable(message) from error
    except OSError as error:
        message = f"{out} cannot be written: {error.strerror}"
        raise UnableToWriteTable(message) from error
    output.answer({"file": str(out), "recipients_count": count})
    output.say(f"{count} recipients are in {out}.", mark="ok")
    return Exit.OK


def _written(bailiwick: "Application", name: str, file: "TextIO", output: Output) -> int:
    from bailiwick.engine.campaign.tallying import table_csv

    count, cursor = 0, None
    with bar(output, "writing") as advance:
        while True:
            page = bailiwick.campaigns.tallying.table(name, cursor=cursor, size=PAGE_SIZE_MAX)
            file.write(table_csv(page.items, header=cursor is None))
            count += len(page.items)
            advance(count, None)
            cursor = page.next_cursor
            if cursor is None:
                return count


def _row(step: "Step") -> tuple[str, ...]:
    from bailiwick.domain.campaign.touch import Fate

    return (
        str(step.number) if step.number else "before any",
        str(step.tries[Fate.ACCEPTED]),
        str(step.tries[Fate.PUT_OFF] + step.tries[Fate.LEFT_OUT]),
        str(step.tries[Fate.REJECTED]),
        str(step.under_way_count),
        str(step.passed_count),
        str(step.open_count),
        str(sum(step.ended.values())),
    )
