"""What model calls came to, by whatever one wants to know it by."""

from dataclasses import dataclass
from enum import StrEnum


class CostBy(StrEnum):
    """What calls are put together by."""

    CAPABILITY = "capability"
    NODE = "node"
    """Capability and step."""
    RUN = "run"
    DAY = "day"
    """Of UTC."""
    OUTCOME = "outcome"
    """How the run ended."""
    MODEL = "model"
    WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """The calls that share one key."""

    key: str
    calls_count: int
    """Questions, those that rules answered too."""
    answered_count: int
    """By a model."""
    runs_count: int
    tokens_in: int
    tokens_cached: int
    tokens_out: int
    picodollars: int
    unpriced_count: int
    """Calls of models that no price row names: they count at the dearest row."""
    estimated_count: int
    """Calls whose usage could not be read: they count in full."""
