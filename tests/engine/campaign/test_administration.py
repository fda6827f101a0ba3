"""Campaigns as people make and change them: who may, what follows, what is on record."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, office

from bailiwick.domain.campaign.audience import Obstacle
from bailiwick.domain.campaign.campaign import Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import End, Stage, enrolment_id
from bailiwick.domain.campaign.series import DEFAULT, Touch
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ContactId
from bailiwick.engine.campaign.changing import (
    UnableToChangeCampaign,
    UnableToChangeStaleCampaign,
    UnableToFindCampaign,
)
from bailiwick.engine.campaign.enrolling import CONTACTS_COUNT_MAX
from bailiwick.ports.campaigns import Kept

SHORT = replace(DEFAULT, touches=(Touch(gap_days=0), Touch(gap_days=2)))


def a_campaign(place: Office, *, running: bool = True) -> Campaign:
    """Make a campaign with Dana in it."""
    desk = place.app.campaigns.administration
    made = desk.create("Spring", by=place.person(Role.REP))
    made = desk.enrol(made.campaign_id, [DANA], by=place.person(Role.REP)).campaign
    return desk.start("Spring", by=place.person(Role.APPROVER)) if running else made


def dana_of(place: Office, campaign: Campaign) -> Kept:
    """Return Dana's enrolment."""
    with place.app.units.read() as unit:
        found = unit.campaigns.enrolment(enrolment_id(campaign.campaign_id, DANA))
    assert found is not None
    return found


def events(place: Office, campaign: Campaign) -> list[object]:
    """Return what is on record about a campaign."""
    with place.app.units.read() as unit:
        return [r.payload["event"] for r in unit.records.about(campaign.campaign_id)]


class TestALife:
    def test_is_on_record_from_its_making_to_its_stop(self, tmp_path: Path) -> None:
        """Made, filled, started, paused, resumed, stopped; the last ends its recipients."""
        with office(tmp_path) as place:
            desk = place.app.campaigns.administration
            rep, approver = place.person(Role.REP), place.person(Role.APPROVER)
            made = a_campaign(place)
            assert made.status is CampaignStatus.RUNNING
            paused = desk.pause("Spring", by=rep, reason="a fair")
            assert (paused.status, paused.status_reason) == (CampaignStatus.PAUSED, "a fair")
            again = desk.resume("Spring", by=approver)
            assert (again.status, again.status_reason) == (CampaignStatus.RUNNING, "")
            stopped = desk.stop("Spring", by=rep, reason="no budget")
            assert stopped.recipients_count == 1
            assert stopped.campaign.ended_at == place.clock.now()
            dana = dana_of(place, made).enrolment
            assert (dana.stage, dana.end, dana.reason) == (Stage.ENDED, End.STOPPED, "no budget")
            assert events(place, made) == [
                *("made", "enrolled", "started", "paused", "resumed", "stopped"),
            ]

    def test_ends_for_good_when_it_is_stopped(self, tmp_path: Path) -> None:
        """Nothing can be done to it any more."""
        with office(tmp_path) as place:
            desk, by = place.app.campaigns.administration, place.person(Role.ADMIN)
            a_campaign(place)
            desk.stop("Spring", by=by, reason="no budget")
            for act in (
                lambda: desk.resume("Spring", by=by),
                lambda: desk.start("Spring", by=by),
                lambda: desk.stop("Spring", by=by, reason="again"),
                lambda: desk.change("Spring", SHORT, by=by),
                lambda: desk.enrol("Spring", [DANA], by=by),
            ):
                with pytest.raises(UnableToChangeCampaign, match="stopped"):
                    act()

    def test_does_not_begin_with_nobody(self, tmp_path: Path) -> None:
        """A campaign that nobody is enrolled in would be over at once."""
        with office(tmp_path) as place:
            desk, by = place.app.campaigns.administration, place.person(Role.ADMIN)
            desk.create("Spring", by=by)
            with pytest.raises(UnableToChangeCampaign, match="enrol somebody first"):
                desk.start("Spring", by=by)


class TestAChange:
    def test_reaches_new_recipients_only_unless_it_says_otherwise(self, tmp_path: Path) -> None:
        """Who is under way keeps their version; with `in_flight` they go on with the new one."""
        with office(tmp_path) as place:
            desk, approver = place.app.campaigns.administration, place.person(Role.APPROVER)
            made = a_campaign(place)
            first = desk.change("Spring", SHORT, by=place.person(Role.REP))
            assert (first.campaign.version, first.recipients_count) == (2, 0)
            assert dana_of(place, made).enrolment.version == 1
            second = desk.change("Spring", SHORT, in_flight=True, by=approver)
            assert (second.campaign.version, second.recipients_count) == (3, 1)
            assert dana_of(place, made).enrolment.version == 3
            with place.app.units.read() as unit:
                kept = [unit.campaigns.series(made.campaign_id, n) for n in (1, 2, 3)]
            assert kept == [DEFAULT, replace(SHORT, version=2), replace(SHORT, version=3)]

    def test_of_what_somebody_changed_meanwhile_is_refused(self, tmp_path: Path) -> None:
        """Whoever read an older row looks again; whoever read this one goes on."""
        with office(tmp_path) as place:
            desk, by = place.app.campaigns.administration, place.person(Role.ADMIN)
            made = a_campaign(place)
            with pytest.raises(UnableToChangeStaleCampaign, match="changed meanwhile"):
                desk.pause("Spring", by=by, reason="a fair", seen=made.row_version - 1)
            now = desk.pause("Spring", by=by, reason="a fair", seen=made.row_version)
            assert now.row_version == made.row_version + 1


class TestEnrolling:
    def test_twice_changes_nothing(self, tmp_path: Path) -> None:
        """Who is a recipient already stays where they are."""
        with office(tmp_path) as place:
            desk = place.app.campaigns.administration
            a_campaign(place)
            again = desk.enrol("Spring", [DANA, DANA], by=place.person(Role.REP))
            assert (again.new_count, again.left_out) == (0, {Obstacle.ENROLLED: 1})

    def test_takes_contacts_that_there_are_in_bounded_numbers(self, tmp_path: Path) -> None:
        """An unknown id is named; nobody, and too many at once, are refused."""
        with office(tmp_path) as place:
            desk, by = place.app.campaigns.administration, place.person(Role.REP)
            a_campaign(place)
            with pytest.raises(UnableToChangeCampaign, match="such as 'con_nobody'"):
                desk.enrol("Spring", [DANA, ContactId("con_nobody")], by=by)
            for count in (0, CONTACTS_COUNT_MAX + 1):
                many = [ContactId(f"con_{number}") for number in range(count)]
                with pytest.raises(UnableToChangeCampaign, match="enrolled at once"):
                    desk.enrol("Spring", many, by=by)


class TestWhoMay:
    def test_let_mail_go_is_an_approver(self, tmp_path: Path) -> None:
        """A rep makes, fills, pauses and stops; starting, resuming and rewriting take more."""
        with office(tmp_path) as place:
            desk, rep = place.app.campaigns.administration, place.person(Role.REP)
            a_campaign(place, running=False)
            for ask in (
                lambda: desk.start("Spring", by=rep),
                lambda: desk.change("Spring", SHORT, in_flight=True, by=rep),
                lambda: desk.resume("Spring", by=rep),
            ):
                with pytest.raises(UnableToChangeCampaign, match="takes an approver"):
                    ask()

    def test_make_one_is_a_rep(self, tmp_path: Path) -> None:
        """A viewer makes none and stops none."""
        with office(tmp_path) as place:
            desk, viewer = place.app.campaigns.administration, place.person(Role.VIEWER)
            with pytest.raises(UnableToChangeCampaign, match="takes a rep"):
                desk.create("Summer", by=viewer)
            a_campaign(place)
            with pytest.raises(UnableToChangeCampaign, match="takes a rep"):
                desk.stop("Spring", by=viewer, reason="why not")

    def test_is_told_what_a_name_and_a_reason_look_like(self, tmp_path: Path) -> None:
        """An empty or taken name, an empty reason and an unknown campaign are said as such."""
        with office(tmp_path) as place:
            desk, by = place.app.campaigns.administration, place.person(Role.ADMIN)
            for name in ("", "\n", "x" * 121):
                with pytest.raises(UnableToChangeCampaign, match="1 to 120 characters"):
                    desk.create(name, by=by)
            a_campaign(place)
            with pytest.raises(UnableToChangeCampaign, match="already"):
                desk.create("Spring", by=by)
            with pytest.raises(UnableToChangeCampaign, match="reason"):
                desk.pause("Spring", by=by, reason=" ")
            with pytest.raises(UnableToFindCampaign, match="campaign list"):
                desk.start("Autumn", by=by)
