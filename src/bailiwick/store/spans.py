"""Spans in the database: written in batches beside the work, never inside its transactions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, delete, func, or_, select

from bailiwick.domain.ids import RunId
from bailiwick.domain.span import Kept, SpanRow
from bailiwick.kit.instant import instant, microseconds
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page, page_of
from bailiwick.ports.trace import ROOTS
from bailiwick.store.scope import ROWS_COUNT_MAX, Rows, key, own
from bailiwick.store.scopes import Scopes
from bailiwick.store.tables.observation import SPANS
from bailiwick.store.tables.work import RUNS

INSTANT_DIGITS_MAX: Final = 16  # microseconds until the year 2286
_SIZE: Final = bindparam("size", type_=Integer)
_ROOT_NAMES: Final = tuple(sorted(name.value for name in ROOTS))
_OF_RUN: Final = (
    select(SPANS)
    .where(
        own(SPANS),
        SPANS.c.trace_id.in_(
            select(SPANS.c.trace_id).where(own(SPANS), SPANS.c.run_id == key()).distinct()
        ),
    )
    .order_by(SPANS.c.started_at, SPANS.c.id)
    .limit(ROWS_COUNT_MAX)
)
_TOPS: Final = (
    select(SPANS)
    .where(own(SPANS), or_(SPANS.c.parent_id == "", SPANS.c.remote))
    .order_by(SPANS.c.started_at.desc(), SPANS.c.id.desc())
    .limit(_SIZE)
)
_DELEGATED: Final = (
    select(RUNS.c.id)
    .where(own(RUNS), RUNS.c.id == SPANS.c.run_id, RUNS.c.parent_run_id.is_not(None))
    .exists()
)
_ORPHANS: Final = (
    select(SPANS)
    .where(
        own(SPANS),
        SPANS.c.parent_id == "",
        or_(SPANS.c.name.not_in(_ROOT_NAMES), (SPANS.c.name == "run") & _DELEGATED),
    )
    .order_by(SPANS.c.started_at.desc(), SPANS.c.id.desc())
    .limit(_SIZE)
)
_COUNT: Final = select(func.count()).select_from(SPANS).where(own(SPANS))
_NEWEST: Final = (
    select(SPANS.c.started_at)
    .where(own(SPANS))
    .order_by(SPANS.c.started_at.desc(), SPANS.c.id.desc())
    .offset(bindparam("kept", type_=Integer))
    .limit(1)
)


class SqlSpans:
    """The spans of one workspace."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes

    def add(self, rows: Sequence[SpanRow]) -> None:
        """Store spans in one short transaction that takes no lock of the audit chain."""
        with self._scopes.writing() as scope:
            scope.insert_all(SPANS, [_values(row) for row in rows])

    def of_run(self, run_id: RunId) -> Sequence[SpanRow]:
        """Return every span of the traces that a run is part of, by start."""
        return tuple(_row(row) for row in self._read(_OF_RUN, key=run_id))

    def tops(
        self, *, capability: str, kept_by: Kept | None, cursor: str | None, size: int
    ) -> Page[SpanRow]:
        """Return the first span of each piece of work, newest first."""
        statement = _TOPS
        if capability:
            statement = statement.where(SPANS.c.capability == capability)
        if kept_by is not None:
            statement = statement.where(SPANS.c.kept_by == kept_by.value)
        return self._page(statement, cursor=cursor, size=size)

    def orphans(self, *, cursor: str | None, size: int) -> Page[SpanRow]:
        """Return spans that stand at the top of a trace although they belong under another."""
        return self._page(_ORPHANS, cursor=cursor, size=size)

    def prune(self, *, before: datetime, count_max: int) -> int:
        """Forget spans older than an instant, then the oldest beyond a count; return how many."""
        with self._scopes.writing() as scope:
            forgotten = scope.change(delete(SPANS).where(own(SPANS), SPANS.c.started_at < before))
            if scope.count(_COUNT) > count_max:
                edge = scope.row(_NEWEST, kept=count_max)
                assert edge is not None, "there are more rows than are kept"
                forgotten += scope.change(
                    delete(SPANS).where(own(SPANS), SPANS.c.started_at <= edge["started_at"])
                )
        return forgotten

    def _page(self, statement: Rows, *, cursor: str | None, size: int) -> Page[SpanRow]:
        size = min(size, PAGE_SIZE_MAX)
        if cursor is not None:
            at, _, span_id = cursor.partition(":")
            known = at.isdecimal() and len(at) <= INSTANT_DIGITS_MAX
            start = instant(int(at)) if known else instant(0)
            statement = statement.where(
                or_(
                    SPANS.c.started_at < start,
                    (SPANS.c.started_at == start) & (SPANS.c.id < span_id),
                )
            )
        rows = self._read(statement, size=size + 1)
        return page_of(
            [_row(row) for row in rows],
            size=size,
            key=lambda span: f"{microseconds(span.started_at)}:{span.span_id}",
        )

    def _read(self, statement: Rows, **values: object) -> Sequence[RowMapping]:
        with self._scopes.reading() as scope:
            return scope.rows(statement, **values)


def _values(row: SpanRow) -> dict[str, object]:
    return {
        "id": row.span_id,
        "trace_id": row.trace_id,
        "parent_id": row.parent_id,
        "remote": row.remote,
        "name": row.name,
        "run_id": row.run_id,
        "capability": row.capability,
        "started_at": row.started_at,
        "duration_us": row.duration_us,
        "fault": row.fault,
        "kept_by": row.kept_by.value,
        "attributes": dict(row.attributes),
        "created_at": row.started_at,
    }


def _row(row: RowMapping) -> SpanRow:
    return SpanRow(
        span_id=row["id"],
        trace_id=row["trace_id"],
        parent_id=row["parent_id"],
        remote=row["remote"],
        name=row["name"],
        run_id=RunId(row["run_id"]),
        capability=row["capability"],
        started_at=row["started_at"],
        duration_us=row["duration_us"],
        fault=row["fault"],
        kept_by=Kept(row["kept_by"]),
        attributes=row["attributes"],
    )
