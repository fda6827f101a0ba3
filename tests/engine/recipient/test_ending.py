"""Why a recipient's campaign is over: each reason, and what is no reason."""

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import delete, update
from tests.fakes.changing import give_away, meet, move_deal
from tests.fakes.office import DANA, Office, letter, office
from tests.fakes.outreach import DAY, THREE, StillTimetable, run_campaign

from bailiwick.domain.campaign.enrolment import End, enrolment_id
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.reader.cool_down import COOL_DOWN_DAYS
from bailiwick.engine.recipient.ending import Ending, reason_to_end
from bailiwick.store.scope import own
from bailiwick.store.tables.crm import CONTACT_ADDRESSES, CONTACTS
from bailiwick.store.unit import SqlUnit

Change = Callable[[SqlUnit, datetime], None]
YES: Final = "Thanks, tell me more about it, please."
WISH: Final = "Yes, I am interested. Please call me tomorrow."
NO: Final = "Thank you, but we are not interested."
DEAF: Final = replace(THREE, stops=frozenset())
"""Stops for nothing but what stops every campaign."""


@pytest.fixture
def place(tmp_path: Path) -> Generator[Office]:
    with office(tmp_path, timetable=StillTimetable()) as found:
        run_campaign(found)
        found.later(minutes=1)
        yield found


def over(place: Office, series: Series = THREE) -> Ending | None:
    """Return what ends Dana's campaign now."""
    with place.app.units.read() as unit:
        campaign = unit.campaigns.by_name("Spring")
        assert campaign is not None
        kept = unit.campaigns.enrolment(enrolment_id(campaign.campaign_id, DANA))
        assert kept is not None
        return reason_to_end(unit, kept, series, at=place.clock.now())


def end(place: Office, series: Series = THREE) -> End | None:
    """Return how Dana's campaign ends now."""
    found = over(place, series)
    return None if found is None else found.end


def flag(**values: object) -> Change:
    """Return a change of Dana's own row."""

    def change(unit: SqlUnit, at: datetime) -> None:
        del at
        unit.scope.change(
            update(CONTACTS).where(own(CONTACTS), CONTACTS.c.id == DANA).values(**values)
        )

    return change


def suppress(unit: SqlUnit, at: datetime) -> None:
    """Note that Dana's address asked to be left alone."""
    unit.opt_outs.opt_out(hash_of_dana(unit), source="test", at=at)


def hash_of_dana(unit: SqlUnit) -> str:
    """Return the hash under which Dana's address is left alone."""
    contact = unit.crm.contact(DANA)
    assert contact is not None
    return address_hash(contact.address)


def leave(unit: SqlUnit, at: datetime) -> None:
    """Let Dana be no longer there."""
    flag(deleted_at=at)(unit, at)


def lose_address(unit: SqlUnit, at: datetime) -> None:
    """Take Dana's only address away."""
    del at
    unit.scope.change(
        delete(CONTACT_ADDRESSES).where(
            own(CONTACT_ADDRESSES), CONTACT_ADDRESSES.c.contact_id == DANA
        )
    )


def met(unit: SqlUnit, at: datetime) -> None:
    """Meet Dana."""
    meet(unit, DANA, at=at)


def deal_moved(unit: SqlUnit, at: datetime) -> None:
    """Move a deal of Dana's."""
    move_deal(unit, DANA, at=at)


def given_away(unit: SqlUnit, at: datetime) -> None:
    """Let somebody else own Dana."""
    del at
    give_away(unit, DANA)


def change(place: Office, *changes: Change) -> None:
    """Change Dana's records a minute after the enrolment."""
    with place.app.units.write() as unit:
        for one in changes:
            one(unit, place.clock.now())
        unit.commit()


LOCKED: Final[dict[str, tuple[Change, End]]] = {
    "gone": (leave, End.UNREACHABLE),
    "suppressed": (suppress, End.OPTED_OUT),
    "unsubscribed": (flag(unsubscribed=True), End.OPTED_OUT),
    "marked": (flag(do_not_contact=True), End.OPTED_OUT),
    "bounced": (flag(bounced=True), End.BOUNCED),
    "no address": (lose_address, End.UNREACHABLE),
}
CHOSEN: Final[dict[str, tuple[Change, End]]] = {
    "met": (met, End.MEETING),
    "deal moved": (deal_moved, End.DEAL_MOVED),
    "another owner": (given_away, End.OWNER_CHANGED),
}


class TestNothing:
    def test_ends_nobody(self, place: Office) -> None:
        """Whoever can be written to, and did not write, goes on."""
        assert over(place) is None


class TestWhatEndsEveryCampaign:
    @pytest.mark.parametrize("why", LOCKED)
    def test_ends_it_whatever_the_series_says(self, place: Office, why: str) -> None:
        """No setting of a campaign keeps writing to whom it may not, or cannot, write."""
        happened, expected = LOCKED[why]
        change(place, happened)
        assert (end(place), end(place, DEAF)) == (expected, expected)

    @pytest.mark.parametrize("why", ["marked", "bounced"])
    def test_is_an_opt_out_where_both_are_known(self, place: Office, why: str) -> None:
        """Who asked to be left alone is counted so, whatever else is known of them."""
        change(place, LOCKED[why][0], suppress)
        assert end(place) is End.OPTED_OUT

    def test_is_a_bounce_before_a_missing_address(self, place: Office) -> None:
        """An address that was taken away because mail came back ended by the bounce."""
        change(place, flag(bounced=True), lose_address)
        assert end(place) is End.BOUNCED


class TestWhatACampaignMayStopFor:
    @pytest.mark.parametrize("why", CHOSEN)
    def test_ends_it_where_the_series_says_so(self, place: Office, why: str) -> None:
        """A change of the customer's records ends the series that stop for it, and no other."""
        happened, expected = CHOSEN[why]
        change(place, happened)
        others = replace(THREE, stops=THREE.stops - {expected})
        assert (end(place), end(place, others), end(place, DEAF)) == (expected, None, None)

    def test_is_a_meeting_before_a_deal_before_an_owner(self, place: Office) -> None:
        """Of several changes the one that says most is given, of those the series stops for."""
        change(place, given_away, deal_moved, met)
        without = replace(THREE, stops=THREE.stops - {End.MEETING})
        assert (end(place), end(place, without)) == (End.MEETING, End.DEAL_MOVED)

    def test_is_no_reason_when_it_was_before_the_enrolment(self, place: Office) -> None:
        """What had happened when somebody was enrolled was known to who enrolled them."""
        before = place.clock.now() - DAY
        with place.app.units.write() as unit:
            met(unit, before)
            deal_moved(unit, before)
            unit.commit()
        assert over(place) is None


class TestWhoWrote:
    def test_ends_it_where_the_series_stops_for_answers(self, place: Office) -> None:
        """An answer is an end, unless the series goes on in spite of answers."""
        place.receive(letter(YES))
        assert (end(place), end(place, DEAF)) == (End.REPLIED, None)

    def test_before_the_enrolment_did_not_answer_it(self, tmp_path: Path) -> None:
        """Mail that was there already is no answer to a campaign that came later."""
        with office(tmp_path, timetable=StillTimetable()) as place:
            place.receive(letter(YES))
            place.later(minutes=1)
            run_campaign(place)
            assert over(place) is None

    def test_by_machine_did_not_answer(self, place: Office) -> None:
        """An absence notice is no answer."""
        notice = letter("I am out of the office until 24 July 2026.").replace(
            b"Subject: Question about our renewal",
            b"Subject: Automatic reply\r\nAuto-Submitted: auto-replied",
        )
        place.receive(notice)
        assert over(place) is None


class TestWhoSaidNo:
    def test_is_left_alone_even_where_answers_stop_nothing(self, place: Office) -> None:
        """A no holds for ninety days, in every campaign; on the day after it is over."""
        place.receive(letter(NO))
        found = over(place, DEAF)
        assert found is not None
        assert (found.end, "ninety days" in found.reason) == (End.NOT_INTERESTED, True)
        place.later(days=COOL_DOWN_DAYS, seconds=-1)
        assert end(place, DEAF) is End.NOT_INTERESTED
        place.later(seconds=1)
        assert end(place, DEAF) is None

    @pytest.mark.parametrize(("later", "expected"), [(WISH, None), (YES, End.NOT_INTERESTED)])
    def test_has_changed_their_mind_by_a_plain_wish_only(
        self, place: Office, later: str, expected: End | None
    ) -> None:
        """A later wish lifts the no; words that nobody can label do not."""
        place.receive(letter(NO))
        place.later(hours=1)
        place.receive(letter(later, number=2))
        assert end(place, DEAF) is expected
