"""Crons: runs that clients of the API want again and again."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import RowMapping, delete, select, update

from bailiwick.domain.cron import Cron, CronId
from bailiwick.domain.ids import PersonId, ScheduleId
from bailiwick.domain.thread import GraphThreadId, Multitask
from bailiwick.ports.schedules import SCHEDULES_COUNT_MAX
from bailiwick.store.scope import Scope, key, own
from bailiwick.store.tables.crons import CRONS

_ONE: Final = select(CRONS).where(own(CRONS), CRONS.c.id == key())
_ALL: Final = select(CRONS).where(own(CRONS)).order_by(CRONS.c.id.desc()).limit(SCHEDULES_COUNT_MAX)


class SqlCrons:
    """Crons of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def put(self, cron: Cron) -> None:
        """Store a cron, in the place of the one of its id."""
        written = {
            "capability": cron.capability,
            "schedule": cron.schedule,
            "zone": cron.zone,
            "input": cron.input,
            "metadata": cron.metadata,
            "thread_id": cron.thread_id,
            "thread_kept": cron.thread_kept,
            "multitask": cron.multitask.value,
            "enabled": cron.enabled,
            "end_time": cron.end_time,
            "made_by": cron.made_by,
            "schedule_id": cron.schedule_id,
            "updated_at": cron.updated_at,
        }
        fresh = {"id": cron.cron_id, "created_at": cron.created_at, **written}
        if not self._scope.insert_new(CRONS, fresh, unique=("id",)):
            same = update(CRONS).where(own(CRONS), CRONS.c.id == cron.cron_id)
            self._scope.change(same.values(row_version=CRONS.c.row_version + 1, **written))

    def get(self, cron_id: CronId) -> Cron | None:
        """Return a cron."""
        row = self._scope.row(_ONE, key=cron_id)
        return None if row is None else _cron(row)

    def all(self) -> Sequence[Cron]:
        """Return crons, newest first."""
        return tuple(_cron(row) for row in self._scope.rows(_ALL))

    def delete(self, cron_id: CronId) -> bool:
        """Forget a cron; False when there is none."""
        return self._scope.change(delete(CRONS).where(own(CRONS), CRONS.c.id == cron_id)) > 0


def _cron(row: RowMapping) -> Cron:
    thread_id, schedule_id = row["thread_id"], row["schedule_id"]
    return Cron(
        cron_id=CronId(row["id"]),
        capability=row["capability"],
        schedule=row["schedule"],
        zone=row["zone"],
        input=row["input"],
        metadata=row["metadata"],
        thread_id=None if thread_id is None else GraphThreadId(thread_id),
        thread_kept=bool(row["thread_kept"]),
        multitask=Multitask(row["multitask"]),
        enabled=bool(row["enabled"]),
        end_time=row["end_time"],
        made_by=PersonId(row["made_by"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        schedule_id=None if schedule_id is None else ScheduleId(schedule_id),
    )
