"""`bailiwick campaign preview|enrol`: whom a campaign would reach, and making them recipients."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.filters import Where, conditions_of
from bailiwick.cli.money import dollars
from bailiwick.cli.output import Output
from bailiwick.cli.progress import bar
from bailiwick.cli.session import As, Json, application, person
from bailiwick.cli.wording import moment
from bailiwick.domain.fault import InputFault
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick.domain.campaign.audience import Obstacle
    from bailiwick.domain.filter.filter import Condition
    from bailiwick.engine.campaign.preview import Preview
    from bailiwick.ports.unit import Units

Filter = Annotated[str, Parameter(name="--filter", help="A saved filter, by name or id.")]
Contacts = Annotated[
    tuple[str, ...],
    Parameter(
        name="--contact", negative=(), help="A contact, by id or mail address; may be repeated."
    ),
]


class UnableToTellWhom(InputFault):
    """It is not said who is meant, or it is said twice."""


def preview(name: str = "", *, filter_: Filter = "", where: Where = (), json: Json = False) -> int:
    """Tell what enrolling whom a filter selects would do; changes nothing.

    Parameters
    ----------
    name
        The campaign; without one the published series counts.
    """
    output = Output(as_json=json)
    with application() as bailiwick:
        conditions, _ = _selected(bailiwick.units, filter_, where)
        told = bailiwick.campaigns.previewing.preview(conditions, campaign=name)
    found = plain(told)
    reception = found["reception"] if isinstance(found, dict) else None
    assert isinstance(found, dict), "a dataclass is an object"
    assert isinstance(reception, dict), "a dataclass is an object"
    reception["enrolled_count"] = told.reception.enrolled_count
    output.answer(found)
    _say(output, told)
    return Exit.OK


def enrol(
    name: str,
    *,
    filter_: Filter = "",
    contact: Contacts = (),
    as_: As = "",
    json: Json = False,
) -> int:
    """Make contacts recipients: those who are named, or whom a saved filter selects.

    Parameters
    ----------
    name
        The campaign.
    """
    from collections import Counter

    output = Output(as_json=json)
    if bool(filter_) == bool(contact):
        message = "say who is meant: either --filter NAME or --contact, once or more"
        raise UnableToTellWhom(message)
    left_out: Counter[Obstacle] = Counter()
    new_count = 0
    with application() as bailiwick:
        asking = person(bailiwick, as_).person_id
        if contact:
            from bailiwick.engine.whom import found_contact

            with bailiwick.units.read() as unit:
                named = [found_contact(unit, one) for one in contact]
            done = bailiwick.campaigns.administration.enrol(name, named, by=asking)
            new_count, left_out = done.new_count, Counter(done.left_out)
        else:
            conditions, source = _selected(bailiwick.units, filter_, ())
            cursor: str | None = None
            with bar(output, "enrolling") as advance:
                while True:
                    done = bailiwick.campaigns.enrolling.matching(
                        name, conditions, source=source, by=asking, cursor=cursor
                    )
                    new_count += done.new_count
                    left_out.update(done.left_out)
                    advance(new_count + left_out.total(), None)
                    cursor = done.next_cursor
                    if cursor is None:
                        break
    output.answer({"new_count": new_count, "left_out": plain(dict(left_out))})
    output.say(f"{new_count} new recipients.", mark="ok" if new_count else "")
    _say_left_out(output, left_out)
    output.say(f'Next: bailiwick campaign start "{name}", unless it runs.')
    return Exit.OK


def _selected(
    units: "Units", name: str, where: tuple[str, ...]
) -> "tuple[tuple[Condition, ...], str]":
    """Return conditions, and the id of the filter that holds them. Raises UnableToTellWhom."""
    from bailiwick.engine.campaign.filtering import found_filter

    if bool(name) == bool(where):
        message = 'say who is meant: either --filter NAME or --where "country is DE"'
        raise UnableToTellWhom(message)
    if where:
        return conditions_of(where), ""
    with units.read() as unit:
        found = found_filter(unit, name)
    return found.conditions, found.filter_id


def _say(output: Output, told: "Preview") -> None:
    reception = told.reception
    if told.picodollars is None:
        cost = "not known yet"
    else:
        cost = f"{dollars(told.picodollars)} at most" if told.picodollars else "nothing"
    output.pairs(
        "If they were enrolled now",
        {
            "match": str(reception.matched_count),
            "would be enrolled": str(reception.enrolled_count),
            "nothing speaks against": str(reception.clear_count),
            **{
                one.value.replace("_", " "): str(count)
                for one, count in reception.obstacles.items()
                if count
            },
            "asleep or at rest now": str(reception.quiet_count),
            "mails at most": str(told.mails_count_max),
            "drafting costs": cost,
            "first touch": moment(told.first_at),
            "last touch not before": "-" if told.last_on is None else told.last_on.isoformat(),
        },
    )


def _say_left_out(output: Output, left_out: "Mapping[Obstacle, int]") -> None:
    for why, count in sorted(left_out.items()):
        output.say(f"{count} left out: {why.value.replace('_', ' ')}")
