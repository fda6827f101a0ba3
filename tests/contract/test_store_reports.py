"""Reports on our mail and the breaker they feed, alike on both databases."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import pytest
from tests.store.stores import NOW, SECOND, Store, a_mail, a_mail_effect, add_contact

from bailiwick.domain.breaker import DAY, HALT, SENT_COUNT_MIN, ReportKind, Tally
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.ids import ContactId
from bailiwick.domain.message import Message
from bailiwick.domain.receipt import EffectState, Outcome, Receipt
from bailiwick.domain.record import RecordKind
from bailiwick.engine.mail.reports import break_off, tallies
from bailiwick.store.mail_archive import SqlMailArchive
from bailiwick.store.unit import SqlUnit

ADDRESS: Final = "a@theirs.example"


def went(
    store: Store, unit: SqlUnit, count: int, *, purpose: str = "marketing", at: datetime = NOW
) -> Sequence[EffectRow]:
    """Store mails to one contact that were sent."""
    owner = unit.guards.address_owner(ADDRESS)
    contact = unit.crm.contact(owner) if owner else add_contact(unit, store.ids, ADDRESS)
    assert contact is not None
    rows = [a_mail_effect(store, unit, contact, purpose=purpose) for _ in range(count)]
    for row in rows:
        receipt = Receipt(
            outcome=Outcome.DONE, effect_key=row.effect_key, payload_hash=row.payload_hash, at=at
        )
        unit.effects.settle(row, EffectState.SENT, receipt=receipt, reason="", due_at=None)
    return rows


def kept(unit: SqlUnit, row: EffectRow) -> Message:
    """Keep the mail of an effect, as delivery does."""
    message = SqlMailArchive(unit.scope).message(unit.sent.keep(row, at=NOW))
    assert message is not None
    return message


def tally(unit: SqlUnit, *, at: datetime = NOW) -> Tally:
    return unit.reports.tally(at - DAY, at=at)


class TestReports:
    def test_are_counted_once_for_each_mail(self, store: Store) -> None:
        """Whoever reports again, or forges what is known, moves no rate."""
        with store.units.write() as unit:
            message = kept(unit, went(store, unit, 1)[0])
            added = [
                unit.reports.add(ReportKind.COMPLAINT, message, status="abuse", at=NOW)
                for _ in range(2)
            ]
            assert added == [True, False]
            assert (tally(unit).sent_count, tally(unit).complaints_count) == (1, 1)

    def test_count_advertising_only(self, store: Store) -> None:
        """An answer that somebody asked for neither raises nor dilutes the rate."""
        with store.units.write() as unit:
            message = kept(unit, went(store, unit, 1, purpose="service")[0])
            assert unit.reports.add(ReportKind.BOUNCE, message, status="5.1.1", at=NOW)
            assert tally(unit) == Tally(
                window=DAY, sent_count=0, complaints_count=0, bounces_count=0
            )

    def test_count_within_the_stretch(self, store: Store) -> None:
        """What is older than the stretch, or newer than its end, is not in it."""
        with store.units.write() as unit:
            rows = went(store, unit, 1)
            unit.reports.add(ReportKind.BOUNCE, kept(unit, rows[0]), status="5.1.1", at=NOW)
            later = NOW + DAY + SECOND
            assert (tally(unit).sent_count, tally(unit).bounces_count) == (1, 1)
            assert (tally(unit, at=later).sent_count, tally(unit, at=later).bounces_count) == (0, 0)
            earlier = NOW - SECOND
            assert tally(unit, at=earlier).sent_count == 0

    def test_of_failures_begin_anew_when_somebody_writes(self, store: Store) -> None:
        """Whoever answers can be reached, whatever failed before."""
        with store.units.write() as unit:
            rows = went(store, unit, 2)
            contact_id = ContactId(str(rows[0].contact_id))
            early = NOW - timedelta(hours=1)
            for row, at in zip(rows, (early, NOW), strict=True):
                unit.reports.add(ReportKind.SOFT_BOUNCE, kept(unit, row), status="4.2.2", at=at)
            assert unit.reports.soft_bounces(contact_id) == 2
            SqlMailArchive(unit.scope).add(a_mail("m9", contact_id=contact_id, at=early + SECOND))
            assert unit.reports.soft_bounces(contact_id) == 1

    def test_stay_in_their_workspace(self, store: Store) -> None:
        """Another company's complaints are not ours."""
        with store.units.write() as unit:
            message = kept(unit, went(store, unit, 1)[0])
            unit.reports.add(ReportKind.COMPLAINT, message, status="abuse", at=NOW)
            unit.commit()
        with store.second_workspace().units.read() as unit:
            assert unit.reports.tally(NOW - DAY, at=NOW).complaints_count == 0


class TestTheBreaker:
    def advertised(self, store: Store, unit: SqlUnit, *, bounces: int) -> None:
        """Send as many mails as the floor asks for, some of which bounce."""
        for row in went(store, unit, SENT_COUNT_MIN)[:bounces]:
            unit.reports.add(ReportKind.BOUNCE, kept(unit, row), status="5.1.1", at=NOW)

    def test_halts_advertising_on_record_and_asks_a_person(self, store: Store) -> None:
        """At one dead address in twenty; once, with the figures as its reason."""
        with store.units.write() as unit:
            self.advertised(store, unit, bounces=5)
            assert [break_off(unit, at=NOW) for _ in range(2)] == [True, False]
            assert unit.authority.halts() == {HALT}
            (told,) = [r for r in unit.records.about(HALT) if r.kind is RecordKind.HALT]
            (task,) = unit.guards.open_tasks(None, cursor=None, size=9).items
        assert (told.payload["by"], told.payload["event"]) == ("breaker", "halted")
        assert "5 of 100 marketing mails" in str(told.payload["reason"])
        assert "bailiwick halt lift purpose:marketing" in task.reason

    def test_lets_fewer_pass(self, store: Store) -> None:
        """Four of a hundred are below the rate."""
        with store.units.write() as unit:
            self.advertised(store, unit, bounces=4)
            assert not break_off(unit, at=NOW)
            assert unit.authority.halts() == frozenset()

    @pytest.mark.parametrize("lifted", [True, False])
    def test_counts_anew_after_a_person_lifted_it(self, store: Store, *, lifted: bool) -> None:
        """What was before is known to whoever lifted it; a halt of something else lifts nothing."""
        with store.units.write() as unit:
            self.advertised(store, unit, bounces=5)
            scope = HALT if lifted else "action:send_message"
            unit.authority.halt(scope, reason="r", by="per_1", at=NOW)
            unit.authority.resume(scope, at=NOW)
            assert tallies(unit, at=NOW + SECOND)[0].bounces_count == (0 if lifted else 5)
            assert break_off(unit, at=NOW + SECOND) is not lifted
