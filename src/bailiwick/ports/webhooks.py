"""Where endpoints, deliveries and sources are kept, and what outsiders tell us of people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bailiwick.domain.crm import Activity
from bailiwick.domain.ids import DeliveryId, EndpointId, SourceId
from bailiwick.domain.webhook import (
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointStatus,
    InboundSource,
)
from bailiwick.kit.paging import Page


class Webhooks(Protocol):
    """Endpoints that are told, and what they were told."""

    def add_endpoint(self, endpoint: Endpoint) -> None:
        """Store an endpoint."""
        ...

    def endpoint(self, endpoint_id: EndpointId) -> Endpoint | None:
        """Return an endpoint."""
        ...

    def endpoints(self, *, cursor: str | None, size: int) -> Page[Endpoint]:
        """Return endpoints, oldest first."""
        ...

    def active(self) -> Sequence[Endpoint]:
        """Return the endpoints that are told of events."""
        ...

    def set_status(self, endpoint_id: EndpointId, status: EndpointStatus, *, reason: str) -> bool:
        """Switch an endpoint; False when it stands so already or is not there."""
        ...

    def set_secret(
        self, endpoint_id: EndpointId, secret: bytes, *, former: bytes, former_until: datetime
    ) -> None:
        """Give an endpoint a new secret; the former one signs as well for a time."""
        ...

    def advance(self, endpoint_id: EndpointId, *, after: int, to: int) -> bool:
        """Move on what was looked at; False when another relay was faster."""
        ...

    def add_delivery(self, delivery: Delivery) -> bool:
        """Store a delivery; False when this endpoint has one of this event."""
        ...

    def delivery(self, delivery_id: DeliveryId) -> Delivery | None:
        """Return a delivery."""
        ...

    def settle(self, delivery: Delivery, *, before_tries: int) -> bool:
        """Write how a try ended if nobody else has; else False."""
        ...

    def deliveries(
        self,
        endpoint_id: EndpointId | None,
        *,
        state: DeliveryState | None,
        cursor: str | None,
        size: int,
    ) -> Page[Delivery]:
        """Return deliveries, newest first."""
        ...


class Inbound(Protocol):
    """Outside systems that post to us, and what they say."""

    def add_source(self, source: InboundSource) -> bool:
        """Store a source; False when the name is taken."""
        ...

    def source(self, source_id: SourceId) -> InboundSource | None:
        """Return a source."""
        ...

    def sources(self) -> Sequence[InboundSource]:
        """Return all sources."""
        ...

    def set_source_secret(
        self, source_id: SourceId, secret: bytes, *, former: bytes, former_until: datetime
    ) -> None:
        """Give a source a new secret; the former one is taken as well for a time."""
        ...

    def remove_source(self, source_id: SourceId) -> bool:
        """Forget a source; what it told stays."""
        ...

    def add_activity(self, activity: Activity) -> None:
        """Keep what happened with a contact."""
        ...

    def add_lead(self, *, address: str, name: str, company: str, source: str, at: datetime) -> str:
        """Keep somebody whom nobody knows yet; return the lead's id."""
        ...
