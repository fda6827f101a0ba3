"""Wakes the thread that waits for a card, in the transaction of the decision on it."""

from datetime import datetime

from bailiwick.control.load import load_spec
from bailiwick.domain.approval import Approval, ApprovalStatus
from bailiwick.ports.queue import JobKind, NewJob
from bailiwick.ports.unit import Unit


def wake(unit: Unit, changed: Approval, before: Approval, *, at: datetime) -> None:
    """Ring for the thread of a card that no longer waits, whoever decided and wherever.

    A full pool takes no job now; the run is stored, and tidying rings for it later.
    """
    if before.status is not ApprovalStatus.PENDING or changed.status is ApprovalStatus.PENDING:
        return
    thread = unit.threads.of_plan(changed.run_id)
    if thread is None:
        return
    run_id = unit.threads.ring(thread.thread_id, at=at)
    unit.jobs.enqueue(
        NewJob(
            kind=JobKind.RESUME,
            pool=load_spec(thread.capability).pool,
            subject=thread.thread_id,
            dedupe_key=f"thread-run:{run_id}",
        )
    )
