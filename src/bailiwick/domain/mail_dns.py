"""What a domain publishes about its mail: SPF, DKIM and DMARC records, read and compared. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bailiwick.domain.extraction.company_domain import registrable

SPF_LOOKUPS_MAX: Final = 10  # RFC 7208, 4.6.4
LABELS_MIN: Final = 2  # a top-level domain sends no mail of ours
_LOOKUPS: Final = re.compile(r"[-+~?]?(include|a|mx|ptr|exists|redirect)(?=[:=/]|$)", re.ASCII)
_ALL: Final = re.compile(r"([-+~?]?)all", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spf:
    """One SPF record (RFC 7208)."""

    rest: str
    """What happens to mail from elsewhere: `-`, `~`, `?`, `+`, or empty when nothing is said."""
    lookups_count: int
    """Terms of this record that ask the DNS again."""
    goes_on: tuple[str, ...]
    """Domains whose records belong to it: `include` and `redirect`."""


def spf_records(texts: Sequence[str]) -> tuple[Spf, ...]:
    """Return the SPF records among the texts of a name; more than one is an error of the domain."""
    return tuple(_spf(text) for text in texts if text.lower().split(" ", 1)[0] == "v=spf1")


def _spf(text: str) -> Spf:
    terms = text.lower().split()[1:]
    rest, lookups, goes_on = "", 0, list[str]()
    for term in terms:
        everybody = _ALL.fullmatch(term)
        if everybody is not None:
            rest = everybody[1] or "+"
        looked = _LOOKUPS.match(term)
        if looked is None:
            continue
        lookups += 1
        if looked[1] in {"include", "redirect"}:
            goes_on.append(re.split("[:=]", term, maxsplit=1)[-1])
    return Spf(rest=rest, lookups_count=lookups, goes_on=tuple(goes_on))


def tags(text: str) -> Mapping[str, str]:
    """Return the tags of a DKIM or DMARC record, `name=value; …`; later ones do not count."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), "".join(value.split()))
    return MappingProxyType(found)


def dmarc_record(texts: Sequence[str]) -> Mapping[str, str] | None:
    """Return the one DMARC record (RFC 7489, 6.6.3); several are none."""
    found = [text for text in texts if tags(text).get("v", "").upper() == "DMARC1"]
    return tags(found[0]) if len(found) == 1 else None


def parents(domain: str) -> tuple[str, ...]:
    """Return a domain and those above it, down to two labels, the nearest first."""
    labels = domain.split(".")
    return tuple(".".join(labels[i:]) for i in range(max(1, len(labels) - LABELS_MIN + 1)))


def aligned(signed_for: str, sender: str, *, strict: bool) -> bool:
    """Tell whether a signature counts for a sender's domain (RFC 7489, 3.1).

    Strict, they are one; relaxed, they belong to one organisation.
    """
    return signed_for == sender if strict else registrable(signed_for) == registrable(sender)
