"""Finds rows that are being sent by nobody: the lease is over, or the holder is proven gone.

It never makes a mail ready again: what may have gone out becomes `in_doubt`, and only evidence or a
person moves it on (reliability, section 1). An internal effect is applied in the transaction that
settles it, so one that is not settled was not done.
"""

from datetime import datetime
from typing import Final

from bailiwick.domain.effect import EffectRow
from bailiwick.domain.receipt import EffectState
from bailiwick.engine.delivery.liveness import Holders
from bailiwick.engine.outbox import Finding, Move, is_outward, past_of, try_again, write_finding
from bailiwick.ports.clock import Clock
from bailiwick.ports.unit import Unit, Units

REAP_COUNT_MAX: Final = 100  # ours: bounds one pass; the next one continues


class Reaper:
    """Takes over what dead workers left."""

    def __init__(self, *, units: Units, holders: Holders, clock: Clock, holder: str) -> None:
        self._units = units
        self._holders = holders
        self._clock = clock
        self._holder = holder

    def reap(self) -> int:
        """Move abandoned rows on; returns how many. Call it between deliveries only.

        A row that this very worker holds is then one that it could not settle.
        """
        at = self._clock.now()
        with self._units.read() as unit:
            overdue = unit.effects.overdue(at=at, count_max=REAP_COUNT_MAX)
            sending = unit.effects.in_state(EffectState.SENDING, cursor=None, size=REAP_COUNT_MAX)
            rows = {row.effect_id: row for row in overdue}
            rows.update(
                (row.effect_id, row) for row in sending.items if self._abandoned(unit, row, at=at)
            )
        return sum(self._take_over(row) for row in rows.values())

    def _abandoned(self, unit: Unit, row: EffectRow, *, at: datetime) -> bool:
        past = past_of(unit.records.about(row.effect_id))
        if past.attempted_at is None:
            return False
        return row.lease_holder == self._holder or self._holders.gone(
            row.lease_holder, attempted_at=past.attempted_at, at=at
        )

    def _take_over(self, row: EffectRow) -> bool:
        at = self._clock.now()
        reason = "its worker ended or its lease ran out while it was being sent"
        with self._units.write() as unit:
            if is_outward(row):
                move = Move(state=EffectState.IN_DOUBT, reason=reason, due_at=at)
                finding = Finding.LEASE_OVER
            else:
                tries_count = past_of(unit.records.about(row.effect_id)).tries_count
                move = try_again(reason, tries_count=tries_count, at=at, draw=0.0)
                finding = Finding.NOT_APPLIED
            moved = write_finding(unit, row, move, finding, at=at)
            if moved:
                unit.commit()
        return moved
