"""Merge fields: `{{contact.first_name}}` is looked up in a closed table, and nothing else happens.

No attributes, no filters, no code, one pass: a value that looks like a field stays as it is. An
unknown name is an error of the template; an empty required field means no draft.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bailiwick.kit.text import one_line

FIELDS: Final = frozenset(
    {
        "contact.first_name", "account.name", "account.industry", "account.city",
        "workspace.company", "sender.name", "workspace.postal_address", "topics", "hook",
        "slots",
    }
)  # fmt: skip
"""Every name that a template may use."""

NAME_LENGTH_MAX: Final = 60  # ours: longest personal name that a greeting uses
COMPANY_LENGTH_MAX: Final = 80  # ours
ADDRESS_LENGTH_MAX: Final = 200  # ours: one postal address on one line

_FIELD: Final = re.compile(r"\{\{([^{}]{0,60})\}\}")
_OPTIONAL: Final = re.compile(r"\[\[([^\[\]]{0,400})\]\]")
VARIABLE: Final = re.compile(r"\[\[[^\[\]]*\]\]|\{\{[^{}]*\}\}")
"""The parts of a template that are not the same in every mail."""
_NAME_MARKS: Final = frozenset(" .'-\u2019\u00b7")
_COMPANY_MARKS: Final = frozenset(" .'-\u2019&+,/()\u00b7")
_LINK: Final = re.compile(
    r"(?i)(?:://|www\.|\b[\w-]{2,63}\.(?:com|net|org|io|example|ru|info|biz|link|xyz|top)\b/)"
)
_LETTERS_MIN: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The text, and which fields it used."""

    text: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingField:
    """A required field is unknown or has no usable value."""

    field: str


def merge(template: str, values: Mapping[str, str]) -> Merged | MissingField:
    """Fill a template; `[[…]]` is dropped when a field inside it has no value."""
    used: list[str] = []
    kept = _OPTIONAL.sub(lambda match: match.group(1) if _complete(match, values) else "", template)
    for match in _FIELD.finditer(kept):
        name = match.group(1).strip()
        if not _usable(name, values):
            return MissingField(field=name)
        used.append(name)
    left = _FIELD.sub("", kept)
    if "{{" in left or "}}" in left:
        return MissingField(field="malformed field")
    text = _FIELD.sub(lambda match: _placed(values[match.group(1).strip()], match, kept), kept)
    return Merged(text=text, fields=tuple(dict.fromkeys(used)))


def name_shaped(text: str) -> str:
    """Return a personal name that is fit for a greeting, or empty: letters and name marks only."""
    return _shaped(text, marks=_NAME_MARKS, length_max=NAME_LENGTH_MAX, digits=False)


def company_shaped(text: str) -> str:
    """Return a company name that is fit for a sentence, or empty."""
    return _shaped(text, marks=_COMPANY_MARKS, length_max=COMPANY_LENGTH_MAX, digits=True)


def address_shaped(text: str) -> str:
    """Return a postal address on one line, or empty."""
    line = one_line(text.replace("\n", ", "))
    marks = _COMPANY_MARKS | frozenset("#:;\u00ba\u00b0")
    return _shaped(line, marks=marks, length_max=ADDRESS_LENGTH_MAX, digits=True)


def _shaped(text: str, *, marks: frozenset[str], length_max: int, digits: bool) -> str:
    plain = text.strip()
    if not plain or len(plain) > length_max or _LINK.search(plain):
        return ""
    letters_count = 0
    for character in plain:
        category = unicodedata.category(character)
        letter = category[0] == "L" or category in {"Mn", "Mc"}
        letters_count += letter
        if not (letter or character in marks or (digits and category == "Nd")):
            return ""
    return " ".join(plain.split()) if letters_count >= _LETTERS_MIN else ""


def _usable(name: str, values: Mapping[str, str]) -> bool:
    return name in FIELDS and bool(values.get(name, "").strip())


def _placed(value: str, match: re.Match[str], template: str) -> str:
    """Return a value as it stands in its sentence: `Acme Inc.` at the end has one full stop."""
    return value.rstrip(".") if template[match.end() :].startswith(".") else value


def _complete(match: re.Match[str], values: Mapping[str, str]) -> bool:
    names = (inner.group(1).strip() for inner in _FIELD.finditer(match.group(1)))
    return all(_usable(name, values) for name in names)
