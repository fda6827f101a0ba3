"""Plans and their steps."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import RowMapping, select, update

from bailiwick.domain.action import Action
from bailiwick.domain.ids import ContactId, PlanId, RunId, StepId
from bailiwick.domain.plan import STEPS_COUNT_MAX, Dropped, Plan, PlanStatus, Step, StepStatus
from bailiwick.domain.provenance import Provenance, Source, Trust
from bailiwick.store.scope import Scope, Value, key, own
from bailiwick.store.tables.work import PLANS, STEPS

_PLAN: Final = select(PLANS).where(own(PLANS), PLANS.c.id == key())
_STEPS: Final = select(STEPS).where(own(STEPS), STEPS.c.plan_id == key()).order_by(STEPS.c.ordinal)


class SqlPlans:
    """Plans of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, plan: Plan, status: PlanStatus, steps: Mapping[StepId, StepStatus]) -> None:
        """Store a plan with the status of each step; the same plan again changes nothing."""
        assert plan.workspace_id == self._scope.workspace_id, "a plan stays in its workspace"
        assert len(plan.steps) <= STEPS_COUNT_MAX, len(plan.steps)
        if not self._scope.insert_new(PLANS, _plan_values(plan, status), unique=("id",)):
            return
        self._scope.insert_all(
            STEPS,
            [
                {
                    **_step_values(step),
                    "id": step.step_id,
                    "plan_id": plan.plan_id,
                    "run_id": plan.run_id,
                    "ordinal": ordinal,
                    "status": steps[step.step_id].value,
                    "created_at": plan.created_at,
                }
                for ordinal, step in enumerate(plan.steps)
            ],
        )

    def get(self, plan_id: PlanId) -> tuple[Plan, PlanStatus, Mapping[StepId, StepStatus]] | None:
        """Return a plan as stored."""
        row = self._scope.row(_PLAN, key=plan_id)
        if row is None:
            return None
        steps = self._scope.rows(_STEPS, key=plan_id)
        statuses = {StepId(step["id"]): StepStatus(step["status"]) for step in steps}
        plan = Plan(
            plan_id=PlanId(row["id"]),
            workspace_id=self._scope.workspace_id,
            run_id=RunId(row["run_id"]),
            capability=row["capability"],
            contact_id=ContactId(row["contact_id"]) if row["contact_id"] else None,
            objective=row["objective"],
            steps=tuple(_step(step) for step in steps),
            planner=row["planner"],
            prompt_version=row["prompt_version"],
            facts_hash=row["facts_hash"],
            created_at=row["created_at"],
            dropped=tuple(Dropped(name=d["name"], reason=d["reason"]) for d in row["dropped"]),
            version=row["version"],
        )
        return plan, PlanStatus(row["status"]), statuses

    def set_status(self, plan_id: PlanId, status: PlanStatus) -> None:
        """Move a plan on."""
        changed = self._scope.change(
            update(PLANS).where(own(PLANS), PLANS.c.id == plan_id).values(status=status.value)
        )
        assert changed == 1, f"plan {plan_id!r} is not stored"

    def set_step(self, step_id: StepId, status: StepStatus, *, reason: str = "") -> None:
        """Move a step on."""
        changed = self._scope.change(
            update(STEPS)
            .where(own(STEPS), STEPS.c.id == step_id)
            .values(status=status.value, status_reason=reason)
        )
        assert changed == 1, f"step {step_id!r} is not stored"

    def replace_step(self, plan_id: PlanId, step: Step) -> None:
        """Store a person's edit of a step under the same step id and raise the plan's version."""
        changed = self._scope.change(
            update(STEPS)
            .where(own(STEPS), STEPS.c.id == step.step_id, STEPS.c.plan_id == plan_id)
            .values(**_step_values(step), row_version=STEPS.c.row_version + 1)
        )
        assert changed == 1, f"step {step.step_id!r} is not stored in plan {plan_id!r}"
        edited = self.get(plan_id)
        assert edited is not None, f"plan {plan_id!r} has a step, so it is stored"
        self._scope.change(
            update(PLANS)
            .where(own(PLANS), PLANS.c.id == plan_id)
            .values(version=PLANS.c.version + 1, plan_hash=edited[0].plan_hash)
        )


def _plan_values(plan: Plan, status: PlanStatus) -> dict[str, Value]:
    return {
        "id": plan.plan_id,
        "run_id": plan.run_id,
        "capability": plan.capability,
        "contact_id": plan.contact_id,
        "objective": plan.objective,
        "status": status.value,
        "planner": plan.planner,
        "prompt_version": plan.prompt_version,
        "facts_hash": plan.facts_hash,
        "plan_hash": plan.plan_hash,
        "version": plan.version,
        "dropped": [{"name": d.name, "reason": d.reason} for d in plan.dropped],
        "created_at": plan.created_at,
    }


def _step_values(step: Step) -> dict[str, Value]:
    return {
        "action": step.action.value,
        "args": step.args,
        "payload_hash": step.payload_hash,
        "confidence_permille": step.provenance.confidence_permille,
        "raw_confidence_permille": step.raw_confidence_permille,
        "reason": step.provenance.reason,
        "source": step.provenance.source.value,
        "evidence": list(step.provenance.evidence),
        "trust": step.provenance.trust.value,
        "tainted": sorted(step.tainted),
        "depends_on": list(step.depends_on),
        "requires_approval": step.requires_approval,
    }


def _step(row: RowMapping) -> Step:
    return Step(
        step_id=StepId(row["id"]),
        action=Action(row["action"]),
        args=row["args"],
        provenance=Provenance(
            confidence_permille=row["confidence_permille"],
            reason=row["reason"],
            source=Source(row["source"]),
            evidence=tuple(row["evidence"]),
            trust=Trust(row["trust"]),
        ),
        requires_approval=row["requires_approval"],
        depends_on=tuple(StepId(name) for name in row["depends_on"]),
        tainted=frozenset(row["tainted"]),
        raw_confidence_permille=row["raw_confidence_permille"],
    )
