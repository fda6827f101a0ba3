"""A stored run in the hands of a pool, and what is written of it under its fence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bailiwick.domain.ids import MessageId
from bailiwick.domain.provenance import Trust
from bailiwick.domain.run import RunRow, RunStatus
from bailiwick.domain.signal import Signal, SignalKind
from bailiwick.ports.queue import Job
from bailiwick.ports.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a pool holds: a stored run under its fence, and the job that led to it."""

    run: RunRow
    job: Job
    request_child: Callable[[Unit, Signal], bool]
    """Stores a pending run, with its job, for a delegated signal of this run."""


def signal_of(run: RunRow) -> Signal:
    """Return what a stored run handles: the step that asked for it, or its caller's request."""
    given = run.request if isinstance(run.request, Mapping) else dict[str, str]()
    message = given.get("message_id")
    assert run.signal_id is not None, "a run that plans has a signal"
    delegated = run.parent_run_id is not None
    return Signal(
        signal_id=run.signal_id,
        kind=SignalKind.DELEGATED if delegated else SignalKind.MANUAL,
        contact_id=run.contact_id,
        message_id=MessageId(message) if isinstance(message, str) else None,
        trust=Trust.DERIVED if delegated else Trust.FIRST_PARTY,
        received_at=run.requested_at or run.started_at,
        dedupe_key=f"{given['plan_id']}/{run.run_id}" if delegated else run.run_id,
    )


def give_up(unit: Unit, claim: Claim, *, reason: str, at: datetime) -> bool:
    """Write that a claimed run failed, and forget its job; False when it is another's by now."""
    return unit.runs.settle(
        claim.run.run_id,
        fence=claim.run.fence,
        status=RunStatus.FAILED,
        reason=reason,
        result=None,
        at=at,
    ) and unit.jobs.finish(claim.job)
