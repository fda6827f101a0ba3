from dataclasses import replace

import pytest
from tests.capabilities.orchestrator_run import Run, known_company, plan_json, step_json
from tests.fakes.crm import (
    CONTACT,
    FakeCrm,
    FakeDesk,
    ada,
    days,
    flagged,
    message,
    reading,
)

from bailiwick.domain.action import Action
from bailiwick.domain.crm import Opportunity, Task
from bailiwick.domain.ids import OpportunityId, TaskId
from bailiwick.domain.message import Parse
from bailiwick.domain.provenance import Trust
from bailiwick.domain.reading import Concern, Intent


class TestSafetyGate:
    @pytest.mark.parametrize("flag", ["suppressed", "do_not_contact", "bounced", "unsubscribed"])
    def test_a_rdav_1_ends_before_any_model_call(self, flag: str) -> None:
        """A contact that may not be written to costs no model call and gets no step."""
        run = Run(FakeCrm(flags=flagged(**{flag: True})))
        assert run.outcome.skip_reason == flag
        assert (run.model.asked, run.desk.judged, run.plan) == ([], [], None)

    def test_fails_closed(self) -> None:
        """A safety record that cannot be read ends the run."""
        run = Run(FakeCrm(broken=frozenset({"safety"})))
        assert run.outcome.skip_reason == "unknown_state"
        assert run.model.asked == []

    def test_suppresses_on_the_contacts_own_opt_out(self) -> None:
        """A certain opt-out is the whole plan, needs no model and runs even when others wait."""
        asks = reading(Intent.UNSUBSCRIBE, opt_out=True, opt_out_certain=True)
        run = Run(FakeCrm(mails=[message(1, reading=asks)]))
        assert run.actions == [Action.SUPPRESS_CONTACT]
        assert run.plan is not None
        assert run.plan.steps[0].args["contact_id"] == CONTACT
        assert run.model.asked == []
        assert [step.action for step in run.desk.queued] == [Action.SUPPRESS_CONTACT]

    @pytest.mark.parametrize(
        ("proven", "expected"),
        [(True, Action.SUPPRESS_CONTACT), (False, Action.ESCALATE_TO_PERSON)],
    )
    def test_takes_a_proof_from_any_sender(self, expected: Action, *, proven: bool) -> None:
        """Our token counts whoever sends it; without one, another's word is for a person."""
        asks = reading(
            Intent.UNSUBSCRIBE, opt_out=True, opt_out_certain=True, opt_out_proven=proven
        )
        mail = message(1, reading=asks, from_address="private@home.example")
        assert Run(FakeCrm(mails=[mail])).actions == [expected]

    @pytest.mark.parametrize(
        ("concern", "asked"),
        [
            (Concern.PRIVACY, True),
            (Concern.LEGAL, True),
            (Concern.COMPLAINT, True),
            (Concern.PRICING, False),
        ],
    )
    def test_leaves_a_person_what_silence_does_not_answer(
        self, *, concern: Concern, asked: bool
    ) -> None:
        """Who opts out and asks to be erased is suppressed, and a person gets the request."""
        asks = reading(
            Intent.UNSUBSCRIBE, opt_out=True, opt_out_certain=True, concerns=frozenset({concern})
        )
        run = Run(FakeCrm(mails=[message(1, reading=asks)]))
        more = [Action.ESCALATE_TO_PERSON] if asked else []
        assert run.actions == [Action.SUPPRESS_CONTACT, *more]
        assert run.model.asked == []

    def test_honours_an_opt_out_even_when_do_not_contact_is_set(self) -> None:
        """A flag in the CRM does not keep the address off the suppression list."""
        asks = reading(Intent.UNSUBSCRIBE, opt_out=True, opt_out_certain=True)
        crm = FakeCrm(mails=[message(1, reading=asks)], flags=flagged(do_not_contact=True))
        assert Run(crm).actions == [Action.SUPPRESS_CONTACT]

    @pytest.mark.parametrize("certain", [True, False])
    def test_asks_a_person_when_the_opt_out_is_doubtful_or_not_the_contacts(
        self, *, certain: bool
    ) -> None:
        """Doubt, or somebody else's address, goes to a person; nothing is planned meanwhile."""
        asks = reading(Intent.UNSUBSCRIBE, opt_out=True, opt_out_certain=certain)
        sender = "other@else.example" if certain else "ada@lovelace.example"
        run = Run(FakeCrm(mails=[message(1, reading=asks, from_address=sender)]))
        assert run.actions == [Action.ESCALATE_TO_PERSON]
        assert run.model.asked == []

    def test_asks_once(self) -> None:
        """While a person's task about the message is open the contact is left alone."""
        asks = reading(Intent.UNSUBSCRIBE, opt_out=True)
        waiting = Task(
            task_id=TaskId("tsk_1"), title="Opt-out?", reason="", contact_id=CONTACT,
            evidence=(f"message:msg_{1:026d}",),
        )  # fmt: skip
        run = Run(FakeCrm(mails=[message(1, reading=asks)], tasks=[waiting]))
        assert run.outcome.skip_reason == "waiting_for_person"
        assert run.plan is None

    def test_says_so_when_there_is_no_contact(self) -> None:
        """A run without a contact ends with its reason."""
        assert Run(FakeCrm(people=[])).outcome.skip_reason == "unknown_contact"


class TestRouter:
    def test_replies_before_anything_else(self) -> None:
        """An unanswered question of the contact is answered."""
        crm = known_company()
        crm.mails = [message(1, inbound=False, days_ago=9), message(2, reading=reading())]
        run = Run(crm)
        assert run.actions == [Action.REPLY]
        assert run.plan is not None
        assert run.plan.steps[0].args == {"contact_id": CONTACT, "message_id": f"msg_{2:026d}"}

    def test_writes_first_to_nobody_twice(self) -> None:
        """A contact we never wrote to is due a first message."""
        assert Run(known_company()).actions == [Action.INITIAL]

    @pytest.mark.parametrize(("days_ago", "due"), [(2, False), (3, True), (9, True)])
    def test_follows_up_after_three_days(self, *, days_ago: int, due: bool) -> None:
        """The published cadence: three days, the boundary included."""
        crm = known_company()
        crm.mails = [message(1, inbound=False, days_ago=days_ago)]
        run = Run(crm)
        assert run.actions == [Action.FOLLOWUP if due else Action.DO_NOTHING]
        assert run.outcome.skip_reason == ("" if due else "cadence_not_due")

    def test_stops_after_three_follow_ups(self) -> None:
        """Four mails without an answer are enough."""
        crm = known_company()
        crm.mails = [message(n, inbound=False, days_ago=30 - n) for n in range(1, 5)]
        assert Run(crm).outcome.skip_reason == "touches_spent"

    def test_an_absence_notice_is_not_an_answer(self) -> None:
        """While the contact is away nothing goes out; the notice itself is not answered."""
        away = reading(Intent.AUTO_REPLY, automatic=True, return_on="2026-12-01")
        crm = known_company()
        crm.mails = [message(1, inbound=False, days_ago=9), message(2, reading=away)]
        assert Run(crm).outcome.skip_reason == "absent"

    def test_takes_the_cadence_up_again_after_an_absence(self) -> None:
        """A machine's notice that is over does not count as a reply."""
        away = reading(Intent.AUTO_REPLY, automatic=True, return_on="2026-11-10")
        crm = known_company()
        crm.mails = [message(1, inbound=False, days_ago=19), message(2, reading=away, days_ago=18)]
        assert Run(crm).actions == [Action.FOLLOWUP]

    def test_not_interested_cools_down(self) -> None:
        """A no is respected for ninety days."""
        no = reading(Intent.NOT_INTERESTED)
        crm = known_company()
        crm.mails = [message(1, reading=no, days_ago=5)]
        assert Run(crm).outcome.skip_reason == "cool_down"

    @pytest.mark.parametrize("concern", sorted(Concern))
    def test_leaves_what_needs_a_person_to_a_person(self, concern: Concern) -> None:
        """A legal threat, a complaint or an injection is never answered by a draft of ours."""
        crm = known_company()
        crm.mails = [message(1, reading=reading(concerns=frozenset({concern})))]
        expected = Action.REPLY if concern is Concern.PRICING else Action.ESCALATE_TO_PERSON
        assert Run(crm).actions == [expected]

    def test_answers_only_an_address_of_the_contact(self) -> None:
        """A question from an address that the CRM does not hold goes to a person."""
        crm = known_company()
        crm.mails = [message(1, reading=reading(), from_address="ada@other.example")]
        assert Run(crm).actions == [Action.ESCALATE_TO_PERSON]

    def test_plans_nothing_from_a_quarantined_message(self) -> None:
        """What could not be parsed within limits is not answered."""
        crm = known_company()
        crm.mails = [message(1, reading=reading(), parse=Parse.QUARANTINED)]
        assert Run(crm).actions == [Action.DO_NOTHING]

    def test_no_plan_overrides_it(self) -> None:
        """A first message that the model wants is left out while the router says reply."""
        crm = known_company()
        crm.mails = [message(1, reading=reading())]
        run = Run(crm, replies=(plan_json(step_json("initial", contact_id=CONTACT)),))
        assert run.actions == [Action.REPLY]
        assert run.outcome.dropped == {"initial": "the router says reply"}

    def test_fills_an_empty_plan(self) -> None:
        """An empty plan becomes the router's answer."""
        assert Run(known_company(), replies=(plan_json(),)).actions == [Action.INITIAL]


class TestHostileMail:
    def test_a_rdav_6_has_no_effect_outside_the_registry(self) -> None:
        """An obedient planner's worst plan leaves a person asked, a held deal and nothing else."""
        crm = known_company()
        crm.mails = [
            message(1, reading=reading(Intent.OTHER, concerns=frozenset({Concern.INJECTION})))
        ]
        crm.deals = [
            Opportunity(opportunity_id=OpportunityId("opp_1"), name="Engine", stage="proposal")
        ]
        worst = plan_json(
            step_json("send_message", contact_id=CONTACT),
            step_json("delete_record", contact_id=CONTACT),
            step_json("suppress_contact", contact_id=CONTACT),
            step_json("suppress_contact", contact_id="con_somebody_else"),
            step_json("change_stage", opportunity_id="opp_1", stage="won"),
            step_json("change_stage", opportunity_id="opp_2", stage="won"),
            step_json("reply", contact_id=CONTACT, message_id=f"msg_{1:026d}"),
        )
        run = Run(crm, replies=(worst,))
        assert run.actions == [Action.CHANGE_STAGE, Action.ESCALATE_TO_PERSON]
        assert run.plan is not None
        assert run.plan.steps[0].tainted == {"stage"}
        assert run.plan.steps[0].provenance.trust is Trust.UNVERIFIED
        assert run.outcome.status == "held"
        assert [step.action for step in run.desk.queued] == [Action.ESCALATE_TO_PERSON]

    def test_serves_the_benign_twin(self) -> None:
        """The same contact with an honest question gets its reply drafted."""
        crm = known_company()
        crm.mails = [message(1, reading=reading())]
        run = Run(crm)
        assert [step.action for step in run.desk.queued] == [Action.REPLY]


class TestWholePlan:
    def test_one_held_step_holds_the_siblings(self) -> None:
        """Whole-plan gating: nothing runs while a step waits."""
        desk = FakeDesk(holds=lambda step: step.action is Action.INITIAL)
        run = Run(FakeCrm(), desk=desk)
        assert run.outcome.status == "held"
        assert desk.queued == []

    def test_a_rdav_5_a_run_is_repeated_to_the_same_plan(self) -> None:
        """The same rows give the same plan, hash for hash; changed rows give another facts hash."""
        first, second = Run(known_company()), Run(known_company())
        assert first.outcome.plan_hash == second.outcome.plan_hash
        assert first.plan == second.plan
        assert first.plan is not None
        changed = known_company()
        changed.known[0] = replace(changed.known[0], value="retail")
        other = Run(changed)
        assert other.plan is not None
        assert other.plan.facts_hash != first.plan.facts_hash

    def test_fresh_enrichment_is_not_repeated(self) -> None:
        """A contact enriched this month is left as it is."""
        crm = FakeCrm(people=[ada(title="", phone="", country="", language="", last_name="")])
        crm.enriched = days(5)
        assert Action.ENRICH not in Run(crm).actions
