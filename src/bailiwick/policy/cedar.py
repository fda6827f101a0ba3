"""The only module that speaks Cedar: text in, parsed rules and plain answers out.

Two facts of Cedar shape it. A `forbid` that errs while it is evaluated is skipped by the engine,
and a question that does not fit the schema is no denial but no decision: both come back as FAULT
here, which the judge refuses. Rules, schema and action entities are parsed once and kept.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import cedarpy

from bailiwick.domain.fault import SettingsFault
from bailiwick.kit.hashing import Canonical

DEPTH_MAX: Final = 40  # ours: our rules nest 3 deep; on a stack of 1 MiB Cedar's parser dies at 100
BRANCHES_COUNT_MAX: Final = 100  # ours: `if` nests without brackets; it dies at some thousands
_TOKEN: Final = re.compile(
    r"""
    "(?:[^"\\]|\\.)*+"?     # a string, also one that does not end: what is in it nests nothing
    | //[^\n\r]*+            # a comment, which ends as Cedar ends it
    | [()\[\]{}]
    | \bif\b
    """,
    re.VERBOSE | re.DOTALL,
)
_POLICY_NAME: Final = re.compile(r"`(policy\d+)`")
_COMPARING: Final = frozenset(
    {"==", "!=", "<", "<=", ">", ">=", "contains", "containsAll", "containsAny"}
)


_TOO_DEEP: Final = (
    f"it nests deeper than {DEPTH_MAX} brackets or holds more than {BRANCHES_COUNT_MAX} `if` in one"
    " file; write several rules instead"
)


class UnableToParseRules(SettingsFault):
    """Cedar cannot read this text, or it contradicts the schema."""


class RuleEffect(StrEnum):
    """Whether a rule grants or stops."""

    PERMIT = "permit"
    FORBID = "forbid"


class Outcome(StrEnum):
    """What Cedar says to one question."""

    ALLOW = "allow"
    DENY = "deny"
    FAULT = "fault"
    """Not decided, or decided with a rule that erred: worth nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Cedar's answer: the rules that decided, sorted, or what went wrong."""

    outcome: Outcome
    rule_ids: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A fact that a rule compares with fixed values or with another fact."""

    fact: str
    values: tuple[int | str, ...] = ()
    other_fact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRule:
    """One rule as Cedar understood it."""

    effect: RuleEffect
    annotations: Mapping[str, str]
    actions: tuple[str, ...] | None
    """Actions or groups its scope names; None when it covers every action."""
    facts: frozenset[str]
    comparisons: tuple[Comparison, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question in Cedar's own terms."""

    principal: tuple[str, str]
    """Entity type and id."""
    action: str
    resource: tuple[str, str]
    context: Mapping[str, Canonical]


@dataclass(frozen=True, slots=True)
class Statutes:
    """A parsed set of rules with the schema that every question is checked against."""

    _policies: cedarpy.PolicySet
    _schema: cedarpy.Schema
    _actions: cedarpy.Entities
    _names: Mapping[str, str]
    """Our rule ids by Cedar's own names, which number rules by place."""

    def answer(self, request: Request) -> Answer:
        """Evaluate every rule on one question; anything but a clean decision is a fault."""
        try:
            result = cedarpy.is_authorized_batch(
                [_request(request)], self._policies, self._actions, self._schema
            )[0]
        except (TypeError, ValueError) as error:
            # A fact or id that is no JSON at all, such as a lone surrogate in an id.
            fault = f"the question cannot be put to Cedar ({type(error).__name__})"
            return Answer(outcome=Outcome.FAULT, faults=(fault,))
        diagnostics = result.diagnostics
        if diagnostics.errors or result.decision is cedarpy.Decision.NoDecision:
            faults = sorted(self._renamed(error) for error in diagnostics.errors)
            return Answer(outcome=Outcome.FAULT, faults=tuple(faults))
        allowed = result.decision is cedarpy.Decision.Allow
        return Answer(
            outcome=Outcome.ALLOW if allowed else Outcome.DENY,
            # Cedar reports them in random order; records must be reproducible.
            rule_ids=tuple(sorted(self._names[reason] for reason in diagnostics.reasons)),
        )

    def _renamed(self, error: str) -> str:
        return _POLICY_NAME.sub(lambda m: f"`{self._names.get(m[1], m[1])}`", error)


def statutes(text: str, schema: str, rule_ids: Sequence[str]) -> Statutes:
    """Prepare rules that were parsed and validated, with their ids in order, for evaluation."""
    parsed_schema = _parsed_schema(schema)
    # Built with the schema, so that it holds the actions and the groups they belong to.
    actions = cedarpy.Entities.from_json_str("[]", parsed_schema)
    return Statutes(cedarpy.PolicySet.from_str(text), parsed_schema, actions, _names(rule_ids))


def problems(text: str, schema: str, rule_ids: Sequence[str]) -> tuple[str, ...]:
    """Return what is wrong with parsed rules under the schema, each problem naming its rule."""
    names = _names(rule_ids)
    result = cedarpy.validate_policies(text, _parsed_schema(schema))
    found = {
        f"rule {names.get(e.policy_id) or e.policy_id!r}: {_first_cause(e.error)}"
        for e in result.errors
    }
    return tuple(sorted(found))


def _names(rule_ids: Sequence[str]) -> dict[str, str]:
    # Cedar numbers the rules of a text by place: policy0, policy1, ...
    return {f"policy{place}": rule_id for place, rule_id in enumerate(rule_ids)}


@lru_cache(maxsize=2)  # today's schema, and another in a test; parsing it takes milliseconds
def _parsed_schema(schema: str) -> cedarpy.Schema:
    return cedarpy.Schema.from_str(schema)


def parsed(text: str) -> tuple[ParsedRule, ...]:
    """Read rules in the order they stand. Raises UnableToParseRules on bad syntax or a template."""
    _require_shallow(text)
    try:
        tree: object = json.loads(cedarpy.policies_to_json_str(text))
    except ValueError as error:
        raise UnableToParseRules(str(error)) from error
    except RecursionError:
        raise UnableToParseRules(_TOO_DEEP) from None
    if _member(tree, "templates"):
        message = "it has a ?principal or ?resource slot; rules here are written out, not linked"
        raise UnableToParseRules(message)
    policies = _mapping(_member(tree, "staticPolicies"))
    # Cedar numbers rules by place: policy0, policy1, ...
    ordered = sorted(policies, key=lambda name: int(name.removeprefix("policy")))
    return tuple(_rule(policies[name]) for name in ordered)


def _require_shallow(text: str) -> None:
    """Refuse what would end the process: the parser recurses on a stack that has an end.

    Rules come from callers too, who try them out. Raises UnableToParseRules.
    """
    depth = branches = 0
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "(" | "[" | "{":
                depth += 1
            case ")" | "]" | "}":
                depth = max(depth - 1, 0)
            case "if":
                branches += 1
            case _:  # a string or a comment
                continue
        if depth > DEPTH_MAX or branches > BRANCHES_COUNT_MAX:
            raise UnableToParseRules(_TOO_DEEP)


def _request(request: Request) -> dict[str, object]:
    # Objects, not text: an id may hold any character (decision 0005).
    return {
        "principal": {"type": request.principal[0], "id": request.principal[1]},
        "action": {"type": "Action", "id": request.action},
        "resource": {"type": request.resource[0], "id": request.resource[1]},
        "context": json.dumps(request.context),
    }


def _rule(tree: object) -> ParsedRule:
    conditions = _member(tree, "conditions")
    annotations = _mapping(_member(tree, "annotations"))
    text = cedarpy.policies_from_json_str(
        json.dumps({"templates": {}, "staticPolicies": {"policy0": tree}, "templateLinks": []})
    )
    return ParsedRule(
        effect=RuleEffect(str(_member(tree, "effect"))),
        annotations={name: str(value or "") for name, value in annotations.items()},
        actions=_scope(_member(tree, "action")),
        facts=frozenset(_facts(conditions)),
        comparisons=tuple(_comparisons(conditions)),
        text=cedarpy.format_policies(text).strip(),
    )


def _scope(tree: object) -> tuple[str, ...] | None:
    if _member(tree, "op") == "All":
        return None
    entities = _member(tree, "entities") or [_member(tree, "entity")]
    return tuple(str(_member(entity, "id")) for entity in _sequence(entities))


def _facts(tree: object) -> Iterator[str]:
    """Yield every `context.<fact>` and `context has <fact>` below this node."""
    for node in _nodes(tree):
        for access in ("has", "."):
            inner = _member(node, access)
            if _member(_member(inner, "left"), "Var") == "context":
                name = _member(inner, "attr")
                yield name if isinstance(name, str) else str(_sequence(name)[0])


def _comparisons(tree: object) -> Iterator[Comparison]:
    """Yield what facts are compared with, so that an explanation can try the other side."""
    for node in _nodes(tree):
        for operator in _COMPARING.intersection(node):
            inner = _member(node, operator)
            left, right = _member(inner, "left"), _member(inner, "right")
            for this, that in ((left, right), (right, left)):
                fact = _plain_fact(this)
                if fact:
                    yield Comparison(
                        fact=fact, values=tuple(_values(that)), other_fact=_plain_fact(that)
                    )


def _plain_fact(tree: object) -> str:
    inner = _member(tree, ".")
    if _member(_member(inner, "left"), "Var") != "context":
        return ""
    return str(_member(inner, "attr"))


def _values(tree: object) -> Iterator[int | str]:
    for literal in (tree, *_sequence(_member(tree, "Set"))):
        value = _member(literal, "Value")
        if isinstance(value, (int, str)) and not isinstance(value, bool):
            yield value


def _nodes(tree: object) -> Iterator[Mapping[str, object]]:
    """Walk a tree without recursion; Cedar itself bounds its depth."""
    waiting: list[object] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            mapping = _mapping(node)  # pyright: ignore[reportUnknownArgumentType] - JSON from Cedar
            yield mapping
            waiting.extend(mapping.values())
        elif isinstance(node, list):
            waiting.extend(_sequence(node))  # pyright: ignore[reportUnknownArgumentType] - same


def _member(tree: object, name: str) -> object:
    return _mapping(tree).get(name)


def _mapping(tree: object) -> Mapping[str, object]:
    if isinstance(tree, dict):
        return tree  # pyright: ignore[reportUnknownVariableType] - JSON from Cedar
    return {}


def _sequence(tree: object) -> Sequence[object]:
    return list(tree) if isinstance(tree, list) else ()  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - JSON from Cedar


def _first_cause(error: str) -> str:
    """Drop Cedar's own name of the rule from its message; ours stands before it."""
    _, found, rest = error.partition("`, ")
    return rest if found and error.startswith("for policy") else error
