"""A halt counts within a second for calls under way, the sender and the law, on both databases."""

import time
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.fakes.office import Office, letter, office

from bailiwick.domain.crm import Role
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.record import RecordKind
from bailiwick.engine.halting import Halting

QUESTION = "Could you call me about the renewal? What does the plan cost?"
SECOND = 1.0


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Office]:
    url = str(request.getfixturevalue("postgres_url")) if request.param == "postgres" else ""
    with office(tmp_path, url=url) as found:
        yield found


def halt(place: Office, scope: str) -> None:
    halting = Halting(units=place.app.units, clock=place.app.clock)
    assert halting.halt(scope, person_id=place.person(Role.SUPERVISOR), reason="stop now")


def approved_letter(place: Office) -> None:
    place.receive(letter(QUESTION))
    place.sweep()
    (card,) = place.pending()
    place.app.inbox.approve(
        card.approval_id,
        person_id=place.person(Role.SUPERVISOR),
        shown_hash=card.payload_hash,
    )


class TestAHalt:
    @pytest.mark.parametrize("scope", ["*", "capability:reply", "action:send_message"])
    def test_keeps_what_was_approved_from_leaving(self, place: Office, scope: str) -> None:
        """After any flip that covers it, a mail that was approved before is not sent."""
        approved_letter(place)
        halt(place, scope)
        place.drain()
        assert place.mail.delivered == []

    @pytest.mark.parametrize("scope", ["*", "model", "capability:reply"])
    def test_is_seen_by_the_next_look_of_a_gateway(self, place: Office, scope: str) -> None:
        """Every model look after the flip finds it, and a foreign capability's does not."""
        assert not place.app.model_halted("reply")
        flipped = time.perf_counter()
        halt(place, scope)
        assert place.app.model_halted("reply")
        assert time.perf_counter() - flipped < SECOND
        assert place.app.model_halted("outreach") == (scope != "capability:reply")

    def test_is_on_record_both_ways(self, place: Office) -> None:
        """Stopping and resuming are told in the chain, by whom and why."""
        halt(place, "model")
        halting = Halting(units=place.app.units, clock=place.app.clock)
        halting.lift("model", person_id=place.person(Role.SUPERVISOR), reason="fine again")
        with place.app.units.read() as unit:
            found = [r for r in unit.records.about("model") if r.kind is RecordKind.HALT]
        assert [r.payload["event"] for r in found] == ["halted", "lifted"]
        assert all(r.payload["by"] == place.person(Role.SUPERVISOR) for r in found)

    def test_does_not_stop_a_request_to_stop(self, place: Office) -> None:
        """While everything is halted, somebody who opts out is suppressed all the same."""
        halt(place, "*")
        place.receive(letter("Please unsubscribe me from your emails."))
        place.sweep()
        with place.app.units.read() as unit:
            assert unit.guards.suppressed(address_hash("dana@acme.example"))
