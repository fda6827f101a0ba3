"""What one Ask came to: the question, the answer, who gave it, and what it cost.

Bodies are kept so that a run can be replayed and explained; they are stored, never logged.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bailiwick.domain.ids import ModelCallId, RunId, WorkspaceId
from bailiwick.domain.provenance import Source


class Tier(StrEnum):
    """How much thought a question is worth; settings name the model behind each."""

    QUICK = "quick"
    DEEP = "deep"


class FallbackReason(StrEnum):
    """Why the model-free answer was taken."""

    NO_MODEL = "no_model"
    """No endpoint is configured: the product's default."""
    HALTED = "halted"
    REQUEST_CEILING = "request_ceiling"
    RUN_BUDGET = "run_budget"
    DAY_BUDGET = "day_budget"
    CAPABILITY_BUDGET = "capability_budget"
    """The capability's own day is used up; others go on."""
    BREAKER_OPEN = "breaker_open"
    ENDPOINT_OFF = "endpoint_off"
    """The endpoint refused our key, address or model; it stays off until settings change."""
    QUEUE_FULL = "queue_full"
    REJECTED = "rejected"
    MISCONFIGURED = "misconfigured"
    UNPAID = "unpaid"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    GARBLED = "garbled"
    BLANK = "blank"
    CUT = "cut"
    DECLINED = "declined"
    INVALID = "invalid"
    CANCELLED = "cancelled"
    """The run was stopped while the question was open; nothing was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Raw token counts; money is worked out from them and a dated price row."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Part of the prompt tokens that the endpoint had seen before."""
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    """Part of the completion tokens."""
    estimated: bool = False
    """We could not read what was used, so we count what was reserved."""

    def plus(self, other: "Usage") -> "Usage":
        """Add the counts of another attempt."""
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
            estimated=self.estimated or other.estimated,
        )

    @property
    def total_tokens(self) -> int:
        """What budgets count."""
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCall:
    """One Ask with its outcome; every attempt's tokens and cost are summed in it."""

    call_id: ModelCallId
    workspace_id: WorkspaceId
    run_id: RunId
    capability: str
    step: str
    prompt: str
    """`<capability>/<task>`."""
    prompt_version: int
    prompt_hash: str
    """SHA-256 of the prompt file."""
    tier: Tier
    requested_model: str
    resolved_model: str
    """What the endpoint said it used; empty when no reply came."""
    endpoint: str
    source: Source
    reason: FallbackReason | None
    """Why the fallback was taken; None when the model answered."""
    usage: Usage = field(default=Usage())
    cost_picodollars: int = 0
    price_known: bool = True
    """False: no price row names the model, so the dearest row was used."""
    latency_ms: int = 0
    attempts: int = 0
    faults: tuple[FallbackReason, ...] = ()
    """One per attempt that failed, in order."""
    request_sha256: str
    """Of the canonical request, nonce and model left out: the key of a replay."""
    request: str
    """The canonical request as JSON."""
    reply: str
    """The text that was accepted, or the last one that was not; empty when there was none."""
    asked_at: datetime
