"""The tick: who is due, whether they may be touched now, and the run that drafts the touch.

Due recipients are selected as one set. Each is then one transaction, which looks again: for a
window and the limits, and before a touch begins for a reason to stop. Whatever is overtaken is
planned anew, never caught up.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.domain.action import Action
from bailiwick.domain.breaker import HALT
from bailiwick.domain.campaign.campaign import CAPABILITY, CampaignStatus
from bailiwick.domain.campaign.enrolment import (
    CampaignId,
    Enrolment,
    EnrolmentId,
    begun,
    ended,
    is_due,
    moved,
    paused,
)
from bailiwick.domain.campaign.touch import Touch
from bailiwick.domain.campaign.window import UnableToFindOpening
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import PREFIX
from bailiwick.engine.campaign.completing import complete
from bailiwick.engine.campaign.in_line import Waiting, waiting
from bailiwick.engine.halting import EVERYTHING
from bailiwick.engine.recipient.ending import FINISHED, Ending, reason_to_end
from bailiwick.engine.recipient.keeping import keep, series_of
from bailiwick.engine.runs.requests import Requests
from bailiwick.ports.campaigns import Kept
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.queue import Full
from bailiwick.ports.timetable import Slot, Timetable
from bailiwick.ports.unit import Unit, Units

DUE_COUNT_MAX: Final = 100  # ours: rows of one look; a line that is full is found with the first
LOOKS_COUNT_MAX: Final = 100  # ours: ten thousand recipients of one tick; the next takes the rest

HALTS: Final = frozenset(
    {EVERYTHING, HALT, f"capability:{CAPABILITY}", f"action:{Action.SEND_MESSAGE.value}"}
)
"""What keeps every touch from going: begun under one, it would be refused and tried in vain."""


_LineKey = tuple[CampaignId, int]


class Did(StrEnum):
    """What a tick did with one recipient."""

    BEGUN = "begun"
    MOVED = "moved"
    ENDED = "ended"
    PAUSED = "paused"
    """Their series or their times cannot be read; a person has to look."""
    IN_LINE = "in_line"
    """Our mailbox is full: they and everybody behind them wait as they are, and nothing is kept."""
    WAITED_FOR = "waited_for"
    """A touch of before a pause may still go, or may have gone: nothing is begun beside it."""
    NOTHING = "nothing"
    """Somebody was faster."""
    FULL = "full"
    """The pool takes no more now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TickReport:
    """What a tick did."""

    begun_count: int = 0
    moved_count: int = 0
    ended_count: int = 0
    paused_count: int = 0
    completed_count: int = 0
    """Campaigns."""
    behind: bool = False
    """More is due than this tick took; who stands in line is not."""
    waiting: tuple[Waiting, ...] = ()
    """The lines in which recipients wait for room in our mailbox."""


class Tick:
    """Begins the touches that are due in one workspace."""

    def __init__(
        self, *, units: Units, clock: Clock, ids: Ids, requests: Requests, timetable: Timetable
    ) -> None:
        self._units = units
        self._clock = clock
        self._ids = ids
        self._requests = requests
        self._timetable = timetable

    def run(self, at: datetime | None = None) -> TickReport:
        """Take whoever is due at an instant, now unless it is given. Raises PortFault."""
        at = at or self._clock.now()
        with self._units.read() as unit:
            if HALTS & unit.authority.halts():
                return TickReport()  # who is due waits; afterwards their times are found anew
        counts: Counter[Did] = Counter()
        lines = dict[_LineKey, Waiting]()
        behind = True
        for _ in range(LOOKS_COUNT_MAX):
            held = [one.line for one in lines.values()]
            with self._units.read() as unit:
                due = unit.campaigns.due(at=at, count_max=DUE_COUNT_MAX, besides=held)
            if not due:
                behind = False
                break
            counts += self._look(due, lines, at)
            if counts[Did.FULL]:
                break
        return TickReport(
            begun_count=counts[Did.BEGUN],
            moved_count=counts[Did.MOVED],
            ended_count=counts[Did.ENDED],
            paused_count=counts[Did.PAUSED],
            completed_count=complete(self._units, at=at),
            behind=behind,
            waiting=tuple(lines.values()),
        )

    def _look(
        self, due: Sequence[Kept], lines: dict[_LineKey, Waiting], at: datetime
    ) -> Counter[Did]:
        """Take one after another, but for who stands in a line; stop where a pool is full."""
        counts: Counter[Did] = Counter()
        for kept in due:
            before = lines.get(_line_of(kept.enrolment))
            if before is not None and kept.enrolment.touches_count < before.line.touches_count:
                continue
            found = self._one(kept.enrolment.enrolment_id, at)
            if isinstance(found, Waiting):
                lines[_line_of(kept.enrolment)] = found
            did = Did.IN_LINE if isinstance(found, Waiting) else found
            counts[did] += 1
            if did is Did.FULL:
                break
        return counts

    def _one(self, enrolment_id: EnrolmentId, at: datetime) -> Did | Waiting:
        with self._units.write() as unit:
            kept = unit.campaigns.enrolment(enrolment_id)
            if kept is None or not is_due(kept.enrolment, at=at):
                return Did.NOTHING
            campaign = unit.campaigns.get(kept.enrolment.campaign_id)
            if campaign is None or campaign.status is not CampaignStatus.RUNNING:
                return Did.NOTHING
            try:
                did = self._taken(unit, kept, at)
            except (IntegrityFault, UnableToFindOpening) as fault:
                waits = paused(kept.enrolment, until=None, reason=str(fault))
                did = Did.PAUSED
                keep(unit, kept, waits, did.value, at=at)
            if did is not Did.FULL and not isinstance(did, Waiting):
                unit.commit()
            return did

    def _taken(self, unit: Unit, kept: Kept, at: datetime) -> Did | Waiting:
        enrolment = kept.enrolment
        series = series_of(unit, enrolment)
        if enrolment.touch > len(series.touches):
            return _end(unit, kept, reason_to_end(unit, kept, series, at=at) or FINISHED, at)
        slot = self._timetable.slot(unit, series, enrolment, at=at)
        if slot.in_line:
            return waiting(enrolment, series, slot)
        if slot.at > at:
            later = replace(moved(enrolment, wake_at=slot.at), reason=slot.reason)
            keep(unit, kept, later, Did.MOVED.value, at=at)
            return Did.MOVED
        over = reason_to_end(unit, kept, series, at=at)
        if over is not None:
            return _end(unit, kept, over, at)
        return self._begun(unit, kept, slot, at)

    def _begun(self, unit: Unit, kept: Kept, slot: Slot, at: datetime) -> Did:
        enrolment = kept.enrolment
        tries = unit.touches.touches(enrolment.enrolment_id)
        if any(one.fate is None for one in tries):
            keep(unit, kept, begun(enrolment), Did.WAITED_FOR.value, at=at)
            return Did.WAITED_FOR
        attempt = sum(1 for one in tries if one.number == enrolment.touch)
        touch_id = self._ids.new(PREFIX["touch"])
        run_id = self._requests.ordered(
            unit,
            CAPABILITY,
            contact_id=enrolment.contact_id,
            by=enrolment.campaign_id,
            request={"enrolment_id": enrolment.enrolment_id, "touch_id": touch_id},
        )
        if isinstance(run_id, Full):
            return Did.FULL
        touch = Touch(
            touch_id=touch_id,
            enrolment_id=enrolment.enrolment_id,
            campaign_id=enrolment.campaign_id,
            contact_id=enrolment.contact_id,
            number=enrolment.touch,
            version=enrolment.version,
            attempt=attempt,
            run_id=run_id,
            begun_at=at,
        )
        stored = unit.touches.add_touch(touch)
        assert stored, "the recipient's row was read in this unit, and nobody else writes now"
        details = {"touch": enrolment.touch, "attempt": attempt, "reason": slot.reason}
        keep(unit, kept, begun(enrolment), Did.BEGUN.value, at=at, run_id=run_id, details=details)
        return Did.BEGUN


def _end(unit: Unit, kept: Kept, over: Ending, at: datetime) -> Did:
    now = ended(kept.enrolment, over.end, reason=over.reason, at=at)
    keep(unit, kept, now, Did.ENDED.value, at=at)
    return Did.ENDED


def _line_of(enrolment: Enrolment) -> _LineKey:
    """Return which line somebody would stand in: another version may have room of its own."""
    return (enrolment.campaign_id, enrolment.version)
