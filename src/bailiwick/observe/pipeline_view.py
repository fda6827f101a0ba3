"""What the open deals add up to: counts, sums and how old their dates are; nothing is guessed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from bailiwick.domain.crm import Opportunity
from bailiwick.kit.paging import PAGE_SIZE_MAX
from bailiwick.ports.unit import Unit

DEALS_COUNT_MAX: Final = 50_000  # ours: a hundred pages, a second or two
NO_STAGE: Final = "(none)"
_AGES: Final = (
    (90, "overdue_over_90_days"),
    (30, "overdue_31_to_90_days"),
    (0, "overdue_1_to_30_days"),
    (-31, "due_within_30_days"),
)
"""Days since the close date, more than which a deal is of this age; later and undated follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Deals of one stage in one currency."""

    stage: str
    currency: str
    """ISO 4217, or empty where a deal names none."""
    count: int
    amount_minor: int
    """Minor units; deals without an amount add nothing."""
    without_amount_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """Deals by how their close date stands to today."""

    age: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The open deals as numbers."""

    count: int
    sums: tuple[Sum, ...]
    ages: tuple[Age, ...]
    complete: bool
    """False when there are more deals than are counted."""


def pipeline_view(unit: Unit, *, today: date) -> Pipeline:
    """Add up the open deals that the unit sees."""
    deals: list[Opportunity] = []
    cursor: str | None = None
    while len(deals) < DEALS_COUNT_MAX:
        page = unit.lists.opportunities(
            account_id=None, closed=False, cursor=cursor, size=PAGE_SIZE_MAX
        )
        deals.extend(page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
    return added_up(deals, today=today, complete=cursor is None)


def added_up(deals: Iterable[Opportunity], *, today: date, complete: bool) -> Pipeline:
    """Add up deals, stage by stage and currency by currency."""
    groups: dict[tuple[str, str], list[Opportunity]] = {}
    ages: dict[str, int] = {}
    for deal in deals:
        groups.setdefault((deal.stage or NO_STAGE, deal.currency), []).append(deal)
        age = _age(deal.close_on, today)
        ages[age] = ages.get(age, 0) + 1
    return Pipeline(
        count=sum(map(len, groups.values())),
        sums=tuple(_sum(*named, groups[named]) for named in sorted(groups)),
        ages=tuple(Age(age=age, count=ages[age]) for age in sorted(ages)),
        complete=complete,
    )


def _sum(stage: str, currency: str, deals: list[Opportunity]) -> Sum:
    amounts = [d.amount_minor for d in deals if d.amount_minor is not None]
    return Sum(
        stage=stage,
        currency=currency,
        count=len(deals),
        amount_minor=sum(amounts),
        without_amount_count=len(deals) - len(amounts),
    )


def _age(close_on: str, today: date) -> str:
    try:
        days = (today - date.fromisoformat(close_on)).days
    except ValueError:
        return "no_close_date"
    return next((name for least, name in _AGES if days > least), "due_later")
