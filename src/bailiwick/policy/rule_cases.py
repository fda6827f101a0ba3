"""For every rule a case that it must stop and a case that it must let pass, and the check of both.

The cases stand beside the rules (`rules/<file>.cases.toml`), as departures from the clear case of
`policy/specimen.py`. A rule must decide its stopping case alone, so that no other rule can hide
that it never speaks (decision 0005). `bailiwick policy test` prints what this module finds.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bailiwick.domain.action import Action
from bailiwick.domain.approval import Needs
from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.right import Right
from bailiwick.kit.hashing import Canonical
from bailiwick.policy import specimen
from bailiwick.policy.access import AccessQuestion, departed
from bailiwick.policy.cedar import RuleEffect
from bailiwick.policy.judge import UNGRANTED, judge
from bailiwick.policy.question import (
    Question,
    UnableToReadQuestion,
    standing_from_args,
    standing_to_args,
)
from bailiwick.policy.rulebook import RULES_FOLDER, Rule, Rulebook
from bailiwick.policy.verdict import Held, Verdict, VerdictWord, rule_ids, word_of

CASES_SUFFIX: Final = ".cases.toml"

_FIELDS: Final = frozenset({"action", "right", "verdict", "needs", "stops", "passes"})
_REQUIRED: Final = frozenset({"verdict", "stops", "passes"})


class UnableToReadCases(InputFault):
    """A file of cases cannot be used; says which case and how to fix it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCase:
    """Both sides of one rule."""

    rule_id: str
    stops: Question | AccessQuestion
    word: VerdictWord
    """What the stopping case is judged as: `held` or `refused`."""
    needs: Needs | None
    """For `held`: the approval that lifts it."""
    passes: Question | AccessQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that is not what its case says, in one sentence."""

    rule_id: str
    problem: str


def load_cases(folder: Path = RULES_FOLDER) -> tuple[RuleCase, ...]:
    """Read every file of cases in a folder of rules. Raises UnableToReadCases."""
    cases: list[RuleCase] = []
    for path in sorted(folder.glob(f"*{CASES_SUFFIX}")):
        try:
            cases.extend(read_cases(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, UnableToReadCases) as error:
            message = f"cases file {path.name!r}: {error}"
            raise UnableToReadCases(message) from error
    return tuple(cases)


def read_cases(text: str) -> tuple[RuleCase, ...]:
    """Read cases from TOML text, one table a rule. Raises UnableToReadCases."""
    try:
        tables: Mapping[str, object] = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # the first also for a number of endless digits
        message = f"not TOML: {error}"
        raise UnableToReadCases(message) from error
    return tuple(_case(rule_id, table) for rule_id, table in tables.items())


def check(rulebook: Rulebook, cases: Iterable[RuleCase]) -> tuple[Finding, ...]:
    """Judge both sides of every rule and return whatever is not as it must be."""
    return _checked(rulebook, rulebook.rules, cases)


def check_tightened(
    rulebook: Rulebook, tightened: Rulebook, *, cases: Iterable[RuleCase], added: Iterable[RuleCase]
) -> tuple[Finding, ...]:
    """Judge each rule's cases under the law that they were written for.

    A workspace's rule may stop what a case of the product lets pass: that is what it is for. So the
    product's cases are judged by the product's rulebook, and the added ones by the tightened one.
    """
    own = [rule for rule in tightened.rules if rule.rule_id not in rulebook.by_id]
    return (*check(rulebook, cases), *_checked(tightened, own, added))


def _checked(
    rulebook: Rulebook, rules: Iterable[Rule], cases: Iterable[RuleCase]
) -> tuple[Finding, ...]:
    by_rule = {case.rule_id: case for case in cases}
    named = {rule.rule_id: rule for rule in rules}
    findings = [
        Finding(rule_id=rule_id, problem="has cases but is not in the rulebook; remove the cases")
        for rule_id in sorted(set(by_rule) - set(named))
    ]
    for rule in named.values():
        case = by_rule.get(rule.rule_id)
        if case is None:
            problem = f"has no case; add one to {rule.file}{CASES_SUFFIX} with stops and passes"
            findings.append(Finding(rule_id=rule.rule_id, problem=problem))
        else:
            findings.extend(
                Finding(rule_id=rule.rule_id, problem=problem)
                for problem in (_stopping(rulebook, rule, case), _passing(rulebook, rule, case))
                if problem
            )
    return tuple(findings)


def _stopping(rulebook: Rulebook, rule: Rule, case: RuleCase) -> str:
    verdict = judge(rulebook, case.stops)
    # What a grant stops is what it does not grant: then no rule speaks at all.
    speaks = rule.rule_id if rule.effect is RuleEffect.FORBID else UNGRANTED.rule_id
    if word_of(verdict) is not case.word or rule_ids(verdict) != (speaks,):
        return f"its stopping case must be {case.word} by {speaks} alone, {_told(verdict)}"
    if isinstance(verdict, Held) and verdict.needs != case.needs:
        return f"its stopping case must need {case.needs}, but needs {verdict.needs}"
    return ""


def _passing(rulebook: Rulebook, rule: Rule, case: RuleCase) -> str:
    verdict = judge(rulebook, case.passes)
    if word_of(verdict) is not VerdictWord.ALLOWED:
        return f"its passing case must be allowed, {_told(verdict)}"
    if rule.effect is RuleEffect.PERMIT and rule.rule_id not in rule_ids(verdict):
        return f"its passing case must be allowed by it, {_told(verdict)}"
    return ""


def _told(verdict: Verdict) -> str:
    return f"but is {word_of(verdict)} by {', '.join(rule_ids(verdict))}"


def _case(rule_id: str, table: object) -> RuleCase:
    values = _table(table, rule_id)
    about = {"action", "right"} & set(values)
    if not _REQUIRED <= set(values) <= _FIELDS or len(about) != 1:
        needed = ["action or right", *sorted(_REQUIRED)]
        message = f"case {rule_id!r}: has {sorted(values)}, needs {needed}"
        raise UnableToReadCases(message)
    try:
        subject = (
            Right(str(values["right"])) if "right" in values else Action(str(values["action"]))
        )
        word = VerdictWord(str(values["verdict"]))
        needs = _needs(_table(values["needs"], rule_id)) if "needs" in values else None
        return RuleCase(
            rule_id=rule_id,
            stops=_departure(subject, _table(values["stops"], rule_id)),
            word=word,
            needs=needs,
            passes=_departure(subject, _table(values["passes"], rule_id)),
        )
    except (KeyError, ValueError, UnableToReadQuestion) as error:
        message = f"case {rule_id!r}: {error}"
        raise UnableToReadCases(message) from error


def _departure(
    subject: Action | Right, changes: Mapping[str, Canonical]
) -> Question | AccessQuestion:
    if isinstance(subject, Right):
        return departed(subject, changes)
    args = {**standing_to_args(specimen.clear_standing(subject)), **changes}
    return specimen.asked(subject, standing_from_args(args))


def _needs(table: Mapping[str, Canonical]) -> Needs:
    persons_count = table["persons_count"]
    if not isinstance(persons_count, int):
        message = "needs: persons_count is a whole number"
        raise ValueError(message)  # noqa: TRY004 - the caller names the case in one fault
    return Needs(role=Role(str(table["role"])), persons_count=persons_count)


def _table(value: object, rule_id: str) -> dict[str, Canonical]:
    if not isinstance(value, dict):
        message = f"case {rule_id!r}: expected a table, not {type(value).__name__}"
        raise UnableToReadCases(message)
    return {str(name): inner for name, inner in value.items()}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - TOML; facts are checked by standing_from_args
