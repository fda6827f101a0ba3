"""What the answers so far teach about hours and gaps, read anew a few times a day."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bailiwick.domain.campaign.cadence import ARMS, GapChoice, Span, arm_of, choose_gap, shifted
from bailiwick.domain.campaign.enrolment import ANSWERED, End, EnrolmentId
from bailiwick.domain.campaign.send_time import MAILS_COUNT_MIN, Outcome, Tally, tallied
from bailiwick.domain.campaign.series import Gaps
from bailiwick.domain.jurisdiction import zones
from bailiwick.ports.sends import Heard
from bailiwick.ports.unit import Unit

READ_EVERY: Final = timedelta(hours=6)  # ours: answers come over days
HEARD_COUNT_MAX: Final = 10_000  # ours: the latest; what was true years ago may not be now
_DAY: Final = timedelta(days=1)


class Learned:
    """What is known of a workspace's answers."""

    def __init__(self) -> None:
        self.tallies: dict[int, Tally] = {}
        self._choice = GapChoice(days=0, reason="")
        self._read_at: datetime | None = None

    def read(self, unit: Unit, *, at: datetime) -> None:
        """Read the answers again if it is time to."""
        if self._read_at is not None and abs(at - self._read_at) < READ_EVERY:
            return
        heard = unit.sends.heard(count_max=HEARD_COUNT_MAX)
        self.tallies = tallied(
            (
                Outcome(
                    sent_at=one.sent_at,
                    zone=zone,
                    answered=one.last and one.end in ANSWERED,
                )
                for one in heard
                if (zone := _zone(one.timezone)) is not None
            ),
            now=at,
        )
        arms: dict[int, list[Span]] = defaultdict(list)
        for one in heard:
            if one.trial and one.number == 1:
                arms[arm_of(one.enrolment_id)].append(_span(one, at))
        self._choice = choose_gap(arms)
        self._read_at = at

    @property
    def knows_hours(self) -> bool:
        """Whether enough mails are known to choose an hour."""
        return sum(tally.sent_count for tally in self.tallies.values()) >= MAILS_COUNT_MIN

    def gap(self, gaps: Gaps, enrolment_id: EnrolmentId, written: int) -> tuple[int, str]:
        """Return the working days before a touch, and in words why they are not as written."""
        match gaps:
            case Gaps.FIXED:
                return written, ""
            case Gaps.TRIAL:
                arm = arm_of(enrolment_id)
                return shifted(written, arm), f" (a trial of {len(ARMS)} gaps: {arm:+d} days)"
            case Gaps.LEARNED:
                why = f" ({self._choice.reason})" if written else ""
                return shifted(written, self._choice.days), why


def _span(heard: Heard, at: datetime) -> Span:
    """Return how long a recipient has been watched; whoever ended otherwise is not any more."""
    until = heard.ended_at if heard.ended_at is not None and heard.end is not End.FINISHED else at
    return Span(days=(until - heard.sent_at) / _DAY, answered=heard.end in ANSWERED)


def _zone(name: str) -> ZoneInfo | None:
    (found,) = zones((name,), (), default="UTC")
    return found if name and found.key == name else None
