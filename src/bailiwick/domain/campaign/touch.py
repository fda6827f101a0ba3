"""One try of one touch, and what became of it: read from its run, its card and its effect."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.campaign.enrolment import CampaignId, End, Enrolment, EnrolmentId, Stage
from bailiwick.domain.ids import ContactId, RunId
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.run import OPEN, RunStatus


class Fate(StrEnum):
    """How a try ended."""

    ACCEPTED = "accepted"
    """A mail server took it."""
    PUT_OFF = "put_off"
    """Nothing went out, and it may later: refused for now, expired in the inbox, failed."""
    LEFT_OUT = "left_out"
    """Nothing went out, since there was nothing true or new to say."""
    REJECTED = "rejected"
    """A person said no."""


class Progress(StrEnum):
    """How far a touch under way is."""

    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    """Nobody knows whether it went; a person or the provider settles that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One row of the touches."""

    touch_id: str
    enrolment_id: EnrolmentId
    campaign_id: CampaignId
    contact_id: ContactId
    number: int
    version: int
    attempt: int
    run_id: RunId
    begun_at: datetime
    fate: Fate | None = None
    fate_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the rows of a touch's run say now."""

    run: RunStatus
    reason: str = ""
    card: ApprovalStatus | None = None
    """Of the newest card of its mail."""
    effect: EffectState | None = None
    waits: bool = False
    """The effect is ready and has no time: its card decides."""
    settled_at: datetime | None = None


_CLOSED: Final[dict[ApprovalStatus, Fate]] = {
    ApprovalStatus.REJECTED: Fate.REJECTED,
    ApprovalStatus.EXPIRED: Fate.PUT_OFF,
    ApprovalStatus.STALE: Fate.PUT_OFF,
}


def read(sight: Sight) -> Progress | Fate:
    """Tell how far a touch is, or how it ended."""
    match sight.effect:
        case EffectState.SENT:
            return Fate.ACCEPTED
        case EffectState.IN_DOUBT:
            return Progress.IN_DOUBT
        case EffectState.SENDING:
            return Progress.SENDING
        case EffectState.READY if not sight.waits:
            return Progress.SENDING
        case EffectState.DEAD | EffectState.SUPPRESSED:
            # Held again after its signature, a mail is withdrawn with its second card.
            return Fate.REJECTED if sight.card is ApprovalStatus.REJECTED else Fate.PUT_OFF
        case _:
            return _before_delivery(sight)


def _before_delivery(sight: Sight) -> Progress | Fate:
    if sight.run in OPEN:
        return Progress.QUEUED
    if sight.card is not None:
        return _CLOSED.get(sight.card, Progress.HELD)
    return Fate.LEFT_OUT if sight.run is RunStatus.SKIPPED else Fate.PUT_OFF


class Truth(StrEnum):
    """Where one recipient is, in one word: each is in exactly one."""

    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    ACCEPTED = "accepted"
    PAUSED = "paused"
    FINISHED = "finished"
    REPLIED = "replied"
    NOT_INTERESTED = "not_interested"
    OPTED_OUT = "opted_out"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    MEETING = "meeting"
    DEAL_MOVED = "deal_moved"
    OWNER_CHANGED = "owner_changed"
    ACCOUNT_REPLIED = "account_replied"
    STOPPED = "stopped"
    UNREACHABLE = "unreachable"


def truth(enrolment: Enrolment, progress: Progress | None) -> Truth:
    """Tell where a recipient is; `progress` is that of the touch under way, if there is one."""
    return truth_of(enrolment.stage, enrolment.end, enrolment.touches_count, progress)


def truth_of(stage: Stage, end: End | None, touches_count: int, progress: Progress | None) -> Truth:
    """Tell where somebody is whose row says this."""
    if end is not None:
        return Truth(end.value)
    if stage is Stage.PAUSED:
        return Truth.PAUSED
    if stage is Stage.TOUCHING:
        return Truth((progress or Progress.QUEUED).value)
    return Truth.ACCEPTED if touches_count else Truth.QUEUED
