"""Schedules: stored by a unit, and fired once for each occurrence by whoever comes first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    bindparam,
    delete,
    false,
    func,
    select,
    true,
    update,
)

from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, ScheduleId
from bailiwick.domain.pool import Pool
from bailiwick.kit.cron import CronError, next_occurrence
from bailiwick.kit.instant import microseconds
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page
from bailiwick.ports.queue import Enqueued, JobKind, NewJob
from bailiwick.ports.schedules import SCHEDULES_COUNT_MAX, NewSchedule, Schedule
from bailiwick.store.queue.jobs import SqlJobs
from bailiwick.store.queue.moment import moment
from bailiwick.store.scope import Scope, key, own
from bailiwick.store.tables.queue import SCHEDULES
from bailiwick.store.tables.schema import WORKSPACES, Instant

_ONE: Final = select(SCHEDULES).where(own(SCHEDULES), SCHEDULES.c.id == key())
_NAMED: Final = select(SCHEDULES).where(own(SCHEDULES), SCHEDULES.c.name == key())
_COUNT: Final = select(func.count()).where(own(SCHEDULES))
_PAGE: Final = (
    select(SCHEDULES)
    .where(own(SCHEDULES), SCHEDULES.c.id > key())
    .order_by(SCHEDULES.c.id)
    .limit(bindparam("size", type_=Integer))
)
DUE: Final = (
    select(SCHEDULES)
    .where(
        SCHEDULES.c.workspace_id == WORKSPACES.c.id,
        SCHEDULES.c.paused == false(),
        SCHEDULES.c.next_at <= bindparam("at", type_=Instant),
    )
    .order_by(SCHEDULES.c.next_at)
    .limit(bindparam("size", type_=Integer))
)
"""Schedules of all workspaces whose occurrence has come."""


class UnableToSchedule(InputFault):
    """The schedule cannot be read, never comes, or the workspace has too many."""


class SqlSchedules:
    """The schedules of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def put(self, new: NewSchedule) -> Schedule:
        """Store a schedule, in the place of the one with its name. Raises UnableToSchedule."""
        now = moment(self._scope.connection)
        values: dict[str, Any] = {
            "cron": new.cron,
            "zone": new.zone,
            "pool": new.pool.value,
            "kind": new.kind.value,
            "subject": new.subject,
            "rank": -new.priority,
            "next_at": _next(new.cron, new.zone, after=now),
            "paused": False,
        }
        if self._scope.count(_COUNT) >= SCHEDULES_COUNT_MAX:
            message = f"a workspace has at most {SCHEDULES_COUNT_MAX} schedules; delete some"
            raise UnableToSchedule(message)
        fresh = {
            "id": self._scope.ids.new(PREFIX["schedule"]),
            "created_at": now,
            "name": new.name,
            **values,
        }
        if not self._scope.insert_new(SCHEDULES, fresh, unique=("name",)):
            self._change(SCHEDULES.c.name == new.name, values)
        row = self._scope.row(_NAMED, key=new.name)
        assert row is not None, "it was just stored"
        return schedule_of(row)

    def get(self, schedule_id: ScheduleId) -> Schedule | None:
        """Return a schedule."""
        row = self._scope.row(_ONE, key=schedule_id)
        return None if row is None else schedule_of(row)

    def named(self, name: str) -> Schedule | None:
        """Return the schedule of a name."""
        row = self._scope.row(_NAMED, key=name)
        return None if row is None else schedule_of(row)

    def list(self, *, cursor: str | None, size: int) -> Page[Schedule]:
        """Return schedules, oldest first."""
        size = min(size, PAGE_SIZE_MAX)
        rows = self._scope.rows(_PAGE, key=cursor or "", size=size + 1)
        items = tuple(schedule_of(row) for row in rows[:size])
        return Page(items=items, next_cursor=items[-1].schedule_id if len(rows) > size else None)

    def pause(self, schedule_id: ScheduleId) -> bool:
        """Let a schedule's occurrences pass; False when there is none, or it is paused."""
        running = SCHEDULES.c.paused == false()
        return self._change((SCHEDULES.c.id == schedule_id) & running, {"paused": True}) == 1

    def resume(self, schedule_id: ScheduleId) -> bool:
        """Go on with the next occurrence from now; False when there is none, or none is paused."""
        found = self.get(schedule_id)
        if found is None:
            return False
        now = moment(self._scope.connection)
        values = {"paused": False, "next_at": _next(found.cron, found.zone, after=now)}
        paused = SCHEDULES.c.paused == true()
        return self._change((SCHEDULES.c.id == schedule_id) & paused, values) == 1

    def delete(self, schedule_id: ScheduleId) -> bool:
        """Forget a schedule; False when there is none. What it has queued stays."""
        statement = delete(SCHEDULES).where(own(SCHEDULES), SCHEDULES.c.id == schedule_id)
        return self._scope.change(statement) == 1

    def fire(self, row: RowMapping, jobs: SqlJobs, *, now: datetime) -> bool:
        """Queue the occurrence that has come and move on to the first one after now.

        False when somebody else fired it, or the pool is full; the caller then rolls back.
        """
        found = schedule_of(row)
        moved = self._change(
            (SCHEDULES.c.id == found.schedule_id)
            & (SCHEDULES.c.next_at == found.next_at)
            & (SCHEDULES.c.paused == false()),
            {
                "last_at": found.next_at,
                "next_at": _next(found.cron, found.zone, after=max(now, found.next_at)),
            },
        )
        if moved == 0:
            return False
        job = NewJob(
            kind=found.kind,
            pool=found.pool,
            subject=found.subject,
            priority=found.priority,
            dedupe_key=f"{found.schedule_id}@{microseconds(found.next_at)}",
        )
        return isinstance(jobs.enqueue(job), Enqueued)

    def _change(self, which: ColumnElement[bool], values: dict[str, Any]) -> int:
        values["row_version"] = SCHEDULES.c.row_version + 1
        return self._scope.change(update(SCHEDULES).where(own(SCHEDULES), which).values(**values))


def due(connection: Connection, *, count_max: int) -> tuple[Sequence[RowMapping], datetime]:
    """Return schedules of all workspaces whose occurrence has come, and the database's instant."""
    now = moment(connection)
    rows = connection.execute(DUE, {"at": now, "size": count_max}).mappings().all()
    return rows, now


def schedule_of(row: RowMapping) -> Schedule:
    """Read a schedule."""
    return Schedule(
        schedule_id=ScheduleId(row["id"]),
        name=row["name"],
        cron=row["cron"],
        zone=row["zone"],
        pool=Pool(row["pool"]),
        kind=JobKind(row["kind"]),
        subject=row["subject"],
        priority=-row["rank"],
        paused=bool(row["paused"]),
        next_at=row["next_at"],
        last_at=row["last_at"],
    )


def _next(cron: str, zone: str, *, after: datetime) -> datetime:
    try:
        return next_occurrence(cron, zone, after=after)
    except CronError as error:
        raise UnableToSchedule(str(error)) from None
