"""Threads and who may write them: a lease with a fence for each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, delete, or_, select, text, update

from bailiwick.domain.ids import ContactId, RunId
from bailiwick.domain.thread import GraphThreadId, ThreadStatus
from bailiwick.kit.instant import instant
from bailiwick.ports.threads import ThreadEventRow, ThreadLease, ThreadRow, ThreadRunRow
from bailiwick.store.repositories.thread_runs import ThreadRunRows, frame_values, run_values
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, Value, key, own
from bailiwick.store.tables.schema import Instant
from bailiwick.store.tables.threads import (
    CHECKPOINT_VALUES,
    CHECKPOINT_WRITES,
    CHECKPOINTS,
    THREAD_EVENTS,
    THREAD_RUNS,
    THREADS,
)
from bailiwick.store.tables.work import RUNS

DEPTH_MAX: Final = 5  # ours: a delegated run is at most three deep (engine/enact.py)
_GET: Final = select(THREADS).where(own(THREADS), THREADS.c.id == key())
_PAGE: Final = (
    select(THREADS)
    .where(own(THREADS), THREADS.c.id > key())
    .order_by(THREADS.c.id)
    .limit(bindparam("size", type_=Integer))
)
_ABOUT: Final = (
    select(THREADS.c.id)
    .where(own(THREADS), THREADS.c.contact_id == key())
    .order_by(THREADS.c.id)
    .limit(ROWS_COUNT_MAX)
)
_EXPIRED: Final = (
    select(THREADS.c.id)
    .where(
        own(THREADS),
        THREADS.c.expires_at <= bindparam("at", type_=Instant),
        or_(THREADS.c.lease_until.is_(None), THREADS.c.lease_until < bindparam("at")),
    )
    .order_by(THREADS.c.id)
    .limit(bindparam("size", type_=Integer))
)
_DATABASE_TIME: Final = text("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000000)")
_PARENT: Final = select(RUNS.c.parent_run_id).where(own(RUNS), RUNS.c.id == key())
_ROOT: Final = (
    select(THREADS)
    .join(
        THREAD_RUNS,
        (THREAD_RUNS.c.workspace_id == THREADS.c.workspace_id)
        & (THREAD_RUNS.c.thread_id == THREADS.c.id),
    )
    .where(own(THREADS), THREAD_RUNS.c.id == key())
)


class SqlThreads(ThreadRunRows):
    """Threads of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, row: ThreadRow) -> bool:
        """Store a thread; False when its id is taken."""
        values = {**_values(row), "id": row.thread_id, "created_at": row.created_at}
        return self._scope.insert_new(THREADS, values, unique=("id",))

    def add_walked(
        self, thread: ThreadRow, run: ThreadRunRow, frames: Sequence[ThreadEventRow]
    ) -> None:
        """Store a new thread with a run that has ended and its frames; nobody waits for them."""
        values = {**_values(thread), "id": thread.thread_id, "created_at": thread.created_at}
        self._scope.insert_soon(THREADS, values)
        self._scope.insert_soon(THREAD_RUNS, run_values(run))
        for frame in frames:
            self._scope.insert_soon(THREAD_EVENTS, frame_values(frame, at=run.updated_at))

    def get(self, thread_id: GraphThreadId) -> ThreadRow | None:
        """Return a thread."""
        row = self._scope.row(_GET, key=thread_id)
        return None if row is None else _thread(row)

    def save(self, row: ThreadRow) -> bool:
        """Replace what a thread shows, its lease left as it is; False when there is none."""
        changed = self._scope.change(
            update(THREADS)
            .where(own(THREADS), THREADS.c.id == row.thread_id)
            .values(**_values(row), row_version=THREADS.c.row_version + 1)
        )
        return changed == 1

    def delete(self, thread_id: GraphThreadId) -> bool:
        """Delete a thread with its runs, events and checkpoints; False when there is none."""
        for table in (
            THREAD_EVENTS,
            THREAD_RUNS,
            CHECKPOINT_WRITES,
            CHECKPOINT_VALUES,
            CHECKPOINTS,
        ):
            self._scope.change(delete(table).where(own(table), table.c.thread_id == thread_id))
        return (
            self._scope.change(delete(THREADS).where(own(THREADS), THREADS.c.id == thread_id)) == 1
        )

    def page(
        self,
        *,
        status: ThreadStatus | None,
        ids: Sequence[GraphThreadId],
        after: GraphThreadId | None,
        size: int,
    ) -> Sequence[ThreadRow]:
        """Return threads by id, from one on; an empty `ids` means all."""
        statement = _PAGE
        if status is not None:
            statement = statement.where(THREADS.c.status == status.value)
        if ids:
            statement = statement.where(THREADS.c.id.in_(list(ids)))
        rows = self._scope.rows(statement, key=after or "", size=min(size, ROWS_COUNT_MAX))
        return tuple(_thread(row) for row in rows)

    def expired(self, *, at: datetime, count_max: int) -> Sequence[GraphThreadId]:
        """Return threads whose time is over and that nobody works on."""
        rows = self._scope.rows(_EXPIRED, at=at, size=count_max)
        return tuple(GraphThreadId(row["id"]) for row in rows)

    def about(self, contact_id: ContactId) -> Sequence[GraphThreadId]:
        """Return the threads of a contact."""
        rows = self._scope.rows(_ABOUT, key=contact_id)
        return tuple(GraphThreadId(row["id"]) for row in rows)

    def lease(self, thread_id: GraphThreadId, *, holder: str, seconds: int) -> ThreadLease | None:
        """Take a thread for writing; None while somebody else holds it."""
        now = self._now()
        free = or_(THREADS.c.lease_until.is_(None), THREADS.c.lease_until <= now)
        changed = self._scope.change(
            update(THREADS)
            .where(own(THREADS), THREADS.c.id == thread_id, free)
            .values(
                fence=THREADS.c.fence + 1,
                holder=holder,
                lease_until=now + timedelta(seconds=seconds),
            )
        )
        if changed == 0:
            return None
        row = self.get(thread_id)
        assert row is not None, "it was just leased"
        return ThreadLease(thread_id=thread_id, holder=holder, fence=row.fence)

    def renew(self, lease: ThreadLease, *, seconds: int) -> bool:
        """Prolong a lease; False when it was lost, and then nothing more may be written."""
        return self._hold(lease, until=self._now() + timedelta(seconds=seconds))

    def release(self, lease: ThreadLease) -> bool:
        """Give a thread back."""
        return self._hold(lease, until=None)

    def of_plan(self, run_id: RunId) -> ThreadRow | None:
        """Return the thread that waits for the plan of a run, or of a run it started."""
        found: str | None = run_id
        for _ in range(DEPTH_MAX):
            if found is None:
                return None
            row = self._scope.row(_ROOT, key=found)
            if row is not None:
                thread = _thread(row)
                return thread if thread.root_run_id == found else None
            parent = self._scope.row(_PARENT, key=found)
            found = parent["parent_run_id"] if parent is not None else None
        return None

    def _hold(self, lease: ThreadLease, *, until: datetime | None) -> bool:
        changed = self._scope.change(
            update(THREADS)
            .where(
                own(THREADS),
                THREADS.c.id == lease.thread_id,
                THREADS.c.fence == lease.fence,
                THREADS.c.holder == lease.holder,
                THREADS.c.lease_until.is_not(None),
            )
            .values(lease_until=until)
        )
        return changed == 1

    def _now(self) -> datetime:
        """Return the database's own time; a SQLite file is of one machine, whose clock is ours."""
        if not self._scope.postgres:
            return self._scope.clock.now()
        return instant(int(self._scope.connection.execute(_DATABASE_TIME).scalar_one()))


def _values(row: ThreadRow) -> dict[str, Value]:
    return {
        "status": row.status.value,
        "capability": row.capability,
        "contact_id": row.contact_id,
        "root_run_id": row.root_run_id,
        "updated_at": row.updated_at,
        "state_updated_at": row.state_updated_at,
        "made_by": row.made_by,
        "expires_at": row.expires_at,
        "paused_version": row.paused_version,
        "paused_shape": row.paused_shape,
        "face": row.face,
        "state": row.state,
    }


def _thread(row: RowMapping) -> ThreadRow:
    return ThreadRow(
        thread_id=GraphThreadId(row["id"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        state_updated_at=row["state_updated_at"],
        status=ThreadStatus(row["status"]),
        face=bytes(row["face"]),
        state=None if row["state"] is None else bytes(row["state"]),
        capability=row["capability"],
        contact_id=ContactId(row["contact_id"]) if row["contact_id"] else None,
        root_run_id=RunId(row["root_run_id"]) if row["root_run_id"] else None,
        made_by=row["made_by"],
        expires_at=row["expires_at"],
        paused_version=row["paused_version"],
        paused_shape=row["paused_shape"],
        fence=row["fence"],
    )
