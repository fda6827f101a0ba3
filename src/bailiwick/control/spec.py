"""What a capability declares about itself; imports nothing heavy, so that listing is instant."""

from dataclasses import dataclass

from bailiwick.domain.action import Action
from bailiwick.domain.autonomy import Level
from bailiwick.domain.signal import SignalKind


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
    steps_max: int = 50
    """Graph steps before the run is stopped; bounds every loop."""
