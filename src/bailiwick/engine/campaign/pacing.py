"""Whether a campaign's mail may go at this very moment, asked in the transaction that claims it.

A card may be signed at night, and two senders may want the last place under a limit: whoever claims
holds the chain's turn, so that what is counted here stays true until the claim is committed.
"""

from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.action import Action
from bailiwick.domain.campaign.campaign import CAPABILITY
from bailiwick.domain.campaign.enrolment import Stage
from bailiwick.domain.campaign.window import UnableToFindOpening
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.fault import IntegrityFault
from bailiwick.engine.recipient.keeping import series_of
from bailiwick.ports.timetable import Slot, Timetable
from bailiwick.ports.unit import Unit

AGAIN: Final = timedelta(days=1)  # ours: what cannot be timed is looked at daily


class Pacing:
    """Puts mail of campaigns back until it may go."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable

    def later(self, unit: Unit, row: EffectRow, at: datetime) -> Slot | None:
        """Return when a claimed row may go; None for now, and for all that is no touch."""
        if row.capability != CAPABILITY or row.action is not Action.SEND_MESSAGE:
            return None
        touch = unit.touches.of_run(row.run_id)
        kept = unit.campaigns.enrolment(touch.enrolment_id) if touch is not None else None
        if kept is None or kept.enrolment.stage is not Stage.TOUCHING:
            return None  # the law refuses it, and says so
        try:
            series = series_of(unit, kept.enrolment)
            slot = self._timetable.slot(unit, series, kept.enrolment, at=at)
        except (IntegrityFault, UnableToFindOpening) as fault:
            return Slot(at=at + AGAIN, reason=str(fault))
        return slot if slot.at > at else None
