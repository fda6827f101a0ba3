"""A gateway over a scripted endpoint."""

import asyncio

from bench.model_asks import (
    CLASSIFY,
    INQUIRY,
    RUN,
    Label,
    Stage,
)

from bailiwick.models.budget import DEFAULT_BUDGET, Budget, BudgetLimits
from bailiwick.models.gateway import DEFAULT_LIMITS, Gateway, GatewayLimits
from bailiwick.models.prices import published_prices
from bailiwick.models.scripted import (
    AnswerFunction,
    FaultPlan,
    PlannedFault,
    ScriptedEndpoint,
)
from bailiwick.models.scripted_body import ScriptedFault
from bailiwick.ports.model import Answer

GOOD = '{"wish": "buy", "confidence_permille": 700}'


def good(*_: object) -> str:
    return GOOD


def faults(*names: ScriptedFault) -> FaultPlan:
    return FaultPlan([PlannedFault(fault=f, nth=n) for n, f in enumerate(names, start=1)])


class Bench:
    """A gateway over a scripted endpoint, asked from the outside of a loop."""

    def __init__(
        self,
        stage: Stage,
        *,
        answer: AnswerFunction = good,
        plan: FaultPlan | None = None,
        budget: BudgetLimits = DEFAULT_BUDGET,
        limits: GatewayLimits = DEFAULT_LIMITS,
    ) -> None:
        self.endpoint = ScriptedEndpoint(answer, faults=plan)
        self.budget = Budget(budget)
        self.gateway = Gateway(
            self.endpoint,
            stage.surroundings(),
            budget=self.budget,
            prices=published_prices(),
            limits=limits,
        )

    def classify(self) -> Answer[Label]:
        return asyncio.run(self.gateway.ask(CLASSIFY, INQUIRY, run=RUN))
