"""Reads the stored outcome of a run back into plain fields."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict


class _Dropped(BaseModel):
    name: str
    reason: str


class _Step(BaseModel):
    model_config = ConfigDict(extra="allow")

    action: str
    status: str


class _Meta(BaseModel):
    model_config = ConfigDict(extra="allow")

    plan_step_count: int
    planner: str
    re_reasons: int = 0


class _Stored(BaseModel):
    capability: str
    plan_id: str | None
    plan_hash: str | None
    status: str
    skip_reason: str
    steps: tuple[_Step, ...]
    dropped: tuple[_Dropped, ...]
    graph_meta: _Meta


class Outcome:
    """What a test asks of an outcome."""

    def __init__(self, stored: _Stored) -> None:
        self.status: Final = stored.status
        self.skip_reason: Final = stored.skip_reason
        self.plan_hash: Final = stored.plan_hash
        self.steps: Final = stored.steps
        self.dropped: Final = {one.name: one.reason for one in stored.dropped}
        self.re_reasons: Final = stored.graph_meta.re_reasons


def outcome_of(state: Mapping[str, object]) -> Outcome:
    """Read the outcome that the last node wrote."""
    return Outcome(_Stored.model_validate(state["outcome"]))
