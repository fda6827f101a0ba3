"""Runs a capability for a signal: opens the frame, walks the graph, closes the run.

The one pool boundary: whatever goes wrong inside a graph ends that run as `failed`, with a record,
and no other run notices.
"""

import asyncio
import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from bailiwick.control.spec import Spec
from bailiwick.domain.action import TERMS
from bailiwick.domain.fault import BailiwickFault, IntegrityFault, PortFault
from bailiwick.domain.ids import PlanId, RunId, StepId, WorkspaceId
from bailiwick.domain.plan import Plan, Step
from bailiwick.domain.record import RecordKind
from bailiwick.domain.run import BROKEN, RunRow, RunStatus
from bailiwick.domain.signal import Signal, SignalKind
from bailiwick.engine.claims import Claim, give_up, signal_of
from bailiwick.engine.desk import (
    Opening,
    Parent,
    RunDesk,
    UnableToOpenRun,
    WaitingCalls,
    settle_parent,
)
from bailiwick.engine.enact import Enactor
from bailiwick.engine.graphs.graphs import ORCHESTRATOR, Graphs
from bailiwick.engine.law.court import Court
from bailiwick.engine.recorded_calendar import reader_of
from bailiwick.engine.recording import RecordingCrm
from bailiwick.engine.resting_model import RestingModel
from bailiwick.engine.thread_desk import ThreadDesk
from bailiwick.graph.bind import Context
from bailiwick.kit.hashing import Canonical
from bailiwick.ports.calendar import Calendar
from bailiwick.ports.clock import Clock
from bailiwick.ports.deps import Deps, Frame
from bailiwick.ports.ids import Ids
from bailiwick.ports.model import Model
from bailiwick.ports.trace import (
    UNTRACED,
    Attributes,
    CallShape,
    Identity,
    Span,
    SpanName,
    Tracer,
    current_traceparent,
    running,
)
from bailiwick.ports.unit import Units

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """How a run ended."""

    run_id: RunId
    status: str
    reason: str
    outcome: Mapping[str, Canonical]
    kept: bool = True
    """False: another worker was faster, and nothing of this run was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Where a delegated run comes from."""

    plan: Plan
    step: Step
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a run begins with."""

    run_id: RunId
    signal: Signal
    delegation: Delegation | None = None
    row: RunRow | None = None
    """The run that a caller asked for."""
    claim: Claim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerParts:
    """What runs are made of; wiring fills it."""

    workspace_id: WorkspaceId
    units: Units
    model: Model
    model_calls: WaitingCalls
    clock: Clock
    ids: Ids
    court: Court
    enactor: Enactor
    graphs: Graphs
    tracer: Tracer = UNTRACED
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a graph on a thread is walked with."""

    context: Context
    desk: RunDesk
    crm: RecordingCrm


class Runner:
    """Starts runs in one workspace."""

    def __init__(self, parts: RunnerParts) -> None:
        self.parts = parts

    async def run(self, signal: Signal) -> RunResult:
        """Run the capability that a signal is routed to. Never raises for what a graph does."""
        if signal.kind is SignalKind.DELEGATED:
            return await self._delegated_or_closed(signal)
        run_id = RunId(self.parts.ids.new("run"))
        return await self._run(ORCHESTRATOR, Start(run_id=run_id, signal=signal))

    async def carry(self, run: RunRow, claim: Claim | None = None) -> RunResult:
        """Carry out a run that was asked for; with a claim it is stored, and commits by its fence.

        Never raises for what a graph does. Raises PortFault when the store is away, and when a
        claimed run could not go on for want of a part that may answer the next time.
        """
        signal = signal_of(run)
        if signal.kind is SignalKind.DELEGATED:
            return await self._delegated_or_closed(signal, claim)
        start = Start(run_id=run.run_id, signal=signal, row=run, claim=claim)
        return await self._run(run.capability, start)

    async def _delegated_or_closed(self, signal: Signal, claim: Claim | None = None) -> RunResult:
        """Run a delegated signal, or close it when it never can be: it must not block a sweep."""
        try:
            return await self._delegated(signal, claim)
        except PortFault:
            raise  # the store is away, which says nothing about the signal
        except BailiwickFault as fault:
            return self._unworkable(signal, f"{type(fault).__name__}: {fault}", claim)

    def _unworkable(self, signal: Signal, reason: str, claim: Claim | None) -> RunResult:
        at = self.parts.clock.now()
        plan_id, _, step_id = signal.dedupe_key.partition("/")
        run_id = RunId(step_id)
        with self.parts.units.write() as unit:
            if claim is not None and not give_up(unit, claim, reason=reason, at=at):
                return _late(run_id, UnableToOpenRun(signal))
            if unit.runs.close_signal(signal.signal_id, at=at):
                stored = unit.plans.get(PlanId(plan_id))
                if stored is not None and StepId(step_id) in stored[2]:
                    parent = Parent(plan=stored[0], step_id=StepId(step_id))
                    settle_parent(unit, parent, failed=True, reason=reason)
                unit.records.append(
                    RecordKind.RUN_FINISHED,
                    subject=signal.signal_id,
                    payload={"status": "failed", "reason": reason},
                    at=at,
                    run_id=run_id,
                    contact_id=signal.contact_id,
                )
            unit.commit()
        return RunResult(run_id=run_id, status="failed", reason=reason, outcome={})

    async def _delegated(self, signal: Signal, claim: Claim | None) -> RunResult:
        plan_id, _, step_id = signal.dedupe_key.partition("/")
        with self.parts.units.read() as unit:
            stored = unit.plans.get(PlanId(plan_id))
            parent = unit.runs.get(stored[0].run_id) if stored else None
        step = next((s for s in stored[0].steps if s.step_id == step_id), None) if stored else None
        if stored is None or parent is None or step is None:
            message = f"signal {signal.signal_id!r}: the step that asked for it is not stored"
            raise IntegrityFault(message)
        capability = TERMS[step.action].capability
        assert capability is not None, "only delegating actions make delegated signals"
        delegation = Delegation(plan=stored[0], step=step, depth=parent.depth + 1)
        run_id = RunId(step.step_id)
        row = claim.run if claim is not None else None
        start = Start(run_id=run_id, signal=signal, delegation=delegation, row=row, claim=claim)
        return await self._run(capability, start)

    async def _child(self, signal: Signal, parent_run_id: RunId) -> None:
        del parent_run_id  # the plan names it
        await self._delegated_or_closed(signal)

    async def _run(self, capability: str, start: Start) -> RunResult:
        spec = self.parts.graphs.spec(capability)
        crm = RecordingCrm(self.parts.units)
        about: Attributes = {
            CallShape.OPERATION: "invoke_agent",
            Identity.CAPABILITY: spec.name,
            Identity.CAPABILITY_VERSION: spec.version,
            Identity.RUN: start.run_id,
            Identity.SIGNAL: start.signal.signal_id,
        }
        with running(start.run_id), self.parts.tracer.span(SpanName.RUN, about) as span:
            try:
                result = await self._recorded(spec, start, crm)
            finally:
                crm.rest()
            _tell(span, result)
        return result

    async def _recorded(self, spec: Spec, start: Start, crm: RecordingCrm) -> RunResult:
        capability, run_id = spec.name, start.run_id
        frame = self._frame(spec, start)
        desk = self._desk(spec, start, frame, crm=crm)
        model = RestingModel(self.parts.model, crm, self.parts.tracer)
        try:
            calendar = reader_of(self.parts.calendar, crm)
            deps = Deps(crm=crm, model=model, frame=frame, calendar=calendar)
            outcome = await self._walk(spec, desk, deps)
            if not desk.closed:
                reason = str(outcome.get("skip_reason") or "")
                desk.close(status="skipped", reason=reason, outcome=outcome)
        except UnableToOpenRun as fault:
            return _late(run_id, fault)
        except TimeoutError:
            reason = f"timeout: {capability} took longer than {spec.seconds_max} s"
            return _failed(desk, run_id, reason, RunStatus.TIMEOUT)
        except BailiwickFault as fault:
            if isinstance(fault, PortFault) and fault.retryable and start.claim is not None:
                raise  # says nothing about the run, and its pool tries again
            return _failed(desk, run_id, f"{type(fault).__name__}: {fault}")
        except Exception as error:  # noqa: BLE001 - the pool boundary: a bug ends its own run only
            # Frames only: the message of an exception may hold a customer's words.
            frames = "".join(traceback.format_tb(error.__traceback__))
            _LOG.error("bug in run %s: %s\n%s", run_id, type(error).__name__, frames)
            return _failed(desk, run_id, f"bug: {type(error).__name__} in {capability}")
        return self._result(run_id, outcome)

    def _result(self, run_id: RunId, outcome: Mapping[str, Canonical]) -> RunResult:
        """Say how the run stands now that its delegated runs have ended."""
        plan_id = outcome.get("plan_id")
        status = str(outcome.get("status") or "skipped")
        if isinstance(plan_id, str):
            with self.parts.units.read() as unit:
                stored = unit.plans.get(PlanId(plan_id))
            status = stored[1].value if stored else status
        reason = str(outcome.get("skip_reason") or "")
        return RunResult(run_id=run_id, status=status, reason=reason, outcome=outcome)

    def prepared(self, capability: str, run_id: RunId, signal: Signal) -> "Prepared":
        """Return what a graph on a thread is walked with; `spec.seconds_max` is the caller's."""
        spec = self.parts.graphs.spec(capability)
        crm = RecordingCrm(self.parts.units)
        start = Start(run_id=run_id, signal=signal)
        frame = self._frame(spec, start)
        desk = self._desk(spec, start, frame, crm=crm, kind=ThreadDesk)
        model = RestingModel(self.parts.model, crm, self.parts.tracer)
        calendar = reader_of(self.parts.calendar, crm)
        deps = Deps(crm=crm, model=model, frame=frame, calendar=calendar)
        return Prepared(
            context=Context(deps=deps, desk=desk, tracer=self.parts.tracer), desk=desk, crm=crm
        )

    async def _walk(self, spec: Spec, desk: RunDesk, deps: Deps) -> Mapping[str, Canonical]:
        executor = self.parts.graphs.executor(spec.name)
        async with asyncio.timeout(spec.seconds_max):
            state = await executor.run(
                {},
                context=Context(deps=deps, desk=desk, tracer=self.parts.tracer),
                steps_max=spec.steps_max,
            )
        outcome = state["outcome"]
        assert isinstance(outcome, Mapping), "a graph ends with an outcome"
        return outcome  # pyright: ignore[reportUnknownVariableType] - checked to be a mapping

    def _frame(self, spec: Spec, start: Start) -> Frame:
        signal, delegation = start.signal, start.delegation
        return Frame(
            workspace_id=self.parts.workspace_id,
            run_id=start.run_id,
            capability=spec.name,
            now=self.parts.clock.now(),
            depth=delegation.depth if delegation else 0,
            signal=signal.kind,
            contact_id=signal.contact_id,
            message_id=signal.message_id,
            step=delegation.step if delegation else None,
            step_id=delegation.step.step_id if delegation else None,
            plan=delegation.plan if delegation else None,
        )

    def _desk(
        self,
        spec: Spec,
        start: Start,
        frame: Frame,
        *,
        crm: RecordingCrm,
        kind: type[RunDesk] = RunDesk,
    ) -> RunDesk:
        signal, delegation, claim = start.signal, start.delegation, start.claim
        row = RunRow(
            run_id=frame.run_id,
            capability=spec.name,
            capability_version=spec.version,
            signal_id=signal.signal_id,
            parent_run_id=delegation.plan.run_id if delegation else None,
            contact_id=signal.contact_id,
            depth=frame.depth,
            status="running",
            reason="",
            inputs=None,
            outcome=None,
            started_at=frame.now,
            finished_at=None,
            traceparent=current_traceparent(),
        )
        if start.row is not None:
            row = replace(
                start.row,
                capability_version=spec.version,
                status="running",
                traceparent=row.traceparent or start.row.traceparent,
            )
        parent = (
            Parent(plan=delegation.plan, step_id=StepId(delegation.step.step_id))
            if delegation
            else None
        )
        return kind(
            units=self.parts.units,
            clock=self.parts.clock,
            court=self.parts.court,
            enactor=self.parts.enactor,
            opening=Opening(
                row=row,
                signal=signal,
                parent=parent,
                tracer=self.parts.tracer,
                claim=claim,
                plans=bool(spec.actions),
            ),
            inputs=lambda: frame_inputs(frame, crm.finished()),
            model_calls=self.parts.model_calls,
            run_child=self._child,
        )


def _tell(span: Span, result: RunResult) -> None:
    span.set({CallShape.STATUS: result.status})
    if result.status in BROKEN:
        span.failed(result.reason.partition(":")[0])  # the name of a fault, not its message


def frame_inputs(frame: Frame, reads: list[Canonical]) -> Canonical:
    """Return what a replay needs beside the stored plan of a delegated run."""
    return {
        "now": frame.now.isoformat(),
        "signal": frame.signal.value,
        "contact": frame.contact_id,
        "message": frame.message_id,
        "depth": frame.depth,
        "step": frame.step_id,
        "plan": frame.plan.plan_id if frame.plan else None,
        "reads": list(reads),
    }


def _failed(
    desk: RunDesk, run_id: RunId, reason: str, status: RunStatus = RunStatus.FAILED
) -> RunResult:
    outcome: dict[str, Canonical] = {"status": status.value, "reason": reason}
    try:
        if not desk.closed:
            desk.close(status=status.value, reason=reason, outcome=outcome)
    except UnableToOpenRun as fault:
        return _late(run_id, fault)
    return RunResult(run_id=run_id, status=status.value, reason=reason, outcome=outcome)


def _late(run_id: RunId, fault: UnableToOpenRun) -> RunResult:
    """Say that another worker was faster: its run stands, and of this one nothing was kept."""
    return RunResult(run_id=run_id, status="skipped", reason=str(fault), outcome={}, kept=False)
