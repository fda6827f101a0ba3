"""Internal actions change the customer database alike on both databases, and lose nothing."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import select
from tests.store.stores import NOW, SECOND, Store, a_mail_effect, a_run, add_contact

from bailiwick.domain.action import Action
from bailiwick.domain.crm import Opportunity
from bailiwick.domain.ids import ContactId, OpportunityId, RunId
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.plan import payload_hash
from bailiwick.domain.receipt import EffectState, Outcome, Receipt
from bailiwick.kit.hashing import Canonical
from bailiwick.policy._mint import mint
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.scope import own
from bailiwick.store.tables.crm import ACTIVITIES, STAGE_CHANGES
from bailiwick.store.tables.knowledge import FACTS
from bailiwick.store.tables.schema import microseconds
from bailiwick.store.unit import SqlUnit
from bailiwick.store.writer import SqlCrmWriter

RUN = RunId("run_1")


def _carry_out(
    unit: SqlUnit,
    action: Action,
    args: Mapping[str, Canonical],
    *,
    at_seconds: int = 0,
    effect: str = "e1",
) -> Receipt:
    permit = mint(
        step_id="step",
        payload_hash=payload_hash(action, args),
        rulebook_hash="r",
        effect_key=effect,
    )
    at = NOW + at_seconds * SECOND
    return SqlCrmWriter(unit).apply(action, args, run_id=RUN, at=at, permit=permit)


def _apply(unit: SqlUnit, action: Action, **args: Canonical) -> Receipt:
    return _carry_out(unit, action, args)


def _finding(subject: str, value: str, confidence: int, *, seconds: int = 0) -> Canonical:
    return {
        "subject": subject,
        "field": "title",
        "value": value,
        "confidence_permille": confidence,
        "source": "mail",
        "method": "signature",
        "evidence": ["message:msg_1#0-4"],
        "trust": "unverified",
        "observed_at_us": microseconds(NOW + seconds * SECOND),
    }


class TestEveryWrite:
    def test_demands_the_permit_of_its_payload(self, store: Store) -> None:
        """A payload other than the permitted one is a bug and changes nothing."""
        permit = mint(step_id="s", payload_hash="0" * 64, rulebook_hash="r", effect_key="e")
        with store.units.write() as unit:
            writer = SqlCrmWriter(unit)
            with pytest.raises(AssertionError, match="permitted"):
                writer.apply(Action.DO_NOTHING, {}, run_id=RUN, at=NOW, permit=permit)

    def test_answers_for_what_it_does_not_carry_out(self, store: Store) -> None:
        """Mail is not sent from here, and doing nothing is done at once."""
        with store.units.write() as unit:
            sent = _apply(unit, Action.SEND_MESSAGE, contact_id="con_1", mail={})
            assert sent.outcome is Outcome.NOT_DONE_FINAL
            assert _apply(unit, Action.DO_NOTHING).outcome is Outcome.DONE

    @pytest.mark.parametrize(
        ("action", "args"),
        [
            (Action.CREATE_TASK, {"contact_id": "con_0", "title": "Call"}),
            (Action.ESCALATE_TO_PERSON, {"contact_id": "con_0"}),
            (Action.SUPPRESS_CONTACT, {"contact_id": "con_0"}),
            (Action.UPDATE_FIELD, {"contact_id": "con_0", "field": "city", "value": "Bonn"}),
            (Action.CHANGE_STAGE, {"opportunity_id": "opp_0", "stage": "won"}),
            (Action.BULK_UPDATE, {"records": ["con_0"], "field": "city", "value": "Bonn"}),
            (Action.DELETE_RECORD, {"records": ["con_0"]}),
            (Action.DELETE_RECORD, {"records": ["acc_0"]}),
            (Action.DELETE_RECORD, {"records": []}),
            (Action.RECORD_FACTS, {"facts": [_finding("con_0", "Boss", 900)]}),
            (Action.RECORD_FACTS, {"facts": [_finding("prd_0", "Boss", 900)]}),
            (Action.RECORD_FACTS, {"facts": ["Boss"]}),
            (Action.RECORD_FACTS, {"facts": "Boss"}),
        ],
    )
    def test_names_what_is_gone_or_unfit(
        self, store: Store, action: Action, args: dict[str, Canonical]
    ) -> None:
        """A row that is gone or an argument of another shape ends the effect with a reason."""
        with store.units.write() as unit:
            receipt = _carry_out(unit, action, args)
        assert receipt.outcome is Outcome.NOT_DONE_FINAL
        assert receipt.reason


class TestFacts:
    def test_equal_to_what_stands_only_date_it_anew(self, store: Store) -> None:
        """Hearing the same again makes no second fact; an older hearing changes nothing."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example").contact_id
            _apply(unit, Action.RECORD_FACTS, facts=[_finding(ada, "Boss", 800, seconds=5)])
            _apply(unit, Action.RECORD_FACTS, facts=[_finding(ada, "Boss", 300, seconds=9)])
            _apply(unit, Action.RECORD_FACTS, facts=[_finding(ada, "Boss", 300, seconds=1)])
            (fact,) = unit.crm.facts(ada, at=NOW + SECOND, count_max=9)
        assert fact.observed_at == NOW + 9 * SECOND
        assert fact.confidence_permille == 800

    def test_that_are_as_sure_replace_and_invalidate(self, store: Store) -> None:
        """The new value stands from now on, and the old one is still told for before."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example").contact_id
            _apply(unit, Action.RECORD_FACTS, facts=[_finding(ada, "Buyer", 800)])
            newer: dict[str, Canonical] = {"facts": [_finding(ada, "Boss", 800)]}
            _carry_out(unit, Action.RECORD_FACTS, newer, at_seconds=9)
            now = unit.crm.facts(ada, at=NOW + 9 * SECOND, count_max=9)
            before = unit.crm.facts(ada, at=NOW + 8 * SECOND, count_max=9)
        assert [fact.value for fact in now] == ["Boss"]
        assert [fact.value for fact in before] == ["Buyer"]

    def test_that_are_less_sure_are_kept_but_do_not_stand(self, store: Store) -> None:
        """A doubtful value changes nothing that is told, yet it is not lost, and kept once."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example").contact_id
            _apply(unit, Action.RECORD_FACTS, facts=[_finding(ada, "Buyer", 800)])
            for _ in range(2):
                _apply(unit, Action.RECORD_FACTS, facts=[_finding(ada, "Boss", 799)])
            facts = unit.crm.facts(ada, at=NOW + SECOND, count_max=9)
            rows = unit.scope.rows(select(FACTS.c.value).where(own(FACTS)))
        assert [fact.value for fact in facts] == ["Buyer"]
        assert sorted(row["value"] for row in rows) == ["Boss", "Buyer"]

    def test_all_wait_when_one_is_unfit(self, store: Store) -> None:
        """Nothing is written of a list with an unfit entry, so nothing is half done."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example").contact_id
            facts = [_finding(ada, "Boss", 800), _finding("con_0", "Boss", 800)]
            assert _apply(unit, Action.RECORD_FACTS, facts=facts).reason == "con_0 is gone"
            assert not unit.crm.facts(ada, at=NOW, count_max=9)

    def test_of_an_enrichment_date_the_contact(self, store: Store) -> None:
        """Only the enriching capability says when a contact was last enriched."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example").contact_id
            _apply(unit, Action.RECORD_FACTS, facts=[_finding(ada, "Boss", 800)])
            assert unit.crm.enriched_at(ada) is None
            unit.runs.start(replace(a_run(store.ids), run_id=RUN, capability="contact_enrich"))
            _apply(unit, Action.RECORD_FACTS, facts=[_finding(ada, "Boss", 800)])
            assert unit.crm.enriched_at(ada) == NOW


class TestSuppression:
    def test_reaches_every_address_and_stops_ready_mail(self, store: Store) -> None:
        """All addresses are suppressed, ready mail is stopped, other contacts are untouched."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example")
            ada = replace(ada, addresses=("a@theirs.example", "b@theirs.example"))
            CrmRows(unit).add_contact(ada)
            bob = add_contact(unit, store.ids, "bob@theirs.example")
            stopped, other = a_mail_effect(store, unit, ada), a_mail_effect(store, unit, bob)
            unit.guards.mark_doubtful(ada.contact_id, doubtful=True)
            for _ in range(2):
                receipt = _apply(
                    unit,
                    Action.SUPPRESS_CONTACT,
                    contact_id=ada.contact_id,
                    message_id="msg_1",
                )
                assert receipt.outcome is Outcome.DONE
            safety = unit.crm.safety(ada.contact_id)
            for address in ada.addresses:
                assert unit.guards.suppressed(address_hash(address))
            states = [unit.effects.get(row.effect_id) for row in (stopped, other)]
            assert len(unit.records.about(stopped.effect_id)) == 1
            assert not unit.crm.safety(bob.contact_id).suppressed
        assert (safety.suppressed, safety.unsubscribed) == (True, True)
        assert not safety.opt_out_doubtful
        assert [row.state for row in states if row] == [EffectState.SUPPRESSED, EffectState.READY]

    def test_outlives_the_contact(self, store: Store) -> None:
        """A deleted contact is gone, and its address is still left alone."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example")
            waiting = a_mail_effect(store, unit, ada)
            CrmRows(unit).add_suppression(ada.address, reason="asked", source="test")
            _apply(unit, Action.DELETE_RECORD, records=[ada.contact_id])
            assert unit.crm.contact(ada.contact_id) is None
            assert unit.guards.suppressed(address_hash(ada.address))
            row = unit.effects.get(waiting.effect_id)
        assert row is not None
        assert row.state is EffectState.SUPPRESSED


class TestTasks:
    def test_are_made_once_for_an_effect(self, store: Store) -> None:
        """The same effect again finds its task; another effect makes another."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example").contact_id
            first = _apply(unit, Action.CREATE_TASK, contact_id=ada, title="Call")
            again = _apply(unit, Action.CREATE_TASK, contact_id=ada, title="Call")
            other = _carry_out(
                unit,
                Action.ESCALATE_TO_PERSON,
                {"contact_id": ada, "message_id": "msg_1"},
                effect="e2",
            )
            tasks = unit.crm.open_tasks(ada, count_max=9)
        assert first == again
        assert [task.task_id for task in tasks] == [first.provider_ref, other.provider_ref]
        assert tasks[1].evidence == ("message:msg_1",)


class TestFields:
    def test_are_written_with_a_before_image(self, store: Store) -> None:
        """What was overwritten can be found by the receipt; a new name is compared anew."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example").contact_id
            twin = add_contact(unit, store.ids, "b@theirs.example", first_name="Eva").contact_id
            receipt = _apply(
                unit, Action.UPDATE_FIELD, contact_id=ada, field="first_name", value="Eva"
            )
            again = _apply(
                unit, Action.UPDATE_FIELD, contact_id=ada, field="first_name", value="Eva"
            )
            contact = unit.crm.contact(ada)
            found = unit.crm.namesakes(twin, count_max=9)
            kept = unit.scope.row(
                select(ACTIVITIES).where(own(ACTIVITIES), ACTIVITIES.c.id == receipt.provider_ref)
            )
        assert contact is not None
        assert contact.first_name == "Eva"
        assert again.provider_ref == ""
        assert found[0].contact_id == ada
        assert kept is not None
        assert kept["note"] == '{"before":{"first_name":"Ada"}}'

    @pytest.mark.parametrize("field", ["do_not_contact", "unsubscribed", "account_id", "id", "x"])
    def test_outside_the_list_are_refused(self, store: Store, field: str) -> None:
        """No flag, key or unknown column can be written, whatever a plan says."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "a@theirs.example").contact_id
            receipt = _apply(unit, Action.UPDATE_FIELD, contact_id=ada, field=field, value="x")
        assert receipt.outcome is Outcome.NOT_DONE_FINAL
        assert "may not be written" in receipt.reason

    def test_of_many_change_together_or_not_at_all(self, store: Store) -> None:
        """One record that is gone stops the whole list before anything is written."""
        with store.units.write() as unit:
            people = [add_contact(unit, store.ids, f"{n}@theirs.example").contact_id for n in "ab"]
            bad: list[Canonical] = [*people, "con_0"]
            _apply(unit, Action.BULK_UPDATE, records=bad, field="city", value="Bonn")
            assert [_city(unit, person) for person in people] == ["", ""]
            good: list[Canonical] = [*people]
            _apply(unit, Action.BULK_UPDATE, records=good, field="city", value="Bonn")
            assert [_city(unit, person) for person in people] == ["Bonn", "Bonn"]


def _city(unit: SqlUnit, contact_id: ContactId) -> str:
    contact = unit.crm.contact(contact_id)
    assert contact is not None
    return contact.city


class TestStages:
    def test_are_changed_with_their_history(self, store: Store) -> None:
        """A move is recorded once; a closed deal stays where it is."""
        with store.units.write() as unit:
            deal = Opportunity(
                opportunity_id=OpportunityId(store.ids.new("opp")), name="Deal", stage="new"
            )
            CrmRows(unit).add_opportunity(deal)
            for _ in range(2):
                receipt = _apply(
                    unit,
                    Action.CHANGE_STAGE,
                    opportunity_id=deal.opportunity_id,
                    stage="qualified",
                )
                assert receipt.outcome is Outcome.DONE
            moves = unit.scope.rows(select(STAGE_CHANGES).where(own(STAGE_CHANGES)))
            CrmRows(unit).add_opportunity(replace(deal, closed=True))
            refused = _apply(
                unit, Action.CHANGE_STAGE, opportunity_id=deal.opportunity_id, stage="won"
            )
        assert [(move["stage_from"], move["stage_to"]) for move in moves] == [("new", "qualified")]
        assert refused.reason == f"{deal.opportunity_id} is closed"
