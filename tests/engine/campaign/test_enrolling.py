"""From a saved filter to recipients: what is foretold, who is left out, and that both agree."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.fakes.office import DANA, MAILBOX, Office, office
from tests.fakes.outreach import THREE, hire

from bailiwick.domain.campaign.audience import Obstacle
from bailiwick.domain.campaign.campaign import CampaignStatus
from bailiwick.domain.campaign.enrolment import End, ended, enrolment_id
from bailiwick.domain.campaign.forecast import last_touch_on
from bailiwick.domain.campaign.pace import WarmUp
from bailiwick.domain.crm import Role
from bailiwick.domain.filter.filter_text import condition_of
from bailiwick.domain.ids import ContactId
from bailiwick.domain.reach import Sight
from bailiwick.engine.campaign.changing import UnableToChangeCampaign, UnableToFindCampaign
from bailiwick.store.scope import own
from bailiwick.store.tables.crm import CONTACTS

EVERYBODY = (condition_of("created_at known"),)
AMERICANS = (condition_of("country is US"),)
RUSSIANS = (condition_of("country is RU"),)


def crowd(place: Office) -> None:
    """Store five Americans, of whom one asked to be left alone, beside Dana of Great Britain."""
    hire(place, 5)
    place.suppress("kim3@acme.example")


class TestAPreview:
    def test_tells_what_enrolling_then_does(self, tmp_path: Path) -> None:
        """Counts, obstacles and mails; enrolling by the same conditions finds the same."""
        with office(tmp_path) as place:
            crowd(place)
            desk, by = place.app.campaigns, place.person(Role.REP)
            desk.administration.create("Spring", THREE, by=by)
            desk.administration.enrol("Spring", [ContactId("con_000")], by=by)
            told = desk.previewing.preview(EVERYBODY, campaign="Spring")
            found = told.reception
            assert (found.matched_count, found.clear_count) == (6, 3)
            assert {one: count for one, count in found.obstacles.items() if count} == {
                Obstacle.ENROLLED: 1,
                Obstacle.SUPPRESSED: 1,
                Obstacle.NO_CONSENT: 1,
            }
            assert (found.enrolled_count, told.touches_count, told.mails_count_max) == (4, 3, 12)
            assert told.picodollars == 0
            done = desk.enrolling.matching("Spring", EVERYBODY, source="all", by=by)
            assert done.new_count == found.enrolled_count
            assert done.left_out == {Obstacle.ENROLLED: 1, Obstacle.SUPPRESSED: 1}
            assert done.next_cursor is None

    def test_changes_nothing(self, tmp_path: Path) -> None:
        """Nobody is enrolled and nothing is on record by looking."""
        with office(tmp_path) as place:
            with place.app.units.read() as unit:
                before = unit.records.head()
            place.app.campaigns.previewing.preview(EVERYBODY)
            with place.app.units.read() as unit:
                assert unit.records.head() == before
                assert unit.campaigns.of_contact(DANA) == ()

    def test_tells_when_the_first_and_the_last_touch_go(self, tmp_path: Path) -> None:
        """In office hours the first goes at once; the last waits for the gaps of the series."""
        with office(tmp_path) as place:
            told = place.app.campaigns.previewing.preview(EVERYBODY, series=THREE)
            assert told.first_at == place.clock.now()
            assert told.last_on == date(2026, 7, 24), "eight working days after a Tuesday"
            nobody = place.app.campaigns.previewing.preview(AMERICANS)
            assert (nobody.first_at, nobody.last_on, nobody.mails_count_max) == (None, None, 0)
            with pytest.raises(UnableToFindCampaign):
                place.app.campaigns.previewing.preview(EVERYBODY, campaign="Autumn")

    def test_tells_of_others_where_no_hour_is_open_for_some(self, tmp_path: Path) -> None:
        """Of whom nobody knows where in Russia they live keeps nobody from looking."""
        with office(tmp_path) as place:
            (kim,) = hire(place, 1, country="RU")
            with place.app.units.write() as unit:
                unit.scope.change(
                    update(CONTACTS).where(own(CONTACTS), CONTACTS.c.id == kim).values(timezone="")
                )
                unit.commit()
            told = place.app.campaigns.previewing.preview(EVERYBODY, series=THREE)
            assert (told.reception.matched_count, told.first_at) == (2, place.clock.now())
            alone = place.app.campaigns.previewing.preview(RUSSIANS, series=THREE)
            assert (alone.reception.matched_count, alone.first_at, alone.last_on) == (1, None, None)

    def test_counts_the_rows_that_the_caller_sees(self, tmp_path: Path) -> None:
        """Somebody who owns nobody would reach nobody."""
        with office(tmp_path) as place:
            sight = Sight(person_id=place.person(Role.REP), owners=frozenset({MAILBOX}))
            seen = place.app.units.seen_by(sight)
            desk = place.app.campaigns
            assert desk.previewing.preview(EVERYBODY, within=seen).reception.matched_count == 0
            desk.administration.create("Spring", by=place.person(Role.REP))
            done = desk.enrolling.matching(
                "Spring", EVERYBODY, source="all", by=place.person(Role.REP), within=seen
            )
            assert done.new_count == 0


class TestEnrolling:
    def test_takes_pages_and_says_where_to_go_on(self, tmp_path: Path) -> None:
        """A bounded number at once; the cursor takes the rest, and again changes nothing."""
        with office(tmp_path) as place:
            crowd(place)
            desk, by = place.app.campaigns, place.person(Role.REP)
            desk.administration.create("Spring", by=by)
            pages = replace(desk.enrolling, page_size=2, pages_count_max=2)
            first = pages.matching("Spring", EVERYBODY, source="all", by=by)
            assert first.next_cursor is not None
            rest = pages.matching(
                "Spring", EVERYBODY, source="all", by=by, cursor=first.next_cursor
            )
            assert (first.new_count + rest.new_count, rest.next_cursor) == (5, None)
            with place.app.units.read() as unit:
                told = unit.records.about(first.campaign.campaign_id)
            assert [r.payload.get("filter") for r in told] == [None, "all", "all", "all"]

    def test_lets_a_completed_campaign_go_on(self, tmp_path: Path) -> None:
        """Somebody new is enrolled: the campaign runs again, and those who ended stay ended."""
        with office(tmp_path) as place:
            desk, by = place.app.campaigns.administration, place.person(Role.ADMIN)
            made = desk.create("Spring", THREE, by=by)
            desk.enrol("Spring", [DANA], by=by)
            desk.start("Spring", by=by)
            with place.app.units.write() as unit:
                kept = unit.campaigns.enrolment(enrolment_id(made.campaign_id, DANA))
                assert kept is not None
                over = ended(kept.enrolment, End.REPLIED, reason="", at=place.clock.now())
                unit.campaigns.save_enrolment(replace(kept, enrolment=over))
                unit.commit()
            place.app.campaigns.keep_going()
            with place.app.units.read() as unit:
                found = unit.campaigns.get(made.campaign_id)
            assert found is not None
            assert found.status is CampaignStatus.COMPLETED
            (kim,) = hire(place, 1)
            again = desk.enrol("Spring", [DANA, kim], by=by)
            assert again.campaign.status is CampaignStatus.RUNNING
            assert again.campaign.ended_at is None
            assert (again.new_count, again.left_out) == (1, {Obstacle.ENROLLED: 1})

    def test_takes_a_rep(self, tmp_path: Path) -> None:
        """A viewer enrols nobody."""
        with office(tmp_path) as place:
            place.app.campaigns.administration.create("Spring", by=place.person(Role.REP))
            with pytest.raises(UnableToChangeCampaign, match="takes a rep"):
                place.app.campaigns.enrolling.matching(
                    "Spring", EVERYBODY, source="all", by=place.person(Role.VIEWER)
                )


class TestTheForecast:
    def test_is_bounded_by_the_pace_of_the_mailbox(self) -> None:
        """A new mailbox sends 10 a day at first; years of work are said as none."""
        tuesday = date(2026, 7, 14)
        warm = WarmUp()

        def last(count: int, since: date = tuesday) -> date | None:
            return last_touch_on(tuesday, count, THREE, warm_up=warm, since=since)

        assert last(0) == tuesday
        few, many = last(3), last(300)
        assert few is not None
        assert many is not None
        assert few == date(2026, 7, 24) < many
        warmed = last(300, since=tuesday - timedelta(days=60))
        assert warmed is not None
        assert warmed < many
        assert last(10_000_000) is None
