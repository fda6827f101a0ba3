"""Runs on threads and the frames of their streams."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, delete, or_, select, update

from bailiwick.domain.ids import PREFIX, RunId
from bailiwick.domain.thread import ENDED, GraphThreadId, ThreadRunStatus
from bailiwick.ports.threads import ThreadEventRow, ThreadRow, ThreadRunRow
from bailiwick.store.queue.bell import FRAMES_TOLD, RUNS_ENDED
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, Value, key, own
from bailiwick.store.tables.schema import Instant
from bailiwick.store.tables.threads import THREAD_EVENTS, THREAD_RUNS, THREADS

_SIZE: Final = bindparam("size", type_=Integer)
_ENDED: Final = sorted(status.value for status in ENDED)
_RUN: Final = select(THREAD_RUNS).where(own(THREAD_RUNS), THREAD_RUNS.c.id == key())
_OF_THREAD: Final = (
    select(THREAD_RUNS)
    .where(own(THREAD_RUNS), THREAD_RUNS.c.thread_id == key())
    .order_by(THREAD_RUNS.c.id)
    .limit(ROWS_COUNT_MAX)
)
_NEXT: Final = (
    select(THREAD_RUNS)
    .where(
        own(THREAD_RUNS),
        THREAD_RUNS.c.thread_id == key(),
        or_(
            THREAD_RUNS.c.status == ThreadRunStatus.RUNNING.value,
            (THREAD_RUNS.c.status == ThreadRunStatus.PENDING.value)
            & (THREAD_RUNS.c.attempt >= 0)
            & (THREAD_RUNS.c.due_at <= bindparam("at", type_=Instant)),
        ),
    )
    .order_by(THREAD_RUNS.c.status.desc(), THREAD_RUNS.c.id)  # `running` before `pending`
    .limit(1)
)
_STRANDED: Final = (
    select(THREAD_RUNS)
    .join(
        THREADS,
        (THREADS.c.workspace_id == THREAD_RUNS.c.workspace_id)
        & (THREADS.c.id == THREAD_RUNS.c.thread_id),
    )
    .where(
        own(THREAD_RUNS),
        THREAD_RUNS.c.status.not_in(_ENDED),
        THREAD_RUNS.c.due_at < bindparam("at", type_=Instant),
        or_(THREADS.c.lease_until.is_(None), THREADS.c.lease_until < bindparam("at")),
    )
    .order_by(THREAD_RUNS.c.id)
    .limit(_SIZE)
)
_EVENTS: Final = (
    select(THREAD_EVENTS)
    .where(
        own(THREAD_EVENTS),
        THREAD_EVENTS.c.run_id == key(),
        THREAD_EVENTS.c.seq > bindparam("after", type_=Integer),
    )
    .order_by(THREAD_EVENTS.c.seq)
    .limit(_SIZE)
)


class ThreadRunRows(ABC):
    """The part of `SqlThreads` that is about runs."""

    _scope: Scope

    @abstractmethod
    def get(self, thread_id: GraphThreadId) -> ThreadRow | None:
        """Return a thread."""

    def add_run(self, row: ThreadRunRow) -> None:
        """Store a run."""
        self._scope.insert(THREAD_RUNS, run_values(row))

    def run(self, run_id: RunId) -> ThreadRunRow | None:
        """Return a run."""
        row = self._scope.row(_RUN, key=run_id)
        return None if row is None else _run(row)

    def save_run(self, row: ThreadRunRow) -> bool:
        """Replace a run unless it has ended; False then, or when there is none."""
        values = _values(row)
        del values["cancel"]  # asked for by others meanwhile, and never taken back
        changed = self._scope.change(
            update(THREAD_RUNS)
            .where(
                own(THREAD_RUNS),
                THREAD_RUNS.c.id == row.run_id,
                THREAD_RUNS.c.status.not_in(_ENDED),
            )
            .values(**values, row_version=THREAD_RUNS.c.row_version + 1)
        )
        if row.status in ENDED:
            self._scope.rung.add(RUNS_ENDED)
        return changed == 1

    def ask_cancel(self, run_id: RunId, action: str, *, at: datetime) -> bool:
        """Ask for the end of a run that has not ended."""
        changed = self._scope.change(
            update(THREAD_RUNS)
            .where(
                own(THREAD_RUNS),
                THREAD_RUNS.c.id == run_id,
                THREAD_RUNS.c.status.not_in(_ENDED),
            )
            .values(cancel=action, updated_at=at)
        )
        return changed == 1

    def delete_run(self, run_id: RunId) -> bool:
        """Delete a run and its events."""
        self._scope.change(
            delete(THREAD_EVENTS).where(own(THREAD_EVENTS), THREAD_EVENTS.c.run_id == run_id)
        )
        changed = self._scope.change(
            delete(THREAD_RUNS).where(own(THREAD_RUNS), THREAD_RUNS.c.id == run_id)
        )
        self._scope.rung.add(RUNS_ENDED)  # for whoever waits it has ended
        return changed == 1

    def runs(
        self, thread_id: GraphThreadId, *, status: ThreadRunStatus | None
    ) -> Sequence[ThreadRunRow]:
        """Return the runs of a thread, oldest first."""
        found = tuple(_run(row) for row in self._scope.rows(_OF_THREAD, key=thread_id))
        return found if status is None else tuple(run for run in found if run.status is status)

    def next_run(self, thread_id: GraphThreadId, *, at: datetime) -> ThreadRunRow | None:
        """Return the run that is to be carried out next: one begun before, else the oldest due."""
        row = self._scope.row(_NEXT, key=thread_id, at=at)
        return None if row is None else _run(row)

    def stranded(self, *, before: datetime, count_max: int) -> Sequence[ThreadRunRow]:
        """Return runs due before an instant whose thread nobody works on."""
        return tuple(_run(row) for row in self._scope.rows(_STRANDED, at=before, size=count_max))

    def ring(self, thread_id: GraphThreadId, *, at: datetime) -> RunId:
        """Make sure that a run goes on with a thread whose card was decided; return its id."""
        waiting = [
            run
            for run in self.runs(thread_id, status=ThreadRunStatus.PENDING)
            if run.attempt < 0 or not run.asked
        ]
        if waiting:
            one = replace(waiting[0], attempt=0, due_at=min(at, waiting[0].due_at), updated_at=at)
            self.save_run(one)
            return one.run_id
        thread = self.get(thread_id)
        assert thread is not None, "a thread rings for itself"
        row = ThreadRunRow(
            run_id=RunId(self._scope.ids.new(PREFIX["run"])),
            thread_id=thread_id,
            root_run_id=thread.root_run_id,
            capability=thread.capability,
            status=ThreadRunStatus.PENDING,
            asked=b"",
            created_at=at,
            updated_at=at,
            due_at=at,
        )
        self.add_run(row)
        return row.run_id

    def add_events(self, rows: Sequence[ThreadEventRow], *, at: datetime) -> None:
        """Store frames of a run."""
        self._scope.rung.add(FRAMES_TOLD)
        self._scope.insert_all(
            THREAD_EVENTS,
            [frame_values(row, at=at) for row in rows],
        )

    def events(self, run_id: RunId, *, after: int, size: int) -> Sequence[ThreadEventRow]:
        """Return frames after a number, in order."""
        rows = self._scope.rows(_EVENTS, key=run_id, after=after, size=size)
        return tuple(
            ThreadEventRow(
                run_id=RunId(row["run_id"]),
                thread_id=GraphThreadId(row["thread_id"]),
                seq=row["seq"],
                event=row["event"],
                body=bytes(row["body"]),
            )
            for row in rows
        )

    def forget_events(self, *, before: datetime) -> int:
        """Delete the frames of runs that were written before an instant."""
        return self._scope.change(
            delete(THREAD_EVENTS).where(own(THREAD_EVENTS), THREAD_EVENTS.c.created_at < before)
        )


def run_values(row: ThreadRunRow) -> dict[str, Value]:
    """Return a run as a row of its table."""
    return {
        **_values(row),
        "id": row.run_id,
        "thread_id": row.thread_id,
        "created_at": row.created_at,
    }


def frame_values(row: ThreadEventRow, *, at: datetime) -> dict[str, Value]:
    """Return a frame as a row of its table."""
    return {
        "id": f"{row.run_id}.{row.seq}",
        "thread_id": row.thread_id,
        "run_id": row.run_id,
        "seq": row.seq,
        "event": row.event,
        "body": row.body,
        "created_at": at,
    }


def _values(row: ThreadRunRow) -> dict[str, Value]:
    return {
        "root_run_id": row.root_run_id,
        "capability": row.capability,
        "status": row.status.value,
        "cancel": row.cancel,
        "attempt": row.attempt,
        "forget": row.forget,
        "updated_at": row.updated_at,
        "due_at": row.due_at,
        "asked": row.asked,
        "error": row.error,
    }


def _run(row: RowMapping) -> ThreadRunRow:
    return ThreadRunRow(
        run_id=RunId(row["id"]),
        thread_id=GraphThreadId(row["thread_id"]),
        root_run_id=RunId(row["root_run_id"]) if row["root_run_id"] else None,
        capability=row["capability"],
        status=ThreadRunStatus(row["status"]),
        asked=bytes(row["asked"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        due_at=row["due_at"],
        cancel=row["cancel"],
        attempt=row["attempt"],
        forget=row["forget"],
        error=None if row["error"] is None else bytes(row["error"]),
    )
