"""What a campaign sends to each recipient: up to eight touches, when, and what stops them."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bailiwick.domain.campaign.enrolment import End
from bailiwick.domain.campaign.pace import DEFAULTS, Limit
from bailiwick.domain.campaign.window import OFFICE_HOURS, Window
from bailiwick.domain.drafting.place import Angle, check_angle
from bailiwick.domain.topic import check_topic

TOUCHES_COUNT: Final = 6  # capabilities 18.1, as published
TOUCHES_COUNT_MAX: Final = 8  # capabilities 18.1
GAP_DAYS_MAX: Final = 90  # ours: what comes later is another campaign
GAPS_DAYS: Final = (0, 3, 5, 7, 10, 10)  # capabilities 18.3; the sixth repeats the fifth (ours)
TAIL_DAYS: Final = 14  # ours: the longest wait that the published optimiser considers
_STOPS: Final = frozenset(
    {End.REPLIED, End.MEETING, End.DEAL_MOVED, End.OWNER_CHANGED, End.ACCOUNT_REPLIED}
)
LOCKED_STOPS: Final = frozenset({End.NOT_INTERESTED, End.OPTED_OUT, End.BOUNCED, End.COMPLAINED})
"""What ends a campaign for a recipient whatever its settings say."""


class Gaps(StrEnum):
    """What may change the days between touches."""

    FIXED = "fixed"
    """Nothing."""
    LEARNED = "learned"
    """What trials of the workspace have shown for sure; as written until then."""
    TRIAL = "trial"
    """Chance: each recipient gets shorter, the written or longer gaps, so that it can be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One message of a series."""

    gap_days: int
    """Working days after the touch before, by the recipient's calendar."""
    angle: str = ""
    """What it is about, of a closed list; empty takes that of its place in the series."""

    def __post_init__(self) -> None:
        """Refuse a gap or an angle that is none. Raises ValueError."""
        check_angle(self.angle)
        if not 0 <= self.gap_days <= GAP_DAYS_MAX:
            message = f"a touch {self.gap_days} days after the one before: 0 to {GAP_DAYS_MAX} fit"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One version of what a campaign sends; a change makes another version."""

    version: int
    touches: tuple[Touch, ...]
    window: Window = OFFICE_HOURS
    limits: tuple[Limit, ...] = DEFAULTS
    stops: frozenset[End] = frozenset({End.REPLIED, End.MEETING, End.DEAL_MOVED, End.OWNER_CHANGED})
    """What ends it beside `LOCKED_STOPS`."""
    tail: timedelta = timedelta(days=TAIL_DAYS)
    """How long an answer to the last touch is waited for."""
    topic: str = ""
    """What it is about, by a name of the workspace's topics; empty is none."""
    gaps: Gaps = Gaps.LEARNED

    def __post_init__(self) -> None:
        """Refuse a series without touches or with too many, or another stop. Raises ValueError."""
        check_topic(self.topic)
        if not 0 < len(self.touches) <= TOUCHES_COUNT_MAX:
            message = f"{len(self.touches)} touches: a series has 1 to {TOUCHES_COUNT_MAX}"
            raise ValueError(message)
        if self.touches[1:] and min(touch.gap_days for touch in self.touches[1:]) < 1:
            message = "two touches on one day: each after the first is at least a day later"
            raise ValueError(message)
        if any(touch.angle == Angle.LAST for touch in self.touches[:-1]):
            message = "a touch before the last says that it is the last; give it another angle"
            raise ValueError(message)
        if not self.stops <= _STOPS:
            names = ", ".join(sorted(self.stops - _STOPS))
            message = f"{names}: that ends every campaign, or none; choose among " + ", ".join(
                sorted(_STOPS)
            )
            raise ValueError(message)

    def stops_for(self, end: End) -> bool:
        """Tell whether this ends the campaign for a recipient."""
        return end in LOCKED_STOPS or end in self.stops


DEFAULT: Final = Series(version=1, touches=tuple(Touch(gap_days=days) for days in GAPS_DAYS))
