from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bailiwick.domain.campaign.rest_days import never
from bailiwick.domain.crm import Account, Contact, Opportunity
from bailiwick.domain.followup.owed import (
    OpenThread,
    Owed,
    QuietDeal,
    Side,
    Waiting,
    Wanted,
    engagement_permille,
    gap_days,
    owed,
    working_days,
)
from bailiwick.domain.ids import AccountId, ContactId, OpportunityId
from bailiwick.domain.reader.score import Warmth
from bailiwick.domain.reading import Intent

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday
MONDAY = date(2026, 11, 23)
SIDE = Side(
    contact=Contact(
        contact_id=ContactId("con_1"), first_name="Ada", addresses=("ada@northwind.example",)
    ),
    account=Account(account_id=AccountId("acc_1"), name="Northwind"),
    zone=ZoneInfo("Europe/Berlin"),
    rests=never,
    sent_count=1,
    received_count=1,
    last_inbound_at=NOW - timedelta(days=1),
    forbidden=False,
)
COLD = replace(SIDE, sent_count=3, received_count=0, last_inbound_at=None)


def days(count: float) -> datetime:
    return NOW - timedelta(days=count)


def theirs(**changes: object) -> OpenThread:
    known: dict[str, object] = {
        "thread_id": "thr_1", "subject": "Delivery", "side": SIDE, "theirs": True, "at": days(1),
    }  # fmt: skip
    return OpenThread(**{**known, **changes})  # pyright: ignore[reportArgumentType] - by name


def ours(**changes: object) -> OpenThread:
    return replace(
        theirs(theirs=False, asks=True, silent_count=1, at=days(10)),
        **changes,  # pyright: ignore[reportArgumentType] - fields by name
    )


def deal(**changes: object) -> QuietDeal:
    known = Opportunity(opportunity_id=OpportunityId("opp_1"), name="Renewal")
    return QuietDeal(
        deal=replace(known, **changes),  # pyright: ignore[reportArgumentType] - fields by name
        side=SIDE,
        at=days(20),
    )


def only(*found: Waiting) -> Owed:
    (line,) = owed(found, at=NOW)
    return line


class TestAnswers:
    def test_are_owed_to_who_wrote_last(self) -> None:
        """They, their words' kind and the capability that answers are named."""
        line = only(theirs(intent=Intent.INFO_REQUEST, asks=True))
        assert (line.wanted, line.capability) == (Wanted.ANSWER, "reply")
        assert (line.name, line.company) == ("Ada", "Northwind")
        assert line.why == "they wrote last (info request) and asks something"

    def test_are_owed_since_the_next_opening_of_their_office(self) -> None:
        """A mail of Saturday night is owed an answer from Monday morning on, by their clock."""
        saturday = datetime(2026, 11, 14, 23, 0, tzinfo=UTC)
        line = only(theirs(at=saturday))
        assert line.owed_since == datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
        assert line.waiting_days == 4

    def test_wait_no_day_on_a_holiday(self) -> None:
        """Days on which they rest are not counted."""

        def rests(day: date) -> bool:
            return day == date(2026, 11, 18)

        resting = replace(SIDE, rests=rests)
        line = only(theirs(side=resting, at=datetime(2026, 11, 16, 9, 0, tzinfo=UTC)))
        assert line.waiting_days == 3

    @pytest.mark.parametrize(
        "intent",
        [Intent.UNSUBSCRIBE, Intent.BOUNCED, Intent.SPAM, Intent.AUTO_REPLY, Intent.NOT_INTERESTED],
    )
    def test_are_not_owed_where_none_is_asked(self, intent: Intent) -> None:
        """Who wants nothing of us, and machines, wait for nothing."""
        assert owed([theirs(intent=intent)], at=NOW) == []

    def test_are_not_owed_where_none_may_go(self) -> None:
        """Who may not be written to is not on the list, whoever wrote last."""
        barred = replace(SIDE, forbidden=True)
        assert owed([theirs(side=barred), ours(side=barred)], at=NOW) == []


class TestFollowUps:
    def test_are_due_after_a_gap_of_working_days(self) -> None:
        """Three working days after our question, not two; the weekend between is none."""
        cool = replace(SIDE, last_inbound_at=None)
        assert gap_days(1, engagement_permille(cool, at=NOW)) == 3
        monday = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
        thread = ours(side=cool, at=monday)
        assert owed([thread], at=datetime(2026, 11, 18, 9, 0, tzinfo=UTC)) == []
        (line,) = owed([thread], at=datetime(2026, 11, 19, 9, 0, tzinfo=UTC))
        assert (line.wanted, line.capability) == (Wanted.FOLLOW_UP, "followup")
        friday = ours(side=cool, at=datetime(2026, 11, 13, 9, 0, tzinfo=UTC))
        assert owed([friday], at=datetime(2026, 11, 17, 9, 0, tzinfo=UTC)) == []
        assert owed([friday], at=datetime(2026, 11, 18, 9, 0, tzinfo=UTC)) != []

    def test_come_sooner_to_who_engages_and_later_to_who_does_not(self) -> None:
        """The gap follows the engagement, and is never shorter than two working days."""
        warm, cold = engagement_permille(SIDE, at=NOW), engagement_permille(COLD, at=NOW)
        assert warm > engagement_permille(replace(SIDE, sent_count=9), at=NOW) > cold
        assert [gap_days(n, warm) for n in (1, 2, 3)] == [2, 4, 6]
        assert [gap_days(n, cold) for n in (1, 2, 3)] == [5, 7, 9]
        assert [gap_days(n, 350) for n in (1, 2, 3)] == [3, 5, 7]

    def test_end_with_a_goodbye_and_then_a_call(self) -> None:
        """The third is the last; after it who used to answer is called, others are left alone."""
        long_ago = days(60)
        wanted = [only(ours(silent_count=n, at=long_ago)).wanted for n in (1, 2, 3, 4)]
        assert wanted == [Wanted.FOLLOW_UP, Wanted.FOLLOW_UP, Wanted.SAY_GOODBYE, Wanted.CALL]
        assert owed([ours(silent_count=4, at=long_ago, side=COLD)], at=NOW) == []

    def test_need_a_question_of_ours(self) -> None:
        """A mail that asked nothing waits for nothing."""
        assert owed([ours(asks=False, at=days(60))], at=NOW) == []


class TestDeals:
    def test_need_a_plan_when_they_are_quiet(self) -> None:
        """A deal in which nothing happened for days is on the list; one of today is not."""
        line = only(deal())
        assert (line.wanted, line.about, line.capability) == (Wanted.PLAN, "deal:opp_1", "")
        assert owed([replace(deal(), at=NOW)], at=NOW) == []

    def test_that_should_be_closed_come_first(self) -> None:
        """A closing date that has passed is said and weighs more."""
        late, fresh = only(deal(close_on="2026-11-01")), only(deal(close_on="2026-12-01"))
        assert late.priority > fresh.priority
        assert "closing date has passed" in late.why
        assert "closing date" not in fresh.why

    def test_without_a_person_are_listed_by_company(self) -> None:
        """Two deals that name nobody are two lines."""
        nobody = replace(SIDE, contact=None)
        other = deal(opportunity_id=OpportunityId("opp_2"))
        found = owed([replace(one, side=nobody) for one in (deal(), other)], at=NOW)
        assert [(line.contact_id, line.company) for line in found] == [("", "Northwind")] * 2


class TestOrder:
    def test_answers_first_then_by_warmth_and_waiting(self) -> None:
        """Who wrote comes before whom we wrote to; warmth and days of waiting decide the rest."""

        def side(number: int, warmth: int = 0) -> Side:
            contact = Contact(contact_id=ContactId(f"con_{number}"))
            return replace(SIDE, contact=contact, warmth=Warmth(permille=warmth))

        found = owed(
            [
                replace(deal(), side=side(1)),
                ours(side=side(2), thread_id="thr_2"),
                theirs(side=side(3), thread_id="thr_3", at=days(1)),
                theirs(side=side(4), thread_id="thr_4", at=days(5)),
                theirs(side=side(5, warmth=600), thread_id="thr_5"),
            ],
            at=NOW,
        )
        assert [line.contact_id for line in found] == ["con_5", "con_4", "con_3", "con_2", "con_1"]

    @pytest.mark.parametrize("line", [theirs(), ours(), deal()])
    def test_a_warm_conversation_weighs_more(self, line: Waiting) -> None:
        """Whatever is to be done, it is done first for who is nearer to a purchase."""
        cold, warm = (
            only(replace(line, side=replace(line.side, warmth=Warmth(permille=permille))))
            for permille in (0, 500)
        )
        assert (cold.warmth.permille, warm.warmth.permille) == (0, 500)
        assert warm.priority - cold.priority == 250

    def test_one_thing_a_person(self) -> None:
        """An answer goes before a follow-up, the newest thread before others and a deal."""
        assert only(ours(thread_id="thr_2"), theirs(), deal()).wanted is Wanted.ANSWER
        newer = ours(thread_id="thr_2", at=days(8))
        assert only(ours(), newer, deal()).about == "thread:thr_2"
        assert len(owed([theirs(), theirs(thread_id="thr_2")], at=NOW)) == 2

    def test_a_reasonable_number_of_days_is_counted(self) -> None:
        """Counting ends, however long ago it was, and a day to come counts as none."""
        assert working_days(date(2020, 1, 1), MONDAY, never) == 100
        assert working_days(MONDAY, date(2026, 11, 20), never) == 0
