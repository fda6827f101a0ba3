"""A held payload, from the inbox to the provider: exactly those bytes, judged afresh, once."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, dana, letter, mail_args, office, step

from bailiwick.domain.action import Action
from bailiwick.domain.approval import Approval, ApprovalStatus
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ApprovalId, ContactId
from bailiwick.domain.plan import PlanStatus, StepStatus
from bailiwick.engine.inbox.approvals import UnableToDecide
from bailiwick.engine.inbox.signing import Result
from bailiwick.store.crm_rows import CrmRows


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url) as opened:
        yield opened


def held(place: Office, **mail: object) -> Approval:
    """Hold one mail to Dana and return its card."""
    place.propose(step(args={"contact_id": DANA, "mail": mail_args(**mail)}))
    (card,) = place.pending()
    return card


def approve(place: Office, card: Approval, role: Role = Role.APPROVER) -> Result:
    decided = place.app.inbox.approve(
        card.approval_id, person_id=place.person(role), shown_hash=card.payload_hash
    )
    return decided.result


class TestAHeldMail:
    def test_is_not_sent_by_itself(self, place: Office) -> None:
        """A fresh install sends nothing without a person."""
        card = held(place)
        place.drain()
        assert place.mail.delivered == []
        assert card.status is ApprovalStatus.PENDING
        assert "autonomy" in card.rules

    def test_is_sent_once_approved(self, place: Office) -> None:
        """Approving sends exactly the text that the card shows."""
        card = held(place, text="Hello,\n\nthis very text.")
        assert approve(place, card) is Result.QUEUED
        place.drain()
        ((_, raw),) = place.mail.delivered
        assert b"this very text." in raw

    def test_goes_out_once_however_often_it_is_approved(self, place: Office) -> None:
        """Approving twice is approving once."""
        card = held(place)
        assert approve(place, card) is Result.QUEUED
        assert approve(place, card) is Result.ALREADY
        place.drain()
        assert approve(place, card, Role.ADMIN) is Result.ALREADY
        place.drain()
        assert len(place.mail.delivered) == 1

    def test_goes_out_once_when_many_approve_at_the_same_time(self, place: Office) -> None:
        """Twenty clicks at once make one effect."""
        card = held(place)
        _ = place.app.inbox  # made once, before threads share it
        with ThreadPoolExecutor(max_workers=8) as pool:
            clicks = [pool.submit(approve, place, card) for _ in range(20)]
            results = [click.result() for click in clicks]
        place.drain()
        assert results.count(Result.QUEUED) == 1
        assert len(place.mail.delivered) == 1

    def test_is_not_sent_when_another_payload_was_shown(self, place: Office) -> None:
        """A hash that is not the card's approves nothing."""
        card = held(place)
        with pytest.raises(UnableToDecide, match="look at it again"):
            place.app.inbox.approve(
                card.approval_id, person_id=place.person(Role.APPROVER), shown_hash="0" * 64
            )
        place.drain()
        assert place.mail.delivered == []

    def test_is_not_sent_when_the_stored_payload_was_changed(self, place: Office) -> None:
        """A payload altered in the database is refused at delivery, whatever was approved."""
        card = held(place)
        assert approve(place, card) is Result.QUEUED
        tamper(place, "update effects set args = replace(args, 'kind regards', 'send money')")
        place.drain()
        assert place.mail.delivered == []

    def test_waits_for_a_role_that_suffices(self, place: Office) -> None:
        """A rep may look and reject, not approve."""
        card = held(place)
        with pytest.raises(UnableToDecide, match="it takes"):
            approve(place, card, Role.REP)
        assert place.pending() == (card,)


class TestTheWorldMovedOn:
    def test_and_the_contact_was_suppressed(self, place: Office) -> None:
        """Suppressed between hold and approval: stale, nothing is sent, and it says why."""
        card = held(place)
        place.suppress("dana@acme.example")
        decided = place.app.inbox.approve(
            card.approval_id,
            person_id=place.person(Role.APPROVER),
            shown_hash=card.payload_hash,
        )
        place.drain()
        assert decided.result is Result.STALE
        assert decided.reasons
        assert place.mail.delivered == []

    def test_between_approval_and_delivery(self, place: Office) -> None:
        """An opt-out after the approval and before the send still counts."""
        card = held(place)
        assert approve(place, card) is Result.QUEUED
        place.suppress("dana@acme.example")
        place.drain()
        assert place.mail.delivered == []

    def test_and_the_contact_wrote(self, place: Office) -> None:
        """A reply makes the stored mail the wrong one."""
        card = held(place)
        place.later(minutes=5)
        place.receive(letter("One more thing, we moved offices."))
        assert approve(place, card) is Result.STALE
        place.drain()
        assert place.mail.delivered == []

    def test_past_the_deadline(self, place: Office) -> None:
        """After 72 hours a card expires and is never executed."""
        card = held(place)
        place.later(hours=72)
        assert approve(place, card) is Result.EXPIRED
        place.drain()
        assert place.mail.delivered == []

    def test_but_not_quite_to_the_deadline(self, place: Office) -> None:
        """A minute before the deadline an approval counts."""
        card = held(place)
        place.later(hours=71, minutes=59)
        assert approve(place, card) is Result.QUEUED

    def test_and_a_halt_came(self, place: Office) -> None:
        """A halt keeps what was approved from going out, and lifting it lets it go."""
        card = held(place)
        assert approve(place, card) is Result.QUEUED
        halt(place, on=True)
        place.drain()
        assert place.mail.delivered == []
        halt(place, on=False)
        place.later(minutes=2)
        place.drain()
        assert len(place.mail.delivered) == 1


class TestAnEdit:
    def test_makes_a_new_card_for_the_edited_payload(self, place: Office) -> None:
        """The old card is spent; the new one holds the person's words."""
        card = held(place)
        decided = place.app.inbox.edit(
            card.approval_id,
            person_id=place.person(Role.REP),
            changes={"text": "Hello Dana,\n\nbetter words."},
        )
        assert decided.result is Result.EDITED
        assert decided.approval.payload_hash != card.payload_hash
        assert approve(place, card) is Result.EDITED
        assert approve(place, decided.approval) is Result.QUEUED
        place.drain()
        ((_, raw),) = place.mail.delivered
        assert b"better words." in raw

    def test_cannot_name_another_recipient(self, place: Office) -> None:
        """Who receives a mail is not a matter of words."""
        card = held(place)
        with pytest.raises(UnableToDecide, match="editable: subject, text"):
            place.app.inbox.edit(
                card.approval_id,
                person_id=place.person(Role.ADMIN),
                changes={"to_address": "else@evil.example"},
            )

    def test_is_judged_as_any_payload(self, place: Office) -> None:
        """A person cannot edit around a rule that refuses; nothing is changed then."""
        card = held(place)
        secret = "sk-live-4eC39HqLyjWDarjtT1zdp7dcAbCdEf"  # a made-up key of a known shape
        with pytest.raises(UnableToDecide, match="refused"):
            place.app.inbox.edit(
                card.approval_id,
                person_id=place.person(Role.REP),
                changes={"text": f"Hello Dana, our key is {secret}"},
            )
        assert place.pending() == (card,)


class TestAnIrreversibleStep:
    def test_is_not_even_held_for_a_capability_that_does_not_declare_it(
        self, place: Office
    ) -> None:
        """What a spec does not list is refused, so no card can lift it."""
        place.propose(step(Action.DELETE_RECORD, args={"records": [DANA]}), capability="reply")
        assert place.pending() == ()


class TestARejection:
    def test_needs_a_reason(self, place: Office) -> None:
        """A rejection without a reason teaches nobody."""
        card = held(place)
        with pytest.raises(UnableToDecide, match="reason"):
            place.app.inbox.reject(card.approval_id, person_id=place.person(Role.REP), reason=" ")

    def test_closes_the_plan(self, place: Office) -> None:
        """A rejected step is never executed and its plan is closed."""
        card = held(place)
        decided = place.app.inbox.reject(
            card.approval_id, person_id=place.person(Role.REP), reason="wrong tone"
        )
        with place.app.units.read() as unit:
            stored = unit.plans.get(card.plan_id)
        assert decided.result is Result.REJECTED
        assert stored is not None
        assert stored[1] is PlanStatus.REJECTED
        assert set(stored[2].values()) == {StepStatus.REJECTED}


class TestSnoozeAndReassign:
    def test_keep_the_deadline(self, place: Office) -> None:
        """A snooze hides a card; it expires when it would have expired anyway."""
        card = held(place)
        decided = place.app.inbox.snooze(
            card.approval_id, person_id=place.person(Role.REP), hours=24
        )
        assert decided.approval.snoozed_until == place.clock.now() + timedelta(hours=24)
        assert decided.approval.expires_at == card.expires_at

    def test_name_who_has_it_now(self, place: Office) -> None:
        """A reassigned card names its new owner."""
        card = held(place)
        decided = place.app.inbox.reassign(
            card.approval_id,
            person_id=place.person(Role.REP),
            to=place.person(Role.SUPERVISOR),
        )
        assert decided.approval.assigned_to == place.person(Role.SUPERVISOR)

    def test_tell_what_is_wrong_with_the_hours(self, place: Office) -> None:
        """Hours out of range are refused with the range."""
        card = held(place)
        with pytest.raises(UnableToDecide, match="1 to 48"):
            place.app.inbox.snooze(card.approval_id, person_id=place.person(Role.REP), hours=99)


class TestANewerDraft:
    def test_takes_the_place_of_the_one_that_waited(self, place: Office) -> None:
        """One mail waits for a contact: the older card is closed and says what replaced it."""
        older = held(place, text="Hello,\n\nfirst thoughts.")
        place.propose(step(run="run_b"))
        (newer,) = place.pending()
        assert newer.approval_id != older.approval_id
        assert approve(place, older) is Result.STALE
        assert newer.approval_id in place.app.inbox.get(older.approval_id).closed_reason

    def test_leaves_other_contacts_alone(self, place: Office) -> None:
        """A card for somebody else goes on waiting."""
        held(place)
        with place.app.units.write() as unit:
            kim = dana(
                contact_id=ContactId("con_kim"), first_name="Kim", addresses=("kim@acme.example",)
            )
            CrmRows(unit).add_contact(kim)
            unit.commit()
        mail = mail_args(to_address="kim@acme.example", to_name="Kim Whitfield")
        place.propose(step(run="run_b", args={"contact_id": "con_kim", "mail": mail}))
        assert len(place.pending()) == 2


class TestAnUnknownCard:
    def test_is_named(self, place: Office) -> None:
        """The message says which card and where to look."""
        with pytest.raises(UnableToDecide, match="apr_nobody"):
            place.app.inbox.get(ApprovalId("apr_nobody"))


class TestWholePlanGating:
    def test_holds_allowed_siblings_back(self, place: Office) -> None:
        """While one step waits for a person its siblings wait too, then go with it."""
        task = step(Action.ESCALATE_TO_PERSON, number=2, args={"contact_id": DANA})
        place.propose(step(), task)
        (card,) = place.pending()
        with place.app.units.read() as unit:
            stored = unit.plans.get(card.plan_id)
            tasks = unit.crm.open_tasks(DANA, count_max=5)
        assert stored is not None
        assert stored[2][card.step_id] is StepStatus.HELD
        assert len(tasks) == 1, "a question to a person waits for nobody"


def halt(place: Office, *, on: bool) -> None:
    with place.app.units.write() as unit:
        at = place.clock.now()
        if on:
            unit.authority.halt("*", reason="test", by=place.person(Role.ADMIN), at=at)
        else:
            assert unit.authority.resume("*", at=at)
        unit.commit()


def tamper(place: Office, statement: str) -> None:
    with place.app.database.writing() as connection:
        connection.exec_driver_sql(statement)
        connection.commit()
