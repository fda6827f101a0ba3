"""Removes what its time is over for, in small transactions, and writes down what it removed.

Records are never removed, nor are effects younger than the ledger must be kept. A kind is one line
of `KINDS`; a table that this program does not have is passed over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Table, and_, delete, func, insert, or_, select, update

from bailiwick.domain.ids import WorkspaceId
from bailiwick.ports.care import Progress, Pruned
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.store.database import Database
from bailiwick.store.tables import METADATA
from bailiwick.store.tables.care import PRUNINGS

BATCH_COUNT: Final = 500  # ours: rows of one transaction, so that no writer waits long
BATCHES_COUNT_MAX: Final = 10_000  # ours: bounds one run; the next one continues
PREFIX: Final = "prn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Rows of one kind, when they are old, and what then happens to them."""

    table: str
    column: str
    """The instant that tells how old a row is."""
    days: int
    """How long by default; the comment names the source."""
    blank: Mapping[str, object] | None = None
    """Columns to empty while the row stays; None removes the row."""


KINDS: Final[Mapping[str, Kind]] = {
    # ours: longer than any quarrel about a mail; the parsed text stays.
    "raw_mail": Kind(table="raw_messages", column="created_at", days=365),
    # ours: a replay of a run older than a quarter explains little.
    "run_inputs": Kind(
        table="runs",
        column="finished_at",
        days=90,
        blank={"inputs": None, "outcome": None, "request": None, "result": None},
    ),
    # ours: as long as the inputs that a replay needs beside them.
    "model_call_bodies": Kind(
        table="model_calls", column="at", days=90, blank={"request": "", "reply": ""}
    ),
    # ours: a month of traces, as hosted trace stores keep by default.
    "traces": Kind(table="spans", column="started_at", days=30),
    # reliability, section 5: at least 24 hours; each row carries its own end.
    "kept_answers": Kind(table="kept_answers", column="expires_at", days=1),
    # Standard Webhooks retries for days; ours: a month to look back.
    "webhook_deliveries": Kind(table="webhook_deliveries", column="created_at", days=30),
    # ours: a stream is read again within days of its run, if ever.
    "thread_events": Kind(table="thread_events", column="created_at", days=30),
    # ours: an ended session tells nobody anything after a month.
    "sessions": Kind(table="sessions", column="expires_at", days=30),
    # ours: simulations look back a year.
    "verdicts": Kind(table="verdicts", column="at", days=365),
    # capabilities 8: what was asked in words is kept for a month.
    "questions": Kind(table="sql_runs", column="created_at", days=30),
    # ours: who ran retention is asked within two years.
    "prunings": Kind(table="prunings", column="created_at", days=730),
}
"""What retention may remove, by the name that settings use. Records, effects, facts, mail text and
suppressions are not here: they are evidence, or protect somebody."""


class Retention:
    """Prunes one workspace."""

    def __init__(
        self,
        database: Database,
        workspace_id: WorkspaceId,
        *,
        ids: Ids,
        clock: Clock,
        days: Mapping[str, int],
    ) -> None:
        self._database = database
        self._workspace_id = workspace_id
        self._ids = ids
        self._clock = clock
        self._days = days

    def plan(self) -> Sequence[Pruned]:
        """Count what a run would remove, by kind, and change nothing."""
        found: list[Pruned] = []
        with self._database.reading() as connection:
            for name, kind, table, older_than in self._due():
                statement = select(func.count()).where(self._old(table, kind, older_than))
                count = connection.execute(statement).scalar_one()
                found.append(self._told(name, older_than, count))
        return found

    def run(self, progress: Progress) -> Sequence[Pruned]:
        """Remove what is too old, batch by batch; safe to stop and to repeat."""
        found: list[Pruned] = []
        total = 0
        for name, kind, table, older_than in self._due():
            count = 0
            for _ in range(BATCHES_COUNT_MAX):
                removed = self._batch(table, kind, older_than)
                count += removed
                progress(total + count, None)
                if removed < BATCH_COUNT:
                    break
            total += count
            pruned = self._told(name, older_than, count)
            found.append(pruned)
            if count:
                self._note(pruned)
        return found

    def _due(self) -> list[tuple[str, Kind, Table, datetime]]:
        now = self._clock.now()
        due: list[tuple[str, Kind, Table, datetime]] = []
        for name, kind in KINDS.items():
            days = self._days.get(name, kind.days)
            table = METADATA.tables.get(kind.table)
            if days > 0 and table is not None:
                due.append((name, kind, table, now - timedelta(days=days)))
        return due

    def _batch(self, table: Table, kind: Kind, older_than: datetime) -> int:
        old = self._old(table, kind, older_than)
        with self._database.writing() as connection:
            ids = connection.execute(select(table.c.id).where(old).limit(BATCH_COUNT)).scalars()
            mine = and_(table.c.workspace_id == self._workspace_id, table.c.id.in_(ids.all()))
            change = (
                delete(table).where(mine)
                if kind.blank is None
                else update(table).where(mine).values(**kind.blank)
            )
            changed = connection.execute(change).rowcount
            connection.commit()
        return changed

    def _old(self, table: Table, kind: Kind, older_than: datetime) -> ColumnElement[bool]:
        old = and_(table.c.workspace_id == self._workspace_id, table.c[kind.column] < older_than)
        if kind.blank is None:
            return old
        full = [
            table.c[name].is_not(None) if empty is None else table.c[name] != empty
            for name, empty in kind.blank.items()
        ]
        return and_(old, or_(*full))

    def _told(self, name: str, older_than: datetime, count: int) -> Pruned:
        return Pruned(kind=name, older_than=older_than, count=count)

    def _note(self, pruned: Pruned) -> None:
        with self._database.writing() as connection:
            connection.execute(
                insert(PRUNINGS),
                {
                    "workspace_id": self._workspace_id,
                    "id": self._ids.new(PREFIX),
                    "created_at": self._clock.now(),
                    "kind": pruned.kind,
                    "older_than": pruned.older_than,
                    "removed_count": pruned.count,
                },
            )
            connection.commit()
