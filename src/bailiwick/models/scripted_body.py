"""The faults a scripted endpoint can show, and the bodies it answers with."""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from bailiwick.models.budget import prompt_tokens_estimate
from bailiwick.models.exchange import ChatMessage


class ScriptedFault(StrEnum):
    """What can go wrong, by the names of models 2.5."""

    HTTP_400 = "http_400"
    HTTP_401 = "http_401"
    HTTP_402 = "http_402"
    HTTP_403 = "http_403"
    HTTP_404 = "http_404"
    HTTP_408 = "http_408"
    HTTP_409 = "http_409"
    HTTP_422 = "http_422"
    HTTP_425 = "http_425"
    HTTP_429 = "http_429"
    HTTP_500 = "http_500"
    HTTP_502 = "http_502"
    HTTP_503 = "http_503"
    HTTP_504 = "http_504"
    HTTP_520 = "http_520"
    HTTP_522 = "http_522"
    HTTP_524 = "http_524"
    REDIRECT = "redirect"
    REFUSED = "refused"
    RESET = "reset"
    CUT_BODY = "cut_body"
    SLOW_FIRST_BYTE = "slow_first_byte"
    DRIP = "drip"
    HTML_200 = "html_200"
    JSON_CUT_200 = "json_cut_200"
    ERROR_200 = "error_200"
    NULL_CHOICES = "null_choices"
    NO_CHOICES = "no_choices"
    BLANK = "blank"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"
    NO_RESOURCE = "no_resource"
    BAD_ENUM = "bad_enum"
    EXTRA_FIELD = "extra_field"
    DUP_KEY = "dup_key"
    NAN = "nan"

    @property
    def status(self) -> int | None:
        """The HTTP status, for the members that are one."""
        name, _, digits = self.value.partition("_")
        return int(digits) if name == "http" else None


_FINISH: Final = {
    ScriptedFault.LENGTH: "length",
    ScriptedFault.CONTENT_FILTER: "content_filter",
    ScriptedFault.NO_RESOURCE: "insufficient_system_resource",
}


def completion_body(
    text: str,
    *,
    messages: Sequence[ChatMessage],
    model: str,
    fault: ScriptedFault | None = None,
    tool: str = "",
) -> bytes:
    """Write the body of a 200, bent as the fault says; `tool` names the forced tool call."""
    if fault is ScriptedFault.ERROR_200:
        return b'{"error": {"message": "scripted", "type": "scripted"}}'
    text = bent(text, fault)
    message: dict[str, object] = {"role": "assistant", "content": text}
    if tool:
        call = {"id": "call_1", "type": "function", "function": {"name": tool, "arguments": text}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    finish = "stop" if fault is None else _FINISH.get(fault, "stop")
    choices: list[object] | None = [{"index": 0, "message": message, "finish_reason": finish}]
    if fault is ScriptedFault.NULL_CHOICES:
        choices = None
    if fault is ScriptedFault.NO_CHOICES:
        choices = []
    prompt_tokens = prompt_tokens_estimate(messages)
    completion_tokens = -(-len(text) // 4)
    usage = {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }
    body = {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": choices,
        "usage": usage,
    }
    return json.dumps(body).encode("utf-8")


def bent(text: str, fault: ScriptedFault | None) -> str:
    """Return the reply's text as a fault of content leaves it."""
    match fault:
        case ScriptedFault.BLANK:
            return " \n \n "
        case ScriptedFault.LENGTH:
            return text[: max(1, len(text) // 2)]
        case ScriptedFault.CONTENT_FILTER:
            return ""
        case ScriptedFault.EXTRA_FIELD:
            return text.replace("{", '{"a_field_nobody_asked_for": 1, ', 1)
        case ScriptedFault.BAD_ENUM | ScriptedFault.DUP_KEY | ScriptedFault.NAN:
            return _with_bent_pair(json.loads(text), text, fault)
        case _:
            return text


def _with_bent_pair(pairs: dict[str, object], text: str, fault: ScriptedFault) -> str:
    first = next(iter(pairs))
    if fault is ScriptedFault.DUP_KEY:
        return text.replace("{", f"{{{json.dumps(first)}: {json.dumps(pairs[first])}, ", 1)
    if fault is ScriptedFault.NAN:
        return json.dumps({**pairs, first: float("nan")})
    worded = next((key for key, value in pairs.items() if isinstance(value, str)), first)
    return json.dumps({**pairs, worded: "no_such_member_of_any_enum"})
