"""The orchestrator's state and the changes its steps return."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from bailiwick.capabilities.crm_orchestrator.bundle import Bundle
from bailiwick.capabilities.crm_orchestrator.gathered import Correspondence, Holdings
from bailiwick.capabilities.crm_orchestrator.proposal import Selection
from bailiwick.domain.action import Action
from bailiwick.domain.crm import Contact
from bailiwick.domain.plan import Plan
from bailiwick.graph.carried import Delta, Own
from bailiwick.graph.look import Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How far a round is from a plan that passes; compared field by field, smaller is better."""

    failing_count: int
    facts_missing: int
    """Minus the number of facts."""

    def below(self, other: "Measure") -> bool:
        """Tell whether this round is strictly nearer than another."""
        return (self.failing_count, self.facts_missing) < (
            other.failing_count,
            other.facts_missing,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class State(Waiting):
    """What one run has found and decided so far; no mail text, no verdict object, no secret."""

    contact: Contact | None = None
    holdings: Holdings = field(default_factory=Holdings)
    letters: Correspondence = field(default_factory=Correspondence)
    bundle: Bundle | None = None
    selection: Selection = field(default_factory=Selection)
    planner: str = "rules"
    prompt_version: str = ""
    refused: frozenset[Action] = frozenset()
    """Actions that the judge has refused in an earlier round."""
    measure: Measure | None = None
    """Of the round before the present one."""


class AfterGate(StrEnum):
    """Where the safety gate leads."""

    END = "end"
    ACT = "act"
    """Its own plan (suppress, ask a person) goes to the judge without any planning."""
    PLAN = "plan"


class AfterJudge(StrEnum):
    """Where the judged plan goes."""

    RECONSIDER = "reconsider"
    DISPATCH = "dispatch"


class Hydrated(Delta):
    """The contact and what is held around it."""

    contact: Annotated[Contact | None, Own] = None
    holdings: Annotated[Holdings, Own] = Holdings()
    skip_reason: str = ""


class Loaded(Delta):
    """The mail, counted and dated."""

    letters: Annotated[Correspondence, Own]


class Gated(Delta):
    """Why the run ends here, or the one step that needs no planning."""

    skip_reason: str = ""
    plan: Annotated[Plan | None, Own] = None


class Recalled(Delta):
    """What the planner will be shown."""

    bundle: Annotated[Bundle, Own]


class Planned(Delta):
    """What the planner proposes, read."""

    bundle: Annotated[Bundle, Own]
    selection: Annotated[Selection, Own]
    planner: str
    prompt_version: str
    refused: frozenset[Action] = frozenset()
    measure: Annotated[Measure | None, Own] = None


class Settled(Delta):
    """The plan that goes to the judge."""

    plan: Annotated[Plan, Own]
    skip_reason: str = ""
