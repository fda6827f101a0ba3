"""Makes plans: ids come from the run, so that a run that is repeated names everything alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

from bailiwick.domain.action import Action
from bailiwick.domain.crm import Account
from bailiwick.domain.fact import Fact
from bailiwick.domain.ids import AccountId, ContactId, PlanId, RunId, step_id
from bailiwick.domain.plan import STEPS_COUNT_MAX, Dropped, Plan, Step
from bailiwick.domain.proposed_fact import ProposedFact, facts_to_args
from bailiwick.domain.provenance import PERMILLE, Provenance, Source, Trust
from bailiwick.graph.carried import Carried, Delta, Own
from bailiwick.kit.hashing import Canonical, digest
from bailiwick.ports.deps import Deps, Frame
from bailiwick.ports.model import ModelContext

OBJECTIVE_STEP: Final = "carry out one delegated step"
OBJECTIVE_CONTACT: Final = "find the next best actions for one contact"
RECORD_PERMILLE: Final = 900  # capabilities 4.4, rules 4 and 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsState(Carried):
    """The state of a capability that finds facts."""

    found: tuple[ProposedFact, ...] = ()
    contact_id: ContactId | None = None


class Found(Delta):
    """Facts that are new, or why there are none."""

    found: Annotated[tuple[ProposedFact, ...], Own] = ()
    contact_id: ContactId | None = None
    skip_reason: str = ""


class Planned(Delta):
    """The plan of this run."""

    plan: Annotated[Plan | None, Own] = None


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


def account_of(deps: Deps) -> Account | None:
    """Return the account of the step that asked, else that of the run's contact."""
    named = argument(deps.frame, "account_id")
    if named:
        return deps.crm.account(AccountId(named))
    contact_id = contact_of(deps.frame)
    contact = deps.crm.contact(contact_id) if contact_id is not None else None
    if contact is None or contact.account_id is None:
        return None
    return deps.crm.account(contact.account_id)


async def propose_facts(state: FactsState, deps: Deps) -> Planned:
    """Propose to keep what was found; what came from mail marks the step as tainted."""
    if not state.found:
        return Planned()
    frame = deps.frame
    asked = frame.step.provenance.confidence_permille if frame.step is not None else None
    foreign = any(fact.trust is Trust.UNVERIFIED for fact in state.found)
    step = Step(
        step_id=step_id(frame.run_id, 1),
        action=Action.RECORD_FACTS,
        args=facts_to_args(state.found),
        provenance=Provenance(
            confidence_permille=min(RECORD_PERMILLE, RECORD_PERMILLE if asked is None else asked),
            reason=f"{len(state.found)} facts found",
            source=Source.RULE,
            evidence=tuple(dict.fromkeys(ref for fact in state.found for ref in fact.evidence)),
            trust=Trust.UNVERIFIED if foreign else Trust.DERIVED,
        ),
        tainted=frozenset({"facts"}) if foreign else frozenset(),
    )
    plan = propose(
        frame,
        [step],
        contact_id=state.contact_id,
        objective=OBJECTIVE_STEP,
        planner="rules",
        prompt_version="",
        facts=[fact.to_args() for fact in state.found],
    )
    return Planned(plan=plan)


def unknown_before(found: Sequence[ProposedFact], known: Sequence[Fact]) -> list[ProposedFact]:
    """Leave out what is known already; keep foreign claims below every trusted value they oppose.

    An existing value is never touched: a fact that disagrees stands beside it, less sure.
    """
    held = {(fact.subject, fact.field, fact.value) for fact in known}
    fresh: list[ProposedFact] = []
    for one in found:
        if (one.subject, one.field, one.value) in held:
            continue
        trusted = [
            fact.confidence_permille
            for fact in known
            if (fact.subject, fact.field) == (one.subject, one.field)
            and fact.trust is not Trust.UNVERIFIED
        ]
        ceiling = min(trusted, default=PERMILLE + 1) - 1
        if one.trust is Trust.UNVERIFIED and one.confidence_permille > ceiling:
            fresh.append(replace(one, confidence_permille=max(0, ceiling)))
        else:
            fresh.append(one)
    return fresh
