"""Answers one question: the rows that the asker sees, a walk of the graph, and a note of it."""

import asyncio
from typing import Final

from bailiwick.domain.fault import InputFault, PortFault
from bailiwick.domain.ids import RunId
from bailiwick.domain.plan import Plan, PlanStatus
from bailiwick.domain.question.answer import Answer
from bailiwick.domain.question.words import QUESTION_LENGTH_MAX
from bailiwick.domain.signal import SignalKind
from bailiwick.engine.recording import RecordingCrm
from bailiwick.engine.resting_model import RestingModel
from bailiwick.engine.runner import RunnerParts
from bailiwick.graph.bind import Context
from bailiwick.kit.text import one_line
from bailiwick.ports.answers import AskedQuestion, AskedQuestions, Asker, Copying
from bailiwick.ports.deps import Deps, Frame
from bailiwick.ports.desk import Dispatched, Judged
from bailiwick.ports.trace import (
    Attributes,
    CallShape,
    Identity,
    SpanName,
    running,
)

CAPABILITY: Final = "text_to_sql"
PREFIX: Final = "qst"


class UnableToAsk(InputFault):
    """The question is empty, or too long to be one."""


class UnableToAnswerInTime(PortFault):
    """What a question asks for did not come in time."""

    retryable = True


class Questions:
    """Answers questions in one workspace."""

    def __init__(self, parts: RunnerParts, *, kept: AskedQuestions) -> None:
        self._parts = parts
        self._kept = kept

    async def ask(self, question: str, *, asker: Asker, copying: Copying) -> Answer:
        """Answer a question over what `copying` opens, and keep a note of it.

        Raises UnableToAsk, InputFault when there are too many rows, and PortFault when the store is
        away or a model takes longer than the capability may.
        """
        text = one_line(question)
        if not text or len(text) > QUESTION_LENGTH_MAX:
            message = f"a question has 1 to {QUESTION_LENGTH_MAX} characters; this has {len(text)}"
            raise UnableToAsk(message)
        began = self._parts.clock.monotonic()
        run_id = RunId(self._parts.ids.new("run"))
        spec = self._parts.graphs.spec(CAPABILITY)
        about: Attributes = {
            CallShape.OPERATION: "invoke_agent",
            Identity.CAPABILITY: spec.name,
            Identity.CAPABILITY_VERSION: spec.version,
            Identity.RUN: run_id,
        }
        with running(run_id), self._parts.tracer.span(SpanName.RUN, about):
            answer = await self._walk(text, run_id, asker, copying)
        spent = self._parts.clock.monotonic() - began
        self._keep(answer, asker, milliseconds=int(spent * 1000))
        return answer

    async def _walk(self, text: str, run_id: RunId, asker: Asker, copying: Copying) -> Answer:
        parts = self._parts
        spec = parts.graphs.spec(CAPABILITY)
        crm = RecordingCrm(parts.units)
        frame = Frame(
            workspace_id=parts.workspace_id,
            run_id=run_id,
            capability=spec.name,
            now=parts.clock.now(),
            depth=0,
            signal=SignalKind.MANUAL,
            contact_id=None,
            message_id=None,
            step=None,
            step_id=None,
        )
        executor = parts.graphs.executor(CAPABILITY)
        try:
            with copying(asker) as rows:
                model = RestingModel(parts.model, crm, parts.tracer)
                deps = Deps(crm=crm, model=model, frame=frame, asked_rows=rows)
                context = Context(deps=deps, desk=ClosedDesk(), tracer=parts.tracer)
                async with asyncio.timeout(spec.seconds_max):
                    state = await executor.run(
                        {"question": text}, context=context, steps_max=spec.steps_max
                    )
        except TimeoutError:
            message = f"the question took longer than {spec.seconds_max} s; ask for less"
            raise UnableToAnswerInTime(message) from None
        finally:
            parts.model_calls(run_id)  # rule answers cost nothing, and no run row waits for them
        answer = state["answer"]
        assert isinstance(answer, Answer), "the graph ends with an answer"
        return answer

    def _keep(self, answer: Answer, asker: Asker, *, milliseconds: int) -> None:
        provenance = answer.provenance
        self._kept.keep(
            AskedQuestion(
                question_id=self._parts.ids.new(PREFIX),
                question=answer.question,
                made_by=asker.person_id,
                status=answer.status.value,
                way=answer.way.value,
                sql=answer.sql or (answer.attempts[-1].sql if answer.attempts else ""),
                attempts_count=len(answer.attempts),
                rows_count=len(answer.rows),
                milliseconds=milliseconds,
                schema_hash=provenance.schema_hash,
                data_version=provenance.data_version,
                model=provenance.model,
                prompt_version=provenance.prompt_version,
                asked_at=provenance.as_of,
            )
        )


class ClosedDesk:
    """The counter of a run that proposes nothing; whoever comes to it has a bug."""

    async def judge(self, plan: Plan) -> tuple[Judged, ...]:
        """Raise AssertionError, always."""
        message = f"a question proposes nothing, and plan {plan.plan_id} came to be judged"
        raise AssertionError(message)

    async def dispatch(
        self, plan: Plan, judged: tuple[Judged, ...]
    ) -> tuple[PlanStatus, tuple[Dispatched, ...]]:
        """Raise AssertionError, always."""
        message = f"a question proposes nothing, and {len(judged)} steps of {plan.plan_id} came"
        raise AssertionError(message)
