"""`bailiwick retention`: what is removed when its time is over."""

from typing import TYPE_CHECKING

from cyclopts import App

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.progress import bar
from bailiwick.cli.session import Json, application
from bailiwick.cli.wording import moment
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bailiwick.ports.care import Pruned

app = App(name="retention", help="Remove what its time is over for.")


@app.command
def plan(*, json: Json = False) -> int:
    """Count what a run would remove, by kind, and change nothing."""
    from bailiwick.wiring.retaining import plan_retention

    output = Output(as_json=json)
    with application() as bailiwick:
        found = plan_retention(bailiwick)
    _tell(output, "Would be removed", found)
    return Exit.OK


@app.command
def run(*, json: Json = False) -> int:
    """Remove what is too old, in small steps while everything runs; it is recorded."""
    from bailiwick.wiring.retaining import run_retention

    output = Output(as_json=json)
    with application() as bailiwick, bar(output, "rows") as step:
        found = run_retention(bailiwick, step)
    _tell(output, "Removed", found)
    return Exit.OK


def _tell(output: Output, title: str, found: "Sequence[Pruned]") -> None:
    output.answer({"items": plain(found)})
    rows = [(p.kind, moment(p.older_than), str(p.count)) for p in found]
    output.table(title, ("kind", "older than", "rows"), rows)
