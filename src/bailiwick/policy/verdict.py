"""The answer of the judge: a value, never an exception; always names the rules that decided."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, assert_never

from bailiwick.domain.approval import Needs
from bailiwick.kit.hashing import Canonical


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


class VerdictWord(StrEnum):
    """A verdict in one word, for records and screens."""

    ALLOWED = "allowed"
    HELD = "held"
    REFUSED = "refused"


def word_of(verdict: Verdict) -> VerdictWord:
    """Say a verdict in one word."""
    match verdict:
        case Allowed():
            return VerdictWord.ALLOWED
        case Held():
            return VerdictWord.HELD
        case Refused():
            return VerdictWord.REFUSED
        case _:
            assert_never(verdict)


def rule_ids(verdict: Verdict) -> tuple[str, ...]:
    """Return the ids of the rules that decided, sorted."""
    return tuple(rule.rule_id for rule in verdict.rules)


def verdict_to_args(verdict: Verdict) -> dict[str, Canonical]:
    """Return the canonical form in which a verdict is recorded."""
    needs: Canonical = None
    if isinstance(verdict, Held):
        needs = {"role": verdict.needs.role.value, "persons_count": verdict.needs.persons_count}
    return {
        "word": word_of(verdict).value,
        "rules": list(rule_ids(verdict)),
        "needs": needs,
        "rulebook_hash": verdict.rulebook_hash,
    }
