"""How often somebody hears from us counts advertising only (peers' acceptance 13)."""

from collections.abc import Generator
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, mail_args, office, step

from bailiwick.domain.approval import Approval
from bailiwick.domain.crm import Role
from bailiwick.domain.outbound import Purpose
from bailiwick.engine.inbox.approvals import UnableToDecide

FREQUENCY = "rhythm/frequency"


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url) as opened:
        yield opened


def card_for(place: Office, number: int, purpose: Purpose) -> Approval:
    """Propose a mail and return the card that holds it."""
    mail = mail_args(purpose=purpose)
    place.propose(step(args={"contact_id": DANA, "mail": mail}, run=f"run_{number}"))
    (card,) = place.pending()
    return card


def sign(place: Office, card: Approval, role: Role) -> None:
    """Sign a card and deliver."""
    place.app.inbox.approve(
        card.approval_id, person_id=place.person(role), shown_hash=card.payload_hash
    )
    place.drain()


def send(place: Office, number: int, purpose: Purpose) -> None:
    """Send a mail as a supervisor, and let an hour pass."""
    sign(place, card_for(place, number, purpose), Role.SUPERVISOR)
    place.later(hours=1)


class TestTheCap:
    def test_13_counts_a_marketing_mail(self, place: Office) -> None:
        """Peers 13: a second marketing mail within the stretch waits for a supervisor."""
        send(place, 1, Purpose.MARKETING)
        card = card_for(place, 2, Purpose.MARKETING)
        assert FREQUENCY in card.rules
        assert card.needs.role is Role.SUPERVISOR

    def test_13_counts_no_transactional_mail(self, place: Office) -> None:
        """Peers 13: any number of answers leaves the room for advertising as it was."""
        for number in range(3):
            send(place, number, Purpose.SERVICE)
        assert FREQUENCY not in card_for(place, 9, Purpose.MARKETING).rules

    def test_13_keeps_no_transactional_mail_back(self, place: Office) -> None:
        """Peers 13: an answer is not late because there was advertising."""
        send(place, 1, Purpose.MARKETING)
        assert FREQUENCY not in card_for(place, 2, Purpose.SERVICE).rules

    def test_13_is_looked_at_again_when_the_mail_goes(self, place: Office) -> None:
        """Peers 13: of two that were held side by side only the first goes by an approver's yes."""
        first = card_for(place, 1, Purpose.MARKETING)
        place.propose(
            step(
                args={"contact_id": DANA, "mail": mail_args(purpose=Purpose.MARKETING)},
                run="run_2",
            )
        )
        second = next(c for c in place.pending() if c.approval_id != first.approval_id)
        for card in (first, second):
            place.app.inbox.approve(
                card.approval_id,
                person_id=place.person(Role.APPROVER),
                shown_hash=card.payload_hash,
            )
        place.drain()
        assert len(place.mail.delivered) == 1

    def test_13_forgets_after_its_stretch(self, place: Office) -> None:
        """Peers 13, the other side: after two days a marketing mail needs no supervisor."""
        send(place, 1, Purpose.MARKETING)
        place.later(days=2)
        assert FREQUENCY not in card_for(place, 2, Purpose.MARKETING).rules


class TestAnOverride:
    def test_13_leaves_a_record_of_who_and_which_rule(self, place: Office) -> None:
        """Peers 13: a supervisor lets it go; the chain tells who lifted it, and what held it."""
        send(place, 1, Purpose.MARKETING)
        card = card_for(place, 2, Purpose.MARKETING)
        sign(place, card, Role.SUPERVISOR)
        assert len(place.mail.delivered) == 2
        with place.app.units.read() as unit:
            decided = [
                record.payload
                for record in unit.records.about(card.approval_id)
                if place.person(Role.SUPERVISOR) in str(record.payload)
            ]
            (held, *_) = unit.runs.verdicts_of(card.run_id)
        assert decided, "who lifted it"
        assert FREQUENCY in held.rules, "what was lifted"

    def test_13_is_not_an_approvers(self, place: Office) -> None:
        """Peers 13: who may sign any mail may not lift the cap."""
        send(place, 1, Purpose.MARKETING)
        card = card_for(place, 2, Purpose.MARKETING)
        with pytest.raises(UnableToDecide):
            sign(place, card, Role.APPROVER)
        assert len(place.mail.delivered) == 1


class TestThePurpose:
    @pytest.mark.parametrize("purpose", ["transactional!", "", "internal"])
    def test_13_is_one_of_two_words(self, place: Office, purpose: str) -> None:
        """Peers 13: a purpose that is none of the types makes no mail, counted or not."""
        mail = {**mail_args(), "purpose": purpose}
        place.propose(step(args={"contact_id": DANA, "mail": mail}))
        assert place.pending() == ()
        place.drain()
        assert place.mail.delivered == []
