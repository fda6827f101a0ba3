"""What models cost, and how far today's budgets have gone; amounts are in picodollars (10^-12)."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import Query
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page, sliced
from bailiwick.api.routing import own_router
from bailiwick.domain.right import Right
from bailiwick.domain.spend import CostBy
from bailiwick.engine.spending import day_standing
from bailiwick.wiring.spending import day_limits

DAYS_MAX: Final = 3_650  # ours, as on the command line

router = own_router("costs")
Auditing = Annotated[Caller, may(Right.AUDIT, whole=True)]


@router.get("/costs", responses={200: {"model": PageOf}})
def list_costs(
    caller: Auditing,
    *,
    by: Annotated[CostBy, Query()] = CostBy.CAPABILITY,
    days: Annotated[int, Query(ge=1, le=DAYS_MAX)] = 30,
    cursor: Cursor = None,
    size: Size = PAGE_SIZE,
) -> Response:
    """Show what model calls came to, the dearest first."""
    application = caller.application
    until = application.clock.now() + timedelta(seconds=1)
    found = application.observation.costs.by(by, since=until - timedelta(days=days), until=until)
    return page(sliced(found, key=lambda row: row.key, cursor=cursor, size=size))


@router.get("/budgets", responses={200: {"model": PageOf}})
def list_budgets(caller: Auditing, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """Show today's budgets: spent, ceiling, and where the day will end if it goes on like this."""
    application = caller.application
    limits = day_limits(application.settings.budget)
    with application.units.read() as unit:
        found = day_standing(unit, limits, at=application.clock.now())
    return page(sliced(found, key=lambda row: row.scope, cursor=cursor, size=size))
