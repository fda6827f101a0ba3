"""One thing that a check of the set-up found, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How good it is."""

    OK = "ok"
    WARNING = "warning"
    """Works, but not as it should."""
    PROBLEM = "problem"
    """Something will not work until it is repaired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, what was found and, unless all is well, how to repair it."""

    topic: str
    state: State
    found: str
    fix: str = ""

    def __post_init__(self) -> None:
        """Assert that whoever reads of a trouble also reads what to do."""
        assert self.fix or self.state is State.OK, self.topic


def ok(topic: str, found: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(topic=topic, state=State.OK, found=found)


def warning(topic: str, found: str, fix: str) -> Finding:
    """Return a finding of something that should be better."""
    return Finding(topic=topic, state=State.WARNING, found=found, fix=fix)


def problem(topic: str, found: str, fix: str) -> Finding:
    """Return a finding of something that does not work."""
    return Finding(topic=topic, state=State.PROBLEM, found=found, fix=fix)
