"""Makes plans: ids come from the run, so that a run that is repeated names everything alike."""

from collections.abc import Sequence

from bailiwick.domain.ids import ContactId, PlanId, RunId
from bailiwick.domain.plan import STEPS_COUNT_MAX, Dropped, Plan, Step
from bailiwick.kit.hashing import Canonical, digest
from bailiwick.ports.deps import Deps, Frame
from bailiwick.ports.model import ModelContext

OBJECTIVE_STEP = "carry out one delegated step"
OBJECTIVE_CONTACT = "find the next best actions for one contact"


def plan_id(run_id: RunId) -> PlanId:
    """Name the one plan of a run."""
    return PlanId(f"pln_{run_id.partition('_')[2]}")


def propose(
    frame: Frame,
    steps: Sequence[Step],
    *,
    contact_id: ContactId | None,
    objective: str,
    planner: str,
    prompt_version: str,
    facts: Canonical,
    dropped: Sequence[Dropped] = (),
) -> Plan:
    """Return the plan of this run; `facts` is what it rests on, kept as a hash."""
    assert len(steps) <= STEPS_COUNT_MAX, "a plan has a bounded number of steps"
    return Plan(
        plan_id=plan_id(frame.run_id),
        workspace_id=frame.workspace_id,
        run_id=frame.run_id,
        capability=frame.capability,
        contact_id=contact_id,
        objective=objective,
        steps=tuple(steps),
        planner=planner,
        prompt_version=prompt_version,
        facts_hash=digest(facts),
        created_at=frame.now,
        dropped=tuple(dropped),
    )


def model_context(deps: Deps, *, step: str) -> ModelContext:
    """Say on whose behalf a question is put."""
    frame = deps.frame
    return ModelContext(
        workspace_id=frame.workspace_id,
        run_id=frame.run_id,
        capability=frame.capability,
        step=step,
    )


def argument(frame: Frame, name: str) -> str:
    """Return a text argument of the step that started a delegated run, or empty."""
    value = frame.step.args.get(name) if frame.step is not None else None
    return value if isinstance(value, str) else ""


def contact_of(frame: Frame) -> ContactId | None:
    """Return the contact this run is about: the step's own, else the run's."""
    named = argument(frame, "contact_id")
    return ContactId(named) if named else frame.contact_id
