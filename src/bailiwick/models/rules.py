"""The default model is no model: each Ask's fallback answers, by the same contract."""

from bailiwick.domain.ids import PREFIX, ModelCallId
from bailiwick.domain.model_call import FallbackReason
from bailiwick.models.fence import NONCE_PLACEHOLDER
from bailiwick.models.open_call import OpenCall
from bailiwick.models.render import render
from bailiwick.models.surroundings import Surroundings
from bailiwick.ports.model import Answer, Ask, I, ModelContext, O


class RulesModel:
    """Answers every Ask by its fallback, and keeps the call like any other model."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._prompts = surroundings.prompts
        self._sink = surroundings.sink
        self._clock = surroundings.clock
        self._ids = surroundings.ids

    async def ask(self, ask: Ask[I, O], given: I, *, run: ModelContext) -> Answer[O]:
        """Answer by the fallback. Raises UnableToLoadPrompt."""
        prompt = self._prompts.for_ask(ask)
        began = self._clock.monotonic()
        call = OpenCall(
            call_id=ModelCallId(self._ids.new(PREFIX["model_call"])),
            run=run,
            prompt=prompt,
            tier=ask.tier,
            rendered=render(prompt, ask, given, nonce=NONCE_PLACEHOLDER),
            requested_model="",
            endpoint="rules",
            asked_at=self._clock.now(),
            began=began,
            deadline=began,
            reason=FallbackReason.NO_MODEL,
        )
        value = ask.fallback(given)
        self._sink.save(call.told(now=self._clock.monotonic()))
        return call.answered(value)
