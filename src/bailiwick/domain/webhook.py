"""Endpoints that are told of events, their deliveries, and outside systems that tell us."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.domain.event import EventKind
from bailiwick.domain.ids import DeliveryId, EndpointId, PersonId, SourceId

RETRY_SECONDS: Final = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Waits after the first try: ten tries in 75 h 35 min (Standard Webhooks 1.0.0)."""
TRIES_COUNT_MAX: Final = len(RETRY_SECONDS) + 1
JITTER_PERMILLE: Final = 100  # ours: up to a tenth longer, so that endpoints do not meet


class EndpointStatus(StrEnum):
    """Whether an endpoint is told."""

    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Somebody's address that is told of events."""

    endpoint_id: EndpointId
    url: str
    kinds: frozenset[EventKind]
    """Empty: all of them."""
    status: EndpointStatus
    status_reason: str
    seq: int
    """The last record that was looked at for it."""
    secret: bytes
    """Sealed."""
    former_secret: bytes
    """Sealed, or empty; signs as well until `former_until`."""
    former_until: datetime | None
    created_by: PersonId
    created_at: datetime

    def wants(self, kind: EventKind) -> bool:
        """Tell whether it is told of this kind."""
        return not self.kinds or kind in self.kinds


class DeliveryState(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one endpoint: the log of what was told and how it was taken."""

    delivery_id: DeliveryId
    endpoint_id: EndpointId
    event_id: str
    kind: EventKind
    body: str
    """Exactly what is signed and sent."""
    state: DeliveryState
    tries: int
    due_at: datetime
    answer_status: int
    """HTTP status of the last answer; 0 when none came."""
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundSource:
    """An outside system that posts signed events to us."""

    source_id: SourceId
    name: str
    secret: bytes
    """Sealed."""
    former_secret: bytes
    former_until: datetime | None
    created_by: PersonId
    created_at: datetime


def wait_seconds(tries: int, *, draw: float) -> int | None:
    """Return the wait after so many tries; None when it was the last one. `draw` is in [0, 1)."""
    if tries >= TRIES_COUNT_MAX:
        return None
    wait = RETRY_SECONDS[tries - 1]
    return wait + int(wait * JITTER_PERMILLE * draw) // 1000
