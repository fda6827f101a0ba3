"""The one strict reader of model replies: what it lets through fits the Ask's contract, exactly.

Pydantic alone takes NaN, 1e999 and the last of two equal keys even when strict (models 2.4), so the
text is first read by hooks that refuse them.
"""

import json
import math
import re
from typing import Final, Never

from pydantic import ValidationError

from bailiwick.kit.text import capped
from bailiwick.models.faults import ModelInvalid
from bailiwick.ports.model import O

REPLY_CHARACTERS_MAX: Final = 131_072  # ours: 20,000 tokens at six characters each, rounded up
ERRORS_COUNT_MAX: Final = 10  # ours: enough for one repair turn
ERRORS_CHARACTERS_MAX: Final = 1_500  # ours: about 400 tokens of the repair turn
_CODE_FENCE: Final = re.compile(r"\s*```(?:json)?[ \t]*\n(.*)\n[ \t]*```\s*", re.DOTALL)


def read_value(text: str, output: type[O]) -> O:
    """Return the value in a reply.

    Raises ModelInvalid with the errors that the repair turn quotes.
    """
    plain = without_code_fence(text)
    try:
        json.loads(
            plain,
            object_pairs_hook=_no_twin_keys,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except RecursionError as error:
        errors = "the JSON is nested too deeply"
        raise _invalid(errors, text) from error
    except ValueError as error:
        errors = f"not one JSON value: {error}"
        raise _invalid(errors, text) from error
    try:
        return output.model_validate_json(plain, strict=True, extra="forbid")
    except ValidationError as error:
        found = [
            f"{'.'.join(map(str, e['loc'])) or 'the whole'}: {e['msg']}"
            for e in error.errors(include_url=False, include_input=False)[:ERRORS_COUNT_MAX]
        ]
        raise _invalid("\n".join(found), text) from error


def without_code_fence(text: str) -> str:
    """Drop one code fence that wraps the whole reply; anything else round the JSON is an error."""
    fence = _CODE_FENCE.fullmatch(text)
    return fence.group(1) if fence else text


def _invalid(errors: str, text: str) -> ModelInvalid:
    return ModelInvalid(
        "the reply does not fit the contract of its Ask",
        errors=capped(errors, ERRORS_CHARACTERS_MAX),
        reply=text,
    )


def _no_twin_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        message = "an object holds the same key twice"
        raise ValueError(message)
    return value


def _no_constant(name: str) -> Never:
    message = f"{name} is no JSON number"
    raise ValueError(message)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        message = "a number is too large"
        raise ValueError(message)
    return number
