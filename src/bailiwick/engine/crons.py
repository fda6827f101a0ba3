"""Crons: runs that clients of the API want again and again, in a time zone, until an end.

A schedule queues a job at each occurrence, once on all machines; the job names the cron, and
`occur` starts its run as anybody else's request would be started.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from bailiwick.control.spec import Spec
from bailiwick.domain.cron import Cron, CronId
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, PersonId
from bailiwick.domain.thread import GraphThreadId, Multitask, NewRun, Thread, ThreadRun
from bailiwick.kit.instant import LATEST
from bailiwick.kit.json_value import Json
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.queue import Full, JobKind
from bailiwick.ports.schedules import NewSchedule
from bailiwick.ports.unit import Unit, Units

UTC_ZONE: Final = "UTC"


class UnableToFindCron(InputFault):
    """There is no cron of this id (404)."""


class UnableToKeepCron(InputFault):
    """The cron can never come; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCron:
    """What a client wants again and again."""

    capability: str
    schedule: str
    zone: str = ""
    input: Mapping[str, Json] | None = None
    metadata: Mapping[str, Json]
    thread_id: GraphThreadId | None = None
    thread_kept: bool = False
    multitask: Multitask = Multitask.ENQUEUE
    enabled: bool = True
    end_time: datetime | None = None
    made_by: PersonId


class Starting(Protocol):
    """What crons need of threads."""

    def create(
        self,
        thread_id: GraphThreadId | None = None,
        *,
        metadata: Mapping[str, Json] | None = None,
        by: str = "",
    ) -> Thread:
        """Make a thread."""
        ...

    def start(self, thread_id: GraphThreadId, asked: NewRun) -> ThreadRun | Full:
        """Store a run and ring for it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CronParts:
    """What crons are kept and carried out with."""

    units: Units
    clock: Clock
    ids: Ids
    spec: Callable[[str], Spec]
    threads: Callable[[], Starting]
    """Looked up when a run is started: threads are heavier than crons."""


class Crons:
    """Keeps the crons of one workspace, and starts their runs."""

    def __init__(self, parts: CronParts) -> None:
        self._parts = parts

    def make(self, new: NewCron) -> Cron:
        """Keep a cron. Raises UnableToKeepCron, UnableToSchedule, UnableToLoadCapability."""
        at = self._parts.clock.now()
        cron = Cron(
            cron_id=CronId(self._parts.ids.new(PREFIX["cron"])),
            capability=new.capability,
            schedule=new.schedule,
            zone=new.zone,
            input=new.input,
            metadata=new.metadata,
            thread_id=new.thread_id,
            thread_kept=new.thread_kept,
            multitask=new.multitask,
            enabled=new.enabled,
            end_time=new.end_time,
            made_by=new.made_by,
            created_at=at,
            updated_at=at,
        )
        with self._parts.units.write(records=False) as unit:
            kept = self._keep(unit, cron, at=at)
            unit.commit()
        return kept

    def change(self, cron_id: CronId, change: Callable[[Cron], Cron]) -> Cron:
        """Replace a cron by what a change makes of it. Raises UnableToFindCron and as `make`."""
        at = self._parts.clock.now()
        with self._parts.units.write(records=False) as unit:
            before = unit.crons.get(cron_id)
            if before is None:
                raise _missing(cron_id)
            kept = self._keep(unit, replace(change(before), updated_at=at), at=at)
            unit.commit()
        return kept

    def all(self, *, seen: Units | None = None) -> Sequence[Cron]:
        """Return crons with their next occurrences, newest first: those that `seen` shows."""
        with (seen or self._parts.units).read() as unit:
            return tuple(_with_next(unit, cron) for cron in unit.crons.all())

    def delete(self, cron_id: CronId) -> None:
        """Forget a cron; runs that it has started stay. Raises UnableToFindCron."""
        with self._parts.units.write(records=False) as unit:
            if not _forget(unit, cron_id):
                raise _missing(cron_id)
            unit.commit()

    def occur(self, cron_id: CronId) -> ThreadRun | Full | None:
        """Start the run of an occurrence; None when the cron is gone, off, or has come to its end.

        For the worker of JobKind.SCHEDULE, whose subject is the cron's id.
        """
        with self._parts.units.read() as unit:
            cron = unit.crons.get(cron_id)
        if cron is None or not cron.enabled:
            return None
        if cron.end_time is not None and self._parts.clock.now() > cron.end_time:
            self.change(cron_id, lambda ended: replace(ended, enabled=False))
            return None
        threads = self._parts.threads()
        own = cron.thread_id is None
        thread_id = (
            cron.thread_id or threads.create(metadata=cron.metadata, by=cron.made_by).thread_id
        )
        asked = NewRun(
            capability=cron.capability,
            input=cron.input,
            multitask=cron.multitask,
            metadata={**cron.metadata, "cron_id": cron.cron_id},
            forget=own and not cron.thread_kept,
            requested_by=cron.made_by,
        )
        return threads.start(thread_id, asked)

    def _keep(self, unit: Unit, cron: Cron, *, at: datetime) -> Cron:
        if cron.enabled and cron.end_time is not None and cron.end_time <= at:
            message = f"end_time {cron.end_time.isoformat()} is over; give a later one"
            raise UnableToKeepCron(message)
        if cron.end_time is not None and cron.end_time > LATEST:
            message = f"end_time must be before {LATEST:%Y}; leave it out for no end"
            raise UnableToKeepCron(message)
        schedule = unit.schedules.put(
            NewSchedule(
                name=cron.cron_id,
                cron=cron.schedule,
                zone=cron.zone or UTC_ZONE,
                pool=self._parts.spec(cron.capability).pool,
                kind=JobKind.SCHEDULE,
                subject=cron.cron_id,
            )
        )
        if not cron.enabled:
            unit.schedules.pause(schedule.schedule_id)
        kept = replace(cron, schedule_id=schedule.schedule_id)
        unit.crons.put(kept)
        return _with_next(unit, kept)


def _with_next(unit: Unit, cron: Cron) -> Cron:
    schedule = None if cron.schedule_id is None else unit.schedules.get(cron.schedule_id)
    next_at = None if schedule is None or schedule.paused else schedule.next_at
    return replace(cron, next_at=next_at)


def _forget(unit: Unit, cron_id: CronId) -> bool:
    cron = unit.crons.get(cron_id)
    if cron is None:
        return False
    if cron.schedule_id is not None:
        unit.schedules.delete(cron.schedule_id)
    return unit.crons.delete(cron_id)


def _missing(cron_id: CronId) -> UnableToFindCron:
    return UnableToFindCron(f"there is no cron {cron_id!r} here")
