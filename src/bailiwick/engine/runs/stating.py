"""Runs a graph that takes a state and gives one back: it proposes nothing, so no plan is judged."""

import asyncio
import logging
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic_core import PydanticSerializationError, to_jsonable_python

from bailiwick.domain.fault import BailiwickFault, IntegrityFault, PortFault
from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.model_call import ModelCall
from bailiwick.domain.plan import Plan, PlanStatus
from bailiwick.domain.run import RunRow, RunStatus
from bailiwick.domain.signal import SignalKind
from bailiwick.engine.desk import WaitingCalls
from bailiwick.engine.graphs.graphs import Graphs
from bailiwick.engine.recording import RecordingCrm
from bailiwick.engine.resting_model import RestingModel
from bailiwick.graph.bind import Context
from bailiwick.kit.json_value import Json, json_text
from bailiwick.ports.clock import Clock
from bailiwick.ports.deps import Deps, Frame
from bailiwick.ports.desk import Dispatched, Judged
from bailiwick.ports.model import Model
from bailiwick.ports.trace import (
    UNTRACED,
    Attributes,
    CallShape,
    Identity,
    SpanName,
    Tracer,
    running,
)
from bailiwick.ports.unit import Units

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateEnd:
    """How a run of states ended, to be written with its run."""

    status: RunStatus
    reason: str = ""
    result: Json = None
    calls: Sequence[ModelCall] = ()
    """What models were asked: each is stored, and recorded in the audit chain."""


class NoDesk:
    """The desk of a graph that proposes nothing: whoever comes to it is a defect."""

    async def judge(self, plan: Plan) -> tuple[Judged, ...]:
        """Raise IntegrityFault."""
        raise _proposed(plan)

    async def dispatch(
        self, plan: Plan, judged: tuple[Judged, ...]
    ) -> tuple[PlanStatus, tuple[Dispatched, ...]]:
        """Raise IntegrityFault."""
        del judged
        raise _proposed(plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRuns:
    """Runs such graphs in one workspace. Writes nothing itself."""

    workspace_id: WorkspaceId
    units: Units
    graphs: Graphs
    model: Model
    model_calls: WaitingCalls
    clock: Clock
    tracer: Tracer = UNTRACED

    async def walk(self, run: RunRow) -> StateEnd:
        """Run the graph on the state that was given. Never raises for what a graph does.

        Raises PortFault when a part did not answer that may do so the next time.
        """
        about: Attributes = {
            CallShape.OPERATION: "invoke_agent",
            Identity.CAPABILITY: run.capability,
            Identity.RUN: run.run_id,
        }
        with running(run.run_id), self.tracer.span(SpanName.RUN, about) as span:
            end = await self._bounded(run)
            span.set({CallShape.STATUS: end.status.value})
        return end

    async def _bounded(self, run: RunRow) -> StateEnd:
        """Run it within its time; this is the pool boundary, as in `engine/runner.py`."""
        crm = RecordingCrm(self.units)
        try:
            spec = self.graphs.spec(run.capability)
            async with asyncio.timeout(spec.seconds_max):
                state = await self._state(run, crm, steps_max=spec.steps_max)
            result = to_jsonable_python(dict(state))
            json_text(result)
            status, reason = RunStatus.DONE, ""
        except TimeoutError:
            status = RunStatus.TIMEOUT
            reason, result = f"timeout: {run.capability} took longer than it may", None
        except BailiwickFault as fault:
            if isinstance(fault, PortFault) and fault.retryable:
                raise  # says nothing about the run: whoever asked tries again
            status, reason, result = RunStatus.FAILED, f"{type(fault).__name__}: {fault}", None
        except (PydanticSerializationError, ValueError, TypeError) as error:
            reason = f"bug: {type(error).__name__} in {run.capability}, or its state is not JSON"
            status, result = RunStatus.FAILED, None
        except Exception as error:  # noqa: BLE001 - the pool boundary: a bug ends its own run only
            frames = "".join(traceback.format_tb(error.__traceback__))
            _LOG.error("bug in run %s: %s\n%s", run.run_id, type(error).__name__, frames)
            reason = f"bug: {type(error).__name__} in {run.capability}"
            status, result = RunStatus.FAILED, None
        finally:
            crm.rest()
        calls = self.model_calls(run.run_id)
        return StateEnd(status=status, reason=reason, result=result, calls=calls)

    async def _state(
        self, run: RunRow, crm: RecordingCrm, *, steps_max: int
    ) -> Mapping[str, object]:
        given = run.request
        assert isinstance(given, Mapping), "a request is checked to be an object"
        frame = Frame(
            workspace_id=self.workspace_id,
            run_id=run.run_id,
            capability=run.capability,
            now=self.clock.now(),
            depth=0,
            signal=SignalKind.MANUAL,
            contact_id=None,
            message_id=None,
            step=None,
            step_id=None,
        )
        model = RestingModel(self.model, crm, self.tracer)
        deps = Deps(crm=crm, model=model, frame=frame)
        context = Context(deps=deps, desk=NoDesk(), tracer=self.tracer)
        executor = self.graphs.executor(run.capability)
        return await executor.run(given, context=context, steps_max=steps_max)


def _proposed(plan: Plan) -> IntegrityFault:
    message = f"{plan.capability} takes a state and may propose nothing, but it came with a plan"
    return IntegrityFault(message)
