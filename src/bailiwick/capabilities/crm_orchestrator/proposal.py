"""The output contract of the plan prompt, and the checked form that comes out of the reader."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from bailiwick.domain.action import Action
from bailiwick.domain.plan import Dropped
from bailiwick.domain.provenance import Source, Trust
from bailiwick.kit.hashing import Canonical

_STRICT: Final = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class ProposedArgs(BaseModel):
    """Arguments by name; those that the action does not take are null."""

    model_config = _STRICT

    contact_id: str | None = None
    account_id: str | None = None
    message_id: str | None = None
    opportunity_id: str | None = None
    field: str | None = None
    value: str | None = None
    stage: str | None = None
    title: str | None = None


class ProposedStep(BaseModel):
    """One step as a planner words it."""

    model_config = _STRICT

    action: str = Field(json_schema_extra={"enum": [action.value for action in Action]})
    args: ProposedArgs = ProposedArgs()
    reason: str = ""
    confidence: float = Field(json_schema_extra={"minimum": 0, "maximum": 1})
    """The reader checks the range, so that one bad number costs one step and not the plan."""
    requires_approval: bool = False
    depends_on: tuple[int, ...] = ()
    """Places in this list, counted from 0."""
    evidence_fact_ids: tuple[str, ...] = ()


class PlanProposal(BaseModel):
    """A plan as a planner words it; nothing in it is believed yet."""

    model_config = _STRICT

    steps: tuple[ProposedStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One step that passed the reader; it gets its id when the plan is settled."""

    action: Action
    args: Mapping[str, Canonical]
    confidence_permille: int
    raw_confidence_permille: int | None
    reason: str
    evidence: tuple[str, ...]
    source: Source
    trust: Trust
    requires_approval: bool = False
    depends_on: tuple[int, ...] = ()
    """Places in the tuple of candidates."""
    tainted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Candidates in the order they would run, and what was left out, with reasons."""

    candidates: tuple[Candidate, ...] = ()
    dropped: tuple[Dropped, ...] = ()


def without(selection: Selection, out: Mapping[int, str]) -> Selection:
    """Leave out candidates by place, and whatever depends on them."""
    gone = dict(out)
    for place, candidate in enumerate(selection.candidates):
        if place not in gone and any(needed in gone for needed in candidate.depends_on):
            gone[place] = "depends on a step that was left out"
    kept = [place for place in range(len(selection.candidates)) if place not in gone]
    new_place = {old: new for new, old in enumerate(kept)}
    return Selection(
        candidates=tuple(
            replace(
                selection.candidates[place],
                depends_on=tuple(
                    new_place[needed] for needed in selection.candidates[place].depends_on
                ),
            )
            for place in kept
        ),
        dropped=(
            *selection.dropped,
            *(
                Dropped(name=selection.candidates[place].action.value, reason=gone[place])
                for place in sorted(gone)
            ),
        ),
    )
