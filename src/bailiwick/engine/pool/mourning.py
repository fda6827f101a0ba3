"""Runs whose job was set aside after its last attempt: ended as failed, so that nobody waits on."""

from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import JobId, PersonId, PlanId, StepId
from bailiwick.domain.record import RecordKind
from bailiwick.domain.run import RunRow
from bailiwick.engine.claims import signal_of
from bailiwick.engine.desk import RETRY_DAYS, Parent, settle_parent
from bailiwick.engine.people.roles import require_role
from bailiwick.ports.clock import Clock
from bailiwick.ports.unit import Unit, Units

REASON_LENGTH_MAX: Final = 500  # ours: as for approvals
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


class UnableToBeginAnew(InputFault):
    """There is no such dead letter, it cannot begin anew, or this person may not ask for it."""


def begin_anew(
    unit: Unit, job_id: JobId, *, person_id: PersonId, reason: str, at: datetime
) -> RunRow | None:
    """Let a job that was set aside begin anew, with the run it names; an approver does that.

    The caller commits. Returns the run, or None when the job was not of a run. Raises
    UnableToBeginAnew.
    """
    require_role(unit, person_id, Role.APPROVER, what="requeue a job", fault=UnableToBeginAnew)
    if not reason.strip() or len(reason) > REASON_LENGTH_MAX:
        message = f"a reason of 1 to {REASON_LENGTH_MAX} characters is needed: it is recorded"
        raise UnableToBeginAnew(message)
    if not unit.jobs.replay(job_id):
        message = f"{job_id!r} was not set aside; `bailiwick worker buried` lists what was"
        raise UnableToBeginAnew(message)
    run = unit.runs.reopen(job_id)
    if run is not None and run.parent_run_id is not None:
        message = f"{run.run_id!r} is a step of a plan that ended without it; plan again instead"
        raise UnableToBeginAnew(message)
    unit.records.append(
        RecordKind.REQUEUED,
        subject=job_id,
        payload={"by": person_id, "reason": reason.strip()},
        at=at,
        run_id=run.run_id if run is not None else None,
        contact_id=run.contact_id if run is not None else None,
    )
    return run
