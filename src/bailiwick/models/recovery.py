"""What to do after a fault: the only retry layer there is, as a pure function (models 2.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bailiwick.domain.model_call import FallbackReason
from bailiwick.kit.retry import full_jitter_seconds
from bailiwick.models.faults import ModelFault

ATTEMPTS_MAX: Final = 3  # models 2.6: of one Ask, its repair turn included
_ONCE: Final = frozenset(
    {FallbackReason.GARBLED, FallbackReason.BLANK, FallbackReason.CUT, FallbackReason.INVALID}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Bounds of the random wait between attempts."""

    base_seconds: float = 0.5  # doubled for the first retry: 0 to 1 s (models 2.6)
    cap_seconds: float = 20.0  # models 2.6


class Change(StrEnum):
    """How the next attempt differs."""

    NONE = "none"
    NUDGE = "nudge"
    """A changed last line, so that a blank reply is not served again."""
    DOUBLE = "double"
    """Twice the tokens."""
    REPAIR = "repair"
    """The reply and its errors follow."""


_CHANGES: Final = {
    FallbackReason.BLANK: Change.NUDGE,
    FallbackReason.CUT: Change.DOUBLE,
    FallbackReason.INVALID: Change.REPAIR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Make another attempt, after a wait, with a change."""

    wait_seconds: float
    change: Change


def next_move(
    fault: ModelFault,
    *,
    earlier: Sequence[FallbackReason],
    draw: float,
    backoff: Backoff,
    seconds_left: float,
) -> Again | None:
    """Say how to go on after a fault; None when the fallback should answer now."""
    attempts = len(earlier) + 1
    if not fault.retryable or attempts >= ATTEMPTS_MAX:
        return None
    if fault.reason in _ONCE and fault.reason in earlier:
        return None
    wait = 0.0
    if fault.reason not in _CHANGES:
        wait = fault.retry_after_seconds
        if wait is None:
            wait = full_jitter_seconds(
                attempts, draw=draw, base=backoff.base_seconds, cap=backoff.cap_seconds
            )
    if wait >= seconds_left:
        return None
    return Again(wait_seconds=wait, change=_CHANGES.get(fault.reason, Change.NONE))
