"""One question to a model, and who answers it; without a model-free answer it has no type."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from bailiwick.domain.ids import ModelCallId, RunId, WorkspaceId
from bailiwick.domain.model_call import FallbackReason, Tier, Usage
from bailiwick.domain.provenance import Source

I = TypeVar("I")  # noqa: E741 - input, as in the reference text's Ask[I, O]
O = TypeVar("O", bound=BaseModel)  # noqa: E741 - output


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """Text from outside. It reaches a prompt only behind a fence, never in the system role."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Generic[I, O]):
    """One question: write `QUALIFY: Final[Ask[Facts, Qualification]] = Ask(...)`, annotated."""

    prompt: str
    """`<capability>/<task>`: the file `capabilities/<capability>/prompts/<task>.md`."""
    output: type[O]
    fallback: Callable[[I], O]
    """No default: a model step without its model-free twin does not type-check (decision 0011)."""
    tier: Tier
    tokens_max: int
    wait_seconds_max: int
    temperature_permille: int = 200  # source articles: 0.2; draft 0.5, judge and classify 0.0
    thinking: bool = False  # models 2.3: off unless the Ask asks


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelContext:
    """On whose behalf a question is put."""

    workspace_id: WorkspaceId
    run_id: RunId
    capability: str
    step: str
    tenant: str = ""
    """A pseudonym of the workspace for the endpoint, or empty; never a name, never per contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[O]):
    """A checked value, and where it came from."""

    value: O
    source: Source
    call_id: ModelCallId
    prompt_version: int
    prompt_hash: str
    model: str
    """The model that answered; empty when the fallback did."""
    reason: FallbackReason | None
    """Why the fallback answered; None when the model did."""
    usage: Usage
    cost_picodollars: int = 0


class Model(Protocol):
    """Answers every Ask: by a model when it can, by the Ask's fallback when it cannot."""

    async def ask(self, ask: Ask[I, O], given: I, *, run: ModelContext) -> Answer[O]:
        """Answer one question. Raises only for a prompt that cannot be used or a replay's miss."""
        ...
