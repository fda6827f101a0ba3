"""Endpoints that are told of events, and what they were told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, select, update

from bailiwick.domain.event import EventKind
from bailiwick.domain.ids import DeliveryId, EndpointId, PersonId
from bailiwick.domain.webhook import Delivery, DeliveryState, Endpoint, EndpointStatus
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page, page_of
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, key, own
from bailiwick.store.tables.events import WEBHOOK_DELIVERIES, WEBHOOK_ENDPOINTS

_SIZE: Final = bindparam("size", type_=Integer)
_ENDPOINT: Final = select(WEBHOOK_ENDPOINTS).where(
    own(WEBHOOK_ENDPOINTS), WEBHOOK_ENDPOINTS.c.id == key()
)
_ENDPOINTS: Final = (
    select(WEBHOOK_ENDPOINTS)
    .where(own(WEBHOOK_ENDPOINTS), WEBHOOK_ENDPOINTS.c.id > key())
    .order_by(WEBHOOK_ENDPOINTS.c.id)
    .limit(_SIZE)
)
_ACTIVE: Final = (
    select(WEBHOOK_ENDPOINTS)
    .where(own(WEBHOOK_ENDPOINTS), WEBHOOK_ENDPOINTS.c.status == EndpointStatus.ACTIVE.value)
    .order_by(WEBHOOK_ENDPOINTS.c.id)
    .limit(ROWS_COUNT_MAX)
)
_DELIVERY: Final = select(WEBHOOK_DELIVERIES).where(
    own(WEBHOOK_DELIVERIES), WEBHOOK_DELIVERIES.c.id == key()
)
_NEWEST: Final = (
    select(WEBHOOK_DELIVERIES)
    .where(own(WEBHOOK_DELIVERIES))
    .order_by(WEBHOOK_DELIVERIES.c.id.desc())
    .limit(_SIZE)
)


class SqlWebhooks:
    """Endpoints and deliveries of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add_endpoint(self, endpoint: Endpoint) -> None:
        """Store an endpoint."""
        self._scope.insert(
            WEBHOOK_ENDPOINTS,
            {
                "id": endpoint.endpoint_id,
                "url": endpoint.url,
                "kinds": sorted(kind.value for kind in endpoint.kinds),
                "status": endpoint.status.value,
                "status_reason": endpoint.status_reason,
                "seq": endpoint.seq,
                "secret": endpoint.secret,
                "former_secret": endpoint.former_secret,
                "former_until": endpoint.former_until,
                "created_by": endpoint.created_by,
                "created_at": endpoint.created_at,
            },
        )

    def endpoint(self, endpoint_id: EndpointId) -> Endpoint | None:
        """Return an endpoint."""
        row = self._scope.row(_ENDPOINT, key=endpoint_id)
        return None if row is None else _endpoint(row)

    def endpoints(self, *, cursor: str | None, size: int) -> Page[Endpoint]:
        """Return endpoints, oldest first."""
        size = min(size, PAGE_SIZE_MAX)
        rows = self._scope.rows(_ENDPOINTS, key=cursor or "", size=size + 1)
        found = [_endpoint(row) for row in rows]
        return page_of(found, size=size, key=lambda endpoint: endpoint.endpoint_id)

    def active(self) -> Sequence[Endpoint]:
        """Return the endpoints that are told of events."""
        return tuple(map(_endpoint, self._scope.rows(_ACTIVE)))

    def set_status(self, endpoint_id: EndpointId, status: EndpointStatus, *, reason: str) -> bool:
        """Switch an endpoint; False when it stands so already or is not there."""
        table = WEBHOOK_ENDPOINTS
        changed = self._scope.change(
            update(table)
            .where(own(table), table.c.id == endpoint_id, table.c.status != status.value)
            .values(status=status.value, status_reason=reason, row_version=table.c.row_version + 1)
        )
        return changed == 1

    def set_secret(
        self, endpoint_id: EndpointId, secret: bytes, *, former: bytes, former_until: datetime
    ) -> None:
        """Give an endpoint a new secret; the former one signs as well for a time."""
        table = WEBHOOK_ENDPOINTS
        self._scope.change(
            update(table)
            .where(own(table), table.c.id == endpoint_id)
            .values(
                secret=secret,
                former_secret=former,
                former_until=former_until,
                row_version=table.c.row_version + 1,
            )
        )

    def advance(self, endpoint_id: EndpointId, *, after: int, to: int) -> bool:
        """Move on what was looked at; False when another relay was faster."""
        table = WEBHOOK_ENDPOINTS
        changed = self._scope.change(
            update(table)
            .where(own(table), table.c.id == endpoint_id, table.c.seq == after)
            .values(seq=to)
        )
        return changed == 1

    def add_delivery(self, delivery: Delivery) -> bool:
        """Store a delivery; False when this endpoint has one of this event."""
        return self._scope.insert_new(
            WEBHOOK_DELIVERIES,
            {
                "id": delivery.delivery_id,
                "endpoint_id": delivery.endpoint_id,
                "event_id": delivery.event_id,
                "kind": delivery.kind.value,
                "body": delivery.body,
                "created_at": delivery.created_at,
                **_progress(delivery),
            },
            unique=("endpoint_id", "event_id"),
        )

    def delivery(self, delivery_id: DeliveryId) -> Delivery | None:
        """Return a delivery."""
        row = self._scope.row(_DELIVERY, key=delivery_id)
        return None if row is None else _delivery(row)

    def settle(self, delivery: Delivery, *, before_tries: int) -> bool:
        """Write how a try ended if nobody else has; else False."""
        table = WEBHOOK_DELIVERIES
        changed = self._scope.change(
            update(table)
            .where(own(table), table.c.id == delivery.delivery_id, table.c.tries == before_tries)
            .values(**_progress(delivery))
        )
        return changed == 1

    def deliveries(
        self,
        endpoint_id: EndpointId | None,
        *,
        state: DeliveryState | None,
        cursor: str | None,
        size: int,
    ) -> Page[Delivery]:
        """Return deliveries, newest first."""
        size = min(size, PAGE_SIZE_MAX)
        statement = _NEWEST
        if endpoint_id is not None:
            statement = statement.where(WEBHOOK_DELIVERIES.c.endpoint_id == endpoint_id)
        if state is not None:
            statement = statement.where(WEBHOOK_DELIVERIES.c.state == state.value)
        if cursor is not None:
            statement = statement.where(WEBHOOK_DELIVERIES.c.id < cursor)
        rows = self._scope.rows(statement, size=size + 1)
        found = [_delivery(row) for row in rows]
        return page_of(found, size=size, key=lambda delivery: delivery.delivery_id)


def _progress(delivery: Delivery) -> dict[str, object]:
    return {
        "state": delivery.state.value,
        "tries": delivery.tries,
        "due_at": delivery.due_at,
        "answer_status": delivery.answer_status,
        "reason": delivery.reason,
    }


def _endpoint(row: RowMapping) -> Endpoint:
    return Endpoint(
        endpoint_id=EndpointId(row["id"]),
        url=row["url"],
        kinds=frozenset(map(EventKind, row["kinds"])),
        status=EndpointStatus(row["status"]),
        status_reason=row["status_reason"],
        seq=row["seq"],
        secret=row["secret"],
        former_secret=row["former_secret"],
        former_until=row["former_until"],
        created_by=PersonId(row["created_by"]),
        created_at=row["created_at"],
    )


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(
        delivery_id=DeliveryId(row["id"]),
        endpoint_id=EndpointId(row["endpoint_id"]),
        event_id=row["event_id"],
        kind=EventKind(row["kind"]),
        body=row["body"],
        state=DeliveryState(row["state"]),
        tries=row["tries"],
        due_at=row["due_at"],
        answer_status=row["answer_status"],
        reason=row["reason"],
        created_at=row["created_at"],
    )
