"""Runs a recorded run again, from what it read and what models answered, and compares plan hashes.

Nothing is written and nobody is asked: the reader answers from the record, the model from stored
calls, the clock stands still, and the desk gives the verdicts of the day.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.domain.fault import UnableToReplay
from bailiwick.domain.ids import ContactId, MessageId, PlanId, RunId, StepId, WorkspaceId
from bailiwick.domain.model_call import ModelCall
from bailiwick.domain.plan import Plan, PlanStatus, Step, StepStatus
from bailiwick.domain.run import RunRow, VerdictRow
from bailiwick.domain.signal import SignalKind
from bailiwick.engine.graphs.graphs import Graphs
from bailiwick.engine.recorded_calendar import ReplayedCalendar
from bailiwick.engine.recording import ReplayedCrm
from bailiwick.graph.bind import Context
from bailiwick.kit.hashing import Canonical
from bailiwick.ports.deps import Deps, Frame
from bailiwick.ports.desk import Dispatched, Judged
from bailiwick.ports.model import Model
from bailiwick.ports.unit import Unit, Units

VERDICTS_COUNT_MAX: Final = 500  # a run judges at most forty steps to route


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What the repetition came to."""

    run_id: RunId
    recorded_hash: str
    """Of the plan the run committed; empty when it made none."""
    replayed_hash: str

    @property
    def equal(self) -> bool:
        """Tell whether both runs reached the same plan."""
        return self.recorded_hash == self.replayed_hash


class Replay:
    """Repeats runs of one workspace."""

    def __init__(
        self,
        *,
        workspace_id: WorkspaceId,
        units: Units,
        graphs: Graphs,
        model_of: Callable[[Sequence[ModelCall]], Model],
    ) -> None:
        self._workspace_id = workspace_id
        self._units = units
        self._graphs = graphs
        self._model_of = model_of

    async def replay(self, run_id: RunId) -> Replayed:
        """Repeat a run. Raises UnableToReplay when it is unknown, damaged or reads otherwise."""
        with self._units.read() as unit:
            run = _found(unit, run_id)
            calls = unit.model_calls.of_run(run_id)
            verdicts = unit.runs.verdicts_of(run_id)
            inputs = _inputs(run)
            frame = self._frame(unit, run, inputs)
            reads = inputs["reads"]
            assert isinstance(reads, list), "inputs hold the list of reads"
            crm = ReplayedCrm(reads, unit.crm.message)
            desk = ReplayDesk(verdicts)
            deps = Deps(
                crm=crm,
                model=self._model_of(calls),
                frame=frame,
                calendar=ReplayedCalendar(crm),
            )
            await self._graphs.executor(run.capability).run(
                {},
                context=Context(deps=deps, desk=desk),
                steps_max=self._graphs.spec(run.capability).steps_max,
            )
        return Replayed(
            run_id=run_id, recorded_hash=_recorded_hash(run), replayed_hash=desk.plan_hash
        )

    def _frame(self, unit: Unit, run: RunRow, inputs: Mapping[str, Canonical]) -> Frame:
        plan_id, step_id = inputs["plan"], inputs["step"]
        stored = unit.plans.get(PlanId(plan_id)) if isinstance(plan_id, str) else None
        steps = stored[0].steps if stored else ()
        step: Step | None = next((s for s in steps if s.step_id == step_id), None)
        contact_id, message_id = inputs["contact"], inputs["message"]
        return Frame(
            workspace_id=self._workspace_id,
            run_id=run.run_id,
            capability=run.capability,
            now=datetime.fromisoformat(str(inputs["now"])),
            depth=run.depth,
            signal=SignalKind(str(inputs["signal"])),
            contact_id=ContactId(contact_id) if isinstance(contact_id, str) else None,
            message_id=MessageId(message_id) if isinstance(message_id, str) else None,
            step=step,
            step_id=StepId(step_id) if isinstance(step_id, str) else None,
            plan=stored[0] if stored else None,
        )


class ReplayDesk:
    """Answers with the verdicts of the day, and keeps the hash of the plan that is dispatched."""

    def __init__(self, verdicts: Sequence[VerdictRow]) -> None:
        self._verdicts = [v for v in verdicts if v.stage == "route"]
        self.plan_hash = ""

    async def judge(self, plan: Plan) -> tuple[Judged, ...]:
        """Answer as the law answered. Raises UnableToReplay for a step it was never asked."""
        return tuple(self._answer(step) for step in plan.steps)

    async def dispatch(
        self, plan: Plan, judged: tuple[Judged, ...]
    ) -> tuple[PlanStatus, tuple[Dispatched, ...]]:
        """Note the plan; nothing is dispatched."""
        self.plan_hash = plan.plan_hash
        statuses = tuple(Dispatched(step_id=j.step_id, status=j.status) for j in judged)
        held = any(j.status is not StepStatus.ALLOWED for j in judged)
        return (PlanStatus.HELD if held else PlanStatus.RUNNING), statuses

    def _answer(self, step: Step) -> Judged:
        if not self._verdicts:
            message = f"the replay asks the law about {step.step_id!r}, the run had ended asking"
            raise UnableToReplay(message)
        verdict = self._verdicts.pop(0)
        if (verdict.step_id, verdict.payload_hash) != (step.step_id, step.payload_hash):
            message = f"the replay proposes another {step.step_id!r} than the run did"
            raise UnableToReplay(message)
        return Judged(
            step_id=step.step_id,
            status=StepStatus(verdict.answer),
            rules=verdict.rules,
            reasons=(),
        )


def _found(unit: Unit, run_id: RunId) -> RunRow:
    run = unit.runs.get(run_id)
    if run is None:
        message = f"there is no run {run_id!r}; `bailiwick audit runs` lists them"
        raise UnableToReplay(message)
    return run


def _inputs(run: RunRow) -> Mapping[str, Canonical]:
    needed = {"now", "signal", "contact", "message", "step", "plan", "reads"}
    if not isinstance(run.inputs, Mapping) or not needed <= set(run.inputs):
        message = f"run {run.run_id!r} holds no inputs to replay from"
        raise UnableToReplay(message)
    return run.inputs


def _recorded_hash(run: RunRow) -> str:
    outcome = run.outcome
    value = outcome.get("plan_hash") if isinstance(outcome, Mapping) else None
    return value if isinstance(value, str) else ""
