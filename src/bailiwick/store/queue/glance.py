"""What there is to do, in one question: an idle pool asks nothing else."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, bindparam, false, select

from bailiwick.domain.pool import Pool
from bailiwick.ports.queue import JobState
from bailiwick.store.queue.moment import BEGUN, moment
from bailiwick.store.tables.queue import JOBS, SCHEDULES
from bailiwick.store.tables.schema import WORKSPACES, Instant, PlainText


@dataclass(frozen=True, slots=True)
class Glance:
    """What waits for somebody."""

    due: bool
    """A job of the pool may be leased."""
    come: bool
    """The occurrence of a schedule has come."""
    overdue: bool
    """A lease is over."""


def glance(connection: Connection, pool: Pool) -> Glance:
    """Look without changing anything, over all workspaces."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(_BY_MACHINE, {"pool": pool.value, "at": moment(connection)})
    else:
        found = connection.execute(_BY_SERVER, {"pool": pool.value})
    due, come, overdue = found.one()
    return Glance(due=bool(due), come=bool(come), overdue=bool(overdue))


def _asking(at: ColumnElement[Any]) -> Select[bool, bool, bool]:
    return select(
        select(JOBS.c.id)
        .where(
            JOBS.c.workspace_id == WORKSPACES.c.id,
            JOBS.c.pool == bindparam("pool", type_=PlainText),
            JOBS.c.state == JobState.WAITING.value,
            JOBS.c.due_at <= at,
        )
        .exists(),
        select(SCHEDULES.c.id)
        .where(
            SCHEDULES.c.workspace_id == WORKSPACES.c.id,
            SCHEDULES.c.paused == false(),
            SCHEDULES.c.next_at <= at,
        )
        .exists(),
        select(JOBS.c.id)
        .where(
            JOBS.c.workspace_id == WORKSPACES.c.id,
            JOBS.c.state == JobState.LEASED.value,
            JOBS.c.lease_until < at,
        )
        .exists(),
    )


_BY_MACHINE: Final = _asking(bindparam("at", type_=Instant))
_BY_SERVER: Final = _asking(BEGUN)
