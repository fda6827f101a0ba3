"""One run of the compiled orchestrator over fakes."""

import asyncio
import json

from tests.fakes.crm import (
    FakeCrm,
    FakeDesk,
    ScriptedModel,
    deps,
    fact,
    frame,
)
from tests.fakes.outcomes import Outcome, outcome_of

from bailiwick.capabilities.crm_orchestrator.bundle import Bundle
from bailiwick.capabilities.crm_orchestrator.graph import build
from bailiwick.domain.action import Action
from bailiwick.domain.plan import Plan
from bailiwick.graph.bind import Context


class Run:
    """One run of the compiled graph."""

    def __init__(
        self,
        crm: FakeCrm,
        *,
        desk: FakeDesk | None = None,
        replies: tuple[str, ...] = (),
        plan_enabled: bool = True,
    ) -> None:
        self.desk = desk or FakeDesk()
        self.model = ScriptedModel(replies=list(replies))
        context = Context(deps=deps(crm, self.model, frame()), desk=self.desk)
        graph = build(plan_enabled=plan_enabled).compile()
        state = asyncio.run(graph.ainvoke({}, {"recursion_limit": 50}, context=context))
        self.outcome: Outcome = outcome_of(state)
        plan = state.get("plan")
        self.plan = plan if isinstance(plan, Plan) else None

    @property
    def actions(self) -> list[Action]:
        return [step.action for step in self.plan.steps] if self.plan else []

    @property
    def bundles(self) -> list[Bundle]:
        return [one for one in self.model.asked if isinstance(one, Bundle)]


def known_company() -> FakeCrm:
    """A contact and a company of which enough is known, so that only messages are due."""
    return FakeCrm(
        known=[
            fact(1, "category", "manufacturing"),
            fact(2, "size", "200"),
            fact(3, "country", "GB"),
        ]
    )


def plan_json(*steps: dict[str, object]) -> str:
    """A plan as a model words it."""
    return json.dumps({"steps": list(steps)})


def step_json(action: str, confidence: object = 1.0, **args: str) -> dict[str, object]:
    """A step as the obedient planner words it: certain, without approval."""
    return {
        "action": action, "args": args, "reason": "because", "confidence": confidence,
        "requires_approval": False, "depends_on": [], "evidence_fact_ids": [],
    }  # fmt: skip
