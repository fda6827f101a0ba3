"""A plan: an ordered proposal of steps, hashed so that what was approved is what runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.domain.action import Action
from bailiwick.domain.ids import (
    ContactId,
    PlanId,
    RunId,
    StepId,
    WorkspaceId,
)
from bailiwick.domain.provenance import Provenance
from bailiwick.kit.hashing import Canonical, digest

STEPS_COUNT_MAX: Final = 5  # source articles: up to five dispatches a plan


class StepStatus(StrEnum):
    """Where one step stands."""

    PROPOSED = "proposed"
    ALLOWED = "allowed"
    HELD = "held"
    REFUSED = "refused"
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    STALE = "stale"
    REJECTED = "rejected"
    EXPIRED = "expired"


class PlanStatus(StrEnum):
    """Where a whole plan stands (capabilities 1.3)."""

    PLANNED = "planned"
    RUNNING = "running"
    HELD = "held"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    REFUSED = "refused"
    REJECTED = "rejected"
    EXPIRED = "expired"
    STALE = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One action of the closed list, with its arguments and why."""

    step_id: StepId
    action: Action
    args: Mapping[str, Canonical]
    provenance: Provenance
    requires_approval: bool = False
    depends_on: tuple[StepId, ...] = ()
    tainted: frozenset[str] = frozenset()
    """Names of arguments whose value came from untrusted text."""
    raw_confidence_permille: int | None = None
    """What a model said about itself; kept for study, grants nothing (models, section 1)."""

    @property
    def payload_hash(self) -> str:
        """The hash that approval, permit, outbox row and receipt share."""
        return payload_hash(self.action, self.args)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A step that could not be taken into the plan, and why; shown and counted, never run."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An ordered proposal for one contact."""

    plan_id: PlanId
    workspace_id: WorkspaceId
    run_id: RunId
    capability: str
    contact_id: ContactId | None
    objective: str
    steps: tuple[Step, ...]
    planner: str
    """`model` or `rules`."""
    prompt_version: str
    facts_hash: str
    created_at: datetime
    dropped: tuple[Dropped, ...] = field(default=())
    version: int = 1
    """Raised by each edit of a person."""

    @property
    def plan_hash(self) -> str:
        """The hash of what would be done; times, ids of rows and wording of reasons left out."""
        return digest(
            {
                "contact": self.contact_id,
                "capability": self.capability,
                "steps": [
                    {
                        "step": s.step_id.removeprefix(f"{self.run_id}."),
                        "action": s.action.value,
                        "args": s.args,
                        "confidence_permille": s.provenance.confidence_permille,
                        "requires_approval": s.requires_approval,
                        "depends_on": [d.removeprefix(f"{self.run_id}.") for d in s.depends_on],
                    }
                    for s in self.steps
                ],
            }
        )


def payload_hash(action: Action, args: Mapping[str, Canonical]) -> str:
    """Hash an action with its arguments."""
    return digest({"action": action.value, "args": args})


def effect_key(workspace_id: WorkspaceId, step: Step, run_id: RunId) -> str:
    """Name the effect of a step once and for all; no attempt, clock or chance goes in."""
    return digest(
        {
            "workspace": workspace_id,
            "run": run_id,
            "step": step.step_id,
            "action": step.action.value,
            "args": step.args,
        }
    )
