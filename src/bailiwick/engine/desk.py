"""The engine's counter for one run: judges plans and commits what follows in one transaction.

Everything a run did before (verdicts, the run itself, its signal) is written with the outcome, so a
crash before that commit leaves nothing and a crash after it leaves nothing to do (decision 0014).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bailiwick.domain.fault import BailiwickFault
from bailiwick.domain.ids import RunId, StepId
from bailiwick.domain.model_call import ModelCall
from bailiwick.domain.plan import Plan, PlanStatus, StepStatus
from bailiwick.domain.plan_standing import plan_status
from bailiwick.domain.record import RecordKind
from bailiwick.domain.run import BROKEN, RunRow
from bailiwick.domain.signal import Signal
from bailiwick.engine.claims import Claim
from bailiwick.engine.enact import Enactor
from bailiwick.engine.gating import gated
from bailiwick.engine.law.court import Court, Ruling, status_of, write_ruling
from bailiwick.engine.law.gather import ROUTE
from bailiwick.kit.hashing import Canonical, digest
from bailiwick.ports.care import UnableToKeepErased
from bailiwick.ports.clock import Clock
from bailiwick.ports.desk import Dispatched, Judged
from bailiwick.ports.trace import UNTRACED, Attributes, CallShape, Identity, SpanName, Tracer
from bailiwick.ports.unit import Unit, Units

CADENCE_DAYS: Final = 3  # source articles: a contact is looked at again after three days
RETRY_DAYS: Final = 1  # ours: a failed run is tried again the next day
RULINGS_COUNT_MAX: Final = 40  # five steps, judged at most three times to route, and once more


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The step that asked for a delegated run."""

    plan: Plan
    step_id: StepId


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A run as it starts; written when it ends."""

    row: RunRow
    signal: Signal
    parent: Parent | None
    tracer: Tracer = UNTRACED
    claim: Claim | None = None
    """None: the run is stored when it ends."""
    plans: bool = True
    """A run that may propose nothing has not looked after the contact."""


class UnableToOpenRun(BailiwickFault):
    """Another worker was faster, or the person was erased; nothing of this run is kept."""

    def __init__(self, signal: Signal, why: str = "was already handled by another run") -> None:
        super().__init__(f"signal {signal.signal_id!r} {why}")


WaitingCalls = Callable[[RunId], Sequence[ModelCall]]
"""Hands over the model calls of a run that are to be stored with it."""
ChildRunner = Callable[[Signal, RunId], Awaitable[None]]
"""Runs the capability that a delegated signal asks for."""


class RunDesk:
    """Implements `ports.desk.Desk` for one run."""

    def __init__(
        self,
        *,
        units: Units,
        clock: Clock,
        court: Court,
        enactor: Enactor,
        opening: Opening,
        inputs: Callable[[], Canonical],
        model_calls: WaitingCalls,
        run_child: ChildRunner,
    ) -> None:
        self._units = units
        self._clock = clock
        self._court = court
        self._enactor = enactor
        self._opening = opening
        self._inputs = inputs
        self._model_calls = model_calls
        self._run_child = run_child
        self._tracer = opening.tracer
        self._routed: list[Ruling] = []
        self._calls: list[ModelCall] = []
        self.closed = False

    async def judge(self, plan: Plan) -> tuple[Judged, ...]:
        """Judge every step on fresh standing; the rulings are written when the run ends."""
        at = self._clock.now()
        about: Attributes = {Identity.PLAN: plan.plan_id, CallShape.STEPS: len(plan.steps)}
        with self._tracer.span(SpanName.JUDGE, about), self._units.read() as unit:
            rulings = [
                self._court.judge(unit, plan, step, approval=None, stage=ROUTE, at=at)
                for step in plan.steps
            ]
        self._routed.extend(rulings)
        assert len(self._routed) <= RULINGS_COUNT_MAX, "re-reasoning is bounded"
        return tuple(_judged(ruling) for ruling in rulings)

    async def dispatch(
        self, plan: Plan, judged: tuple[Judged, ...]
    ) -> tuple[PlanStatus, tuple[Dispatched, ...]]:
        """Commit the plan and what follows from it, then run the delegated steps."""
        assert not self.closed, "a run dispatches once"
        del judged  # judged again below: minutes may lie between
        about: Attributes = {Identity.PLAN: plan.plan_id, CallShape.STEPS: len(plan.steps)}
        with self._tracer.span(SpanName.DISPATCH, about) as span:
            with self._units.write() as unit:
                status, dispatched, children = self._commit(unit, plan)
                unit.commit()
            span.set(
                {
                    CallShape.STATUS: status.value,
                    CallShape.HELD: _count(dispatched, StepStatus.HELD),
                    CallShape.REFUSED: _count(dispatched, StepStatus.REFUSED),
                }
            )
        self.closed = True
        for child in children:
            await self._run_child(child, plan.run_id)
        return status, dispatched

    def close(self, *, status: str, reason: str, outcome: Canonical) -> None:
        """Write a run that ended without a plan to dispatch."""
        assert not self.closed, "a run is closed once"
        with self._units.write() as unit:
            self._open(unit)
            self._finish(unit, status=status, reason=reason, outcome=outcome)
            unit.commit()
        self.closed = True

    def _commit(
        self, unit: Unit, plan: Plan
    ) -> tuple[PlanStatus, tuple[Dispatched, ...], list[Signal]]:
        at = self._clock.now()
        self._open(unit)
        self._record_plan(unit, plan)
        rulings = {
            step.step_id: self._court.judge(unit, plan, step, approval=None, stage="commit", at=at)
            for step in plan.steps
        }
        statuses = gated(plan, {i: status_of(r.verdict) for i, r in rulings.items()})
        unit.plans.add(plan, plan_status(statuses), statuses)
        dispatched: list[Dispatched] = []
        children: list[Signal] = []
        for step in plan.steps:
            ruling = rulings[step.step_id]
            write_ruling(unit, ruling)
            done, child = self._take(unit, ruling, statuses[step.step_id])
            dispatched.append(done)
            if child is not None and self._opening.claim is not None:
                self._opening.claim.request_child(unit, child)  # its own pool carries it
            elif child is not None:
                children.append(child)
            if done.status is not statuses[step.step_id]:
                unit.plans.set_step(step.step_id, done.status, reason=done.reason)
        final = plan_status({d.step_id: d.status for d in dispatched})
        unit.plans.set_status(plan.plan_id, final)
        self._finish(
            unit, status=_run_status(final), reason="", outcome=_outcome(plan, final, dispatched)
        )
        return final, tuple(dispatched), children

    def _take(
        self, unit: Unit, ruling: Ruling, status: StepStatus
    ) -> tuple[Dispatched, Signal | None]:
        step = ruling.step
        if status is StepStatus.HELD:
            card = self._enactor.hold(unit, ruling, at=ruling.at)
            held = Dispatched(
                step_id=step.step_id,
                status=status,
                reason="; ".join(card.reasons),
                approval_id=card.approval_id,
            )
            return held, None
        if status is StepStatus.ALLOWED:
            enacted = self._enactor.enact(
                unit,
                ruling.plan,
                step,
                approval_id=None,
                depth=self._opening.row.depth,
                at=ruling.at,
            )
            return enacted.dispatched, enacted.child
        reasons = "; ".join(rule.reason for rule in ruling.verdict.rules)
        return Dispatched(step_id=step.step_id, status=status, reason=reasons), None

    def _open(self, unit: Unit) -> None:
        opening = self._opening
        row = replace(opening.row, inputs=self._inputs())
        try:
            unit.runs.add_signal(opening.signal)
        except UnableToKeepErased:
            raise UnableToOpenRun(opening.signal, "is about a person who was erased") from None
        # The update of the signal is also the lock that a second worker waits for.
        if not unit.runs.close_signal(opening.signal.signal_id, at=self._clock.now()):
            raise UnableToOpenRun(opening.signal)
        if opening.claim is None:
            mine = unit.runs.start(row)
        else:
            mine = unit.runs.keep_inputs(row) and unit.jobs.finish(opening.claim.job)
        if not mine:
            raise UnableToOpenRun(opening.signal)
        unit.records.append(
            RecordKind.SIGNAL_READ,
            subject=opening.signal.signal_id,
            payload={
                "kind": opening.signal.kind.value,
                "message": opening.signal.message_id,
                "trust": opening.signal.trust.value,
                "capability": row.capability,
                "version": row.capability_version,
                "parent": row.parent_run_id,
                "inputs": digest(row.inputs),
            },
            at=row.started_at,
            run_id=row.run_id,
            contact_id=row.contact_id,
        )
        self._record_calls(unit, row)
        for ruling in self._routed:
            write_ruling(unit, ruling)

    def _record_calls(self, unit: Unit, row: RunRow) -> None:
        # Handed over once, and kept here: a commit that fails is followed by another one.
        self._calls.extend(self._model_calls(row.run_id))
        keep_calls(unit, row, self._calls)

    def _record_plan(self, unit: Unit, plan: Plan) -> None:
        at = self._clock.now()
        unit.records.append(
            RecordKind.PLAN_MADE,
            subject=plan.plan_id,
            payload={
                "plan": plan.plan_hash,
                "facts": plan.facts_hash,
                "planner": plan.planner,
                "prompt": plan.prompt_version,
                "steps": [
                    {
                        "step": s.step_id,
                        "action": s.action.value,
                        "payload": s.payload_hash,
                        "confidence_permille": s.provenance.confidence_permille,
                        "source": s.provenance.source.value,
                        "evidence": list(s.provenance.evidence),
                    }
                    for s in plan.steps
                ],
            },
            at=at,
            run_id=plan.run_id,
            contact_id=plan.contact_id,
        )
        for dropped in plan.dropped:
            unit.records.append(
                RecordKind.STEP_DROPPED,
                subject=plan.plan_id,
                payload={"name": dropped.name, "reason": dropped.reason},
                at=at,
                run_id=plan.run_id,
                contact_id=plan.contact_id,
            )

    def _finish(self, unit: Unit, *, status: str, reason: str, outcome: Canonical) -> None:
        at = self._clock.now()
        opening = self._opening
        unit.runs.finish(opening.row.run_id, status=status, reason=reason, outcome=outcome, at=at)
        if opening.parent is not None:
            settle_parent(unit, opening.parent, failed=status in BROKEN, reason=reason)
        elif opening.row.contact_id is not None and opening.plans:
            days = RETRY_DAYS if status in BROKEN else CADENCE_DAYS
            unit.runs.set_due(opening.row.contact_id, at + timedelta(days=days))
        unit.records.append(
            RecordKind.RUN_FINISHED,
            subject=opening.row.run_id,
            payload={"status": status, "reason": reason, "outcome": digest(outcome)},
            at=at,
            run_id=opening.row.run_id,
            contact_id=opening.row.contact_id,
        )


def keep_calls(unit: Unit, row: RunRow, calls: Sequence[ModelCall]) -> None:
    """Store what models were asked in a run, and record all of its calls."""
    for call in calls:
        unit.model_calls.save(call)
    for call in unit.model_calls.of_run(row.run_id):
        unit.records.append(
            RecordKind.MODEL_CALLED,
            subject=call.call_id,
            payload={
                "prompt": call.prompt,
                "version": call.prompt_version,
                "prompt_hash": call.prompt_hash,
                "source": call.source.value,
                "why": call.reason.value if call.reason else None,
                "model": call.resolved_model or call.requested_model,
                "tokens": call.usage.total_tokens,
                "picodollars": call.cost_picodollars,
                "request": call.request_sha256,
            },
            at=row.started_at,
            run_id=row.run_id,
            contact_id=row.contact_id,
        )


def settle_parent(unit: Unit, parent: Parent, *, failed: bool, reason: str) -> None:
    """Close the step that asked for a delegated run, and its plan when it was the last one."""
    status = StepStatus.FAILED if failed else StepStatus.DONE
    unit.plans.set_step(parent.step_id, status, reason=reason)
    stored = unit.plans.get(parent.plan.plan_id)
    if stored is not None:
        unit.plans.set_status(parent.plan.plan_id, plan_status(stored[2]))


def _count(dispatched: Sequence[Dispatched], status: StepStatus) -> int:
    return sum(1 for done in dispatched if done.status is status)


def _judged(ruling: Ruling) -> Judged:
    return Judged(
        step_id=ruling.step.step_id,
        status=status_of(ruling.verdict),
        rules=tuple(rule.rule_id for rule in ruling.verdict.rules),
        reasons=tuple(rule.reason for rule in ruling.verdict.rules),
    )


def _run_status(status: PlanStatus) -> str:
    return "done" if status in {PlanStatus.RUNNING, PlanStatus.PARTIAL} else status.value


def _outcome(plan: Plan, status: PlanStatus, dispatched: list[Dispatched]) -> Canonical:
    return {
        "plan_id": plan.plan_id,
        "plan_hash": plan.plan_hash,
        "status": status.value,
        "steps": [
            {"step": d.step_id, "status": d.status.value, "approval": d.approval_id}
            for d in dispatched
        ],
    }
