"""Phone numbers to E.164; the full parser is asked only when the shape does not settle it."""

import re
from functools import lru_cache
from typing import Final

import phonenumbers

TEXT_LENGTH_MAX: Final = 40  # ours: fifteen digits (E.164), punctuation and an extension
_FILL: Final = str.maketrans("", "", " \t.-()/\u00a0\u2011\u2013")
_E164: Final = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
_NORTH_AMERICAN: Final = re.compile(r"1?([2-9][0-9]{2}[2-9][0-9]{6})", re.ASCII)


def phone_number(text: str, region: str) -> str | None:
    """Return the E.164 form, or None when this is no number or its country is unknown."""
    if len(text) > TEXT_LENGTH_MAX:
        return None
    compact = text.lstrip("'").translate(_FILL)  # spreadsheets write '+49 to keep the plus
    if compact.startswith("00"):
        compact = f"+{compact[2:]}"
    if _E164.fullmatch(compact) and "(0)" not in text:
        return compact
    if region in {"US", "CA"}:
        match = _NORTH_AMERICAN.fullmatch(compact)
        if match:
            return f"+1{match.group(1)}"
    return _parsed(text, region)


@lru_cache(maxsize=8192)  # switchboard numbers repeat
def _parsed(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text.replace("(0)", ""), region or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
