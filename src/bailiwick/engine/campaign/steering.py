"""What people do with single recipients: pause, go on, move, skip, stop, try the missing again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.campaign.campaign import CampaignStatus
from bailiwick.domain.campaign.enrolment import (
    End,
    Enrolment,
    EnrolmentId,
    Stage,
    ended,
    enrolment_id,
    moved,
    paused,
    reopened,
    resumed,
    skipped,
)
from bailiwick.domain.campaign.touch import Fate
from bailiwick.domain.campaign.window import UnableToFindOpening
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ContactId, PersonId
from bailiwick.engine.campaign.changing import (
    UnableToChangeCampaign,
    UnableToChangeStaleCampaign,
    found_campaign,
    not_stopped,
    reason_of,
    record,
    require,
    saved,
)
from bailiwick.engine.recipient.keeping import keep, series_of
from bailiwick.engine.recipient.withdrawing import withdraw
from bailiwick.kit.paging import PAGE_SIZE_MAX
from bailiwick.ports.campaigns import Kept
from bailiwick.ports.clock import Clock
from bailiwick.ports.timetable import Timetable
from bailiwick.ports.unit import Unit, Units

AHEAD_MAX: Final = timedelta(days=400)  # ours: as far as a window is looked for
MISSING_PAGES_COUNT_MAX: Final = 200  # ours: a hundred thousand; asked again, it takes the rest
_OPEN: Final = frozenset({Stage.WAITING, Stage.PAUSED})


class UnableToFindRecipient(UnableToChangeCampaign):
    """The contact is no recipient of the campaign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """Moves single recipients of one workspace's campaigns, each move on record.

    That takes a rep. `seen` is the row version that the caller read. Each raises
    UnableToFindCampaign, UnableToFindRecipient, UnableToChangeStaleCampaign and, where the
    recipient cannot be moved like this, UnableToChangeCampaign.
    """

    units: Units
    clock: Clock
    timetable: Timetable

    def pause(
        self,
        which: str,
        contact_id: ContactId,
        *,
        by: PersonId,
        reason: str,
        until: datetime | None = None,
        seen: int | None = None,
    ) -> Kept:
        """Send them nothing until an instant, or until somebody lets them go on.

        What was planned for later stays there.
        """
        why = reason_of(reason)
        if until is not None:
            _require_ahead(until, now=self.clock.now())

        def change(unit: Unit, kept: Kept) -> Enrolment:
            withdraw(unit, kept.enrolment.enrolment_id, reason=why, at=self.clock.now())
            back = until and self._not_before(unit, kept, until)
            return paused(kept.enrolment, until=back, reason=why)

        return self._change(which, contact_id, "paused", change, by=by, seen=seen)

    def resume(
        self, which: str, contact_id: ContactId, *, by: PersonId, seen: int | None = None
    ) -> Kept:
        """Let somebody who is paused go on: with the touch under way, or the next at its time."""

        def change(unit: Unit, kept: Kept) -> Enrolment:
            if kept.enrolment.stage is not Stage.PAUSED:
                raise UnableToChangeCampaign(_is(kept, "only who is paused can go on"))
            tries = unit.touches.touches(kept.enrolment.enrolment_id)
            under_way = any(one.fate is None for one in tries)
            back = None if under_way else self._not_before(unit, kept, self.clock.now())
            return resumed(kept.enrolment, wake_at=back)

        return self._change(which, contact_id, "resumed", change, by=by, seen=seen)

    def move(
        self,
        which: str,
        contact_id: ContactId,
        at: datetime,
        *,
        by: PersonId,
        seen: int | None = None,
    ) -> Kept:
        """Let the next touch come at another time; window and limits hold then, too."""
        _require_ahead(at, now=self.clock.now())

        def change(_: Unit, kept: Kept) -> Enrolment:
            return moved(_waiting(kept), wake_at=at)

        return self._change(which, contact_id, "rescheduled", change, by=by, seen=seen)

    def skip(
        self, which: str, contact_id: ContactId, *, by: PersonId, seen: int | None = None
    ) -> Kept:
        """Leave the next touch out; the one after it comes as if it had gone now."""

        def change(unit: Unit, kept: Kept) -> Enrolment:
            enrolment, series = _waiting(kept), series_of(unit, kept.enrolment)
            if enrolment.touch > len(series.touches):
                raise UnableToChangeCampaign(_is(kept, "no touch is left to skip"))
            following = replace(enrolment, touches_count=enrolment.touches_count + 1)
            try:
                slot = self.timetable.after(unit, series, following, accepted_at=self.clock.now())
            except UnableToFindOpening as error:
                raise UnableToChangeCampaign(str(error)) from error
            return replace(skipped(enrolment, wake_at=slot.at), reason=slot.reason)

        return self._change(which, contact_id, "skipped", change, by=by, seen=seen)

    def stop(
        self,
        which: str,
        contact_id: ContactId,
        *,
        by: PersonId,
        reason: str,
        seen: int | None = None,
    ) -> Kept:
        """End the campaign for one recipient, for good."""
        why = reason_of(reason)

        def change(_: Unit, kept: Kept) -> Enrolment:
            return ended(kept.enrolment, End.STOPPED, reason=why, at=self.clock.now())

        return self._change(which, contact_id, "stopped", change, by=by, seen=seen)

    def send_to_missing(self, which: str, *, by: PersonId, reason: str) -> int:
        """Try those again whom nothing reached; return how many; a completed campaign goes on.

        Each of them is looked at as before every touch, so that who has no address still has none.
        Raises UnableToFindCampaign, UnableToChangeCampaign.
        """
        why, count, cursor = reason_of(reason), 0, None
        for _ in range(MISSING_PAGES_COUNT_MAX):
            with self.units.write() as unit:
                require(unit, by, Role.APPROVER, what="send to who is missing")
                campaign = not_stopped(found_campaign(unit, which))
                page = unit.campaigns.missing(
                    campaign.campaign_id, cursor=cursor, size=PAGE_SIZE_MAX
                )
                at = self.clock.now()
                for one in page.items:
                    _tried_again(unit, one.enrolment_id, by=by, reason=why, at=at)
                tried = len(page.items)
                if tried and campaign.status is CampaignStatus.COMPLETED:
                    going = replace(campaign, status=CampaignStatus.RUNNING, ended_at=None)
                    campaign = saved(unit, going)
                if tried:
                    record(
                        unit, campaign, "sent to missing", by=by, at=at, reason=why,
                        recipients=tried,
                    )  # fmt: skip
                unit.commit()
            count += tried
            cursor = page.next_cursor
            if cursor is None:
                break
        return count

    def _not_before(self, unit: Unit, kept: Kept, at: datetime) -> datetime:
        """Return an instant, or when the gap after the touch that went last is over, if later."""
        enrolment = kept.enrolment
        tries = unit.touches.touches(enrolment.enrolment_id)
        went = [one.fate_at for one in tries if one.fate is Fate.ACCEPTED and one.fate_at]
        if not went:
            return at
        series = series_of(unit, enrolment)
        try:
            slot = self.timetable.after(unit, series, enrolment, accepted_at=max(went))
        except UnableToFindOpening as error:
            raise UnableToChangeCampaign(str(error)) from error
        return max(at, slot.at)

    def _change(
        self,
        which: str,
        contact_id: ContactId,
        event: str,
        change: Callable[[Unit, Kept], Enrolment],
        *,
        by: PersonId,
        seen: int | None,
    ) -> Kept:
        with self.units.write() as unit:
            require(unit, by, Role.REP, what="change recipients")
            kept = found_recipient(unit, which, contact_id)
            if seen is not None and seen != kept.row_version:
                message = f"{contact_id} was moved meanwhile; look at them again"
                raise UnableToChangeStaleCampaign(message)
            if kept.enrolment.stage is Stage.ENDED:
                raise UnableToChangeCampaign(_is(kept, "an end is final"))
            now = change(unit, kept)
            told = keep(unit, kept, now, event, at=self.clock.now(), details={"by": by})
            unit.commit()
        return told


def found_recipient(unit: Unit, which: str, contact_id: ContactId) -> Kept:
    """Return a recipient of a campaign. Raises UnableToFindCampaign, UnableToFindRecipient."""
    campaign = found_campaign(unit, which)
    kept = unit.campaigns.enrolment(enrolment_id(campaign.campaign_id, contact_id))
    if kept is None:
        message = f"{contact_id!r} is no recipient of {campaign.name!r}"
        raise UnableToFindRecipient(message)
    return kept


def _tried_again(
    unit: Unit, which: EnrolmentId, *, by: PersonId, reason: str, at: datetime
) -> None:
    """Let one recipient whom nothing reached wait for their touch anew."""
    kept = unit.campaigns.enrolment(which)
    assert kept is not None, "the recipient was read in this unit"
    again = moved if kept.enrolment.end is None else reopened
    now = again(kept.enrolment, wake_at=at)
    keep(unit, kept, now, "tried again", at=at, details={"by": by, "note": reason})


def _waiting(kept: Kept) -> Enrolment:
    """Return a recipient of whom no touch is under way. Raises UnableToChangeCampaign."""
    if kept.enrolment.stage not in _OPEN:
        raise UnableToChangeCampaign(_is(kept, "a touch is under way: decide its card first"))
    return kept.enrolment


def _require_ahead(at: datetime, *, now: datetime) -> None:
    if not now < at <= now + AHEAD_MAX:
        message = f"{at.isoformat()} is not within the next {AHEAD_MAX.days} days"
        raise UnableToChangeCampaign(message)


def _is(kept: Kept, why: str) -> str:
    return f"{kept.enrolment.contact_id} is {kept.enrolment.stage.value}: {why}"
