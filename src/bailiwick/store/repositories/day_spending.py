"""Counters of what a day's model calls use: one conditional update each, safe between workers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import bindparam, func, select, update

from bailiwick.ports.spending import EVERY, Spent
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, key, own
from bailiwick.store.tables.observation import MODEL_SPEND
from bailiwick.store.tables.schema import Instant
from bailiwick.store.tables.work import MODEL_CALLS

_ROW: Final = select(MODEL_SPEND.c.id).where(own(MODEL_SPEND), MODEL_SPEND.c.id == key())
_OF_DAY: Final = (
    select(MODEL_SPEND)
    .where(own(MODEL_SPEND), MODEL_SPEND.c.day == key())
    .order_by(MODEL_SPEND.c.capability)
    .limit(ROWS_COUNT_MAX)
)
_SPENT: Final = select(func.coalesce(func.sum(MODEL_CALLS.c.cost_picodollars), 0)).where(
    own(MODEL_CALLS), MODEL_CALLS.c.at >= bindparam("since", type_=Instant)
)


class SqlDaySpending:
    """The counters of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def reserve(
        self, day: date, scope: str, *, picodollars: int, limit: int | None, at: datetime
    ) -> bool:
        """Set an amount aside in one statement; False when that would pass the limit."""
        self._begin(day, scope, at)
        statement = update(MODEL_SPEND).where(own(MODEL_SPEND), MODEL_SPEND.c.id == _id(day, scope))
        if limit is not None:
            statement = statement.where(MODEL_SPEND.c.picodollars + picodollars <= limit)
        return self._scope.change(statement.values(_more(picodollars))) == 1

    def settle(self, day: date, scope: str, *, change: int) -> None:
        """Replace what was set aside by what was used: add the difference."""
        self._scope.change(
            update(MODEL_SPEND)
            .where(own(MODEL_SPEND), MODEL_SPEND.c.id == _id(day, scope))
            .values(_more(change))
        )

    def tell_once(self, day: date, scope: str, *, at: datetime) -> bool:
        """Note that people are told that a day is used up; False when they were told before."""
        self._begin(day, scope, at)
        changed = self._scope.change(
            update(MODEL_SPEND)
            .where(
                own(MODEL_SPEND),
                MODEL_SPEND.c.id == _id(day, scope),
                MODEL_SPEND.c.told_at.is_(None),
            )
            .values(told_at=at)
        )
        return changed == 1

    def of_day(self, day: date) -> Sequence[Spent]:
        """Return every scope's counter of a day, by scope."""
        rows = self._scope.rows(_OF_DAY, key=day.isoformat())
        return tuple(Spent(scope=r["capability"], picodollars=r["picodollars"]) for r in rows)

    def _begin(self, day: date, scope: str, at: datetime) -> None:
        """Make a day's counter, starting from the calls that were stored before it was there."""
        if self._scope.row(_ROW, key=_id(day, scope)) is not None:
            return
        statement = _SPENT
        if scope != EVERY:
            statement = statement.where(MODEL_CALLS.c.capability == scope)
        since = datetime(day.year, day.month, day.day, tzinfo=UTC)
        self._scope.insert_new(
            MODEL_SPEND,
            {
                "id": _id(day, scope),
                "day": day.isoformat(),
                "capability": scope,
                "picodollars": self._scope.count(statement, since=since),
                "created_at": at,
            },
            unique=("id",),
        )


def _id(day: date, scope: str) -> str:
    return f"{day.isoformat()}:{scope}"


def _more(picodollars: int) -> dict[str, object]:
    return {
        "picodollars": MODEL_SPEND.c.picodollars + picodollars,
        "row_version": MODEL_SPEND.c.row_version + 1,
    }
