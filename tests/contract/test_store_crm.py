"""What may be read of the customer database, and what the judge asks, alike on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.store.stores import NOW, SECOND, Store, a_mail, a_mail_effect, add_contact

from bailiwick.domain.crm import Account, Contact, ContactFlags, Opportunity, Task
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.fact import Fact
from bailiwick.domain.ids import (
    AccountId,
    ContactId,
    FactId,
    OpportunityId,
    RunId,
    StepId,
    TaskId,
)
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.message import Direction
from bailiwick.domain.provenance import Source, Trust
from bailiwick.domain.receipt import EffectState, Outcome, Receipt
from bailiwick.ports.crm import Safety, Statement
from bailiwick.store.crm_rows import INTERNAL, CrmRows
from bailiwick.store.mail_archive import SqlMailArchive
from bailiwick.store.unit import SqlUnit

DAY = timedelta(days=1)


class TestContacts:
    def test_come_back_as_they_were_stored(self, store: Store) -> None:
        """A contact has its addresses in order; a second store of it replaces the first."""
        account = Account(account_id=AccountId(store.ids.new("acc")), name="Théirs GmbH")
        contact = Contact(
            contact_id=ContactId(store.ids.new("con")),
            first_name="Ada",
            last_name="Byron",
            account_id=account.account_id,
            addresses=("ada@theirs.example", "a.byron@theirs.example"),
            country="GB",
            flags=ContactFlags(bounced=True),
            created_at=NOW,
        )
        with store.units.write() as unit:
            rows = CrmRows(unit)
            rows.add_account(account)
            rows.add_contact(replace(contact, title="Boss", addresses=("old@theirs.example",)))
            rows.add_contact(contact)
            unit.commit()
        with store.units.read() as unit:
            assert unit.crm.contact(contact.contact_id) == contact
            assert unit.crm.account(account.account_id) == account
            assert list(unit.crm.colleagues(account.account_id, count_max=5)) == [contact]
            assert unit.crm.contact(ContactId("con_0")) is None
            assert unit.guards.address_owner("ADA@theirs.example") == contact.contact_id
            assert unit.guards.address_owner("old@theirs.example") is None
            assert unit.guards.address_owner("not an address") is None

    def test_have_namesakes_by_folded_name(self, store: Store) -> None:
        """The same name in other letters is a namesake; the nameless are nobody's."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example")
            twin = add_contact(
                unit, store.ids, "b@theirs.example", first_name="ADA", last_name=" byron"
            )
            add_contact(unit, store.ids, "c@theirs.example", first_name="Bob")
            empty = [
                add_contact(
                    unit, store.ids, f"{n}@theirs.example", first_name="", last_name=""
                ).contact_id
                for n in "xy"
            ]
            found = unit.crm.namesakes(ada.contact_id, count_max=5)
            assert [contact.contact_id for contact in found] == [twin.contact_id]
            assert not unit.crm.namesakes(empty[0], count_max=5)

    def test_show_open_deals_of_person_and_company(self, store: Store) -> None:
        """Open deals of the contact or the company are listed, closed ones and others not."""
        with store.units.write() as unit:
            rows = CrmRows(unit)
            account = Account(account_id=AccountId(store.ids.new("acc")), name="Theirs")
            rows.add_account(account)
            ada = replace(
                add_contact(unit, store.ids, "a@theirs.example"), account_id=account.account_id
            )
            rows.add_contact(ada)
            bob = add_contact(unit, store.ids, "b@theirs.example")
            deals = [
                Opportunity(
                    opportunity_id=OpportunityId(store.ids.new("opp")), name=name, amount_minor=9
                )
                for name in ("hers", "company", "closed", "other")
            ]
            deals[0] = replace(deals[0], contact_id=ada.contact_id)
            deals[1] = replace(deals[1], account_id=account.account_id)
            deals[2] = replace(deals[2], contact_id=ada.contact_id, closed=True)
            deals[3] = replace(deals[3], contact_id=bob.contact_id)
            for deal in deals:
                rows.add_opportunity(deal)
            assert list(unit.crm.opportunities(ada.contact_id, count_max=9)) == deals[:2]
            assert list(unit.crm.opportunities(bob.contact_id, count_max=9)) == deals[3:]


class TestFacts:
    def test_are_those_of_the_instant_the_surest_first(self, store: Store) -> None:
        """What was true then is told for then, and what is no longer true is not told now."""
        old = Fact(
            fact_id=FactId(store.ids.new("fct")),
            subject="con_1",
            field="title",
            value="Buyer",
            confidence_permille=900,
            source=Source.MAIL,
            method="signature",
            evidence=("message:msg_1",),
            observed_at=NOW,
            trust=Trust.UNVERIFIED,
            valid_from=NOW - DAY,
            valid_to=NOW,
        )
        sure = replace(
            old, fact_id=FactId(store.ids.new("fct")), field="city", valid_to=None, value="Paris"
        )
        unsure = replace(
            sure, fact_id=FactId(store.ids.new("fct")), field="phone", confidence_permille=500
        )
        with store.units.write() as unit:
            for fact in (unsure, old, sure):
                CrmRows(unit).add_fact(fact)
            assert list(unit.crm.facts("con_1", at=NOW, count_max=9)) == [sure, unsure]
            before = unit.crm.facts("con_1", at=NOW - SECOND, count_max=2)
            assert {fact.value for fact in before} == {"Buyer", "Paris"}
            assert not unit.crm.facts("con_1", at=NOW - 2 * DAY, count_max=9)


class TestStatements:
    def test_fall_back_to_english_and_stay_public(self, store: Store) -> None:
        """A language without statements gets English ones; internal and ended ones never show."""
        with store.units.write() as unit:
            rows = CrmRows(unit)
            english = Statement(statement_id="stm_1", topic="price", language="en", body="Ask us")
            german = replace(english, statement_id="stm_2", language="de", body="Fragen Sie uns")
            rows.add_statement(english)
            rows.add_statement(german)
            rows.add_statement(replace(english, statement_id="stm_3"), audience=INTERNAL)
            rows.add_statement(replace(english, statement_id="stm_4"), valid_to=NOW)
            assert list(unit.crm.statements(language="de", count_max=9)) == [german]
            assert list(unit.crm.statements(language="en", count_max=9)) == [english]
            assert list(unit.crm.statements(language="fr", count_max=9)) == [english]


class TestTasks:
    def test_are_open_until_done_and_asked_once(self, store: Store) -> None:
        """A finished task is not shown; the same question to a person is one task."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example").contact_id
            done = Task(
                task_id=TaskId(store.ids.new("tsk")),
                title="Done",
                reason="",
                contact_id=ada,
                evidence=("a", "b"),
                created_at=NOW,
                done_at=NOW,
            )
            still = replace(done, task_id=TaskId(store.ids.new("tsk")), title="Open", done_at=None)
            CrmRows(unit).add_task(done)
            CrmRows(unit).add_task(still)
            for _ in range(2):
                unit.guards.ask_person(
                    "Ask", reason="why", contact_id=ada, run_id=RunId("run_1"), key="k", at=NOW
                )
            tasks = unit.crm.open_tasks(ada, count_max=9)
        assert tasks[0] == still
        assert [task.title for task in tasks] == ["Open", "Ask"]

    def test_come_in_pages_of_all_and_of_one(self, store: Store) -> None:
        """Every open task is on exactly one page, oldest first; another workspace's on none."""
        other = store.second_workspace()
        for place in (store, other):
            with place.units.write() as unit:
                ada = add_contact(unit, place.ids, "a@theirs.example").contact_id
                for number in range(3):
                    unit.guards.ask_person(
                        f"Ask {number}",
                        reason="why",
                        contact_id=ada if number else None,
                        run_id=RunId("run_1"),
                        key=f"k{number}",
                        at=NOW,
                    )
                unit.commit()
        with store.units.write() as unit:
            first = unit.guards.open_tasks(None, cursor=None, size=2)
            second = unit.guards.open_tasks(None, cursor=first.next_cursor, size=2)
            assert [t.title for t in (*first.items, *second.items)] == ["Ask 0", "Ask 1", "Ask 2"]
            assert (first.next_cursor is None, second.next_cursor) == (False, None)
            assert unit.guards.finish_task(first.items[1].task_id, at=NOW)
            ada = unit.guards.address_owner("a@theirs.example")
            assert ada is not None
            hers = unit.guards.open_tasks(ada, cursor=None, size=2)
            assert [t.title for t in hers.items] == ["Ask 2"]

    @pytest.mark.parametrize(
        ("theirs", "company", "whose"),
        [("ada@ours.example", "bob@ours.example", "ada@ours.example"),
         ("", "bob@ours.example", "bob@ours.example"), ("", "", "desk@ours.example")],
    )  # fmt: skip
    def test_are_the_owners(self, store: Store, theirs: str, company: str, whose: str) -> None:
        """The contact's owner comes before the account's, and that before whom settings name."""
        with store.units.write() as unit:
            rows = CrmRows(unit)
            account = Account(
                account_id=AccountId(store.ids.new("acc")), name="Theirs", owner_email=company
            )
            rows.add_account(account)
            contact = Contact(
                contact_id=ContactId(store.ids.new("con")),
                account_id=account.account_id,
                owner_email=theirs,
            )
            rows.add_contact(contact)
            for number, about in enumerate((contact.contact_id, None)):
                unit.guards.ask_person(
                    "Ask", reason="", contact_id=about, run_id=RunId("run_1"), key=f"k{number}",
                    at=NOW,
                )  # fmt: skip
            unit.commit()
        with store.units.read() as unit:
            asked = unit.guards.open_tasks(
                None, cursor=None, size=9, otherwise="desk@ours.example"
            ).items
            assert [one.owner_email for one in asked] == [whose, "desk@ours.example"]
            of_ada = unit.guards.open_tasks(None, cursor=None, size=9, owner="ADA@ours.example")
            assert len(of_ada.items) == int(whose.startswith("ada"))


class TestSafety:
    def test_tells_each_reason_not_to_write(self, store: Store) -> None:
        """Flags, doubt and the suppression of any address are told; an open contact is safe."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example")
            safe = Safety(
                suppressed=False,
                do_not_contact=False,
                bounced=False,
                unsubscribed=False,
                opt_out_doubtful=False,
            )
            assert unit.crm.safety(ada.contact_id) == safe
            unit.guards.mark_doubtful(ada.contact_id, doubtful=True)
            assert unit.guards.mark_bounced("A@theirs.example") == ada.contact_id
            assert unit.guards.mark_bounced("nobody@theirs.example") is None
            CrmRows(unit).add_suppression("a@theirs.example", reason="asked", source="test")
            assert unit.crm.safety(ada.contact_id) == replace(
                safe, suppressed=True, bounced=True, opt_out_doubtful=True
            )
            assert unit.guards.suppressed(address_hash("a@theirs.example"))
            assert not unit.guards.suppressed(address_hash("b@theirs.example"))

    def test_of_an_unknown_contact_is_to_leave_it_alone(self, store: Store) -> None:
        """Nobody knows that an unknown contact may be written to."""
        with store.units.read() as unit:
            assert unit.crm.safety(ContactId("con_0")).do_not_contact


def _sent(unit: SqlUnit, row: EffectRow) -> None:
    receipt = Receipt(
        outcome=Outcome.DONE,
        effect_key=row.effect_key,
        payload_hash=row.payload_hash,
        at=NOW,
    )
    assert unit.effects.settle(row, EffectState.SENT, receipt=receipt, reason="", due_at=None)


class TestRhythm:
    def test_counts_marketing_and_unattended_mail(self, store: Store) -> None:
        """Marketing counts by its own field, unattended mail by lacking an approval."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example")
            _sent(unit, a_mail_effect(store, unit, ada))
            other = StepId("run_other.1")
            counted = unit.guards.touches, unit.guards.automatic_in_thread
            for count in counted:
                assert count(ada.contact_id, since=NOW, besides=other) == 0
            sold = a_mail_effect(store, unit, ada, purpose="marketing")
            _sent(unit, sold)
            alone = a_mail_effect(store, unit, ada, approved=False)
            _sent(unit, alone)
            a_mail_effect(store, unit, ada, purpose="marketing", approved=False)
            for count, own in zip(counted, (sold, alone), strict=True):
                assert count(ada.contact_id, since=NOW, besides=other) == 1
                assert count(ada.contact_id, since=NOW, besides=own.step_id) == 0
                assert count(ada.contact_id, since=NOW + SECOND, besides=other) == 0

    def test_knows_whether_a_person_wrote(self, store: Store) -> None:
        """What counts is when a person's mail came to us, not the date it carries."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example").contact_id
            archive = SqlMailArchive(unit.scope)
            archive.add(a_mail("m1", contact_id=ada, automatic=True))
            assert not unit.guards.written_since(ada, since=NOW - SECOND)
            archive.add(a_mail("m2", contact_id=ada))
            assert unit.guards.written_since(ada, since=NOW - SECOND)
            assert not unit.guards.written_since(ada, since=NOW)

    def test_reads_the_latest_mail_of_one_contact(self, store: Store) -> None:
        """Newest first, so many at most; what we wrote and what others wrote is not among it."""
        with store.units.write() as unit:
            ada, bob = (
                add_contact(unit, store.ids, f"{name}@theirs.example").contact_id for name in "ab"
            )
            archive = SqlMailArchive(unit.scope)
            for number in range(3):
                archive.add(a_mail(f"m{number}", contact_id=ada, at=NOW + number * SECOND))
            archive.add(a_mail("ours", contact_id=ada, direction=Direction.OUTBOUND))
            archive.add(a_mail("other", contact_id=bob))
            found = unit.guards.received(ada, count_max=2)
        assert [one.received_at for one in found] == [NOW + 2 * SECOND, NOW + SECOND]


class TestHistory:
    def test_names_the_mail_that_nobody_answered(self, store: Store) -> None:
        """The newest mail of a person waits until we wrote after it in its thread."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example").contact_id
            archive = SqlMailArchive(unit.scope)
            first, _ = archive.add(a_mail("m1", contact_id=ada))
            asked = archive.message(first)
            assert asked is not None
            archive.add(a_mail("m2", contact_id=ada, at=NOW + SECOND, automatic=True))
            history = unit.crm.history(ada, each_max=1)
            assert history.unanswered == asked
            assert not history.thread_ours
            assert (history.sent_count, history.received_count) == (0, 2)
            assert len(history.received) == 1
            archive.add(
                a_mail(
                    "m3",
                    contact_id=ada,
                    at=NOW + SECOND,
                    direction=Direction.OUTBOUND,
                    thread_id=asked.thread_id,
                )
            )
            answered = unit.crm.history(ada, each_max=5)
            assert answered.unanswered is None
            assert answered.sent_count == 1
            assert [m.mail.rfc_message_id for m in answered.received] == [
                "<m2@theirs.example>",
                "<m1@theirs.example>",
            ]

    def test_counts_a_delivered_answer_before_its_copy_is_seen(self, store: Store) -> None:
        """What we just sent in answer is an answer, though the Sent folder was not read yet."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example")
            SqlMailArchive(unit.scope).add(a_mail("m1", contact_id=ada.contact_id))
            row = a_mail_effect(store, unit, ada)
            assert unit.crm.history(ada.contact_id, each_max=5).unanswered is not None
            _sent(unit, row)
            unit.sent.keep(row, at=NOW)
            history = unit.crm.history(ada.contact_id, each_max=5)
            assert history.unanswered is None
            assert history.sent_count == 1

    def test_says_when_the_thread_is_ours(self, store: Store) -> None:
        """An answer to what we wrote first is in our thread."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example").contact_id
            archive = SqlMailArchive(unit.scope)
            sent, _ = archive.add(a_mail("m1", contact_id=ada, direction=Direction.OUTBOUND))
            ours = archive.message(sent)
            assert ours is not None
            archive.add(a_mail("m2", contact_id=ada, at=NOW + SECOND, thread_id=ours.thread_id))
            history = unit.crm.history(ada, each_max=5)
        assert history.thread_ours
        assert history.unanswered is not None
