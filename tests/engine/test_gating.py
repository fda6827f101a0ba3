"""Whole-plan gating: what one step does to its siblings."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.office import DANA, TUESDAY, step

from bailiwick.domain.action import Action
from bailiwick.domain.ids import PlanId, RunId, StepId, WorkspaceId
from bailiwick.domain.plan import Plan, PlanStatus, Step, StepStatus
from bailiwick.domain.plan_standing import plan_status
from bailiwick.engine.gating import gated

A, H, R = StepStatus.ALLOWED, StepStatus.HELD, StepStatus.REFUSED


def plan(*steps: Step) -> Plan:
    return Plan(
        plan_id=PlanId("pln_a"), workspace_id=WorkspaceId("wsp_a"), run_id=RunId("run_a"),
        capability="crm_orchestrator", contact_id=DANA, objective="", steps=steps,
        planner="rules", prompt_version="", facts_hash="", created_at=TUESDAY,
    )  # fmt: skip


def judged(of: Plan, *words: StepStatus) -> dict[StepId, StepStatus]:
    return dict(zip((s.step_id for s in of.steps), words, strict=True))


class TestGating:
    def test_lets_a_plan_of_allowed_steps_go(self) -> None:
        """Nothing waits when nothing has to."""
        two = plan(step(number=1), step(number=2))
        assert set(gated(two, judged(two, A, A)).values()) == {A}

    def test_holds_allowed_steps_while_a_sibling_is_held(self) -> None:
        """One held step and no other goes out."""
        two = plan(step(number=1), step(number=2))
        assert list(gated(two, judged(two, A, H)).values()) == [StepStatus.PROPOSED, H]

    def test_protects_and_asks_whatever_its_siblings_do(self) -> None:
        """Suppression and questions to a person wait for nobody."""
        steps = (
            step(Action.SUPPRESS_CONTACT, number=1, args={"contact_id": DANA}),
            step(Action.ESCALATE_TO_PERSON, number=2, args={"contact_id": DANA}),
            step(number=3),
        )
        three = plan(*steps)
        assert list(gated(three, judged(three, A, A, R)).values()) == [A, A, R]

    def test_skips_what_depends_on_a_refused_step(self) -> None:
        """A step whose ground is gone is skipped, not kept waiting."""
        first = step(number=1)
        second = replace(step(number=2), depends_on=(first.step_id,))
        third = replace(step(number=3), depends_on=(second.step_id,))
        three = plan(first, second, third)
        statuses = gated(three, judged(three, R, A, H))
        assert list(statuses.values()) == [R, StepStatus.SKIPPED, StepStatus.SKIPPED]

    @given(words=st.lists(st.sampled_from([A, H, R]), min_size=1, max_size=5))
    def test_never_lets_a_step_go_beside_one_that_may_not(self, words: list[StepStatus]) -> None:
        """With any held or refused step, no ordinary step keeps its permission."""
        many = plan(*(step(number=n) for n in range(1, len(words) + 1)))
        statuses = set(gated(many, judged(many, *words)).values())
        assert (A in statuses) == (set(words) == {A})


class TestWhereAPlanStands:
    def test_is_held_while_a_step_waits(self) -> None:
        """A waiting card outweighs what is done."""
        assert plan_status({StepId("a"): H, StepId("b"): StepStatus.DONE}) is PlanStatus.HELD

    def test_is_partial_when_some_steps_failed(self) -> None:
        """Done and failed together are partial, never done."""
        mixed = {StepId("a"): StepStatus.DONE, StepId("b"): StepStatus.FAILED}
        assert plan_status(mixed) is PlanStatus.PARTIAL

    def test_is_done_only_when_every_step_is(self) -> None:
        """All steps done is done."""
        assert plan_status({StepId("a"): StepStatus.DONE}) is PlanStatus.DONE

    def test_names_why_nothing_was_done(self) -> None:
        """Refused, rejected, expired and stale plans say so."""
        assert plan_status({StepId("a"): R}) is PlanStatus.REFUSED
        assert plan_status({StepId("a"): StepStatus.EXPIRED}) is PlanStatus.EXPIRED
        assert plan_status({StepId("a"): StepStatus.STALE}) is PlanStatus.STALE
        assert plan_status({StepId("a"): StepStatus.FAILED}) is PlanStatus.FAILED
