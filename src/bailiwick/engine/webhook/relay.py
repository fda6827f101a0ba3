"""Turns new records into deliveries: one pass looks at what each endpoint has not been told yet.

The audit chain is the queue: an endpoint keeps how far it was looked at, and moves on in the same
transaction as its deliveries and their jobs, so nothing is told twice or left out by a crash.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.domain.event import Event, cloud_event, event_of
from bailiwick.domain.ids import PREFIX, DeliveryId
from bailiwick.domain.pool import Pool
from bailiwick.domain.webhook import Delivery, DeliveryState, Endpoint
from bailiwick.kit.hashing import canonical_bytes
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.queue import Full, JobKind, NewJob
from bailiwick.ports.unit import Unit, Units

RECORDS_COUNT_MAX: Final = 200  # ours: one transaction stays short


@dataclass(frozen=True, slots=True, kw_only=True)
class Relayed:
    """What one pass did."""

    deliveries_count: int
    behind: bool
    """There is more to look at now."""


class Relay:
    """Looks at new records for every endpoint of a workspace."""

    def __init__(self, *, units: Units, clock: Clock, ids: Ids) -> None:
        self._units = units
        self._clock = clock
        self._ids = ids

    def relay(self) -> Relayed:
        """Make deliveries of what is new. Raises PortFault."""
        with self._units.read() as unit:
            endpoints = unit.webhooks.active()
            head, _ = unit.records.head()
        waiting = [endpoint for endpoint in endpoints if endpoint.seq < head]
        passes = [self._for(endpoint) for endpoint in waiting]
        return Relayed(
            deliveries_count=sum(one.deliveries_count for one in passes),
            behind=any(one.behind for one in passes),
        )

    def _for(self, endpoint: Endpoint) -> Relayed:
        with self._units.write() as unit:
            records = unit.records.since(endpoint.seq, size=RECORDS_COUNT_MAX)
            if not records:
                return Relayed(deliveries_count=0, behind=False)
            events = [event for event in map(event_of, records) if event is not None]
            wanted = [event for event in events if endpoint.wants(event.kind)]
            reached = records[-1].seq
            taken = self._enqueued(unit, endpoint, wanted)
            if len(taken) < len(wanted):  # the pool is full: go on there next time
                reached = wanted[len(taken)].seq - 1
            if reached == endpoint.seq:
                return Relayed(deliveries_count=0, behind=False)
            if unit.webhooks.advance(endpoint.endpoint_id, after=endpoint.seq, to=reached):
                unit.commit()
                full = len(records) == RECORDS_COUNT_MAX and len(taken) == len(wanted)
                return Relayed(deliveries_count=len(taken), behind=full)
        return Relayed(deliveries_count=0, behind=False)

    def _enqueued(
        self, unit: Unit, endpoint: Endpoint, events: Sequence[Event]
    ) -> list[DeliveryId]:
        at = self._clock.now()
        taken: list[DeliveryId] = []
        for event in events:
            delivery = self._delivery(endpoint, event, at=at)
            job = delivery_job(delivery)
            if isinstance(unit.jobs.enqueue(job), Full):
                break
            unit.webhooks.add_delivery(delivery)
            taken.append(delivery.delivery_id)
        return taken

    def _delivery(self, endpoint: Endpoint, event: Event, *, at: datetime) -> Delivery:
        return Delivery(
            delivery_id=DeliveryId(self._ids.new(PREFIX["delivery"])),
            endpoint_id=endpoint.endpoint_id,
            event_id=event.event_id,
            kind=event.kind,
            body=canonical_bytes(cloud_event(event)).decode("utf-8"),
            state=DeliveryState.WAITING,
            tries=0,
            due_at=at,
            answer_status=0,
            reason="",
            created_at=at,
        )


def delivery_job(delivery: Delivery) -> NewJob:
    """Return the job of a delivery's next try; each try has one of its own."""
    return NewJob(
        kind=JobKind.WEBHOOK,
        pool=Pool.EVENTS,
        subject=delivery.delivery_id,
        due_at=delivery.due_at,
        dedupe_key=f"{delivery.delivery_id}/{delivery.tries}",
    )
