"""Who leaves, who stays, what a change reaches (peers' acceptance 7, 14, 15 and 16)."""

from collections.abc import Callable, Generator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from tests.fakes.office import DANA, MAILBOX, Office, letter, office
from tests.fakes.outreach import DAY, StillTimetable, hire, recipient, run_campaign, sign, turn

from bailiwick.connectors.smtp.fake import Behaviour
from bailiwick.connectors.smtp.unsubscribe import unsubscribe_token
from bailiwick.domain.campaign.campaign import Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import End, Stage
from bailiwick.domain.campaign.series import Series, Touch
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ContactId
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.receipt import Outcome
from bailiwick.engine.permission.one_click import OptingOut
from bailiwick.store.workspaces import SqlWorkspaces
from bailiwick.wiring.persons import erase_person

TWO = Series(version=1, touches=(Touch(gap_days=0), Touch(gap_days=3)))


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url, timetable=StillTimetable(gap=4 * DAY)) as opened:
        yield opened


def mailed(place: Office) -> list[str]:
    """Return to whom mail went, in its order."""
    return [
        str(message_from_bytes(raw, policy=default)["To"].addresses[0].addr_spec)
        for _, raw in place.mail.delivered
    ]


def round_of(place: Office) -> None:
    """Turn, sign what waits, turn, and let four days pass."""
    turn(place)
    sign(place)
    turn(place)
    place.later(days=4)


def status(place: Office, campaign: Campaign) -> CampaignStatus:
    with place.app.units.read() as unit:
        found = unit.campaigns.get(campaign.campaign_id)
    assert found is not None
    return found.status


def address_of(contact_id: ContactId) -> str:
    """Return the address that `hire` gave somebody."""
    return f"kim{int(contact_id.removeprefix('con_'))}@acme.example"


def click(place: Office, contact_id: ContactId) -> None:
    """Leave by the link."""
    OptingOut(place.app.units, place.clock).opt_out(address_hash(address_of(contact_id)))


def button(place: Office, contact_id: ContactId) -> None:
    """Leave by the mail that a mail program's button sends."""
    secret = SqlWorkspaces(place.app.database).secret(place.app.workspace.workspace_id)
    token = unsubscribe_token(address_of(contact_id), secret=secret)
    place.receive(
        (
            f"From: {address_of(contact_id)}\r\nTo: {MAILBOX}\r\nSubject: unsubscribe {token}\r\n"
            "Date: Tue, 14 Jul 2026 09:12:44 +0000\r\nMessage-ID: <u@acme.example>\r\n\r\n"
        ).encode()
    )


class TestOneMemberLeaves:
    @pytest.mark.parametrize("leave", [click, button])
    def test_7_and_the_others_go_on(
        self, place: Office, leave: Callable[[Office, ContactId], None]
    ) -> None:
        """Peers 7: of five colleagues one leaves; four get the rest, and all have an end."""
        whom = hire(place, 5)
        campaign = run_campaign(place, *whom, series=TWO)
        round_of(place)
        leave(place, whom[2])
        for _ in range(3):
            round_of(place)
        ends = [recipient(place, campaign, one).end for one in whom]
        assert ends[2] is not None
        assert ends[2] is not End.FINISHED
        assert [*ends[:2], *ends[3:]] == [End.FINISHED] * 4
        counts = [mailed(place).count(address_of(one)) for one in whom]
        assert counts == [2, 2, 1, 2, 2]
        assert status(place, campaign) is CampaignStatus.COMPLETED


class TestASuppression:
    def test_7_of_an_imported_list_ends_it_before_anything_is_drafted(self, place: Office) -> None:
        """Peers 7: whom a list of another system names gets an end, and nobody a card to sign."""
        campaign = run_campaign(place, series=TWO)
        place.suppress("dana@acme.example")
        turn(place)
        assert place.pending() == ()
        assert recipient(place, campaign).end is End.OPTED_OUT


class TestFinished:
    def test_14_only_when_every_recipient_has_an_end(self, place: Office) -> None:
        """Peers 14: a campaign runs as long as one of three waits, is held, or is on its way."""
        whom = hire(place, 3)
        campaign = run_campaign(place, *whom, series=TWO)
        for _ in range(6):
            turn(place)
            ended = [recipient(place, campaign, one).stage is Stage.ENDED for one in whom]
            done = status(place, campaign) is CampaignStatus.COMPLETED
            assert done == all(ended)
            for card in place.pending()[:1]:  # one signature a round
                place.app.inbox.approve(
                    card.approval_id,
                    person_id=place.person(Role.ADMIN),
                    shown_hash=card.payload_hash,
                )
            place.later(days=2)
        for _ in range(6):
            round_of(place)
        assert status(place, campaign) is CampaignStatus.COMPLETED
        assert all(recipient(place, campaign, one).end is not None for one in whom)

    def test_14_not_while_a_mail_is_in_doubt(self, place: Office) -> None:
        """Peers 14: what nobody knows about is no end; a person's word makes it one."""
        campaign = run_campaign(place, series=Series(version=1, touches=(Touch(gap_days=0),)))
        place.mail.script = (Behaviour(outcome=Outcome.UNKNOWN, accepted=True),)
        place.mail.findable = False
        for _ in range(4):
            round_of(place)
        assert recipient(place, campaign).stage is Stage.TOUCHING
        assert status(place, campaign) is CampaignStatus.RUNNING

    def test_14_also_when_the_last_recipient_is_erased(self, place: Office) -> None:
        """Peers 14: nobody is left to wait for, so the campaign does not run for ever."""
        campaign = run_campaign(place, series=TWO)
        round_of(place)
        erase_person(place.app, DANA, person_id=place.person(Role.ADMIN), reason="asked")
        turn(place)
        assert status(place, campaign) is CampaignStatus.COMPLETED

    def test_14_goes_on_for_who_was_missing(self, place: Office) -> None:
        """Peers 14: who is enrolled after the end gets every touch, nobody gets one twice."""
        campaign = run_campaign(place, series=TWO)
        for _ in range(4):
            round_of(place)
        assert status(place, campaign) is CampaignStatus.COMPLETED
        (late,) = hire(place, 1)
        place.app.campaigns.administration.enrol(
            "Spring", [DANA, late], by=place.person(Role.ADMIN)
        )
        assert status(place, campaign) is CampaignStatus.RUNNING
        for _ in range(4):
            round_of(place)
        assert status(place, campaign) is CampaignStatus.COMPLETED
        assert mailed(place).count("dana@acme.example") == 2
        assert mailed(place).count(address_of(late)) == 2


class TestAChangeUnderWay:
    @pytest.mark.parametrize(("in_flight", "known_count"), [(True, 1), (False, 2)])
    def test_15_reaches_whom_it_says(
        self,
        place: Office,
        in_flight: bool,  # noqa: FBT001 - a parameter of the test
        known_count: int,
    ) -> None:
        """Peers 15: in flight too, or only who comes later; the newcomer gets the new one."""
        campaign = run_campaign(place, series=TWO)
        round_of(place)
        desk, admin = place.app.campaigns.administration, place.person(Role.ADMIN)
        desk.change("Spring", replace(TWO, touches=TWO.touches[:1]), in_flight=in_flight, by=admin)
        (late,) = hire(place, 1)
        desk.enrol("Spring", [late], by=admin)
        for _ in range(5):
            round_of(place)
        assert mailed(place).count("dana@acme.example") == known_count
        assert mailed(place).count(address_of(late)) == 1
        assert status(place, campaign) is CampaignStatus.COMPLETED

    def test_15_leaves_a_touch_that_is_held_as_it_was(self, place: Office) -> None:
        """Peers 15: a card that waits for a signature keeps the words that will be signed."""
        run_campaign(place, series=TWO)
        turn(place)
        (before,) = place.pending()
        place.app.campaigns.administration.change(
            "Spring",
            replace(TWO, touches=TWO.touches[:1]),
            in_flight=True,
            by=place.person(Role.ADMIN),
        )
        turn(place)
        (after,) = place.pending()
        assert (after.approval_id, after.payload_hash) == (before.approval_id, before.payload_hash)


class TestAReply:
    @pytest.mark.parametrize("stops", [True, False])
    def test_16_of_a_colleague_stops_the_account_if_set(self, place: Office, stops: bool) -> None:  # noqa: FBT001 - a parameter of the test
        """Peers 16: one answer ends it for the company, or only for whoever answered."""
        whom = (DANA, *hire(place, 2))
        chosen = frozenset({End.REPLIED, End.ACCOUNT_REPLIED} if stops else {End.REPLIED})
        campaign = run_campaign(place, *whom, series=replace(TWO, stops=chosen))
        round_of(place)
        place.receive(letter("Yes, please call me."))
        for _ in range(3):
            round_of(place)
        assert recipient(place, campaign).end is End.REPLIED
        others = {recipient(place, campaign, one).end for one in whom[1:]}
        assert others == {End.ACCOUNT_REPLIED if stops else End.FINISHED}
        assert mailed(place).count("dana@acme.example") == 1
        assert {mailed(place).count(address_of(one)) for one in whom[1:]} == {1 if stops else 2}
