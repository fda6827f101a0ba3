"""The answer of the judge: a value, never an exception; always names the rules that decided."""

from dataclasses import dataclass
from typing import TypeAlias

from bailiwick.domain.approval import Needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """A rule that decided, in its own words."""

    rule_id: str
    harm: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """May be done now."""

    rules: tuple[Deciding, ...]
    rulebook_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Would be allowed with an approval by a qualified person."""

    rules: tuple[Deciding, ...]
    rulebook_hash: str
    needs: Needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """No approval lifts it."""

    rules: tuple[Deciding, ...]
    rulebook_hash: str


Verdict: TypeAlias = Allowed | Held | Refused
