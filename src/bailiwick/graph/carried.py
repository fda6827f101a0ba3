"""The part of a state that every capability carries to the shared fragments, and its changes.

State is a frozen dataclass; a step returns a frozen Delta, and a field it did not set is a field it
did not touch (decision 0007).
"""

from collections.abc import (
    Mapping,
    Sequence,  # noqa: F401  # pyright: ignore[reportUnusedImport] - LangGraph resolves `Canonical` here
)
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from bailiwick.domain.plan import Plan, PlanStatus
from bailiwick.kit.hashing import Canonical
from bailiwick.ports.desk import Dispatched, Judged


class Own:
    """Marks a Delta's field whose value is one of our own frozen types: taken as it is.

    The type checker has seen it, and pydantic cannot follow the recursive `Canonical`.
    """

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Accept any value unchanged."""
        return core_schema.any_schema()


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What judge, dispatch and finish read and write; a capability's State adds its own fields."""

    plan: Plan | None = None
    judged: tuple[Judged, ...] = ()
    plan_status: PlanStatus | None = None
    dispatched: tuple[Dispatched, ...] = ()
    skip_reason: str = ""
    """Why there is nothing to propose; a plan never overrides it."""
    outcome: Mapping[str, Canonical] = field(default_factory=dict[str, Canonical])
    """What the run came to, as it is stored; empty until the run is finished."""


class Delta(BaseModel):
    """Base of every change of state."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Judging(Delta):
    """What the judge fragment found."""

    judged: Annotated[tuple[Judged, ...], Own]


class Dispatching(Delta):
    """What the dispatch fragment did."""

    plan_status: PlanStatus
    dispatched: Annotated[tuple[Dispatched, ...], Own]


class Finishing(Delta):
    """What the run came to."""

    outcome: Annotated[Mapping[str, Canonical], Own]
