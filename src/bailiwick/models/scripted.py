"""An endpoint in this process whose answers and faults are scripted.

`answer(messages, schema) -> str` is a pure function; `bench/servers/scripted_model.py` serves the
same functions over HTTP. Bodies are written and read as those of a real endpoint are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bailiwick.domain.model_call import Tier
from bailiwick.kit.hashing import Canonical
from bailiwick.models.completion import StructuredMode, read_completion
from bailiwick.models.exchange import ChatMessage, ChatReply, ChatRequest, ChatRole
from bailiwick.models.faults import (
    ModelBusy,
    ModelFault,
    ModelGarbled,
    ModelMisconfigured,
    ModelRejected,
    ModelTimeout,
    ModelUnavailable,
    ModelUnpaid,
)
from bailiwick.models.scripted_body import ScriptedFault, completion_body

AnswerFunction: TypeAlias = Callable[[Sequence[ChatMessage], Mapping[str, Canonical]], str]
"""Writes the reply to a conversation, given the schema it should fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFault:
    """One row of a fault plan."""

    fault: ScriptedFault
    nth: int
    """The how-manieth call it meets, from 1, counted per prompt when `prompt` names one."""
    prompt: str = ""
    """`<capability>/<task>`, or empty for any."""


class FaultPlan:
    """Says which call meets which fault; its counters live in memory only."""

    def __init__(self, rows: Sequence[PlannedFault] = ()) -> None:
        self._rows = tuple(rows)
        self._counts: dict[str, int] = {}

    def next(self, prompt: str) -> ScriptedFault | None:
        """Count one call and return the fault it meets."""
        for counter in {prompt, ""}:
            self._counts[counter] = self._counts.get(counter, 0) + 1
        for row in self._rows:
            if row.prompt in {prompt, ""} and self._counts[row.prompt] == row.nth:
                return row.fault
        return None


class ScriptedEndpoint:
    """Completes chats in this process; `requests` keeps what it was asked."""

    def __init__(
        self,
        answer: AnswerFunction,
        *,
        faults: FaultPlan | None = None,
        model: str = "scripted-1",
    ) -> None:
        self._answer = answer
        self._faults = faults if faults is not None else FaultPlan()
        self._model = model
        self.requests: list[ChatRequest] = []

    @property
    def name(self) -> str:
        """Name the endpoint."""
        return "scripted"

    def model_for(self, tier: Tier) -> str:
        """Return the same model for both tiers."""
        del tier
        return self._model

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Answer, or meet the planned fault. Raises ModelFault."""
        self.requests.append(request)
        fault = self._faults.next(request.prompt)
        raised = transport_fault(fault) if fault is not None else None
        if raised is not None:
            raise raised
        text = self._answer(request.messages, request.schema)
        body = completion_body(text, messages=request.messages, model=self._model, fault=fault)
        return read_completion(body, mode=StructuredMode.JSON_OBJECT, endpoint=self.name)


def transport_fault(fault: ScriptedFault) -> ModelFault | None:
    """Return what an adapter would raise for a fault below the body; None for one in the body."""
    sentence = f"endpoint 'scripted' met {fault.value}"
    kind = _BY_STATUS.get(fault.status, ModelUnavailable) if fault.status else _BROKEN.get(fault)
    if kind is None:
        return None
    return kind(sentence, perhaps_billed=fault.status is None and fault in _PERHAPS_BILLED)


_BY_STATUS: Final[Mapping[int | None, type[ModelFault]]] = {
    400: ModelRejected,
    401: ModelMisconfigured,
    402: ModelUnpaid,
    403: ModelMisconfigured,
    404: ModelMisconfigured,
    422: ModelRejected,
    429: ModelBusy,
}
_BROKEN: Final[Mapping[ScriptedFault, type[ModelFault]]] = {
    ScriptedFault.REDIRECT: ModelMisconfigured,
    ScriptedFault.REFUSED: ModelUnavailable,
    ScriptedFault.RESET: ModelUnavailable,
    ScriptedFault.CUT_BODY: ModelUnavailable,
    ScriptedFault.SLOW_FIRST_BYTE: ModelTimeout,
    ScriptedFault.DRIP: ModelTimeout,
    ScriptedFault.HTML_200: ModelGarbled,
    ScriptedFault.JSON_CUT_200: ModelGarbled,
}
_PERHAPS_BILLED: Final = _BROKEN.keys() - {ScriptedFault.REDIRECT, ScriptedFault.REFUSED}


def prompt_name(messages: Sequence[ChatMessage]) -> str:
    """Return the prompt's name from the system text's first line; empty when it is not ours."""
    first = messages[0].content.partition("\n")[0] if messages else ""
    named = first.removeprefix("# Task ").rpartition("@")[0]
    return named if messages and messages[0].role is ChatRole.SYSTEM and first != named else ""
