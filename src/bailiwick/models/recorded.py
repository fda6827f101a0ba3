"""Replays stored calls by the hash of their request; a request that was not recorded is a fault.

A recorded fallback is replayed as a fallback: the run took it, so the replay must.
"""

from collections import deque
from collections.abc import Iterable

from pydantic import TypeAdapter, ValidationError

from bailiwick.domain.fault import InputFault, UnableToReplay
from bailiwick.domain.model_call import ModelCall
from bailiwick.domain.provenance import Source
from bailiwick.models.fence import NONCE_PLACEHOLDER
from bailiwick.models.prompts import PromptLibrary
from bailiwick.models.reader import read_value
from bailiwick.models.render import render
from bailiwick.ports.model import Answer, Ask, I, ModelContext, O


class RecordedModel:
    """Answers from stored calls, each once, in the order in which they were made."""

    def __init__(self, calls: Iterable[ModelCall], *, prompts: PromptLibrary) -> None:
        self._prompts = prompts
        self._calls: dict[str, deque[ModelCall]] = {}
        for call in calls:
            self._calls.setdefault(call.request_sha256, deque()).append(call)

    async def ask(self, ask: Ask[I, O], given: I, *, run: ModelContext) -> Answer[O]:
        """Answer as the stored call was answered.

        Raises UnableToReplay on a miss and UnableToLoadPrompt.
        """
        prompt = self._prompts.for_ask(ask)
        rendered = render(prompt, ask, given, nonce=NONCE_PLACEHOLDER)
        waiting = self._calls.get(rendered.request_sha256)
        if not waiting:
            message = (
                f"no recorded reply for ask {ask.prompt!r} of step {run.step!r}"
                f" (request {rendered.request_sha256[:12]}): its input, prompt or contract changed"
            )
            raise UnableToReplay(message)
        call = waiting.popleft()
        by_model = call.source is Source.MODEL
        value = read_value(call.reply, ask.output) if by_model else ask.fallback(given)
        return Answer(
            value=value,
            source=call.source,
            call_id=call.call_id,
            prompt_version=call.prompt_version,
            prompt_hash=call.prompt_hash,
            model=(call.resolved_model or call.requested_model) if by_model else "",
            reason=call.reason,
            usage=call.usage,
        )


_CALL: TypeAdapter[ModelCall] = TypeAdapter(ModelCall)


def to_line(call: ModelCall) -> str:
    """Return one call as a line of a recording (JSONL)."""
    return _CALL.dump_json(call).decode("utf-8")


def from_lines(lines: Iterable[str]) -> tuple[ModelCall, ...]:
    """Read a recording. Raises InputFault that names the first line that cannot be used."""
    calls: list[ModelCall] = []
    for number, line in enumerate(lines, start=1):
        try:
            calls.append(_CALL.validate_json(line))
        except ValidationError as error:
            message = f"line {number} of the recording is no stored model call; record it again"
            raise InputFault(message) from error
    return tuple(calls)
