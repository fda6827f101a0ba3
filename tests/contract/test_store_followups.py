"""What waits outside campaigns is read alike from both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.store.stores import NOW, Store, a_mail, add_contact

from bailiwick.domain.campaign.campaign import Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import CampaignId, enrolled
from bailiwick.domain.campaign.series import DEFAULT
from bailiwick.domain.crm import Account, Activity, Opportunity, Task
from bailiwick.domain.followup.owed import Wanted
from bailiwick.domain.ids import (
    AccountId,
    ActivityId,
    ContactId,
    MessageId,
    OpportunityId,
    PersonId,
    TaskId,
    ThreadId,
)
from bailiwick.domain.message import Direction
from bailiwick.domain.reading import Intent, IntentScore, Reading, Span
from bailiwick.engine.followups import followups, quoted
from bailiwick.ports.mail_archive import Arrival
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.mail_archive import SqlMailArchive
from bailiwick.store.unit import SqlUnit

OLD = NOW - timedelta(days=20)
READ = Reading(intent=Intent.INFO_REQUEST, confidence_permille=900, language="en")


def mail(
    name: str, contact_id: ContactId, *, ours: bool = False, days: float = 1, text: str = "Hello",
    thread: ThreadId | None = None, reading: Reading | None = None,
) -> Arrival:  # fmt: skip
    """A mail so many days ago."""
    plain = a_mail(
        name,
        contact_id=contact_id,
        direction=Direction.OUTBOUND if ours else Direction.INBOUND,
        at=NOW - timedelta(days=days),
        thread_id=thread,
    )
    said = replace(plain.mail, text=text, own_text=text)
    return replace(plain, mail=said, reading=None if ours else (reading or READ))


def kept(unit: SqlUnit, arrival: Arrival) -> tuple[MessageId, ThreadId]:
    """Store a mail and tell its thread."""
    message_id, new = SqlMailArchive(unit.scope).add(arrival)
    assert new
    found = unit.crm.message(message_id)
    assert found is not None
    return message_id, found.thread_id


def wanted(store: Store) -> list[tuple[str, Wanted]]:
    with store.units.read() as unit:
        return [(line.contact_id, line.wanted) for line in followups(unit, at=NOW)]


class TestCorrespondence:
    def test_is_read_by_its_last_words(self, store: Store) -> None:
        """Threads come latest first with their mails latest first; older mail is left out."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "ada@theirs.example").contact_id
            bob = add_contact(unit, store.ids, "bob@theirs.example").contact_id
            first, thread = kept(unit, mail("a", ada, days=3))
            second, _ = kept(unit, mail("b", ada, ours=True, days=2, thread=thread))
            kept(unit, mail("c", bob, days=1))
            kept(unit, mail("d", bob, days=200))
            unit.commit()
        with store.units.read() as unit:
            found = unit.followups.correspondence(since=OLD, count_max=9)
            assert [one.contact_id for one in found] == [bob, ada]
            assert [word.message_id for word in found[1].words] == [second, first]
            assert found[1].words[1].reading == READ
            assert len(unit.followups.correspondence(since=OLD, count_max=1)) == 1

    def test_knows_which_mail_asks(self, store: Store) -> None:
        """A question mark of any script in our own words is a question."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "ada@theirs.example").contact_id
            plain, _ = kept(unit, mail("a", ada, ours=True))
            asks, _ = kept(unit, mail("b", ada, ours=True, text="May I call?"))
            unit.commit()
        with store.units.read() as unit:
            assert unit.followups.asking([plain, asks]) == {asks}
            assert unit.followups.asking([]) == frozenset()

    def test_tells_the_words_of_its_own_mail_only(self, store: Store) -> None:
        """Texts are given by id; another workspace's mail has none."""
        other = store.second_workspace()
        with other.units.write() as unit:
            ada = add_contact(unit, other.ids, "ada@theirs.example").contact_id
            said, _ = kept(unit, mail("a", ada, text="We would like to order"))
            unit.commit()
        with other.units.read() as unit:
            assert unit.followups.texts([said]) == {said: "We would like to order"}
            assert unit.followups.texts([]) == {}
        with store.units.read() as unit:
            assert unit.followups.texts([said]) == {}

    def test_is_of_one_workspace(self, store: Store) -> None:
        """Another workspace's mail is not on the list."""
        other = store.second_workspace()
        with other.units.write() as unit:
            ada = add_contact(unit, other.ids, "ada@theirs.example").contact_id
            kept(unit, mail("a", ada))
            unit.commit()
        assert wanted(store) == []
        assert wanted(other) == [(ada, Wanted.ANSWER)]


class TestStandings:
    def test_say_who_may_not_be_written_to(self, store: Store) -> None:
        """A suppressed address bars as a flag does; a person who is free is not barred."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "ada@theirs.example").contact_id
            bob = add_contact(unit, store.ids, "bob@theirs.example").contact_id
            CrmRows(unit).add_suppression("bob@theirs.example", reason="asked", source="test")
            unit.commit()
        with store.units.read() as unit:
            found = unit.followups.standings([ada, bob, ContactId("con_none")])
        assert {name: one.forbidden for name, one in found.items()} == {ada: False, bob: True}


class TestList:
    def test_names_answers_and_due_follow_ups(self, store: Store) -> None:
        """Their last word is owed an answer, our old question a follow-up, a notice nothing."""
        away = replace(READ, intent=Intent.AUTO_REPLY, automatic=True)
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "ada@theirs.example").contact_id
            bob = add_contact(unit, store.ids, "bob@theirs.example").contact_id
            add_contact(unit, store.ids, "eve@theirs.example")
            kept(unit, mail("a", ada))
            _, thread = kept(unit, mail("b", bob, ours=True, days=15, text="May I call?"))
            kept(unit, mail("c", bob, days=14, thread=thread, reading=away))
            unit.commit()
        assert wanted(store) == [(ada, Wanted.ANSWER), (bob, Wanted.FOLLOW_UP)]

    @pytest.mark.parametrize("open_", [True, False])
    def test_leaves_silent_recipients_to_their_campaign(self, store: Store, *, open_: bool) -> None:
        """While a campaign writes to somebody nobody else follows up; an answer is still owed."""
        campaign = CampaignId(store.ids.new("cmp"))
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "ada@theirs.example").contact_id
            bob = add_contact(unit, store.ids, "bob@theirs.example").contact_id
            kept(unit, mail("a", ada, ours=True, days=15, text="May I call?"))
            kept(unit, mail("b", bob))
            if open_:
                unit.campaigns.add(
                    Campaign(
                        campaign_id=campaign, name="Autumn", status=CampaignStatus.RUNNING,
                        made_by=PersonId("per_1"), created_at=NOW,
                    ),
                    DEFAULT,
                )  # fmt: skip
                unit.campaigns.enrol(
                    [enrolled(campaign, who, version=1, wake_at=NOW) for who in (ada, bob)], at=NOW
                )
            unit.commit()
        assert ((ada, Wanted.FOLLOW_UP) in wanted(store)) is not open_
        assert (bob, Wanted.ANSWER) in wanted(store)


def warm(permille: int, **changes: object) -> Reading:
    """A reading with a score and the words for it."""
    score = IntentScore(
        purchase_permille=0, urgency_permille=0, sentiment_permille=0, score_permille=permille
    )
    spans = (Span(kind="buying", start=3, end=8),)
    return replace(READ, score=score, spans=spans, **changes)  # pyright: ignore[reportArgumentType] - fields by name


class TestWarmth:
    def test_orders_who_is_owed_an_answer(self, store: Store) -> None:
        """Old heat has cooled, a newer no ends it; who is warm now comes first, with the words."""
        no = warm(90, intent=Intent.NOT_INTERESTED)
        with store.units.write() as unit:
            ada, bob, eve = (
                add_contact(unit, store.ids, f"{name}@theirs.example").contact_id
                for name in ("ada", "bob", "eve")
            )
            _, thread = kept(unit, mail("a", ada, days=28, reading=warm(960)))
            kept(unit, mail("b", ada, reading=warm(100), thread=thread))
            newest, _ = kept(unit, mail("c", bob, reading=warm(700), text="To order"))
            kept(unit, mail("d", eve, days=1.01, reading=warm(960)))
            kept(unit, mail("e", eve, reading=no))
            unit.commit()
        with store.units.read() as unit:
            lines = quoted(unit, followups(unit, at=NOW))
        assert [one.contact_id for one in lines] == [bob, ada, eve]
        assert [one.warmth.permille for one in lines] == [634, 91, 82]
        assert lines[0].warmth.message_id == newest
        assert lines[0].warmth.words == ("order",)

    def test_warms_a_deal_of_theirs(self, store: Store) -> None:
        """A quiet deal has the warmth of its contact's mail, which asks for no answer itself."""
        with store.units.write() as unit:
            rows = CrmRows(unit)
            account = Account(account_id=AccountId(store.ids.new("acc")), name="Theirs")
            rows.add_account(account)
            ada = add_contact(unit, store.ids, "ada@theirs.example").contact_id
            rows.add_opportunity(
                Opportunity(
                    opportunity_id=OpportunityId(store.ids.new("opp")), name="Renewal",
                    account_id=account.account_id, contact_id=ada,
                )
            )  # fmt: skip
            _, thread = kept(unit, mail("a", ada, days=3, reading=warm(800)))
            kept(unit, mail("b", ada, ours=True, days=2, thread=thread))
            unit.commit()
        with store.units.read() as unit:
            (line,) = followups(unit, at=NOW + timedelta(days=11))
        assert (line.wanted, line.warmth.permille) == (Wanted.PLAN, 200)


class TestDeals:
    @pytest.mark.parametrize("planned", ["", "task", "meeting", "closed"])
    def test_need_a_plan_unless_there_is_one(self, store: Store, planned: str) -> None:
        """An open task, a meeting to come or the end of a deal takes it off the list."""
        with store.units.write() as unit:
            rows = CrmRows(unit)
            account = Account(account_id=AccountId(store.ids.new("acc")), name="Theirs")
            rows.add_account(account)
            ada = add_contact(unit, store.ids, "ada@theirs.example").contact_id
            deal = Opportunity(
                opportunity_id=OpportunityId(store.ids.new("opp")), name="Renewal",
                account_id=account.account_id, contact_id=ada, closed=planned == "closed",
            )  # fmt: skip
            rows.add_opportunity(deal)
            if planned == "task":
                rows.add_task(
                    Task(
                        task_id=TaskId(store.ids.new("tsk")), title="Call", reason="",
                        contact_id=ada, created_at=NOW,
                    )
                )  # fmt: skip
            if planned == "meeting":
                rows.add_activity(
                    Activity(
                        activity_id=ActivityId(store.ids.new("act")), kind="meeting",
                        contact_id=ada, at=NOW + timedelta(days=30),
                    )
                )  # fmt: skip
            unit.commit()
        with store.units.read() as unit:
            found = unit.followups.quiet_deals(at=NOW, count_max=9)
            lines = followups(unit, at=NOW + timedelta(days=14))
        assert [one.deal for one in found] == ([] if planned else [deal])
        assert [(line.wanted, line.company) for line in lines] == (
            [] if planned else [(Wanted.PLAN, "Theirs")]
        )
