"""The model as a run sees it: lets go of the store while it thinks, and tells what was asked."""

from bailiwick.engine.recording import RecordingCrm
from bailiwick.ports.model import Answer, Ask, I, Model, ModelContext, O
from bailiwick.ports.trace import Attributes, CallShape, Cost, Identity, SpanName, Tracer


class RestingModel:
    """Lets go of the store before a model thinks: no transaction waits for an answer."""

    def __init__(self, model: Model, crm: RecordingCrm, tracer: Tracer) -> None:
        self._model = model
        self._crm = crm
        self._tracer = tracer

    async def ask(self, ask: Ask[I, O], given: I, *, run: ModelContext) -> Answer[O]:
        """Pass the question on."""
        self._crm.rest()
        about: Attributes = {CallShape.PROMPT: ask.prompt, CallShape.TIER: ask.tier.value}
        with self._tracer.span(SpanName.ASK, about) as span:
            answer = await self._model.ask(ask, given, run=run)
            span.set(
                {
                    Identity.MODEL_CALL: answer.call_id,
                    CallShape.PROMPT_VERSION: answer.prompt_version,
                    CallShape.SOURCE: answer.source.value,
                    CallShape.REASON: answer.reason.value if answer.reason else "none",
                    Cost.PICODOLLARS: answer.cost_picodollars,
                }
            )
        return answer
