"""`bailiwick cost`: what models cost, and how far today's budgets have gone."""

from datetime import timedelta
from typing import Final

from cyclopts import App

from bailiwick.cli.exits import Exit
from bailiwick.cli.money import dollars
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, sliced, tell_more
from bailiwick.cli.session import Json, application
from bailiwick.domain.fault import InputFault
from bailiwick.kit.plain import plain

DAYS_MAX: Final = 3_650  # ours: ten years

app = App(name="cost", help="What models cost, and how far today's budgets have gone.")


class UnableToTellCost(InputFault):
    """There is no such way to put calls together, or no such span of time."""


@app.default
def cost(
    *,
    by: str = "capability",
    days: int = 30,
    cursor: Cursor = "",
    size: Size = SIZE,
    json: Json = False,
) -> int:
    """Show what model calls came to, the dearest first.

    Parameters
    ----------
    by
        capability, node, run, day, outcome, model or workspace.
    days
        How far back.
    """
    from bailiwick.domain.spend import CostBy

    output = Output(as_json=json)
    if by not in set(CostBy):
        message = f"--by takes {', '.join(CostBy)}, not {by!r}"
        raise UnableToTellCost(message)
    if not 1 <= days <= DAYS_MAX:
        message = f"--days takes 1 to {DAYS_MAX}, not {days}"
        raise UnableToTellCost(message)
    with application() as bailiwick:
        until = bailiwick.clock.now() + timedelta(seconds=1)
        found = bailiwick.observation.costs.by(
            CostBy(by), since=until - timedelta(days=days), until=until
        )
    page = sliced(found, key=lambda row: row.key, cursor=cursor, size=size)
    output.answer(plain(page))
    rows = [
        (
            row.key or "-",
            f"{row.answered_count} of {row.calls_count}",
            f"{row.tokens_in} + {row.tokens_out}",
            dollars(row.picodollars),
            dollars(row.picodollars // row.runs_count) if row.runs_count else "-",
        )
        for row in page.items
    ]
    columns = (by, "answered by a model", "tokens in + out", "cost", "each run")
    output.table(f"Cost of {days} days", columns, rows)
    unpriced = sum(row.unpriced_count for row in found)
    if unpriced:
        output.say(f"{unpriced} calls of models without a price count at the dearest.", mark="held")
    if not rows:
        output.say("No question was put to a model.")
    tell_more(output, page.next_cursor)
    return Exit.OK


@app.command
def budgets(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """Show today's budgets: spent, ceiling, and where the day will end if it goes on like this."""
    from bailiwick.engine.spending import day_standing
    from bailiwick.wiring.spending import day_limits

    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        limits = day_limits(bailiwick.settings.budget)
        found = day_standing(unit, limits, at=bailiwick.clock.now())
    page = sliced(found, key=lambda row: row.scope, cursor=cursor, size=size)
    output.answer(plain(page))
    rows = [
        (
            row.scope,
            dollars(row.spent),
            "-" if row.limit is None else dollars(row.limit),
            dollars(row.forecast) + (" !" if row.limit and row.forecast > row.limit else ""),
        )
        for row in page.items
    ]
    output.table("Today (UTC)", ("capability", "spent", "ceiling", "day's end"), rows)
    output.say("* is the whole workspace; a capability at its ceiling goes on with its rules.")
    tell_more(output, page.next_cursor)
    return Exit.OK
