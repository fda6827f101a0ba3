"""What became of each touch under way, and where its recipient goes from there.

Nothing calls back: the state of a touch is that of its run, its card and its effect, and this pass
reads them. So nothing can be lost with a process.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.campaign.campaign import CampaignStatus
from bailiwick.domain.campaign.enrolment import (
    End,
    Enrolment,
    Stage,
    accepted,
    ended,
    paused,
    put_off,
    skipped,
)
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.campaign.touch import Fate, Progress, Sight, read
from bailiwick.domain.campaign.window import UnableToFindOpening
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.run import RunStatus
from bailiwick.engine.campaign.completing import complete
from bailiwick.engine.recipient.ending import WROTE, reason_to_end
from bailiwick.engine.recipient.keeping import keep, series_of
from bailiwick.ports.campaigns import UnderWay
from bailiwick.ports.clock import Clock
from bailiwick.ports.timetable import Slot, Timetable
from bailiwick.ports.unit import Unit, Units

UNDER_WAY_COUNT_MAX: Final = 500  # ours: rows of one look
LOOKS_COUNT_MAX: Final = 200  # ours: a hundred thousand touches under way
PUT_OFF: Final = timedelta(days=1)  # ours: what the law or a person let not go is tried again
_COUNTED: Final = frozenset({Fate.ACCEPTED, Fate.REJECTED})
"""After these the touch is over, whatever became of its recipient meanwhile."""
_REPLY_CAME: Final = "reply_came"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleReport:
    """What a pass found."""

    fates: dict[Fate, int]
    """Touches that came to an end."""
    completed_count: int = 0
    """Campaigns."""


class Settling:
    """Settles the touches of one workspace."""

    def __init__(self, *, units: Units, clock: Clock, timetable: Timetable) -> None:
        self._units = units
        self._clock = clock
        self._timetable = timetable

    def run(self, at: datetime | None = None) -> SettleReport:
        """Settle whatever came to an end by an instant, now unless given. Raises PortFault."""
        at = at or self._clock.now()
        counts: Counter[Fate] = Counter()
        after = ""
        for _ in range(LOOKS_COUNT_MAX):
            with self._units.read() as unit:
                found = unit.touches.under_way(after=after, count_max=UNDER_WAY_COUNT_MAX)
            if not found:
                break
            after = found[-1].touch.touch_id
            for one in found:
                if isinstance(read(one.sight), Progress):
                    continue
                fate = self._settled(one.touch.touch_id, at)
                if fate is not None:
                    counts[fate] += 1
        return SettleReport(fates=dict(counts), completed_count=complete(self._units, at=at))

    def _settled(self, touch_id: str, at: datetime) -> Fate | None:
        """Settle a touch that is still at its end: a dead letter may have been sent meanwhile."""
        with self._units.write() as unit:
            seen = unit.touches.still_under_way(touch_id)
            fate = read(seen.sight) if seen is not None else None
            if seen is None or not isinstance(fate, Fate):
                return None
            touch, kept = seen.touch, seen.kept
            settled = unit.touches.settle(touch, fate, at=seen.sight.settled_at or at)
            assert settled, "it was read in this unit, and units for writing take turns"
            now = self._moved(unit, seen, fate, at)
            if now != kept.enrolment:
                details = {"touch": touch.number, "attempt": touch.attempt}
                keep(unit, kept, now, fate.value, at=at, run_id=touch.run_id, details=details)
            unit.commit()
        return fate

    def _moved(self, unit: Unit, seen: UnderWay, fate: Fate, at: datetime) -> Enrolment:
        enrolment = seen.kept.enrolment
        counted = enrolment.touches_count + int(fate in _COUNTED)
        waits = enrolment.stage is Stage.PAUSED and enrolment.wake_at is not None
        if enrolment.stage is not Stage.TOUCHING and not (waits and fate in _COUNTED):
            # Ended or paused meanwhile: what went out or was rejected counts; nothing is planned.
            return replace(enrolment, touches_count=counted)
        campaign = unit.campaigns.get(enrolment.campaign_id)
        if campaign is not None and campaign.status is CampaignStatus.STOPPED:
            # The stop died before it reached them: what it began is finished here.
            over = replace(enrolment, touches_count=counted)
            return ended(over, End.STOPPED, reason=campaign.status_reason, at=at)
        try:
            return self._planned(unit, seen, fate, at)
        except (IntegrityFault, UnableToFindOpening) as fault:
            waits = replace(enrolment, touches_count=counted)
            return paused(waits, until=None, reason=str(fault))

    def _planned(self, unit: Unit, seen: UnderWay, fate: Fate, at: datetime) -> Enrolment:
        enrolment = seen.kept.enrolment
        series = series_of(unit, enrolment)
        if fate is Fate.ACCEPTED:
            return self._following(unit, series, seen, at)
        over = reason_to_end(unit, seen.kept, series, at=at)
        if over is None and seen.sight.reason == _REPLY_CAME:
            over = WROTE
        if over is not None:
            return ended(enrolment, over.end, reason=over.reason, at=at)
        if fate is Fate.REJECTED:
            slot = self._next(unit, series, enrolment, at)
            if enrolment.stage is Stage.PAUSED:
                return _still_away(enrolment, slot)
            return replace(skipped(enrolment, wake_at=slot.at), reason=slot.reason)
        slot = self._timetable.slot(unit, series, enrolment, at=at + PUT_OFF)
        return put_off(enrolment, wake_at=slot.at, reason=_why(fate, seen.sight), at=at)

    def _following(self, unit: Unit, series: Series, seen: UnderWay, at: datetime) -> Enrolment:
        enrolment = seen.kept.enrolment
        slot = self._next(unit, series, enrolment, seen.sight.settled_at or at)
        if enrolment.stage is Stage.PAUSED:
            return _still_away(enrolment, slot)
        return replace(accepted(enrolment, wake_at=slot.at), reason=slot.reason)

    def _next(self, unit: Unit, series: Series, enrolment: Enrolment, at: datetime) -> Slot:
        """Return when the touch after this one comes, or the end of the wait for an answer."""
        following = replace(enrolment, touches_count=enrolment.touches_count + 1)
        return self._timetable.after(unit, series, following, accepted_at=at)


def _still_away(enrolment: Enrolment, slot: Slot) -> Enrolment:
    """Count a touch of somebody who is away; back sooner than the next is due, the gap holds."""
    until = max(slot.at, enrolment.wake_at or slot.at)
    return replace(enrolment, touches_count=enrolment.touches_count + 1, wake_at=until)


def _why(fate: Fate, sight: Sight) -> str:
    """Say why a touch did not go, without a person's words."""
    if fate is Fate.LEFT_OUT:
        return f"nothing was drafted: {sight.reason or 'there was nothing to say'}"
    if sight.card is not None:
        return f"the card was closed: {sight.card.value}"
    if sight.effect is not None:
        return f"the mail was not sent: {sight.effect.value}"
    if sight.run is RunStatus.DONE:
        return "no mail could be drafted, and a person was asked: see `bailiwick tasks list`"
    return f"the run ended without a mail: {sight.run.value}"
