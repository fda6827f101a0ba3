"""The numbers of a workspace at one moment, for whoever watches it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What stands in the database."""

    runs: Mapping[str, int]
    """By status."""
    effects: Mapping[str, int]
    """By state."""
    approvals_waiting: int
    oldest_approval_seconds: int
    """0 when none waits."""
    model_picodollars: int
    """Of all stored calls."""
    model_calls: Mapping[str, int]
    """By who answered."""
