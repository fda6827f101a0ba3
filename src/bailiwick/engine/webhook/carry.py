"""Carries one delivery to its endpoint and writes how it was taken.

The event id is the same at every try, so a receiver recognises a repetition: after a crash between
answer and commit the same event goes out again and nothing is lost.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.fault import PortFault
from bailiwick.domain.ids import DeliveryId
from bailiwick.domain.record import RecordKind
from bailiwick.domain.webhook import (
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointStatus,
    wait_seconds,
)
from bailiwick.engine.webhook.keys import WebhookKeys
from bailiwick.engine.webhook.relay import delivery_job
from bailiwick.engine.webhook.signature import signed
from bailiwick.ports.clock import Clock
from bailiwick.ports.egress import Answered, Blocked, Egress, Outgoing, Result, Unreached
from bailiwick.ports.queue import Full
from bailiwick.ports.unit import Unit, Units

GONE: Final = 410  # Standard Webhooks 1.0.0: the receiver wants no more
_SUCCESS: Final = range(200, 300)


class UnableToQueueDelivery(PortFault):
    """The next try found no room; the try that asked for it is repeated instead."""

    retryable = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrying:
    """What deliveries are carried with."""

    units: Units
    egress: Egress
    keys: WebhookKeys
    clock: Clock
    draw: Callable[[], float]
    """Uniform in [0, 1): the chance in the jitter."""

    def carry(self, delivery_id: DeliveryId) -> Delivery | None:
        """Try a delivery once; None when there is nothing to do. Raises PortFault."""
        with self.units.read() as unit:
            delivery = unit.webhooks.delivery(delivery_id)
            endpoint = unit.webhooks.endpoint(delivery.endpoint_id) if delivery else None
        if delivery is None or endpoint is None or delivery.state is not DeliveryState.WAITING:
            return None
        if endpoint.status is EndpointStatus.DISABLED:
            ended = replace(delivery, state=DeliveryState.DEAD, reason="the endpoint is disabled")
            return self._settled(ended, endpoint, before_tries=delivery.tries)
        result = self._sent(delivery, endpoint)
        after = self._after(delivery, result)
        gone = isinstance(result, Answered) and result.status == GONE
        return self._settled(after, endpoint, before_tries=delivery.tries, gone=gone)

    def _sent(self, delivery: Delivery, endpoint: Endpoint) -> Result:
        body = delivery.body.encode("utf-8")
        now = self.clock.now()
        secrets = self.keys.of_endpoint(endpoint, now=now)
        headers = signed(delivery.event_id, now, body, with_secrets=secrets)
        return self.egress.send(
            Outgoing(
                method="POST",
                url=endpoint.url,
                body=body,
                headers={"Content-Type": "application/cloudevents+json", **headers},
            )
        )

    def _after(self, delivery: Delivery, result: Result) -> Delivery:
        tries = delivery.tries + 1
        status, reason, longer = _told(result)
        tried = replace(delivery, tries=tries, answer_status=status, reason=reason)
        if status in _SUCCESS:
            return replace(tried, state=DeliveryState.DELIVERED)
        wait = None if status == GONE else wait_seconds(tries, draw=self.draw())
        if wait is None:
            return replace(tried, state=DeliveryState.DEAD)
        due = self.clock.now() + timedelta(seconds=max(wait, longer))
        return replace(tried, due_at=due)

    def _settled(
        self, after: Delivery, endpoint: Endpoint, *, before_tries: int, gone: bool = False
    ) -> Delivery | None:
        with self.units.write() as unit:
            if not unit.webhooks.settle(after, before_tries=before_tries):
                return None
            if after.state is DeliveryState.WAITING:
                _enqueue_next(unit, after)
            if after.state is DeliveryState.DEAD and after.tries > before_tries:
                reason = "it answered 410" if gone else f"no success in {after.tries} tries"
                disable(unit, endpoint, reason=reason, by="", at=self.clock.now())
            unit.commit()
        return after


def _enqueue_next(unit: Unit, after: Delivery) -> None:
    if isinstance(unit.jobs.enqueue(delivery_job(after)), Full):
        message = f"delivery {after.delivery_id}: its pool takes no more work now"
        raise UnableToQueueDelivery(message)


def disable(unit: Unit, endpoint: Endpoint, *, reason: str, by: str, at: datetime) -> None:
    """Tell an endpoint nothing more until a person enables it."""
    if unit.webhooks.set_status(endpoint.endpoint_id, EndpointStatus.DISABLED, reason=reason):
        unit.records.append(
            RecordKind.WEBHOOK,
            subject=endpoint.endpoint_id,
            payload={"event": "disabled", "reason": reason, "by": by},
            at=at,
        )


def _told(result: Result) -> tuple[int, str, int]:
    """Return the status, a reason without foreign text, and how long the other side asks for."""
    match result:
        case Answered(status=status, retry_after_seconds=after):
            reason = "" if status in _SUCCESS else f"answered {status}"
            return status, reason, after or 0
        case Blocked(reason=reason) | Unreached(reason=reason):
            return 0, reason, 0
