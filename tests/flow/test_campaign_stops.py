"""What stops a recipient of a campaign: at once, with the cards and mail that were under way."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from tests.fakes.changing import give_away, meet, move_deal
from tests.fakes.office import DANA, Office, letter, office
from tests.fakes.outreach import (
    DAY,
    THREE,
    StillTimetable,
    hire,
    recipient,
    run_campaign,
    sign,
    turn,
)

from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.campaign.enrolment import End, Stage
from bailiwick.domain.campaign.touch import Fate, Truth
from bailiwick.domain.ids import ContactId
from bailiwick.domain.mail_address import address_hash
from bailiwick.engine.permission.one_click import OptingOut

YES: Final = "Thanks, tell me more about it, please."
NO: Final = "Thanks, but we are not interested."
GONE: Final = (
    b"From: Dana Whitfield <dana@acme.example>\r\nTo: sales@northwind.example\r\n"
    b"Subject: Automatic reply: away\r\nDate: Tue, 14 Jul 2026 09:12:44 +0000\r\n"
    b"Message-ID: <gone@acme.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    b"I am out of the office until 24 July 2026 and will answer when I am back.\r\n"
)


@pytest.fixture
def place(tmp_path: Path) -> Generator[Office]:
    with office(tmp_path, timetable=StillTimetable(gap=7 * DAY)) as found:
        yield found


def lifecycle(place: Office, contact_id: ContactId = DANA) -> str:
    with place.app.units.read() as unit:
        found = unit.crm.contact(contact_id)
    assert found is not None
    return found.lifecycle


def change(place: Office, contact_id: ContactId, what: str) -> End:
    """Change the records of a contact as an import would; return what that ends."""
    now = place.clock.now()
    with place.app.units.write() as unit:
        match what:
            case "owner":
                give_away(unit, contact_id)
            case "deal":
                move_deal(unit, contact_id, at=now)
            case "meeting":
                meet(unit, contact_id, at=now)
            case _:
                unit.guards.mark_bounced("kim0@acme.example")
        unit.commit()
    ends = {"owner": End.OWNER_CHANGED, "deal": End.DEAL_MOVED, "meeting": End.MEETING}
    return ends.get(what, End.BOUNCED)


class TestAReply:
    def test_ends_it_and_takes_the_card_back(self, place: Office) -> None:
        """The card of the touch under way goes stale with the mail that came; nothing is sent."""
        campaign = run_campaign(place)
        turn(place)
        place.receive(letter(YES))
        now = recipient(place, campaign)
        assert (now.stage, now.end) == (Stage.ENDED, End.REPLIED)
        assert [card.status for card in place.cards() if card.capability == "campaign"] == [
            ApprovalStatus.STALE
        ]
        for _ in range(3):
            turn(place)
            place.later(days=8)
        assert place.mail.delivered == []

    @pytest.mark.parametrize("stops", [THREE.stops, frozenset({End.MEETING})])
    def test_that_is_a_no_is_told_apart(self, place: Office, stops: frozenset[End]) -> None:
        """A no ends it as such, whatever the series stops for; funnel and table say so, once."""
        people = hire(place, 2)
        campaign = run_campaign(place, *people, series=replace(THREE, stops=stops))
        for number, (who, text) in enumerate((("kim0", NO), ("kim1", YES))):
            place.receive(letter(text, number=number, sender=f"Kim <{who}@acme.example>"))
        ends = [recipient(place, campaign, kim).end for kim in people]
        yes = End.REPLIED if End.REPLIED in stops else None
        assert ends == [End.NOT_INTERESTED, yes]
        found = place.app.campaigns.tallying.funnel("Spring")
        table = place.app.campaigns.tallying.table("Spring", cursor=None, size=9).items
        assert found.truths[Truth.NOT_INTERESTED] == 1
        assert [one.truth for one in table].count(Truth.NOT_INTERESTED) == 1
        assert sum(found.truths.values()) == found.recipients_count == len(table) == 2
        assert sum(step.ended[End.NOT_INTERESTED] for step in found.steps) == 1

    def test_a_second_before_the_touch_is_in_time(self, place: Office) -> None:
        """A-CAMP-2: signed and queued, the mail is withdrawn in the commit that takes the reply."""
        campaign = run_campaign(place)
        turn(place)
        assert sign(place) == 1
        place.receive(letter(YES))
        turn(place)
        assert place.mail.delivered == []
        with place.app.units.read() as unit:
            (touch,) = unit.touches.touches(recipient(place, campaign).enrolment_id)
        assert touch.fate is Fate.PUT_OFF

    def test_makes_a_prospect_a_lead_once(self, place: Office) -> None:
        """Who is enrolled is kept apart from leads until they answer, and becomes one once."""
        (kim,) = hire(place, 1, lifecycle="")
        run_campaign(place, kim)
        assert lifecycle(place, kim) == "prospect"
        sender = "Kim Ode <kim0@acme.example>"
        place.receive(letter(YES, sender=sender))
        assert lifecycle(place, kim) == "lead"
        with place.app.units.read() as unit:
            head, _ = unit.records.head()
        place.receive(letter(YES, number=2, sender=sender))
        with place.app.units.read() as unit:
            events = [record.payload.get("event") for record in unit.records.since(head, size=50)]
        assert "became_lead" not in events

    def test_of_a_colleague_ends_it_where_the_series_says_so(self, place: Office) -> None:
        """One answer of a company stops all of it in one campaign, and nobody in the other."""
        people = hire(place, 2)
        whole = replace(THREE, stops=THREE.stops | {End.ACCOUNT_REPLIED})
        first = run_campaign(place, *people, series=whole)
        second = run_campaign(place, *people, name="Autumn", granted=False)
        place.receive(letter(YES, sender="Kim <kim0@acme.example>"))
        ends = [
            [recipient(place, campaign, kim).end for kim in people] for campaign in (first, second)
        ]
        assert ends == [[End.REPLIED, End.ACCOUNT_REPLIED], [End.REPLIED, None]]


class TestAnAbsence:
    def test_pauses_until_they_are_back(self, place: Office) -> None:
        """The card goes; a working day after the return the same touch is drafted anew."""
        campaign = run_campaign(place)
        turn(place)
        place.receive(GONE)
        now = recipient(place, campaign)
        assert (now.stage, now.end) == (Stage.PAUSED, None)
        assert now.wake_at is not None
        assert now.wake_at.date().isoformat() == "2026-07-25"
        turn(place)
        place.clock.set(now.wake_at)
        assert turn(place).tick.begun_count == 1
        sign(place)
        turn(place)
        assert len(place.mail.delivered) == 1
        assert recipient(place, campaign).touches_count == 1

    @pytest.mark.parametrize("settled", [True, False])
    def test_that_is_short_brings_no_touch_forward(self, place: Office, *, settled: bool) -> None:
        """Back before the next touch is due, or heard of while one is on its way: the gap holds."""
        campaign = run_campaign(place)
        turn(place)
        sign(place)
        went_at = place.clock.now()
        if settled:
            turn(place)
        else:
            place.drain()
        assert len(place.mail.delivered) == 1
        place.receive(GONE.replace(b"24 July", b"15 July"))
        turn(place)
        now = recipient(place, campaign)
        assert (now.stage, now.touches_count) == (Stage.PAUSED, 1)
        assert now.wake_at == went_at + 7 * DAY


class TestAnOptOut:
    def test_between_approval_and_send_is_in_time(self, place: Office) -> None:
        """A-CAMP-4: one click after the signature, and nothing leaves; the end says why."""
        campaign = run_campaign(place)
        turn(place)
        sign(place)
        OptingOut(place.app.units, place.clock).opt_out(address_hash("dana@acme.example"))
        turn(place)
        assert place.mail.delivered == []
        assert recipient(place, campaign).end is End.OPTED_OUT

    def test_by_mail_ends_all_their_campaigns(self, place: Office) -> None:
        """A certain request to stop is an opt-out, in every campaign at once."""
        campaigns = [run_campaign(place), run_campaign(place, name="Autumn", granted=False)]
        place.receive(letter("Please unsubscribe me from this list."))
        assert [recipient(place, one).end for one in campaigns] == [End.OPTED_OUT] * 2


class TestAChangeOfRecords:
    @pytest.mark.parametrize("what", ["owner", "deal", "meeting", "flag"])
    def test_ends_it_before_the_next_touch(self, place: Office, what: str) -> None:
        """Another owner, a deal that moved, a meeting, a flag: seen before a touch begins."""
        (kim,) = hire(place, 1)
        campaign = run_campaign(place, kim)
        place.later(minutes=1)
        expected = change(place, kim, what)
        turn(place)
        now = recipient(place, campaign, kim)
        assert (now.end, place.pending()) == (expected, ())

    def test_between_signature_and_send_is_in_time(self, place: Office) -> None:
        """What changed since the card was signed is asked again under the claim."""
        (kim,) = hire(place, 1)
        campaign = run_campaign(place, kim)
        turn(place)
        sign(place)
        place.later(minutes=1)
        change(place, kim, "owner")
        turn(place)
        assert place.mail.delivered == []
        assert recipient(place, campaign, kim).end is End.OWNER_CHANGED

    def test_is_seen_after_an_import_without_waiting_for_the_touch(self, place: Office) -> None:
        """Everybody is looked at once an import ended: the card goes, others stay."""
        people = hire(place, 2)
        campaign = run_campaign(place, *people)
        turn(place)
        place.later(minutes=1)
        change(place, people[0], "owner")
        assert place.app.campaigns.look_again() == 1
        assert [recipient(place, campaign, kim).end for kim in people] == [
            End.OWNER_CHANGED,
            None,
        ]
        assert [card.contact_id for card in place.pending()] == [people[1]]
        assert place.app.campaigns.look_again() == 0
