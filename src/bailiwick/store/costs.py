"""What model calls came to, summed by the database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    RowMapping,
    bindparam,
    case,
    func,
    literal,
    select,
    type_coerce,
)

from bailiwick.domain.provenance import Source
from bailiwick.domain.spend import CostBy, CostRow
from bailiwick.kit.instant import instant
from bailiwick.store.scope import ROWS_COUNT_MAX, own
from bailiwick.store.scopes import Scopes
from bailiwick.store.tables.schema import Instant
from bailiwick.store.tables.work import MODEL_CALLS, RUNS

_DAY_MICROSECONDS: Final = 86_400_000_000
_CALLS: Final = MODEL_CALLS.c
_KEYS: Final[Mapping[CostBy, ColumnElement[Any]]] = {
    CostBy.CAPABILITY: _CALLS.capability,
    CostBy.NODE: _CALLS.capability + "/" + _CALLS.step,
    CostBy.RUN: func.coalesce(_CALLS.run_id, ""),
    CostBy.DAY: type_coerce(_CALLS.at, BigInteger) // _DAY_MICROSECONDS,
    CostBy.OUTCOME: func.coalesce(RUNS.c.status, "running"),
    CostBy.MODEL: case(
        (_CALLS.model_resolved != "", _CALLS.model_resolved), else_=_CALLS.model_requested
    ),
    CostBy.WORKSPACE: literal("all"),
}


class SqlCosts:
    """Costs of one workspace."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes

    def by(self, by: CostBy, *, since: datetime, until: datetime) -> Sequence[CostRow]:
        """Return what calls of a span of time came to, the dearest first, at most 10,000 rows."""
        name = _KEYS[by].label("key")
        statement = (
            select(
                name,
                func.count().label("calls"),
                _how_many(_CALLS.source == Source.MODEL.value).label("answered"),
                func.count(func.distinct(_CALLS.run_id)).label("runs"),
                func.sum(_CALLS.tokens_prompt).label("tokens_in"),
                func.sum(_CALLS.tokens_cached).label("tokens_cached"),
                func.sum(_CALLS.tokens_completion).label("tokens_out"),
                func.sum(_CALLS.cost_picodollars).label("picodollars"),
                _how_many(_CALLS.price_known.is_(False)).label("unpriced"),
                _how_many(_CALLS.tokens_estimated.is_(True)).label("estimated"),
            )
            .select_from(
                MODEL_CALLS.outerjoin(
                    RUNS,
                    (RUNS.c.workspace_id == _CALLS.workspace_id) & (RUNS.c.id == _CALLS.run_id),
                )
            )
            .where(
                own(MODEL_CALLS),
                _CALLS.at >= bindparam("since", type_=Instant),
                _CALLS.at < bindparam("until", type_=Instant),
            )
            .group_by(name)
            .order_by(func.sum(_CALLS.cost_picodollars).desc(), name)
            .limit(ROWS_COUNT_MAX)
        )
        with self._scopes.reading() as scope:
            return tuple(_row(by, r) for r in scope.rows(statement, since=since, until=until))


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0), type_=Integer)


def _row(by: CostBy, row: RowMapping) -> CostRow:
    key = str(row["key"])
    if by is CostBy.DAY:
        key = instant(int(row["key"]) * _DAY_MICROSECONDS).astimezone(UTC).date().isoformat()
    return CostRow(
        key=key,
        calls_count=int(row["calls"]),
        answered_count=int(row["answered"]),
        runs_count=int(row["runs"]),
        tokens_in=int(row["tokens_in"]),
        tokens_cached=int(row["tokens_cached"]),
        tokens_out=int(row["tokens_out"]),
        picodollars=int(row["picodollars"]),
        unpriced_count=int(row["unpriced"]),
        estimated_count=int(row["estimated"]),
    )
