"""Says what a run came to, in the one form that is stored, shown and compared."""

from collections.abc import Mapping

from bailiwick.domain.plan import Plan, PlanStatus
from bailiwick.graph.carried import Carried, Finishing
from bailiwick.kit.hashing import Canonical
from bailiwick.ports.deps import Deps


async def finish(state: Carried, deps: Deps) -> Finishing:
    """Write the outcome of a run of this capability."""
    return Finishing(outcome=outcome(state, capability=deps.frame.capability))


def outcome(
    state: Carried, *, capability: str, extra: Mapping[str, Canonical] | None = None
) -> dict[str, Canonical]:
    """Return plan, status, steps and the reason for doing nothing as plain values."""
    plan = state.plan
    status = state.plan_status or PlanStatus.DONE
    return {
        "capability": capability,
        "plan_id": plan.plan_id if plan else None,
        "plan_hash": plan.plan_hash if plan else None,
        "status": status.value,
        "skip_reason": state.skip_reason,
        "steps": _steps(state, plan) if plan else [],
        "dropped": [{"name": d.name, "reason": d.reason} for d in plan.dropped] if plan else [],
        "graph_meta": {
            "plan_step_count": len(plan.steps) if plan else 0,
            "plan_gated": status is PlanStatus.HELD,
            "plan_prompt_version": plan.prompt_version if plan else "",
            "planner": plan.planner if plan else "",
            "confidence_permille": [s.provenance.confidence_permille for s in plan.steps]
            if plan
            else [],
            **(extra or {}),
        },
    }


def _steps(state: Carried, plan: Plan) -> list[Canonical]:
    judged = {j.step_id: j for j in state.judged}
    ended = {d.step_id: d for d in state.dispatched}
    rows: list[Canonical] = []
    for step in plan.steps:
        verdict, end = judged.get(step.step_id), ended.get(step.step_id)
        rows.append(
            {
                "step_id": step.step_id,
                "action": step.action.value,
                "status": end.status.value if end else "proposed",
                "verdict": verdict.status.value if verdict else "",
                "rules": list(verdict.rules) if verdict else [],
                "reason": end.reason if end else "",
                "approval_id": end.approval_id if end else None,
                "tainted": sorted(step.tainted),
                "payload_hash": step.payload_hash,
            }
        )
    return rows
