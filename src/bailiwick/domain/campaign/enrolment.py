"""One recipient of one campaign: where they are, and the only moves there are.

Each move is a function from a frozen enrolment to the next; what is not allowed is an assertion,
since the engine asks the state first. An end is final: nothing comes out of it, whatever happens
later, so that who was promised to be left alone is. Only `UNREACHABLE` promised nobody anything: a
person may try again.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from bailiwick.domain.ids import ContactId

CampaignId = NewType("CampaignId", str)
EnrolmentId = NewType("EnrolmentId", str)
PUT_OFFS_COUNT_MAX: Final = 10  # ours: a fortnight of working days in which nothing could go


class Stage(StrEnum):
    """Where a recipient is."""

    WAITING = "waiting"
    """For `wake_at`, at no cost."""
    TOUCHING = "touching"
    """A touch is drafted, held for a person, or on its way."""
    PAUSED = "paused"
    """Until `wake_at`, or until a person goes on."""
    ENDED = "ended"


class End(StrEnum):
    """Why no more touches come; each recipient has exactly one in the end."""

    FINISHED = "finished"
    """Every touch was accepted and nobody answered."""
    REPLIED = "replied"
    NOT_INTERESTED = "not_interested"
    """They wrote, and it was a no: left alone by every campaign for a while."""
    OPTED_OUT = "opted_out"
    BOUNCED = "bounced"
    """For good; a transient report ends nothing."""
    COMPLAINED = "complained"
    MEETING = "meeting"
    DEAL_MOVED = "deal_moved"
    OWNER_CHANGED = "owner_changed"
    ACCOUNT_REPLIED = "account_replied"
    """A colleague of theirs answered, where the campaign stops for a whole company."""
    STOPPED = "stopped"
    """By a person."""
    UNREACHABLE = "unreachable"
    """No address, nothing true to say, or the law never let a touch go."""


ANSWERED: Final = frozenset({End.REPLIED, End.NOT_INTERESTED})
"""They wrote to us, whatever they wrote: what hours and gaps are learned from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """One recipient. The row is the thread: waiting costs no process and no memory."""

    campaign_id: CampaignId
    contact_id: ContactId
    version: int
    """Of the series that this recipient gets."""
    stage: Stage
    touches_count: int = 0
    """Touches that were accepted for delivery, or skipped by a person."""
    put_offs_count: int = 0
    """How often the touch that is due could not go yet."""
    wake_at: datetime | None = None
    """None while a touch is under way, after the end, and in a pause without one."""
    reason: str = ""
    """Why it is put off, paused or ended, in a rule's or a person's words."""
    end: End | None = None
    ended_at: datetime | None = None

    @property
    def enrolment_id(self) -> EnrolmentId:
        """The name of the thread (capabilities 18.1)."""
        return enrolment_id(self.campaign_id, self.contact_id)

    @property
    def touch(self) -> int:
        """The number of the touch that comes next or is under way, from 1."""
        return self.touches_count + 1


def enrolment_id(campaign_id: CampaignId, contact_id: ContactId) -> EnrolmentId:
    """Return the name of the thread of one recipient of one campaign."""
    return EnrolmentId(f"campaign-{campaign_id}-{contact_id}")


def enrolled(
    campaign_id: CampaignId, contact_id: ContactId, *, version: int, wake_at: datetime
) -> Enrolment:
    """Return a new recipient, who waits for the first touch."""
    return Enrolment(
        campaign_id=campaign_id,
        contact_id=contact_id,
        version=version,
        stage=Stage.WAITING,
        wake_at=wake_at,
    )


def is_due(enrolment: Enrolment, *, at: datetime) -> bool:
    """Tell whether the next touch is to be begun."""
    waits = enrolment.stage in {Stage.WAITING, Stage.PAUSED}
    return waits and enrolment.wake_at is not None and enrolment.wake_at <= at


def begun(enrolment: Enrolment) -> Enrolment:
    """Begin the touch that is due."""
    assert enrolment.stage in {Stage.WAITING, Stage.PAUSED}, enrolment.stage
    return replace(enrolment, stage=Stage.TOUCHING, wake_at=None, reason="")


def accepted(enrolment: Enrolment, *, wake_at: datetime) -> Enrolment:
    """Note that the touch was taken by the mail server, and wait for the next or for the end."""
    assert enrolment.stage is Stage.TOUCHING, enrolment.stage
    return replace(
        enrolment,
        stage=Stage.WAITING,
        touches_count=enrolment.touches_count + 1,
        put_offs_count=0,
        wake_at=wake_at,
    )


def put_off(enrolment: Enrolment, *, wake_at: datetime, reason: str, at: datetime) -> Enrolment:
    """Try the same touch later; after too many tries the recipient is unreachable."""
    assert enrolment.stage is Stage.TOUCHING, enrolment.stage
    if enrolment.put_offs_count >= PUT_OFFS_COUNT_MAX:
        return ended(enrolment, End.UNREACHABLE, reason=reason, at=at)
    return replace(
        enrolment,
        stage=Stage.WAITING,
        put_offs_count=enrolment.put_offs_count + 1,
        wake_at=wake_at,
        reason=reason,
    )


def moved(enrolment: Enrolment, *, wake_at: datetime) -> Enrolment:
    """Let the next touch come at another time; a plan that is overtaken is never caught up."""
    assert enrolment.stage in {Stage.WAITING, Stage.PAUSED}, enrolment.stage
    return replace(enrolment, stage=Stage.WAITING, wake_at=wake_at)


def skipped(enrolment: Enrolment, *, wake_at: datetime) -> Enrolment:
    """Leave the next touch out, or the one under way; a person decided so."""
    assert enrolment.stage is not Stage.ENDED, "an end is final"
    return replace(
        enrolment,
        stage=Stage.WAITING,
        touches_count=enrolment.touches_count + 1,
        put_offs_count=0,
        wake_at=wake_at,
    )


def paused(enrolment: Enrolment, *, until: datetime | None, reason: str) -> Enrolment:
    """Send nothing until an instant, or until a person goes on; a touch under way is not begun."""
    assert enrolment.stage is not Stage.ENDED, "an end is final"
    return replace(enrolment, stage=Stage.PAUSED, wake_at=until, reason=reason)


def resumed(enrolment: Enrolment, *, wake_at: datetime | None) -> Enrolment:
    """Go on after a pause: with the touch that was under way, or at an instant."""
    assert enrolment.stage is Stage.PAUSED, enrolment.stage
    stage = Stage.TOUCHING if wake_at is None else Stage.WAITING
    return replace(enrolment, stage=stage, wake_at=wake_at, reason="")


def reopened(enrolment: Enrolment, *, wake_at: datetime) -> Enrolment:
    """Try somebody again whom nothing reached."""
    assert enrolment.end is End.UNREACHABLE, "every other end is final"
    return replace(
        enrolment,
        stage=Stage.WAITING,
        put_offs_count=0,
        wake_at=wake_at,
        reason="",
        end=None,
        ended_at=None,
    )


def ended(enrolment: Enrolment, end: End, *, reason: str, at: datetime) -> Enrolment:
    """End a recipient's campaign; the first end stands."""
    if enrolment.stage is Stage.ENDED:
        return enrolment
    return replace(enrolment, stage=Stage.ENDED, wake_at=None, end=end, ended_at=at, reason=reason)
