"""Webhooks on both databases: what is told, once and in order, and what is heard, once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import pytest
from tests.store.stores import NOW, Store, add_contact

from bailiwick.domain.crm import Person, Role
from bailiwick.domain.event import EventKind
from bailiwick.domain.ids import EndpointId, PersonId
from bailiwick.domain.pool import Pool
from bailiwick.domain.record import RecordKind
from bailiwick.domain.webhook import (
    RETRY_SECONDS,
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointStatus,
)
from bailiwick.engine.webhook.carry import Carrying
from bailiwick.engine.webhook.endpoints import Administration, UnableToChangeWebhooks
from bailiwick.engine.webhook.keys import WebhookKeys
from bailiwick.engine.webhook.receive import Fate, Reception, Told, UnableToTake
from bailiwick.engine.webhook.relay import RECORDS_COUNT_MAX, Relay
from bailiwick.engine.webhook.signature import verified
from bailiwick.ports.egress import SECONDS_MAX, Answered, Blocked, Outgoing, Result, Unreached
from bailiwick.ports.queue import PoolLimits
from bailiwick.store.unit import SqlUnit

URL = "https://hooks.example/in"
BEYOND = datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=14)))  # year 10000 in UTC


@dataclass
class Wire:
    """Answers as told, and keeps what was sent."""

    answers: list[Result] = field(default_factory=list[Result])
    sent: list[Outgoing] = field(default_factory=list[Outgoing])

    def check(self, url: str) -> Blocked | None:
        return None if url.startswith("https://") else Blocked(reason="only https")

    def send(self, request: Outgoing, *, seconds_max: float = SECONDS_MAX) -> Result:
        del seconds_max
        self.sent.append(request)
        return self.answers.pop(0) if self.answers else Answered(status=204, body=b"")


@dataclass(frozen=True)
class House:
    """One workspace with an administrator, and everything that tells and hears."""

    store: Store
    wire: Wire
    admin: PersonId
    keys: WebhookKeys

    @property
    def administration(self) -> Administration:
        s = self.store
        return Administration(
            units=s.units, clock=s.clock, ids=s.ids, keys=self.keys, egress=self.wire
        )

    @property
    def relay(self) -> Relay:
        return Relay(units=self.store.units, clock=self.store.clock, ids=self.store.ids)

    @property
    def carrying(self) -> Carrying:
        s = self.store
        return Carrying(
            units=s.units, egress=self.wire, keys=self.keys, clock=s.clock, draw=lambda: 0.0
        )

    @property
    def reception(self) -> Reception:
        return Reception(units=self.store.units, clock=self.store.clock, ids=self.store.ids)

    def add(self, *kinds: EventKind) -> Endpoint:
        return self.administration.add(URL, frozenset(kinds), by=self.admin)[0]

    def happen(self, *statuses: str) -> None:
        with self.store.units.write() as unit:
            for number, status in enumerate(statuses):
                unit.records.append(
                    RecordKind.RUN_FINISHED,
                    subject=f"run_{number}",
                    payload={"status": status, "reason": "Ada wrote", "outcome": "x"},
                    at=NOW,
                )
            unit.commit()

    def log(self) -> Sequence[Delivery]:
        with self.store.units.read() as unit:
            page = unit.webhooks.deliveries(None, state=None, cursor=None, size=100)
        return tuple(reversed(page.items))

    def endpoint(self, endpoint_id: EndpointId) -> Endpoint:
        with self.store.units.read() as unit:
            found = unit.webhooks.endpoint(endpoint_id)
        assert found is not None
        return found

    def waiting_jobs(self) -> int:
        with self.store.units.read() as unit:
            depth = unit.jobs.depth(Pool.EVENTS)
        return depth.waiting_count + depth.later_count


@pytest.fixture
def house(store: Store) -> House:
    admin = PersonId(store.ids.new("per"))
    with store.units.write() as unit:
        unit.authority.add_person(
            Person(person_id=admin, name="A", email="a@ours.example", role=Role.ADMIN)
        )
        unit.commit()
    return House(store, Wire(), admin, WebhookKeys(store.workspace_id, b"s" * 32))


class TestTelling:
    def test_tells_what_happens_from_then_on_in_order(self, house: House) -> None:
        """Each event is delivered once to the endpoint, in the order of the record."""
        house.happen("done")
        endpoint = house.add()
        house.happen("done", "held", "failed")
        assert house.relay.relay().deliveries_count == 3
        assert house.relay.relay().deliveries_count == 0
        kinds = [d.kind for d in house.log()]
        assert kinds == [EventKind.RUN_COMPLETED, EventKind.RUN_HELD, EventKind.RUN_FAILED]
        assert house.waiting_jobs() == 3
        assert {d.endpoint_id for d in house.log()} == {endpoint.endpoint_id}

    def test_tells_only_what_an_endpoint_wants(self, house: House) -> None:
        """A filter leaves other kinds out, for good."""
        house.add(EventKind.RUN_HELD)
        house.happen("done", "held", "done")
        house.relay.relay()
        assert [d.kind for d in house.log()] == [EventKind.RUN_HELD]

    def test_tells_ids_and_no_words(self, house: House) -> None:
        """An event names rows; what somebody wrote is not in it."""
        house.add()
        house.happen("done")
        house.relay.relay()
        body = house.log()[0].body
        assert '"subject":"run_0"' in body
        assert "Ada" not in body

    def test_signs_what_it_sends(self, house: House) -> None:
        """A receiver with the secret can verify the bytes it got."""
        endpoint, secret = house.administration.add(URL, frozenset(), by=house.admin)
        house.happen("done")
        house.relay.relay()
        delivery = house.log()[0]
        after = house.carrying.carry(delivery.delivery_id)
        assert after is not None
        assert after.state is DeliveryState.DELIVERED
        sent = house.wire.sent[0]
        assert sent.url == endpoint.url
        now = house.store.clock.now()
        headers = dict(sent.headers)
        assert verified(headers, sent.body, with_secrets=[secret], now=now) == delivery.event_id

    def test_goes_on_behind_what_one_pass_holds(self, house: House) -> None:
        """A long backlog is told in several passes and nothing of it twice."""
        house.add()
        house.happen(*["done"] * (RECORDS_COUNT_MAX + 5))
        first, second, third = (house.relay.relay() for _ in range(3))
        assert (first.behind, second.behind) == (True, False)
        assert first.deliveries_count + second.deliveries_count == RECORDS_COUNT_MAX + 5
        assert third.deliveries_count == 0

    def test_waits_where_the_pool_is_full_and_loses_nothing(self, house: House) -> None:
        """A full pool stops the relay at that event; it goes on there when there is room."""
        house.add()
        with house.store.units.write() as unit:
            unit.jobs.limit(Pool.EVENTS, PoolLimits(waiting_count_max=2))
            unit.commit()
        house.happen("done", "done", "done")
        assert house.relay.relay().deliveries_count == 2
        assert house.relay.relay().deliveries_count == 0
        with house.store.units.write() as unit:
            unit.jobs.limit(Pool.EVENTS, PoolLimits(waiting_count_max=10))
            unit.commit()
        assert house.relay.relay().deliveries_count == 1
        assert [d.event_id[-1] for d in house.log()] == sorted(d.event_id[-1] for d in house.log())

    def test_leaves_other_workspaces_alone(self, house: House) -> None:
        """What happens in another workspace is told to nobody here."""
        house.add()
        other = house.store.second_workspace()
        with other.units.write() as unit:
            unit.records.append(RecordKind.HALT, subject="*", payload={"event": "halted"}, at=NOW)
            unit.commit()
        assert house.relay.relay().deliveries_count == 0


class TestADelivery:
    def _one(self, house: House) -> Delivery:
        house.add()
        house.happen("done")
        house.relay.relay()
        return house.log()[0]

    def test_is_tried_ten_times_with_growing_waits(self, house: House) -> None:
        """A failing endpoint is tried for about three days; then the delivery is dead."""
        delivery = self._one(house)
        house.wire.answers = [Answered(status=500, body=b"no") for _ in range(10)]
        tried = [house.carrying.carry(delivery.delivery_id) for _ in range(10)]
        now = house.store.clock.now()
        waits = [int((after.due_at - now).total_seconds()) for after in tried if after is not None]
        assert waits[:9] == list(RETRY_SECONDS)
        assert house.log()[0].state is DeliveryState.DEAD
        assert len(house.wire.sent) == 10
        ids = {dict(sent.headers)["webhook-id"] for sent in house.wire.sent}
        assert ids == {delivery.event_id}
        endpoint = house.endpoint(delivery.endpoint_id)
        assert endpoint.status is EndpointStatus.DISABLED

    @pytest.mark.parametrize(
        "answer",
        [
            Answered(status=302, body=b""),
            Answered(status=429, body=b""),
            Unreached(reason="no answer", sent=True),
            Blocked(reason="leads to an address that is not public"),
        ],
    )
    def test_is_tried_again_after_anything_but_success(self, house: House, answer: Result) -> None:
        """A redirect, a refusal, silence: none of them counts as taken."""
        delivery = self._one(house)
        house.wire.answers = [answer]
        after = house.carrying.carry(delivery.delivery_id)
        assert after is not None
        assert after.state is DeliveryState.WAITING
        assert house.waiting_jobs() == 2  # the one that rang, and the next try

    def test_waits_as_long_as_the_other_side_asks(self, house: House) -> None:
        """Retry-After is heeded when it is longer than our own wait."""
        delivery = self._one(house)
        house.wire.answers = [Answered(status=503, body=b"", retry_after_seconds=600)]
        after = house.carrying.carry(delivery.delivery_id)
        assert after is not None
        assert after.due_at == house.store.clock.now() + timedelta(seconds=600)

    def test_disables_an_endpoint_that_is_gone(self, house: House) -> None:
        """410 says: no more; the switch is on record."""
        delivery = self._one(house)
        house.wire.answers = [Answered(status=410, body=b"")]
        after = house.carrying.carry(delivery.delivery_id)
        assert after is not None
        assert after.state is DeliveryState.DEAD
        assert house.endpoint(delivery.endpoint_id).status is EndpointStatus.DISABLED
        with house.store.units.read() as unit:
            last = unit.records.about(delivery.endpoint_id)[-1]
        assert last.payload["event"] == "disabled"
        house.happen("done")
        assert house.relay.relay().deliveries_count == 0

    def test_is_sent_to_no_disabled_endpoint(self, house: House) -> None:
        """What waits when an endpoint is disabled is not sent."""
        delivery = self._one(house)
        house.administration.switch(
            delivery.endpoint_id, on=False, reason="maintenance", by=house.admin
        )
        after = house.carrying.carry(delivery.delivery_id)
        assert after is not None
        assert after.state is DeliveryState.DEAD
        assert house.wire.sent == []

    def test_is_carried_once_by_two_carriers(self, house: House) -> None:
        """A delivery that was taken is not sent again when its job rings twice."""
        delivery = self._one(house)
        house.carrying.carry(delivery.delivery_id)
        assert house.carrying.carry(delivery.delivery_id) is None
        assert len(house.wire.sent) == 1

    def test_can_be_replayed_when_dead(self, house: House) -> None:
        """A person lets a dead delivery start anew; one that waits cannot be replayed."""
        delivery = self._one(house)
        with pytest.raises(UnableToChangeWebhooks):
            house.administration.replay(delivery.delivery_id, by=house.admin)
        house.wire.answers = [Answered(status=410, body=b"")]
        house.carrying.carry(delivery.delivery_id)
        house.administration.switch(delivery.endpoint_id, on=True, reason="", by=house.admin)
        house.administration.replay(delivery.delivery_id, by=house.admin)
        after = house.carrying.carry(delivery.delivery_id)
        assert after is not None
        assert after.state is DeliveryState.DELIVERED


class TestAdministration:
    def test_takes_an_administrator(self, house: House) -> None:
        """Nobody else decides who is told."""
        rep = PersonId(house.store.ids.new("per"))
        with house.store.units.write() as unit:
            unit.authority.add_person(
                Person(person_id=rep, name="R", email="r@ours.example", role=Role.REP)
            )
            unit.commit()
        with pytest.raises(UnableToChangeWebhooks, match="admin"):
            house.administration.add(URL, frozenset(), by=rep)
        with pytest.raises(UnableToChangeWebhooks, match="admin"):
            house.administration.add_source("shop", by=rep)

    def test_refuses_an_address_that_cannot_be_sent_to(self, house: House) -> None:
        """The guard of the way out is asked at once, not at the first delivery."""
        with pytest.raises(UnableToChangeWebhooks, match="only https"):
            house.administration.add("http://127.0.0.1/", frozenset(), by=house.admin)

    def test_signs_with_both_secrets_for_a_day(self, house: House) -> None:
        """A receiver may change its secret when it likes within that day."""
        endpoint, old = house.administration.add(URL, frozenset(), by=house.admin)
        new = house.administration.rotate(endpoint.endpoint_id, by=house.admin)
        stored, now = house.endpoint(endpoint.endpoint_id), house.store.clock.now()
        assert house.keys.of_endpoint(stored, now=now) == (new, old)
        later = now + timedelta(hours=24)
        assert house.keys.of_endpoint(stored, now=later) == (new,)

    def test_stores_no_secret_in_the_clear(self, house: House) -> None:
        """What is stored does not hold the secret, and opens for no other row."""
        endpoint, secret = house.administration.add(URL, frozenset(), by=house.admin)
        assert secret.encode() not in house.endpoint(endpoint.endpoint_id).secret

    def test_names_a_source_once(self, house: House) -> None:
        """Two systems of one name could not be told apart in the record."""
        house.administration.add_source("shop", by=house.admin)
        with pytest.raises(UnableToChangeWebhooks, match="already"):
            house.administration.add_source("shop", by=house.admin)


class TestHearing:
    def test_wakes_the_orchestrator_for_a_known_contact(self, house: House) -> None:
        """What is told is kept as an activity and a signal of low trust, once."""
        with house.store.units.write() as unit:
            assert isinstance(unit, SqlUnit)
            contact = add_contact(unit, house.store.ids, "ada@theirs.example")
            unit.commit()
        told = Told(
            source="shop", external_id="e1", kind="trial.started", address="Ada@Theirs.example"
        )
        assert house.reception.take(told).fate is Fate.SIGNALLED
        assert house.reception.take(told).fate is Fate.REPEATED
        with house.store.units.read() as unit:
            signals = unit.runs.open_signals(count_max=10)
        assert [(s.contact_id, s.trust.value) for s in signals] == [
            (contact.contact_id, "unverified")
        ]

    def test_keeps_somebody_unknown_as_a_lead_and_wakes_nobody(self, house: House) -> None:
        """A stranger's form starts no run: nobody is written to because of it."""
        told = Told(source="form", external_id="f1", kind="form.submitted", address="x@new.example")
        assert house.reception.take(told).fate is Fate.LEAD
        assert house.reception.take(told).fate is Fate.REPEATED
        with house.store.units.read() as unit:
            assert unit.runs.open_signals(count_max=10) == ()

    @pytest.mark.parametrize(
        "told",
        [
            Told(source="s", external_id="", kind="k", address="x@new.example"),
            Told(source="s", external_id="e", kind="two\nlines", address="x@new.example"),
            Told(source="s", external_id="e" * 256, kind="k", address="x@new.example"),
            Told(source="s", external_id="e", kind="k", address="a@b.example, c@d.example"),
            Told(source="s", external_id="e", kind="k"),
            Told(source="s", external_id="e", kind="k", address="x@new.example", at=BEYOND),
        ],
    )
    def test_refuses_what_it_cannot_keep(self, house: House, told: Told) -> None:
        """What is missing is said, and nothing is stored."""
        with pytest.raises(UnableToTake):
            house.reception.take(told)
