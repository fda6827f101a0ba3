"""`bailiwick filter`: saved filters over contacts and accounts."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, tell_more
from bailiwick.cli.session import As, Json, application, person
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from bailiwick.domain.filter.filter import Condition, Filter
    from bailiwick.kit.json_value import Json as JsonValue

app = App(name="filter", help="Saved filters: which contacts are meant.")

Where = Annotated[
    tuple[str, ...],
    Parameter(
        name="--where",
        help='Such as "country is DE, AT" or "account.employees_count at_least 50"; all that are '
        "given hold at once.",
        negative=(),
    ),
]


@app.command
def save(name: str, *, where: Where, as_: As = "", json: Json = False) -> int:
    """Save conditions under a name, in the place of those of that name.

    Parameters
    ----------
    name
        What to call it.
    """
    output = Output(as_json=json)
    with application() as bailiwick:
        made = bailiwick.campaigns.filtering.put(
            name, conditions_of(where), by=person(bailiwick, as_).person_id
        )
    output.answer(filter_shown(made))
    output.say(
        f"The filter {made.name!r} is saved.",
        f'Next: bailiwick filter show "{made.name}"',
        mark="ok",
    )
    return Exit.OK


@app.command(name="list")
def list_(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List the saved filters, oldest first."""
    from bailiwick.domain.filter.filter_text import condition_text

    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        page = unit.filters.list(cursor=cursor or None, size=checked(size))
    items: list[JsonValue] = [filter_shown(one) for one in page.items]
    output.answer({"items": items, "next_cursor": page.next_cursor})
    rows = [(one.name, "; ".join(map(condition_text, one.conditions))) for one in page.items]
    output.table("Filters", ("name", "conditions"), rows)
    if not rows:
        output.say('Nothing here. Save one: bailiwick filter save NAME --where "country is DE"')
    tell_more(output, page.next_cursor)
    return Exit.OK


@app.command
def show(name: str, *, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """Show a filter and the contacts whom it selects now.

    Parameters
    ----------
    name
        Its name or id.
    """
    from bailiwick.domain.filter.filter_text import condition_text
    from bailiwick.engine.campaign.filtering import found_filter

    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        found = found_filter(unit, name)
        page = unit.audience.matching(
            found.conditions, at=bailiwick.clock.now(), cursor=cursor or None, size=checked(size)
        )
        people = unit.funnels.people(page.items)
    contacts = [people[one] for one in page.items]
    items: list[JsonValue] = [plain(one) for one in contacts]
    output.answer({
        "filter": filter_shown(found), "items": items, "next_cursor": page.next_cursor
    })  # fmt: skip
    output.say(*(condition_text(one) for one in found.conditions))
    rows = [(one.name, one.address, one.title, one.contact_id) for one in contacts]
    output.table("Contacts", ("name", "address", "title", "id"), rows)
    if not rows:
        output.say("It selects nobody.")
    tell_more(output, page.next_cursor)
    return Exit.OK


@app.command
def remove(name: str, *, as_: As = "", json: Json = False) -> int:
    """Forget a filter; who was enrolled by it stays.

    Parameters
    ----------
    name
        Its name or id.
    """
    output = Output(as_json=json)
    with application() as bailiwick:
        gone = bailiwick.campaigns.filtering.remove(name, by=person(bailiwick, as_).person_id)
    output.answer(filter_shown(gone))
    output.say(f"The filter {gone.name!r} is gone.", mark="ok")
    return Exit.OK


def conditions_of(where: tuple[str, ...]) -> "tuple[Condition, ...]":
    """Return the conditions that were typed. Raises UnableToReadCondition."""
    from bailiwick.domain.filter.filter_text import condition_of

    return tuple(map(condition_of, where))


def filter_shown(found: "Filter") -> "dict[str, JsonValue]":
    """Return a filter as JSON."""
    from bailiwick.domain.filter.filter_text import condition_text

    return {
        "filter_id": found.filter_id,
        "name": found.name,
        "conditions": [condition_text(one) for one in found.conditions],
        "made_by": found.made_by,
        "created_at": plain(found.created_at),
        "row_version": found.row_version,
    }
