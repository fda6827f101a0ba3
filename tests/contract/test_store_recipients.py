"""What both databases say of recipients: whose they are, what changed, which touch a run drafts."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.changing import give_away, hire_away, meet, move_deal
from tests.store.stores import NOW, Store, a_run, add_contact

from bailiwick.domain.campaign.campaign import Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import (
    CampaignId,
    End,
    Enrolment,
    EnrolmentId,
    begun,
    ended,
    enrolled,
)
from bailiwick.domain.campaign.series import DEFAULT
from bailiwick.domain.campaign.touch import Fate, Touch
from bailiwick.domain.crm import Account
from bailiwick.domain.ids import AccountId, PersonId, RunId
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.unit import SqlUnit

ONE = CampaignId("cmp_1")
LATER = NOW + timedelta(hours=1)


def recipients(store: Store, unit: SqlUnit, count: int) -> list[Enrolment]:
    """Store a running campaign with so many recipients."""
    unit.campaigns.add(
        Campaign(
            campaign_id=ONE,
            name="Spring",
            status=CampaignStatus.RUNNING,
            made_by=PersonId("per_1"),
            created_at=NOW,
        ),
        DEFAULT,
    )
    found = [
        enrolled(
            ONE,
            add_contact(unit, store.ids, f"c{number}@theirs.example").contact_id,
            version=1,
            wake_at=NOW,
        )
        for number in range(count)
    ]
    assert unit.campaigns.enrol(found, at=NOW) == count
    return found


def end(unit: SqlUnit, enrolment_id: EnrolmentId) -> None:
    """End a recipient."""
    kept = unit.campaigns.enrolment(enrolment_id)
    assert kept is not None
    over = ended(kept.enrolment, End.REPLIED, reason="", at=NOW)
    assert unit.campaigns.save_enrolment(replace(kept, enrolment=over))


def touched(store: Store, unit: SqlUnit, who: Enrolment, number: int = 1) -> RunId:
    """Store a touch with its run, and say so in the recipient's row."""
    run = a_run(store.ids, contact_id=who.contact_id)
    unit.runs.add_all([run])
    unit.touches.add_touch(
        Touch(
            touch_id=f"tch_{run.run_id}",
            enrolment_id=who.enrolment_id,
            campaign_id=ONE,
            contact_id=who.contact_id,
            number=number,
            version=1,
            attempt=0,
            run_id=run.run_id,
            begun_at=NOW,
        )
    )
    kept = unit.campaigns.enrolment(who.enrolment_id)
    assert kept is not None
    assert unit.campaigns.save_enrolment(replace(kept, enrolment=begun(kept.enrolment)))
    return run.run_id


class TestACampaignThatIsOver:
    def test_is_one_in_which_everybody_has_an_end(self, store: Store) -> None:
        """Not one with a single open one, not one that pauses."""
        with store.units.write() as unit:
            one, two = recipients(store, unit, 2)
            end(unit, one.enrolment_id)
            assert unit.campaigns.over(count_max=9) == ()
            end(unit, two.enrolment_id)
            assert [found.campaign_id for found in unit.campaigns.over(count_max=9)] == [ONE]
            found = unit.campaigns.get(ONE)
            assert found is not None
            unit.campaigns.save(replace(found, status=CampaignStatus.PAUSED))
            assert unit.campaigns.over(count_max=9) == ()

    def test_is_one_whose_last_recipient_was_erased(self, store: Store) -> None:
        """Nobody is left to wait for; it was started with somebody."""
        with store.units.write() as unit:
            recipients(store, unit, 0)
            assert [found.campaign_id for found in unit.campaigns.over(count_max=9)] == [ONE]


class TestColleagues:
    def test_are_found_by_their_account(self, store: Store) -> None:
        """Those of the account who have not ended, and nobody else."""
        with store.units.write() as unit:
            rows = CrmRows(unit)
            rows.add_account(Account(account_id=AccountId("acc_1"), name="Theirs"))
            recipients(store, unit, 1)
            mine = add_contact(unit, store.ids, "d@theirs.example")
            gone = add_contact(unit, store.ids, "e@theirs.example")
            for contact in (mine, gone):
                hire_away(unit, contact.contact_id, AccountId("acc_1"))
            people = [enrolled(ONE, one.contact_id, version=1, wake_at=NOW) for one in (mine, gone)]
            unit.campaigns.enrol(people, at=NOW)
            end(unit, people[1].enrolment_id)
            found = unit.campaigns.of_account(AccountId("acc_1"))
        assert [kept.enrolment.contact_id for kept in found] == [mine.contact_id]


class TestWhatHappened:
    def test_is_a_meeting_or_a_deal_that_moved_since(self, store: Store) -> None:
        """What was before does not count."""
        with store.units.write() as unit:
            (who,) = recipients(store, unit, 1)
            store.clock.set(LATER)
            meet(unit, who.contact_id, at=LATER)
            move_deal(unit, who.contact_id, at=LATER)
            since = unit.campaigns.happened(who.contact_id, since=NOW)
            after = unit.campaigns.happened(who.contact_id, since=LATER)
        assert since == {End.MEETING, End.DEAL_MOVED}
        assert after == frozenset()

    def test_to_the_records_of_many_is_told_at_once(self, store: Store) -> None:
        """Another owner, a moved deal, a flag; page by page, without those who have an end."""
        with store.units.write() as unit:
            people = recipients(store, unit, 5)
            assert unit.campaigns.changed(after="", count_max=9) == ()
            give_away(unit, people[0].contact_id)
            move_deal(unit, people[1].contact_id, at=LATER)
            unit.guards.mark_bounced("c2@theirs.example")
            unit.guards.mark_bounced("c3@theirs.example")
            end(unit, people[3].enrolment_id)
            first = unit.campaigns.changed(after="", count_max=2)
            after = first[-1].enrolment.enrolment_id
            rest = unit.campaigns.changed(after=after, count_max=9)
        told = {kept.enrolment.contact_id for kept in (*first, *rest)}
        assert told == {who.contact_id for who in people[:3]}
        assert len(first) == 2


class TestAProspect:
    def test_becomes_a_lead_once(self, store: Store) -> None:
        """Who was something else before stays that."""
        with store.units.write() as unit:
            (who,) = recipients(store, unit, 1)
            known = add_contact(unit, store.ids, "k@theirs.example")
            assert unit.campaigns.answered(who.contact_id)
            assert not unit.campaigns.answered(who.contact_id)
            assert not unit.campaigns.answered(known.contact_id)
            found = unit.crm.contact(who.contact_id)
        assert found is not None
        assert found.lifecycle == "lead"


class TestABrief:
    def test_says_which_touch_of_which_series_a_run_drafts(self, store: Store) -> None:
        """Its place and whether it still may; any other run has none."""
        with store.units.write() as unit:
            (who,) = recipients(store, unit, 1)
            run_id = touched(store, unit, who, number=2)
            brief = unit.crm.brief(run_id)
            assert brief is not None
            assert (brief.number, brief.of, brief.going) == (2, len(DEFAULT.touches), True)
            assert (brief.enrolment_id, brief.enrolled_at) == (who.enrolment_id, NOW)
            assert unit.crm.brief(RunId("run_other")) is None
            touch = unit.touches.of_run(run_id)
            assert touch is not None
            assert unit.touches.of_run(RunId("run_other")) is None
            unit.touches.settle(touch, Fate.PUT_OFF, at=NOW)
            settled = unit.crm.brief(run_id)
        assert settled is not None
        assert not settled.going
