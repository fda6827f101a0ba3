"""Runs whose job was set aside after its last attempt: ended as failed, so that nobody waits on."""

from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.ids import PlanId, StepId
from bailiwick.domain.record import RecordKind
from bailiwick.domain.run import RunRow
from bailiwick.engine.claims import signal_of
from bailiwick.engine.desk import RETRY_DAYS, Parent, settle_parent
from bailiwick.ports.clock import Clock
from bailiwick.ports.unit import Unit, Units

MOURNED_COUNT_MAX: Final = 100  # ours: bounds one pass; the next one continues


def mourn(units: Units, clock: Clock) -> int:
    """End such runs of a workspace and return how many. Raises PortFault."""
    with units.read() as unit:
        abandoned = unit.runs.abandoned(count_max=MOURNED_COUNT_MAX)
    mourned = 0
    for run, reason in abandoned:
        at = clock.now()
        with units.write() as unit:
            if unit.runs.abandon(run, reason=reason, at=at):
                _follow(unit, run, reason=reason, at=at)
                unit.commit()
                mourned += 1
    return mourned


def _follow(unit: Unit, run: RunRow, *, reason: str, at: datetime) -> None:
    """Do what the end of the run would have done."""
    if run.parent_run_id is not None:
        signal = signal_of(run)
        unit.runs.close_signal(signal.signal_id, at=at)
        stored = unit.plans.get(PlanId(signal.dedupe_key.partition("/")[0]))
        if stored is not None:
            parent = Parent(plan=stored[0], step_id=StepId(run.run_id))
            settle_parent(unit, parent, failed=True, reason=reason)
    elif run.contact_id is not None:
        unit.runs.set_due(run.contact_id, at + timedelta(days=RETRY_DAYS))
    unit.records.append(
        RecordKind.RUN_FINISHED,
        subject=run.run_id,
        payload={"status": "failed", "reason": reason},
        at=at,
        run_id=run.run_id,
        contact_id=run.contact_id,
    )
