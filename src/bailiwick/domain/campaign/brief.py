"""What the run of a touch is told: which place in which series it drafts, and whether it may."""

from dataclasses import dataclass
from datetime import datetime

from bailiwick.domain.campaign.enrolment import EnrolmentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One touch of a series, for one recipient."""

    enrolment_id: EnrolmentId
    number: int
    """From 1."""
    of: int
    """How many touches the recipient's version of the series has."""
    angle: str
    going: bool
    """The touch is still the one under way: nothing ended, paused or settled it."""
    enrolled_at: datetime
    topic: str = ""
    previous_key: str = ""
    """The effect key of the mail of the touch that went before; empty for none."""
