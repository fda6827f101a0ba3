"""Why a question was decided as it was, and which single fact would have changed the answer.

The facts tried are those that the rules for this action read, on both sides of every value that a
rule compares them with; nothing is guessed from the wording of a rule.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bailiwick.domain.approval import Needs
from bailiwick.kit.hashing import Canonical
from bailiwick.policy.judge import REMEDIES, as_standing, judge
from bailiwick.policy.question import (
    Question,
    approval_to_args,
    standing_from_args,
    standing_to_args,
)
from bailiwick.policy.rulebook import Rule, Rulebook
from bailiwick.policy.verdict import Held, Verdict, rule_ids, word_of

FLIPS_TRIED_MAX: Final = 1000  # ours: under a second of judging

OTHER_WORD: Final = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """One fact that, changed alone, changes the verdict or silences a rule that decided it."""

    fact: str
    was: str
    would_be: str
    verdict: Verdict
    cleared: tuple[str, ...]
    """Rules that decided and no longer do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The rules that can speak, the verdict with those that did, and what would change it."""

    applicable: tuple[Rule, ...]
    verdict: Verdict
    flips: tuple[Flip, ...]
    """By fact; for each the nearest value with each other outcome."""


def explain(rulebook: Rulebook, question: Question) -> Explanation:
    """Judge a question and find every single fact or approval that would change the verdict."""
    applicable = rulebook.rules_for(question.action)
    verdict = judge(rulebook, question)
    args = standing_to_args(question.standing)
    flips: dict[tuple[str, str, tuple[str, ...]], Flip] = {}
    candidates = list(_candidates(applicable, args))
    assert len(candidates) <= FLIPS_TRIED_MAX, len(candidates)
    for fact, value, shown in candidates:
        changed = standing_from_args({**args, fact: value})
        other = judge(rulebook, dataclasses.replace(question, standing=changed))
        cleared = tuple(name for name in rule_ids(verdict) if name not in rule_ids(other))
        if _outcome(other) != _outcome(verdict) or cleared:
            flip = Flip(
                fact=fact, was=_shown(args[fact]), would_be=shown, verdict=other, cleared=cleared
            )
            flips.setdefault((fact, _outcome(other), rule_ids(other)), flip)
    return Explanation(
        applicable=applicable,
        verdict=verdict,
        flips=tuple(flips[key] for key in sorted(flips)),
    )


def _outcome(verdict: Verdict) -> str:
    return f"{word_of(verdict)} {_told(verdict.needs) if isinstance(verdict, Held) else ''}"


def _told(needs: Needs) -> str:
    return f"{needs.persons_count} x {needs.role}"


def _shown(value: Canonical) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    if isinstance(value, list):
        return ", ".join(str(word) for word in value) or "none"
    return "given" if isinstance(value, dict) else str(value)


def _candidates(
    rules: tuple[Rule, ...], args: dict[str, Canonical]
) -> Iterator[tuple[str, Canonical, str]]:
    """Yield other values worth trying for each fact, nearest first: name, value, how to show it."""
    for fact in sorted({fact for rule in rules for fact in rule.facts} - {"approval"}):
        for value in _others(rules, fact, args):
            yield fact, value, _shown(value)
    for needs in REMEDIES:
        yield "approval", approval_to_args(as_standing(needs)), f"by {_told(needs)}"


def _others(rules: tuple[Rule, ...], fact: str, args: dict[str, Canonical]) -> Iterator[Canonical]:
    now = args[fact]
    if isinstance(now, bool):
        yield not now
    elif isinstance(now, int):
        distances = {n + d - now for n in _numbers(rules, fact, args) for d in (-1, 0, 1)}
        for distance in sorted(distances - {0}, key=lambda d: (abs(d), d)):
            yield now + distance
    elif isinstance(now, str):
        # The words that rules name, and one that stands for all they do not.
        yield from sorted((_words(rules, fact) | {OTHER_WORD}) - {now})
    else:
        # A set: none of the words, then each word that a rule names, or one that no rule knows.
        sets: list[Canonical] = [[], *([w] for w in sorted(_words(rules, fact) or {OTHER_WORD}))]
        yield from (words for words in sets if words != now)


def _numbers(rules: tuple[Rule, ...], fact: str, args: dict[str, Canonical]) -> set[int]:
    found: set[int] = set()
    for rule in rules:
        for comparison in rule.comparisons:
            if comparison.fact == fact:
                others = (*comparison.values, args.get(comparison.other_fact))
                found.update(n for n in others if isinstance(n, int) and not isinstance(n, bool))
    return found


def _words(rules: tuple[Rule, ...], fact: str) -> set[str]:
    return {
        value
        for rule in rules
        for comparison in rule.comparisons
        if comparison.fact == fact
        for value in comparison.values
        if isinstance(value, str)
    }
