"""What was really done, or why nothing was."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EffectState(StrEnum):
    """States of the effect ledger (reliability, section 4)."""

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    DEAD = "dead"
    SUPPRESSED = "suppressed"


class Outcome(StrEnum):
    """What a writer knows after it tried."""

    DONE = "done"
    NOT_DONE_RETRY = "not_done_retry"
    NOT_DONE_FINAL = "not_done_final"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The end of one attempt."""

    outcome: Outcome
    effect_key: str
    payload_hash: str
    at: datetime
    provider_ref: str = ""
    """Message-ID, row id: what the provider can be asked for."""
    reason: str = ""
    retry_after_seconds: int | None = None
