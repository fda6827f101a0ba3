"""When a touch goes, on real rows: clock, holidays, windows, limits, gaps; the reason in words."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.contract.test_store_campaigns import ONE, campaign, touch_of
from tests.contract.test_store_sends import went
from tests.store.stores import NOW, Store, a_mail_effect, a_run, add_contact

from bailiwick.domain.campaign.cadence import arm_of, shifted
from bailiwick.domain.campaign.enrolment import (
    CampaignId,
    End,
    Enrolment,
    accepted,
    begun,
    ended,
    enrolled,
)
from bailiwick.domain.campaign.pace import DAY, HOUR, Limit, Over, WarmUp
from bailiwick.domain.campaign.series import DEFAULT, Gaps, Series
from bailiwick.domain.campaign.touch import Fate
from bailiwick.domain.campaign.window import Block, UnableToFindOpening, Window
from bailiwick.domain.crm import Contact
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.run import RunStatus
from bailiwick.engine.campaign.timetable import Timetable
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.unit import SqlUnit

FRIDAY = NOW  # 2026-11-20, 09:00 UTC
TWO_AN_HOUR = replace(DEFAULT, limits=(Limit(over=Over.MAILBOX, count=2, within=HOUR),))


def timetable() -> Timetable:
    """Return one without chance, for a mailbox that is known."""
    return Timetable(draw=lambda: 0.0, warm_up=WarmUp(first=50))


def recipient(
    store: Store, unit: SqlUnit, name: str, *, timezone: str = "Europe/London", country: str = ""
) -> Enrolment:
    """Store a contact and return their enrolment, which waits for the first touch."""
    contact = add_contact(unit, store.ids, f"{name}@theirs.example")
    CrmRows(unit).add_contact(replace(contact, timezone=timezone, country=country))
    return enrolled(ONE, contact.contact_id, version=1, wake_at=FRIDAY)


def marketed(store: Store, unit: SqlUnit, contact: Contact, at: datetime) -> EffectRow:
    """Store a mail that advertises and went at an instant."""
    store.clock.set(at)
    a_mail_effect(store, unit, contact, purpose="marketing")
    claimed = unit.effects.claim(holder="h", at=NOW, lease_seconds=60)
    assert claimed is not None
    sent = EffectState.SENT
    assert unit.effects.settle(claimed, sent, receipt=None, reason="r", due_at=None)
    row = unit.effects.get(claimed.effect_id)
    assert row is not None
    return row


def contact_of(unit: SqlUnit, who: Enrolment) -> Contact:
    """Return the contact of an enrolment."""
    found = unit.crm.contact(who.contact_id)
    assert found is not None
    return found


class TestASlot:
    def test_is_now_where_all_allow(self, store: Store) -> None:
        """Nine on a Friday in London, nothing sent yet: now, and it says so."""
        with store.units.write() as unit:
            who = recipient(store, unit, "ada")
            slot = timetable().slot(unit, DEFAULT, who, at=FRIDAY)
        assert slot.at == FRIDAY
        assert slot.reason == "office hours in Europe/London, and every limit has room"

    @pytest.mark.parametrize(
        ("timezone", "country", "opens"),
        [
            ("America/New_York", "", datetime(2026, 11, 20, 13, tzinfo=UTC)),
            ("Asia/Tokyo", "", datetime(2026, 11, 23, 23, tzinfo=UTC)),  # Monday is a holiday
            ("Asia/Tokyo", "KR", datetime(2026, 11, 22, 23, tzinfo=UTC)),
            ("", "US", datetime(2026, 11, 20, 16, tzinfo=UTC)),  # both coasts are awake
        ],
    )
    def test_waits_for_the_recipients_own_window(
        self, store: Store, timezone: str, country: str, opens: datetime
    ) -> None:
        """Their clock, their weekend, their country's holidays; the reason names the clock."""
        with store.units.write() as unit:
            who = recipient(store, unit, "ada", timezone=timezone, country=country)
            slot = timetable().slot(unit, DEFAULT, who, at=FRIDAY)
        assert slot.at == opens
        assert (timezone or "America/Los_Angeles and America/New_York") in slot.reason

    def test_waits_for_room_under_each_limit(self, store: Store) -> None:
        """Two went within the hour: the third goes an hour after the first, and knows why."""
        with store.units.write() as unit:
            who = recipient(store, unit, "ada")
            for name, minutes in (("b", 10), ("c", 5)):
                other = contact_of(unit, recipient(store, unit, name))
                went(
                    store,
                    unit,
                    other,
                    at=FRIDAY - timedelta(minutes=minutes),
                    state=EffectState.SENT,
                )
            slot = timetable().slot(unit, TWO_AN_HOUR, begun(who), at=FRIDAY)
        assert slot.at >= FRIDAY + timedelta(minutes=50)
        assert slot.reason == "2 mails within 1 hours is the limit of our mailbox"

    def test_spreads_who_waits_for_one_provider(self, store: Store) -> None:
        """Each gets the instant at which there is room for them, and the same if they ask again."""
        two = Limit(over=Over.DOMAIN, count=2, within=HOUR)
        with store.units.write() as unit:
            people = [recipient(store, unit, name) for name in "abcdefg"]
            for who in people[:2]:
                went(store, unit, contact_of(unit, who), at=FRIDAY, state=EffectState.SENT)
            plan, series = timetable(), replace(DEFAULT, limits=(two,))
            for _ in range(2):
                slots = [plan.slot(unit, series, who, at=FRIDAY) for who in people[2:]]
                assert [(slot.at - FRIDAY) / HOUR for slot in slots] == [1, 1, 2, 2, 3]
                assert not any(slot.in_line for slot in slots)
            late = FRIDAY + HOUR
            told = plan.slot(unit, series, recipient(store, unit, "h"), at=late)
            assert plan.slot(unit, series, people[2], at=late).at == late
        assert told.at == FRIDAY + 3 * HOUR
        assert "promised to others" in told.reason

    def test_stands_in_line_while_the_mailbox_is_full(self, store: Store) -> None:
        """Whatever their window says, nobody is planned anew; who is under way is."""
        with store.units.write() as unit:
            ada = recipient(store, unit, "ada")
            bob = recipient(store, unit, "bob", timezone="America/New_York")
            for name in "cd":
                other = contact_of(unit, recipient(store, unit, name))
                went(store, unit, other, at=FRIDAY, state=EffectState.SENT)
            plan = timetable()
            slots = [plan.slot(unit, TWO_AN_HOUR, who, at=FRIDAY) for who in (ada, ada, bob)]
            under_way = [plan.slot(unit, TWO_AN_HOUR, begun(who), at=FRIDAY) for who in (ada, ada)]
        assert [slot.in_line for slot in slots] == [True, True, True]
        assert [slot.at - FRIDAY for slot in slots] == [HOUR, HOUR, 4 * HOUR]
        assert slots[0].reason == "2 mails within 1 hours is the limit of our mailbox"
        assert not any(slot.in_line for slot in under_way)

    def test_of_a_new_mailbox_warms_up(self, store: Store) -> None:
        """On its first day one mail goes, and the next no sooner than a day later."""
        plan = Timetable(draw=lambda: 0.0, warm_up=WarmUp(first=1, last=5))
        with store.units.write() as unit:
            ada, bob = (recipient(store, unit, name) for name in ("ada", "bob"))
            assert plan.slot(unit, DEFAULT, ada, at=FRIDAY).at == FRIDAY
            went(store, unit, contact_of(unit, ada), at=FRIDAY, state=EffectState.SENT)
            slot = plan.slot(unit, DEFAULT, bob, at=FRIDAY)
        assert slot.at == datetime(2026, 11, 23, 8, tzinfo=UTC)  # over the weekend
        assert slot.reason == "1 mails within 24 hours is the limit of our mailbox"

    def test_waits_for_a_person_who_heard_from_us_lately(self, store: Store) -> None:
        """A-CAMP-7: two days lie between mails to one person, whatever campaigns they are of."""
        other = CampaignId("cmp_other")
        with store.units.write() as unit:
            ada, bob = (recipient(store, unit, name) for name in ("ada", "bob"))
            went_at = FRIDAY - timedelta(hours=20)
            row = marketed(store, unit, contact_of(unit, ada), went_at)
            assert row.state is EffectState.SENT
            second = replace(ada, campaign_id=other)
            slot = timetable().slot(unit, DEFAULT, second, at=FRIDAY)
            assert timetable().slot(unit, DEFAULT, bob, at=FRIDAY).at == FRIDAY
        assert slot.at == datetime(2026, 11, 23, 8, tzinfo=UTC)
        assert slot.reason == "1 mails within 48 hours is the limit of one person"

    def test_is_none_where_no_hour_is_open_in_all_zones(self, store: Store) -> None:
        """An hour that never is at once on both coasts is an error that says so."""
        narrow = replace(
            DEFAULT, window=Window(name="dawn", blocks=(Block(weekday=0, start=480, end=500),))
        )
        with store.units.write() as unit:
            who = recipient(store, unit, "ada", timezone="", country="US")
            with pytest.raises(UnableToFindOpening, match="dawn"):
                timetable().slot(unit, narrow, who, at=FRIDAY)


class TestWhatComesAfter:
    @pytest.mark.parametrize(
        ("touches", "due"),
        [
            (0, datetime(2026, 11, 20, 9, 2, tzinfo=UTC)),
            (1, datetime(2026, 11, 25, 8, 2, tzinfo=UTC)),  # three working days
            (2, datetime(2026, 11, 27, 8, 2, tzinfo=UTC)),  # five
            (6, datetime(2026, 12, 4, 9, 0, tzinfo=UTC)),  # the tail, to the minute
        ],
    )
    def test_is_the_gap_in_working_days_and_then_the_tail(
        self, store: Store, touches: int, due: datetime
    ) -> None:
        """Counted from when the touch before went, in the recipient's own week."""
        with store.units.write() as unit:
            who = replace(recipient(store, unit, "ada"), touches_count=touches)
            slot = timetable().after(unit, DEFAULT, who, accepted_at=FRIDAY)
        assert slot.at == due
        assert slot.reason

    def test_counts_the_recipients_holidays(self, store: Store) -> None:
        """Thanksgiving is no working day in the United States."""
        series: Series = DEFAULT
        with store.units.write() as unit:
            who = recipient(store, unit, "ada", timezone="America/New_York", country="US")
            moved = accepted(begun(who), wake_at=FRIDAY)
            moved = accepted(begun(moved), wake_at=FRIDAY)
            slot = timetable().after(unit, series, moved, accepted_at=FRIDAY)
        assert slot.at == datetime(2026, 11, 30, 13, 2, tzinfo=UTC)


class TestWhoIsAway:
    def test_is_written_to_a_working_day_after_their_return(self, store: Store) -> None:
        """Back on Monday means Tuesday; without a day it is a working week."""
        with store.units.write() as unit:
            who = recipient(store, unit, "ada")
            back = timetable().back(
                unit, DEFAULT, who.contact_id, returns_on=date(2026, 11, 23), heard=FRIDAY
            )
            unknown = timetable().back(unit, DEFAULT, who.contact_id, returns_on=None, heard=FRIDAY)
        assert back.at == datetime(2026, 11, 24, 8, tzinfo=UTC)
        assert unknown.at == datetime(2026, 11, 27, 8, tzinfo=UTC)
        assert "2026-11-23" in back.reason


class TestWhatAnswersTeach:
    def answered(self, store: Store, unit: SqlUnit, count: int, series: Series) -> None:
        """Store recipients of a series whose only mail went at three; every other answered."""
        unit.campaigns.add(campaign(), series)
        for number in range(count):
            who = recipient(store, unit, f"n{number}")
            unit.campaigns.enrol([who], at=FRIDAY - 30 * DAY)
            run = replace(a_run(store.ids, contact_id=who.contact_id), status=RunStatus.DONE)
            unit.runs.add_all([run])
            sent_at = (FRIDAY - 14 * DAY).replace(hour=15)
            touch = touch_of(who, run.run_id)
            unit.touches.add_touch(touch)
            unit.touches.settle(touch, Fate.ACCEPTED, at=sent_at)
            kept = unit.campaigns.enrolment(who.enrolment_id)
            assert kept is not None
            now = replace(who, touches_count=1, wake_at=FRIDAY + DAY)
            if number % 2:
                now = ended(now, End.REPLIED, reason="", at=sent_at + DAY)
            assert unit.campaigns.save_enrolment(replace(kept, enrolment=now))

    def test_is_the_hour_that_was_answered(self, store: Store) -> None:
        """Two hundred mails of Fridays at three, half of them answered: Friday at three it is."""
        draw = random.Random(5).random  # noqa: S311 - seeded
        plan = Timetable(draw=draw, warm_up=WarmUp(first=50))
        with store.units.write() as unit:
            self.answered(store, unit, 240, DEFAULT)
            ada = replace(recipient(store, unit, "ada"), touches_count=1)
            slots = [
                plan.after(unit, DEFAULT, ada, accepted_at=FRIDAY - 2 * DAY) for _ in range(60)
            ]
        hours = Counter((slot.at.weekday(), slot.at.hour) for slot in slots)
        assert len(hours) > 5  # nothing is known of the other hours, so they are tried
        assert all("was drawn among" in slot.reason for slot in slots)
        assert all("of 240 in all" in slot.reason for slot in slots)

    def test_counts_a_trial_and_keeps_the_default_meanwhile(self, store: Store) -> None:
        """Each recipient of a trial stays in one arm; others wait for what it shows."""
        trial = replace(DEFAULT, gaps=Gaps.TRIAL)
        with store.units.write() as unit:
            self.answered(store, unit, 30, trial)
            ada = replace(recipient(store, unit, "ada"), touches_count=1)
            plan = timetable()
            learned = plan.after(unit, DEFAULT, ada, accepted_at=FRIDAY)
            tried = plan.after(unit, trial, ada, accepted_at=FRIDAY)
            fixed = plan.after(unit, replace(DEFAULT, gaps=Gaps.FIXED), ada, accepted_at=FRIDAY)
        assert "since 30 recipients of 500 were tried" in learned.reason
        assert "a trial of 3 gaps" in tried.reason
        assert learned.at == fixed.at
        days = shifted(DEFAULT.touches[1].gap_days, arm_of(ada.enrolment_id))
        assert f"{days} working day" in tried.reason
