"""What a capability declares about itself; imports nothing heavy, so that listing is instant."""

from dataclasses import dataclass
from enum import StrEnum

from bailiwick.domain.action import Action
from bailiwick.domain.autonomy import Level
from bailiwick.domain.pool import Pool
from bailiwick.domain.signal import SignalKind


class Intake(StrEnum):
    """What a run of a capability starts from, and so what a caller of the API gives."""

    CONTACT = "contact"
    """A contact or a mail: the run plans, and its steps are judged."""
    STEP = "step"
    """A delegated step of another capability's plan; nobody else can start it."""
    STATE = "state"
    """Any state of its graph in, the final state out; it proposes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One capability: name, what it may propose, how far it may go and what it may cost."""

    name: str
    version: str
    """`YYYY-MM-DD.N`: the date moves on a breaking change, the suffix on an additive one."""
    summary: str
    signals: frozenset[SignalKind]
    actions: frozenset[Action]
    """What it may propose; anything else is refused by the law as undeclared."""
    level_max: Level
    seconds_max: int
    """Time class (capabilities 27d): 20, 30, 60, 90, 120 or 180."""
    tokens_max: int
    model_calls_max: int
    reads_untrusted: bool
    pool: Pool
    """The worker pool, one process of its own, that carries its queued runs (decision 0022)."""
    intake: Intake = Intake.STEP
    resumable: bool = False
    """A run may wait for a person or a time in its middle, so its thread is checkpointed."""
    steps_max: int = 50
    """Graph steps before the run is stopped; bounds every loop."""
