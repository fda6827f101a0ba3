"""How limits count mail on both databases: what went, what goes, and what was begun."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.contract.test_store_campaigns import ONE, campaign, touch_of
from tests.store.stores import NOW, Store, a_mail, a_mail_effect, a_run, add_contact

from bailiwick.domain.campaign.enrolment import enrolled
from bailiwick.domain.campaign.pace import DAY, HOUR, Limit, Over
from bailiwick.domain.campaign.series import DEFAULT
from bailiwick.domain.crm import Account, Contact
from bailiwick.domain.ids import AccountId, ContactId
from bailiwick.domain.message import Direction
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.run import RunStatus
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.mail_archive import SqlMailArchive
from bailiwick.store.unit import SqlUnit

TWO_AN_HOUR = Limit(over=Over.MAILBOX, count=2, within=HOUR)
NOBODY = ContactId("con_nobody")


def went(
    store: Store, unit: SqlUnit, contact: Contact, *, at: datetime, state: EffectState
) -> None:
    """Store a mail to a contact in a state that it reached at an instant."""
    store.clock.set(at)
    row = a_mail_effect(store, unit, contact)
    if state is EffectState.READY:
        return
    claimed = unit.effects.claim(holder="h", at=max(at, NOW), lease_seconds=60)
    assert claimed is not None
    assert claimed.effect_id == row.effect_id
    if state is not EffectState.SENDING:
        assert unit.effects.settle(claimed, state, receipt=None, reason="r", due_at=None)


def room(
    unit: SqlUnit, limit: Limit = TWO_AN_HOUR, subject: str = "", *, begun: bool = False
) -> datetime:
    """Ask when one more mail may go."""
    return unit.sends.room_at(limit, subject, at=NOW, besides=NOBODY, with_begun=begun)


class TestRoomUnderALimit:
    @pytest.mark.parametrize(
        ("state", "counts"),
        [
            (EffectState.SENT, True),
            (EffectState.IN_DOUBT, True),
            (EffectState.READY, False),
            (EffectState.SUPPRESSED, False),
            (EffectState.DEAD, False),
        ],
    )
    def test_is_taken_by_what_went_or_may_have(
        self, store: Store, state: EffectState, *, counts: bool
    ) -> None:
        """Two within the hour fill it until the first is an hour old; what did not go does not."""
        begin = NOW - timedelta(minutes=40)
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "ada@theirs.example")
            went(store, unit, ada, at=begin, state=state)
            assert room(unit) == NOW
            bob = add_contact(unit, store.ids, "bob@theirs.example")
            went(store, unit, bob, at=begin + timedelta(minutes=10), state=state)
            assert room(unit) == (begin + HOUR if counts else NOW)

    def test_is_free_again_after_exactly_its_stretch(self, store: Store) -> None:
        """A mail that went an hour ago to the second counts no longer."""
        with store.units.write() as unit:
            for name in "ab":
                contact = add_contact(unit, store.ids, f"{name}@theirs.example")
                went(store, unit, contact, at=NOW - HOUR, state=EffectState.SENT)
            assert room(unit) == NOW
            assert (
                unit.sends.room_at(
                    TWO_AN_HOUR, "", at=NOW - timedelta(seconds=1), besides=NOBODY, with_begun=False
                )
                == NOW
            )

    def test_is_taken_by_what_is_being_sent_to_others(self, store: Store) -> None:
        """A mail on its way counts as of now, yet never against its own recipient."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "ada@theirs.example")
            went(store, unit, ada, at=NOW, state=EffectState.SENDING)
            one = replace(TWO_AN_HOUR, count=1)
            assert room(unit, one) == NOW + HOUR
            assert (
                unit.sends.room_at(one, "", at=NOW, besides=ada.contact_id, with_begun=False) == NOW
            )

    def test_is_counted_by_domain_and_by_account(self, store: Store) -> None:
        """Each limit counts its own: mail to one domain leaves another's room as it is."""
        with store.units.write() as unit:
            CrmRows(unit).add_account(Account(account_id=AccountId("acc_1"), name="Theirs"))
            ada = add_contact(unit, store.ids, "ada@theirs.example")
            ada = replace(ada, account_id=AccountId("acc_1"))
            CrmRows(unit).add_contact(ada)
            went(store, unit, ada, at=NOW, state=EffectState.SENT)
            domain = Limit(over=Over.DOMAIN, count=1, within=HOUR)
            account = Limit(over=Over.ACCOUNT, count=1, within=HOUR)
            assert room(unit, domain, "theirs.example") == NOW + HOUR
            assert room(unit, domain, "heirs.example") == NOW
            assert room(unit, account, "acc_1") == NOW + HOUR
            assert room(unit, account, "acc_2") == NOW

    def test_is_taken_by_what_was_begun_where_that_is_asked(self, store: Store) -> None:
        """A touch that is drafted takes a place, unless it was begun before the stretch."""
        with store.units.write() as unit:
            unit.campaigns.add(campaign(), DEFAULT)
            ada = add_contact(unit, store.ids, "ada@theirs.example")
            who = enrolled(ONE, ada.contact_id, version=1, wake_at=NOW)
            unit.campaigns.enrol([who], at=NOW)
            run = replace(a_run(store.ids, contact_id=ada.contact_id), status=RunStatus.PENDING)
            unit.runs.add_all([run])
            unit.touches.add_touch(touch_of(who, run.run_id))
            domain = Limit(over=Over.DOMAIN, count=1, within=HOUR)
            one = replace(TWO_AN_HOUR, count=1)
            assert room(unit, one) == NOW
            assert room(unit, one, begun=True) == NOW + HOUR
            assert room(unit, domain, "theirs.example", begun=True) == NOW + HOUR
            assert room(unit, domain, "heirs.example", begun=True) == NOW
            later = NOW + HOUR
            assert later == unit.sends.room_at(one, "", at=later, besides=NOBODY, with_begun=True)

    def test_is_taken_by_what_is_signed_to_go_within_a_stretch(self, store: Store) -> None:
        """However long ago it was begun; what goes later than that takes no place yet."""
        one = replace(TWO_AN_HOUR, count=1)
        with store.units.write() as unit:
            unit.campaigns.add(campaign(), DEFAULT)
            ada = add_contact(unit, store.ids, "ada@theirs.example")
            who = enrolled(ONE, ada.contact_id, version=1, wake_at=NOW)
            unit.campaigns.enrol([who], at=NOW)
            row = a_mail_effect(store, unit, ada)
            unit.touches.add_touch(replace(touch_of(who, row.run_id), begun_at=NOW - DAY))
            assert room(unit, one) == NOW
            assert room(unit, one, begun=True) == NOW + HOUR
            claimed = unit.effects.claim(holder="h", at=NOW, lease_seconds=60)
            assert claimed is not None
            late, ready = NOW + HOUR, EffectState.READY
            assert unit.effects.settle(claimed, ready, receipt=None, reason="r", due_at=late)
            assert room(unit, one, begun=True) == NOW


class TestWhatTakesIt:
    def test_is_what_was_counted(self, store: Store) -> None:
        """The instants, sorted, the latest where there are more than fit; what goes is now."""
        with store.units.write() as unit:
            for name, minutes in (("a", 50), ("b", 70), ("c", 20), ("d", 30)):
                contact = add_contact(unit, store.ids, f"{name}@theirs.example")
                at = NOW - timedelta(minutes=minutes)
                went(store, unit, contact, at=at, state=EffectState.SENT)
            going = add_contact(unit, store.ids, "e@theirs.example")
            went(store, unit, going, at=NOW, state=EffectState.SENDING)
            ago = {
                count: [
                    (NOW - one) // timedelta(minutes=1)
                    for one in unit.sends.taken(
                        replace(TWO_AN_HOUR, count=count),
                        "",
                        at=NOW,
                        besides=besides,
                        with_begun=False,
                    )
                ]
                for count, besides in ((9, NOBODY), (2, NOBODY), (1, NOBODY), (3, going.contact_id))
            }
        assert ago == {9: [50, 30, 20, 0], 2: [20, 0], 1: [0], 3: [50, 30, 20]}


class TestTheFirstMail:
    def test_is_the_oldest_that_we_wrote(self, store: Store) -> None:
        """What others wrote before does not count; before any there is none."""
        with store.units.write() as unit:
            assert unit.sends.first_at() is None
            archive = SqlMailArchive(unit.scope)
            for name, days, direction in (
                ("theirs", 9, Direction.INBOUND),
                ("ours", 3, Direction.OUTBOUND),
                ("later", 1, Direction.OUTBOUND),
            ):
                archive.add(a_mail(name, direction=direction, at=NOW - timedelta(days=days)))
            assert unit.sends.first_at() == NOW - timedelta(days=3)
