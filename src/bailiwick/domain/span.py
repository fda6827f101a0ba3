"""A finished span as it is stored: names, times, codes and numbers, never a body."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bailiwick.domain.ids import RunId

SpanValue: TypeAlias = str | int | bool


class Kept(StrEnum):
    """Why a trace was kept."""

    ERROR = "error"
    SLOW = "slow"
    HELD = "held"
    REFUSED = "refused"
    APPROVAL = "approval"
    AUDIT = "audit"
    EXPERIMENT = "experiment"
    ROUTINE = "routine"
    """It is one of the sample of traces in which nothing stood out."""
    UNSURE = "unsure"
    """Something went wrong while it was observed, so nothing about it is certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanRow:
    """One span."""

    span_id: str
    """16 hexadecimal digits."""
    trace_id: str
    """32 hexadecimal digits."""
    parent_id: str
    """Empty at the top of a trace."""
    remote: bool
    """The parent is a span of another process or another moment."""
    name: str
    run_id: RunId
    """Empty for what belongs to no run."""
    capability: str
    started_at: datetime
    duration_us: int
    fault: str
    """The name of a fault; empty when it went well."""
    kept_by: Kept
    attributes: Mapping[str, SpanValue]
