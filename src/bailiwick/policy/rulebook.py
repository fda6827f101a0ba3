"""The rules in force: a folder of Cedar files, validated whole, stamped with one hash.

A rulebook that does not validate is never built, so a process with a bad law does not start. What a
workspace adds can only forbid: the law of the product can be tightened, never loosened.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from bailiwick.domain.action import TERMS, Action, Effect
from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.provenance import CONFIDENCE_PERMILLE_MIN
from bailiwick.domain.right import Right
from bailiwick.kit.hashing import digest
from bailiwick.policy import cedar, schema, specimen
from bailiwick.policy.access import AccessQuestion, access_to_args
from bailiwick.policy.cedar import Answer, Comparison, Outcome, Request, RuleEffect, Statutes
from bailiwick.policy.question import (
    PRINCIPAL_TYPE,
    Question,
    ResourceKind,
    approval_to_args,
    standing_to_args,
)
from bailiwick.policy.standing import ApprovalStanding

RULES_FOLDER: Final = Path(__file__).parent / "rules"
RULES_COUNT_MAX: Final = 500  # ours: keeps one decision under 2 ms (capabilities 25)
WORKSPACE_PREFIX: Final = "workspace/"
"""What a workspace's own rules are filed under, so that no name can clash with the product's."""


class UnableToLoadRulebook(SettingsFault):
    """The rules cannot be used; says which file and rule, and how to fix it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, for people: what it prevents, when it speaks and how it reads."""

    rule_id: str
    harm: str
    reason: str
    effect: RuleEffect
    file: str
    actions: frozenset[Action]
    """The actions of capabilities that its scope covers."""
    rights: frozenset[Right]
    """The rights of people that its scope covers."""
    facts: frozenset[str]
    """The facts it reads."""
    comparisons: tuple[Comparison, ...]
    text: str

    @property
    def liftable(self) -> bool:
        """Whether it looks for an approval at all."""
        return "approval" in self.facts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rulebook:
    """A validated set of rules; `hash` goes on every verdict."""

    hash: str
    rules: tuple[Rule, ...]
    """Sorted by id."""
    texts: Mapping[str, str]
    """The text of each file by its name without the ending."""
    statutes: Statutes
    by_id: Mapping[str, Rule]

    def rules_for(self, action: Action) -> tuple[Rule, ...]:
        """Return the rules whose scope covers this action."""
        return tuple(rule for rule in self.rules if action in rule.actions)

    def answer(self, question: Question, approval: ApprovalStanding | None) -> Answer:
        """Put the question to Cedar with this approval in place of the one that stands."""
        context = standing_to_args(question.standing)
        del context["approval"]
        if approval is not None:
            context["approval"] = approval_to_args(approval)
        return self.statutes.answer(
            Request(
                principal=(PRINCIPAL_TYPE, question.capability),
                action=question.action.value,
                resource=(question.resource_kind.value, question.resource_id),
                context=context,
            )
        )

    def answer_access(self, question: AccessQuestion) -> Answer:
        """Put a question about a person, agent or key to Cedar."""
        return self.statutes.answer(
            Request(
                principal=(question.principal_kind.value, question.principal_id),
                action=schema.name_of(Right(question.access.right)),
                resource=(ResourceKind.WORKSPACE.value, question.workspace_id),
                context=access_to_args(question.access),
            )
        )

    def tightened(self, extra_texts: Mapping[str, str]) -> "Rulebook":
        """Return this rulebook with a workspace's own rules, by file name.

        Raises UnableToLoadRulebook when one of them is anything but a `forbid`, could keep a
        contact from being protected, or is unfit.
        """
        extra = {f"{WORKSPACE_PREFIX}{name}": text for name, text in extra_texts.items()}
        for file, text in sorted(extra.items()):
            for rule in _parsed(file, text):
                _insist_that_it_tightens(file, rule)
        return compiled({**self.texts, **extra})


def load(folder: Path = RULES_FOLDER) -> Rulebook:
    """Read a folder of `*.cedar` files as the law in force.

    Raises UnableToLoadRulebook when a file cannot be read or a rule is unfit, and when what no
    rulebook may drop does not hold: who asked to stop is not written to, who is unsure or lacks
    context asks, and a contact can be protected even when all else is halted.
    """
    texts = read_texts(folder)
    if not texts:
        message = (
            f"rules folder {str(folder)!r} holds no *.cedar file; every action would be refused"
        )
        raise UnableToLoadRulebook(message)
    book = compiled(texts)
    _insist_on_the_unremovable(book)
    return book


def read_texts(folder: Path) -> dict[str, str]:
    """Read the `*.cedar` files of a folder by name without ending.

    Raises UnableToLoadRulebook when the folder or a file cannot be read.
    """
    if not folder.is_dir():
        message = f"rules folder {str(folder)!r} does not exist; name a folder of *.cedar files"
        raise UnableToLoadRulebook(message)
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.cedar")):
        try:
            texts[path.stem] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            message = f"rules file {path.name!r} cannot be read as UTF-8 text: {error}"
            raise UnableToLoadRulebook(message) from error
    return texts


def compiled(texts: Mapping[str, str]) -> Rulebook:
    """Validate rules given by file name without ending. Raises UnableToLoadRulebook."""
    schema_text = schema.rendered()
    rules: list[Rule] = []
    ids_in_order: list[str] = []
    for file, text in sorted(texts.items()):
        parsed = _parsed(file, text)
        _insist_on_annotations(file, parsed)
        ids = [rule.annotations["id"] for rule in parsed]
        _insist_on_schema(file, text, schema_text, rule_ids=ids)
        ids_in_order.extend(ids)
        rules.extend(_rule(file, rule) for rule in parsed)
    rules.sort(key=lambda rule: rule.rule_id)
    _insist_on_unique_ids(rules)
    whole = "\n".join(text for _, text in sorted(texts.items()))
    return Rulebook(
        hash=digest({"schema": schema_text, "rules": dict(texts)}),
        rules=tuple(rules),
        texts=dict(texts),
        statutes=cedar.statutes(whole, schema_text, ids_in_order),
        by_id={rule.rule_id: rule for rule in rules},
    )


def _rule(file: str, parsed: cedar.ParsedRule) -> Rule:
    return Rule(
        rule_id=parsed.annotations["id"],
        harm=parsed.annotations["harm"],
        reason=parsed.annotations["reason"],
        effect=parsed.effect,
        file=file,
        actions=_covered(parsed),
        rights=_covered_rights(parsed),
        facts=parsed.facts,
        comparisons=parsed.comparisons,
        text=parsed.text,
    )


def _parsed(file: str, text: str) -> tuple[cedar.ParsedRule, ...]:
    try:
        return cedar.parsed(text)
    except cedar.UnableToParseRules as error:
        message = f"rules file {file!r}: {error}; correct the Cedar text"
        raise UnableToLoadRulebook(message) from error


def _insist_that_it_tightens(file: str, rule: cedar.ParsedRule) -> None:
    name = rule.annotations.get("id", "without @id")
    if rule.effect is not RuleEffect.FORBID:
        message = (
            f"rules file {file!r}, rule {name!r}: a workspace may only add `forbid`; "
            "write what must not happen, the product's own rules grant"
        )
        raise UnableToLoadRulebook(message)
    if any(_is_locked(action) for action in _covered(rule)):
        message = (
            f"rules file {file!r}, rule {name!r}: its scope covers the protection of contacts or "
            "asking a person, which no workspace may stop; "
            f'write `action in Action::"{schema.CHANGING}"`'
        )
        raise UnableToLoadRulebook(message)


def _is_locked(action: Action) -> bool:
    """Tell whether this is one of the two escalations that cannot be switched off (peers 25)."""
    return TERMS[action].effect is Effect.PROTECT or action is Action.ESCALATE_TO_PERSON


def _covered(rule: cedar.ParsedRule) -> frozenset[Action]:
    if rule.actions is None:
        return frozenset(Action)
    return frozenset(a for a in Action if not schema.names_of(a).isdisjoint(rule.actions))


def _covered_rights(rule: cedar.ParsedRule) -> frozenset[Right]:
    if rule.actions is None or schema.ANY_RIGHT in rule.actions:
        return frozenset(Right)
    return frozenset(right for right in Right if schema.name_of(right) in rule.actions)


def _insist_on_annotations(file: str, rules: Iterable[cedar.ParsedRule]) -> None:
    for place, rule in enumerate(rules, start=1):
        rule_id = rule.annotations.get("id", "")
        if rule_id != file and not (rule_id.startswith(f"{file}/") and rule_id != f"{file}/"):
            message = (
                f"rules file {file!r}, rule {place}: @id is {rule_id!r}; "
                f"write @id({file!r}) or @id('{file}/<part>')"
            )
            raise UnableToLoadRulebook(message)
        for name in ("harm", "reason"):
            if not rule.annotations.get(name, "").strip():
                message = (
                    f"rules file {file!r}, rule {rule_id!r}: @{name} is missing; "
                    "say what it prevents (@harm) and what to tell a person (@reason)"
                )
                raise UnableToLoadRulebook(message)


def _insist_on_schema(file: str, text: str, schema_text: str, *, rule_ids: list[str]) -> None:
    found = cedar.problems(text, schema_text, rule_ids)
    if found:
        message = (
            f"rules file {file!r} does not fit the schema: {'; '.join(found)}; "
            "the facts a rule may read are the fields of policy/standing.py"
        )
        raise UnableToLoadRulebook(message)


def _insist_on_unique_ids(rules: list[Rule]) -> None:
    if len(rules) > RULES_COUNT_MAX:
        message = f"the rulebook has {len(rules)} rules; at most {RULES_COUNT_MAX} are judged"
        raise UnableToLoadRulebook(message)
    for before, after in pairwise(rules):
        if before.rule_id == after.rule_id:
            message = (
                f"rules file {after.file!r}: @id {after.rule_id!r} stands twice; "
                "give each rule an id of its own"
            )
            raise UnableToLoadRulebook(message)


def _insist_on_the_unremovable(book: Rulebook) -> None:
    """Check by outcome, not by name: a gutted rule would keep its id."""
    for file, question, approval in _must_be_stopped():
        if book.answer(question, approval).outcome is Outcome.ALLOW:
            message = (
                f"rules file {file!r}: its rules are missing or no longer stop what they must; "
                "restore it, no rulebook goes without it"
            )
            raise UnableToLoadRulebook(message)
    paused = dataclasses.replace(
        specimen.clear_standing(Action.SUPPRESS_CONTACT), halted=True, confidence_permille=0
    )
    answer = book.answer(specimen.asked(Action.SUPPRESS_CONTACT, paused), None)
    if answer.outcome is not Outcome.ALLOW:
        message = (
            f"rules {answer.rule_ids or ('grants/protect',)}: a contact must be protectable even "
            "when everything else is halted; grant it and let no rule forbid it"
        )
        raise UnableToLoadRulebook(message)


def _must_be_stopped() -> Iterator[tuple[str, Question, ApprovalStanding | None]]:
    strongest = ApprovalStanding(
        payload_matches=True,
        roles=frozenset({"viewer", "rep", "approver", "supervisor", "admin"}),
        persons_count=2,
        requester_signed=False,
        age_seconds=0,
    )
    for action in (Action.SEND_MESSAGE, Action.REPLY):
        clear = specimen.clear_standing(action)
        for stopped in (
            dataclasses.replace(clear, suppressed=True),
            dataclasses.replace(clear, unsubscribed=True),
        ):
            yield "asked_to_stop", specimen.asked(action, stopped), strongest
        unsure = dataclasses.replace(clear, confidence_permille=CONFIDENCE_PERMILLE_MIN - 1)
        yield "unsure", specimen.asked(action, unsure), None
    strange = dataclasses.replace(specimen.clear_standing(), contact_known=False)
    yield "unsure", specimen.asked(Action.SEND_MESSAGE, strange), None
