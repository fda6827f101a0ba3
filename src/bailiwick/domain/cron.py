"""A cron: a run that a client of the API wants again and again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bailiwick.domain.ids import PersonId, ScheduleId
from bailiwick.domain.thread import GraphThreadId, Multitask
from bailiwick.kit.json_value import Json

CronId = NewType("CronId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """What is to be run, when, and for whom."""

    cron_id: CronId
    capability: str
    schedule: str
    """Five fields of cron."""
    zone: str
    """An IANA zone; empty is UTC."""
    input: Mapping[str, Json] | None
    metadata: Mapping[str, Json]
    """The client's own; carries no authority."""
    thread_id: GraphThreadId | None
    """None: each run has a thread of its own."""
    thread_kept: bool
    """Whether a thread of its own stays after the run."""
    multitask: Multitask
    enabled: bool
    end_time: datetime | None
    made_by: PersonId
    """In whose name the runs are."""
    created_at: datetime
    updated_at: datetime
    schedule_id: ScheduleId | None = None
    """What says when it comes."""
    next_at: datetime | None = None
    """Its next occurrence; None while it is not enabled."""
