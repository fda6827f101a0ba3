"""Adds, lists, switches and tests the endpoints of a workspace; an administrator does that."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.crm import Role
from bailiwick.domain.event import EventKind
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, DeliveryId, EndpointId, PersonId, SourceId
from bailiwick.domain.record import RecordKind
from bailiwick.domain.webhook import (
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointStatus,
    InboundSource,
)
from bailiwick.engine.people.roles import require_role
from bailiwick.engine.webhook.carry import disable
from bailiwick.engine.webhook.keys import WebhookKeys
from bailiwick.engine.webhook.relay import delivery_job
from bailiwick.engine.webhook.signature import new_secret
from bailiwick.kit.text import one_line
from bailiwick.ports.clock import Clock
from bailiwick.ports.egress import Egress
from bailiwick.ports.ids import Ids
from bailiwick.ports.queue import Full
from bailiwick.ports.unit import Unit, Units

ENDPOINTS_COUNT_MAX: Final = 50  # ours: each looks at every record
SOURCES_COUNT_MAX: Final = 50  # ours
ROTATION: Final = timedelta(hours=24)  # ours: both secrets sign for a day
NAME_LENGTH_MAX: Final = 80  # ours


class UnableToChangeWebhooks(InputFault):
    """The change cannot be made; the message says why and what would work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """Changes of endpoints and sources, each on record."""

    units: Units
    clock: Clock
    ids: Ids
    keys: WebhookKeys
    egress: Egress

    def add(self, url: str, kinds: frozenset[EventKind], *, by: PersonId) -> tuple[Endpoint, str]:
        """Store an endpoint, told of what happens from now on; return it with its secret.

        The secret is shown this once. Raises UnableToChangeWebhooks.
        """
        blocked = self.egress.check(url)
        if blocked is not None:
            message = f"{url!r} cannot be an endpoint: {blocked.reason}"
            raise UnableToChangeWebhooks(message)
        secret = new_secret()
        with self.units.write() as unit:
            _require_admin(unit, by, what="add webhook endpoints")
            if len(unit.webhooks.active()) >= ENDPOINTS_COUNT_MAX:
                message = f"a workspace has at most {ENDPOINTS_COUNT_MAX} active endpoints"
                raise UnableToChangeWebhooks(message)
            endpoint = self._new(url, kinds, secret, seq=unit.records.head()[0], by=by)
            unit.webhooks.add_endpoint(endpoint)
            record(unit, endpoint.endpoint_id, "added", by=by, at=endpoint.created_at)
            unit.commit()
        return endpoint, secret

    def _new(
        self, url: str, kinds: frozenset[EventKind], secret: str, *, seq: int, by: PersonId
    ) -> Endpoint:
        endpoint_id = EndpointId(self.ids.new(PREFIX["endpoint"]))
        return Endpoint(
            endpoint_id=endpoint_id,
            url=url,
            kinds=kinds,
            status=EndpointStatus.ACTIVE,
            status_reason="",
            seq=seq,
            secret=self.keys.seal(endpoint_id, secret),
            former_secret=b"",
            former_until=None,
            created_by=by,
            created_at=self.clock.now(),
        )

    def rotate(self, endpoint_id: EndpointId, *, by: PersonId) -> str:
        """Give an endpoint a new secret and return it; the former one signs for a day more.

        Raises UnableToChangeWebhooks.
        """
        secret = new_secret()
        with self.units.write() as unit:
            endpoint = self._found(unit, endpoint_id, by=by)
            at = self.clock.now()
            unit.webhooks.set_secret(
                endpoint_id,
                self.keys.seal(endpoint_id, secret),
                former=endpoint.secret,
                former_until=at + ROTATION,
            )
            record(unit, endpoint_id, "secret changed", by=by, at=at)
            unit.commit()
        return secret

    def switch(self, endpoint_id: EndpointId, *, on: bool, reason: str, by: PersonId) -> Endpoint:
        """Enable or disable an endpoint. Raises UnableToChangeWebhooks.

        While it was disabled nothing was made for it; enabled again, it is told what it missed.
        """
        with self.units.write() as unit:
            endpoint = self._found(unit, endpoint_id, by=by)
            at = self.clock.now()
            if not on:
                disable(unit, endpoint, reason=one_line(reason), by=by, at=at)
            elif unit.webhooks.set_status(endpoint_id, EndpointStatus.ACTIVE, reason=""):
                record(unit, endpoint_id, "enabled", by=by, at=at)
            unit.commit()
            found = unit.webhooks.endpoint(endpoint_id)
        assert found is not None, "endpoints are never deleted"
        return found

    def replay(self, delivery_id: DeliveryId, *, by: PersonId) -> Delivery:
        """Queue a dead delivery for one more round of tries. Raises UnableToChangeWebhooks."""
        with self.units.write() as unit:
            _require_admin(unit, by, what="replay deliveries")
            delivery = unit.webhooks.delivery(delivery_id)
            if delivery is None or delivery.state is not DeliveryState.DEAD:
                message = f"{delivery_id!r} is no dead delivery; see `bailiwick webhook log`"
                raise UnableToChangeWebhooks(message)
            again = replace(
                delivery,
                state=DeliveryState.WAITING,
                tries=0,
                due_at=self.clock.now(),
                reason="replayed",
            )
            unit.webhooks.settle(again, before_tries=delivery.tries)
            if isinstance(unit.jobs.enqueue(delivery_job(again)), Full):
                message = "too many deliveries wait already; try again in a minute"
                raise UnableToChangeWebhooks(message)
            record(unit, delivery.endpoint_id, "delivery replayed", by=by, at=again.due_at)
            unit.commit()
        return again

    def add_source(self, name: str, *, by: PersonId) -> tuple[InboundSource, str]:
        """Store an outside system and return it with the secret it signs with, shown this once.

        Raises UnableToChangeWebhooks.
        """
        name = one_line(name)
        if not 1 <= len(name) <= NAME_LENGTH_MAX:
            message = f"a source has a name of 1 to {NAME_LENGTH_MAX} characters"
            raise UnableToChangeWebhooks(message)
        secret = new_secret()
        source_id = SourceId(self.ids.new(PREFIX["source"]))
        with self.units.write() as unit:
            _require_admin(unit, by, what="add webhook sources")
            if len(unit.inbound.sources()) >= SOURCES_COUNT_MAX:
                message = f"a workspace has at most {SOURCES_COUNT_MAX} sources; remove one"
                raise UnableToChangeWebhooks(message)
            source = InboundSource(
                source_id=source_id,
                name=name,
                secret=self.keys.seal(source_id, secret),
                former_secret=b"",
                former_until=None,
                created_by=by,
                created_at=self.clock.now(),
            )
            if not unit.inbound.add_source(source):
                message = f"a source named {name!r} is there already"
                raise UnableToChangeWebhooks(message)
            record(unit, source_id, "source added", by=by, at=source.created_at)
            unit.commit()
        return source, secret

    def rotate_source(self, source_id: SourceId, *, by: PersonId) -> str:
        """Give a source a new secret and return it; the former one is taken for a day more.

        Raises UnableToChangeWebhooks.
        """
        secret = new_secret()
        with self.units.write() as unit:
            _require_admin(unit, by, what="change webhook sources")
            source = unit.inbound.source(source_id)
            if source is None:
                message = f"{source_id!r} is no source; see `bailiwick webhook source list`"
                raise UnableToChangeWebhooks(message)
            at = self.clock.now()
            unit.inbound.set_source_secret(
                source_id,
                self.keys.seal(source_id, secret),
                former=source.secret,
                former_until=at + ROTATION,
            )
            record(unit, source_id, "source secret changed", by=by, at=at)
            unit.commit()
        return secret

    def remove_source(self, source_id: SourceId, *, by: PersonId) -> None:
        """Forget a source: it is heard no more. Raises UnableToChangeWebhooks."""
        with self.units.write() as unit:
            _require_admin(unit, by, what="remove webhook sources")
            if not unit.inbound.remove_source(source_id):
                message = f"{source_id!r} is no source; see `bailiwick webhook source list`"
                raise UnableToChangeWebhooks(message)
            record(unit, source_id, "source removed", by=by, at=self.clock.now())
            unit.commit()

    def _found(self, unit: Unit, endpoint_id: EndpointId, *, by: PersonId) -> Endpoint:
        _require_admin(unit, by, what="change webhook endpoints")
        endpoint = unit.webhooks.endpoint(endpoint_id)
        if endpoint is None:
            message = f"{endpoint_id!r} is no endpoint; see `bailiwick webhook list`"
            raise UnableToChangeWebhooks(message)
        return endpoint


def _require_admin(unit: Unit, person_id: PersonId, *, what: str) -> None:
    require_role(unit, person_id, Role.ADMIN, what=what, fault=UnableToChangeWebhooks)


def record(unit: Unit, subject: str, event: str, *, by: PersonId, at: datetime) -> None:
    """Put a change on record."""
    unit.records.append(
        RecordKind.WEBHOOK, subject=subject, payload={"event": event, "by": by}, at=at
    )
