"""A caller asks for a run: checked, then stored with its job in the caller's own transaction.

Nothing is thought or read at length here, so that a request costs one insert or two. The run is
carried out later by its pool (`engine/pool/carrying.py`), or at once where it was asked for
(`engine/runs/inline.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.control.load import UnableToLoadCapability
from bailiwick.control.spec import Intake, Spec
from bailiwick.domain.action import TERMS
from bailiwick.domain.ids import ContactId, MessageId, PlanId, RunId, SignalId
from bailiwick.domain.run import ENDED, RunRow, RunStatus
from bailiwick.domain.signal import Signal
from bailiwick.kit.json_value import Json, json_text
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.queue import Full, JobKind, NewJob
from bailiwick.ports.trace import current_traceparent
from bailiwick.ports.unit import Unit

REQUEST_CHARACTERS_MAX: Final = 262_144  # ours: fifty times the 5.5 KB state of engine.md 2
KEY_LENGTH_MAX: Final = 255  # reliability 5: the length of an Idempotency-Key
PRIORITY_MAX: Final = 100  # ours: either way; more steps than anybody tells apart
REASON_LENGTH_MAX: Final = 500  # ours: as for approvals


class Why(StrEnum):
    """Why a request is refused; a surface turns it into its own code."""

    UNKNOWN_CAPABILITY = "unknown_capability"
    NOT_STARTED_BY_CALLERS = "not_started_by_callers"
    BAD_INPUT = "bad_input"
    TOO_LARGE = "too_large"
    UNKNOWN_ROW = "unknown_row"
    """The contact or mail it names is not there."""
    KEY_TAKEN = "key_taken"
    """The same key was used for another request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What a caller asks for."""

    capability: str
    input: Mapping[str, Json]
    """`{"contact_id": …}` or `{"message_id": …}`, or the state to start from: see `spec.intake`."""
    requested_by: str = ""
    """Who asks, by id."""
    key: str = ""
    """The caller's own name for it: asked again under the same name it is the same run."""
    priority: int = 0
    due_at: datetime | None = None
    """None is at once."""
    thread_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAccepted:
    """The run is stored once the unit commits; it will end, whatever happens."""

    run_id: RunId
    fresh: bool
    """False when the key had been used for the very same request: this is that run."""
    status: RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefused:
    """Nothing was stored; `message` says what, which and how to fix."""

    why: Why
    message: str


class Requests:
    """Takes requests for runs in one workspace."""

    def __init__(self, *, spec: Callable[[str], Spec], ids: Ids, clock: Clock) -> None:
        """`spec` finds a capability's spec, as `Graphs.spec` does."""
        self._spec = spec
        self._ids = ids
        self._clock = clock

    def request(self, unit: Unit, wanted: RunRequest) -> RunAccepted | Full | RequestRefused:
        """Store a pending run and its job; the caller commits.

        `Full` means that the pool takes no more now and nothing was stored. Needs no turn on the
        audit chain: `units.write(records=False)` will do. Raises PortFault.
        """
        run = self.prepared(unit, wanted)
        if isinstance(run, RequestRefused):
            return run
        if wanted.key and (known := unit.runs.by_request_key(wanted.key)) is not None:
            return self.same(known, run)
        assert run.pool is not None, "a prepared run has a pool"
        job = unit.jobs.enqueue(
            NewJob(
                kind=JobKind.RUN,
                pool=run.pool,
                subject=run.run_id,
                due_at=wanted.due_at,
                priority=wanted.priority,
            )
        )
        if isinstance(job, Full):
            return job
        started = unit.runs.start(replace(run, job_id=job.job_id))
        assert started, "a fresh id is free"
        return RunAccepted(run_id=run.run_id, fresh=True, status=RunStatus.PENDING)

    def delegated(self, unit: Unit, signal: Signal) -> bool:
        """Store a pending run, for the step that this signal is of, in the pool of its capability.

        False while that pool takes no more: the signal stays open and the next sweep takes it.
        """
        plan_id, _, step_id = signal.dedupe_key.partition("/")
        stored = unit.plans.get(PlanId(plan_id))
        assert stored is not None, "a step is delegated after its plan was stored"
        plan = stored[0]
        parent = unit.runs.get(plan.run_id)
        action = next(step.action for step in plan.steps if step.step_id == step_id)
        capability = TERMS[action].capability
        assert parent is not None, "a plan was made by a run"
        assert capability is not None, "only delegating actions make delegated signals"
        spec = self._spec(capability)
        run_id = RunId(step_id)
        ring = NewJob(kind=JobKind.RUN, pool=spec.pool, subject=run_id, dedupe_key=f"run:{run_id}")
        job = unit.jobs.enqueue(ring)
        if isinstance(job, Full):
            return False
        run = self._pending(spec, run_id=run_id, contact_id=signal.contact_id)
        unit.runs.start(
            replace(
                run,
                signal_id=signal.signal_id,
                parent_run_id=plan.run_id,
                depth=parent.depth + 1,
                requested_by=plan.run_id,
                request={"plan_id": plan_id, "message_id": signal.message_id},
                job_id=job.job_id,
            )
        )
        return True

    def ordered(
        self, unit: Unit, capability: str, *, contact_id: ContactId, by: str, request: Json
    ) -> RunId | Full:
        """Store a pending run about a contact that the engine itself wants; the caller commits."""
        spec = self._spec(capability)
        run = self._pending(spec, run_id=RunId(self._ids.new("run")), contact_id=contact_id)
        ring = NewJob(
            kind=JobKind.RUN, pool=spec.pool, subject=run.run_id, dedupe_key=f"run:{run.run_id}"
        )
        job = unit.jobs.enqueue(ring)
        if isinstance(job, Full):
            return job
        stored = unit.runs.start(
            replace(
                run,
                signal_id=SignalId(self._ids.new("sig")),
                requested_by=by,
                request=request,
                job_id=job.job_id,
            )
        )
        assert stored, "a fresh id is free"
        return run.run_id

    def prepared(self, unit: Unit | None, wanted: RunRequest) -> RunRow | RequestRefused:
        """Check a request and return the pending run that it asks for, not yet stored.

        Only a request about a contact or a mail needs a unit, to see that it is there.
        """
        try:
            spec = self._spec(wanted.capability)
        except UnableToLoadCapability as fault:
            return RequestRefused(why=Why.UNKNOWN_CAPABILITY, message=str(fault))
        refused = _bounded(wanted) or _taken_by(spec)
        if refused is not None:
            return refused
        contact_id: ContactId | None = None
        if spec.intake is Intake.CONTACT:
            assert unit is not None, "whom the run is about is looked up"
            found = _contact(unit, wanted.input)
            if isinstance(found, RequestRefused):
                return found
            contact_id = found
        run = self._pending(spec, run_id=RunId(self._ids.new("run")), contact_id=contact_id)
        return replace(
            run,
            signal_id=SignalId(self._ids.new("sig")) if contact_id else None,
            requested_by=wanted.requested_by,
            request=wanted.input,
            request_key=wanted.key,
            thread_id=wanted.thread_id,
        )

    def _pending(self, spec: Spec, *, run_id: RunId, contact_id: ContactId | None) -> RunRow:
        at = self._clock.now()
        return RunRow(
            run_id=run_id,
            capability=spec.name,
            capability_version=spec.version,
            signal_id=None,
            parent_run_id=None,
            contact_id=contact_id,
            depth=0,
            status=RunStatus.PENDING.value,
            reason="",
            inputs=None,
            outcome=None,
            started_at=at,
            finished_at=None,
            pool=spec.pool,
            requested_at=at,
            traceparent=current_traceparent(),
        )

    @staticmethod
    def same(known: RunRow, run: RunRow) -> RunAccepted | RequestRefused:
        """Answer a request whose key is known: the same run, or a refusal if it asks otherwise."""
        before = (known.capability, known.requested_by, known.thread_id, json_text(known.request))
        now = (run.capability, run.requested_by, run.thread_id, json_text(run.request))
        if before != now:
            message = (
                f"the key {run.request_key!r} was used for another request; use a new key, or"
                " repeat the request exactly"
            )
            return RequestRefused(why=Why.KEY_TAKEN, message=message)
        return RunAccepted(run_id=known.run_id, fresh=False, status=RunStatus(known.status))

    def cancel(self, unit: Unit, run_id: RunId, *, by: str, reason: str = "") -> RunRow | None:
        """Cancel a run and return how it stands; None when there is none. The caller commits.

        A pending run ends at once. Who holds a running one is asked to stop, finds out within five
        seconds, and then ends it without writing anything else. An ended run stays as it ended.
        """
        told = f"cancelled by {by}" + (f": {reason[:REASON_LENGTH_MAX]}" if reason else "")
        run = unit.runs.cancel(run_id, reason=told, at=self._clock.now())
        if run is not None and run.status in ENDED and run.job_id is not None:
            unit.jobs.cancel(run.job_id)  # a doorbell that nobody need answer
        return run


def _bounded(wanted: RunRequest) -> RequestRefused | None:
    if len(wanted.key) > KEY_LENGTH_MAX:
        message = f"the key has {len(wanted.key)} characters; at most {KEY_LENGTH_MAX} are taken"
        return RequestRefused(why=Why.BAD_INPUT, message=message)
    if not -PRIORITY_MAX <= wanted.priority <= PRIORITY_MAX:
        message = f"priority is -{PRIORITY_MAX} to {PRIORITY_MAX}, not {wanted.priority}"
        return RequestRefused(why=Why.BAD_INPUT, message=message)
    try:
        size = len(json_text(wanted.input))
    except (ValueError, TypeError, RecursionError) as error:
        message = f"the input is not JSON that can be kept: {type(error).__name__}"
        return RequestRefused(why=Why.BAD_INPUT, message=message)
    if size > REQUEST_CHARACTERS_MAX:
        message = f"the input is {size} characters of JSON; at most {REQUEST_CHARACTERS_MAX} are"
        return RequestRefused(why=Why.TOO_LARGE, message=f"{message} taken")
    return None


def _taken_by(spec: Spec) -> RequestRefused | None:
    if spec.intake is not Intake.STEP:
        return None
    message = (
        f"capability {spec.name!r} carries out a judged step of a plan and cannot be started by a"
        " caller; start the capability that plans, as in {'contact_id': …}"
    )
    return RequestRefused(why=Why.NOT_STARTED_BY_CALLERS, message=message)


def _contact(unit: Unit, given: Mapping[str, Json]) -> ContactId | RequestRefused:
    """Return whom the run is about."""
    names = set(given)
    if names == {"contact_id"} and isinstance(contact_id := given["contact_id"], str):
        if unit.crm.contact(ContactId(contact_id)) is None:
            return _unknown("contact", contact_id)
        return ContactId(contact_id)
    if names == {"message_id"} and isinstance(message_id := given["message_id"], str):
        mail = unit.crm.message(MessageId(message_id))
        if mail is None or mail.contact_id is None:
            return _unknown("mail of a contact", message_id)
        return mail.contact_id
    message = 'the input is either {"contact_id": "con_…"} or {"message_id": "msg_…"}, with one key'
    return RequestRefused(why=Why.BAD_INPUT, message=message)


def _unknown(what: str, which: str) -> RequestRefused:
    message = f"there is no {what} {which[:80]!r} in this workspace"
    return RequestRefused(why=Why.UNKNOWN_ROW, message=message)
