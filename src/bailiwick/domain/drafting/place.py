"""Where a mail stands in a series: its angle, how long it may be, whether it says goodbye."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

INITIAL_WORDS_MAX: Final = 100  # capabilities 18.2: free form
FOLLOWUP_WORDS_MAX: Final = (120, 100, 80)  # capabilities 18.3: the third and all after it 80
FOLLOWUPS_COUNT_MAX: Final = 3  # capabilities 18.3: the third says that it is the last


class Angle(StrEnum):
    """What a mail of a series is about."""

    INTRODUCTION = "introduction"
    REMINDER = "reminder"
    RELEVANCE = "relevance"
    """Why it may matter to them."""
    REFERRAL = "referral"
    """Who else would be the right person."""
    TIMING = "timing"
    """Whether another time is better."""
    LAST = "last"
    """No more comes after it."""


_ANGLES: Final = frozenset(angle.value for angle in Angle)
_BETWEEN: Final = (Angle.REMINDER, Angle.RELEVANCE, Angle.REFERRAL, Angle.TIMING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Number so-and-so of so many."""

    number: int
    of: int
    angle: str = ""
    """Of a closed list; empty takes that of the place."""

    def __post_init__(self) -> None:
        """Refuse a place outside its series, or an angle that there is not. Raises ValueError."""
        if not 1 <= self.number <= self.of:
            message = f"touch {self.number} of {self.of}: a place is between 1 and the last"
            raise ValueError(message)
        check_angle(self.angle)

    @property
    def is_last(self) -> bool:
        """Whether nothing comes after it; a single mail announces no end."""
        return self.number == self.of > 1

    @property
    def turn(self) -> Angle:
        """What this mail is about; the last always says that it is the last."""
        if self.is_last:
            return Angle.LAST
        if self.angle:
            return Angle(self.angle)
        if self.number == 1:
            return Angle.INTRODUCTION
        return _BETWEEN[(self.number - 2) % len(_BETWEEN)]

    @property
    def words_max(self) -> int:
        """How many words it may have; each is shorter than the one before."""
        if self.number == 1:
            return INITIAL_WORDS_MAX
        return FOLLOWUP_WORDS_MAX[min(self.number - 2, len(FOLLOWUP_WORDS_MAX) - 1)]


def check_angle(angle: str) -> None:
    """Refuse an angle that there is not; empty is fine. Raises ValueError."""
    if angle and angle not in _ANGLES:
        message = f"angle {angle!r} is none; choose among " + ", ".join(Angle)
        raise ValueError(message)
