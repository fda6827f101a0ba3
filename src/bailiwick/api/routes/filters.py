"""Saved filters over contacts and accounts, and whom they select."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path
from pydantic import Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.etag import IfMatch, require_match, tagged
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size
from bailiwick.api.problem import refuse
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Given, Told
from bailiwick.domain.filter.filter import (
    CONDITIONS_COUNT_MAX,
    NAME_LENGTH_MAX,
    VALUE_LENGTH_MAX,
    VALUES_COUNT_MAX,
    Condition,
    Filter,
)
from bailiwick.domain.filter.filter_text import condition_args, conditions_from
from bailiwick.domain.right import Right
from bailiwick.engine.campaign.filtering import found_filter
from bailiwick.kit.text import one_line

router = own_router("filters")
Reading = Annotated[Caller, may(Right.READ)]
Writing = Annotated[Caller, may(Right.WRITE)]
Which = Annotated[str, Path(alias="filter", min_length=1, max_length=NAME_LENGTH_MAX)]


class ConditionGiven(Given):
    """One thing that is asked of a contact."""

    field: Annotated[str, Field(min_length=1, max_length=40)]
    operator: Annotated[str, Field(min_length=1, max_length=40)]
    values: Annotated[
        tuple[Annotated[str, Field(max_length=VALUE_LENGTH_MAX)] | int, ...],
        Field(max_length=VALUES_COUNT_MAX),
    ] = ()


Conditions = Annotated[list[ConditionGiven], Field(min_length=1, max_length=CONDITIONS_COUNT_MAX)]


class PutFilter(Given):
    """What a filter asks; all conditions hold at once."""

    conditions: Conditions


class FilterBody(Told):
    """A filter."""

    filter_id: str
    name: str


@router.get("/filters", responses={200: {"model": PageOf}})
def list_filters(caller: Reading, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List saved filters, oldest first."""
    with caller.units.read() as unit:
        found = unit.filters.list(cursor=cursor, size=size)
    items = [filter_shown(one) for one in found.items]
    return ready({"items": items, "next_cursor": found.next_cursor})


@router.get("/filters/{filter}", responses={200: {"model": FilterBody}})
def read_filter(caller: Reading, which: Which) -> Response:
    """Show one filter, by id or name."""
    found = _found(caller, which)
    return ready(filter_shown(found), headers=tagged(found.row_version))


@router.put("/filters/{filter}", responses={200: {"model": FilterBody}})
def put_filter(
    caller: Writing, which: Which, body: PutFilter, if_match: IfMatch = None
) -> Response:
    """Save conditions under a name, in the place of those of that name."""
    with caller.units.read() as unit:
        before = unit.filters.by_name(one_line(which))
    if before is None and caller.limited:
        _require_free(caller, which)
    if if_match is not None:
        require_match(if_match, before.row_version if before is not None else 0)
    seen = before.row_version if if_match is not None and before is not None else None
    made = caller.application.campaigns.filtering.put(
        which, conditions_given(body.conditions), by=caller.person_id, seen=seen
    )
    return ready(filter_shown(made), headers=tagged(made.row_version))


@router.delete("/filters/{filter}", responses={200: {"model": FilterBody}})
def remove_filter(caller: Writing, which: Which, if_match: IfMatch = None) -> Response:
    """Forget a filter; who was enrolled by it stays."""
    found = _found(caller, which)
    require_match(if_match, found.row_version)
    gone = caller.application.campaigns.filtering.remove(
        found.filter_id,
        by=caller.person_id,
        seen=found.row_version if if_match is not None else None,
    )
    return ready(filter_shown(gone))


@router.get("/filters/{filter}/contacts", responses={200: {"model": PageOf}})
def list_filtered(
    caller: Reading, which: Which, cursor: Cursor = None, size: Size = PAGE_SIZE
) -> Response:
    """List the contacts whom a filter selects now, by id."""
    at = caller.application.clock.now()
    with caller.units.read() as unit:
        conditions = found_filter(unit, which).conditions
        found = unit.audience.matching(conditions, at=at, cursor=cursor, size=size)
        people = unit.funnels.people(found.items)
    items = [people[one] for one in found.items if one in people]
    return ready({"items": items, "next_cursor": found.next_cursor})


def conditions_given(given: list[ConditionGiven]) -> tuple[Condition, ...]:
    """Return conditions that came in. Raises UnableToReadCondition."""
    return conditions_from([one.model_dump() for one in given])


def filter_shown(found: Filter) -> dict[str, object]:
    """Return a filter as it is answered."""
    return {
        "filter_id": found.filter_id,
        "name": found.name,
        "conditions": [condition_args(one) for one in found.conditions],
        "made_by": found.made_by,
        "created_at": found.created_at,
        "row_version": found.row_version,
    }


def _require_free(caller: Caller, name: str) -> None:
    """Keep a filter that the caller does not see from being replaced. Raises Refusal (409)."""
    with caller.application.units.read() as unit:
        taken = unit.filters.by_name(one_line(name)) is not None
    if taken:
        detail = "this name is taken by a filter that you do not see; choose another"
        raise refuse(HTTPStatus.CONFLICT, detail)


def _found(caller: Caller, which: str) -> Filter:
    with caller.units.read() as unit:
        return found_filter(unit, which)
