"""Reads the body of a chat completion: a reply with text, or the named fault that it is.

HTTP 200 promises nothing: a body can be HTML, an error object, `choices: null`, spaces, or cut
(models 2.5). The loopback server and the scripted adapter pass through here as real endpoints do.
"""

from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ValidationError

from bailiwick.domain.model_call import Usage
from bailiwick.models.exchange import ChatReply
from bailiwick.models.faults import (
    ModelBlank,
    ModelCut,
    ModelDeclined,
    ModelGarbled,
    ModelUnavailable,
)
from bailiwick.models.reader import REPLY_CHARACTERS_MAX

TOKENS_COUNT_MAX: Final = 10_000_000  # ours: above any context there is; larger counts are nonsense


class StructuredMode(StrEnum):
    """How an endpoint is asked for JSON (models 2.4)."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    STRICT_TOOL = "strict_tool"


class _Function(BaseModel):
    name: str
    arguments: str


class _ToolCall(BaseModel):
    function: _Function


class _Message(BaseModel):
    content: str | None = None
    tool_calls: tuple[_ToolCall, ...] | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _PromptDetails(BaseModel):
    cached_tokens: int | None = None


class _CompletionDetails(BaseModel):
    reasoning_tokens: int | None = None


class _Usage(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    prompt_cache_hit_tokens: int | None = None
    prompt_tokens_details: _PromptDetails | None = None
    completion_tokens_details: _CompletionDetails | None = None


class _Completion(BaseModel):
    model: str = ""
    choices: tuple[_Choice, ...]
    usage: _Usage | None = None


def read_completion(
    body: bytes, *, mode: StructuredMode, endpoint: str, cached: bool = False
) -> ChatReply:
    """Return the reply in a 200's body. Raises the ModelFault that the body stands for."""
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError as error:
        message = f"endpoint {endpoint!r} answered 200 with no chat completion"
        raise ModelGarbled(message, perhaps_billed=True) from error
    usage = _counted(completion.usage)
    if not completion.choices:
        message = f"endpoint {endpoint!r} answered 200 without a choice"
        raise ModelGarbled(message, usage=usage, perhaps_billed=True)
    choice = completion.choices[0]
    text = _text(choice.message, mode)
    _check_finish(choice.finish_reason, text=text, usage=usage, endpoint=endpoint)
    if text is None:
        message = f"endpoint {endpoint!r} answered without the tool call it was asked for"
        raise ModelGarbled(message, usage=usage, perhaps_billed=True)
    if not text.strip():
        message = f"endpoint {endpoint!r} answered with spaces"
        raise ModelBlank(message, usage=usage, perhaps_billed=True)
    if len(text) > REPLY_CHARACTERS_MAX:
        message = f"endpoint {endpoint!r} answered with more than {REPLY_CHARACTERS_MAX} characters"
        raise ModelGarbled(message, usage=usage, perhaps_billed=True)
    return ChatReply(
        text=text,
        model=completion.model[:200],
        usage=usage if usage is not None else Usage(estimated=True),
        cached=cached,
    )


def _check_finish(
    finish: str | None, *, text: str | None, usage: Usage | None, endpoint: str
) -> None:
    if finish == "length":
        message = f"endpoint {endpoint!r} ran into max_tokens"
        raise ModelCut(message, usage=usage, reply=text or "", perhaps_billed=True)
    if finish == "content_filter":
        message = f"endpoint {endpoint!r} declined by its content filter"
        raise ModelDeclined(message, usage=usage, perhaps_billed=True)
    if finish == "insufficient_system_resource":
        message = f"endpoint {endpoint!r} had no resources left"
        raise ModelUnavailable(message, usage=usage, perhaps_billed=True)


def _text(message: _Message, mode: StructuredMode) -> str | None:
    if mode is StructuredMode.STRICT_TOOL:
        return message.tool_calls[0].function.arguments if message.tool_calls else None
    return message.content if message.content is not None else ""


def _counted(usage: _Usage | None) -> Usage | None:
    if usage is None:
        return None
    details = usage.prompt_tokens_details
    cached = usage.prompt_cache_hit_tokens or (details.cached_tokens if details else None) or 0
    reasons = usage.completion_tokens_details
    prompt = _bounded(usage.prompt_tokens)
    completion = _bounded(usage.completion_tokens)
    return Usage(
        prompt_tokens=prompt,
        cached_tokens=min(_bounded(cached), prompt),
        completion_tokens=completion,
        reasoning_tokens=min(
            _bounded((reasons.reasoning_tokens if reasons else None) or 0), completion
        ),
    )


def _bounded(count: int) -> int:
    return max(0, min(count, TOKENS_COUNT_MAX))
