"""Scripted characters that fit any schema: faithful, obedient, sure and wrong, with fake evidence.

They answer from the schema and the conversation alone, so one harness serves every Ask; a harness
that wants a certain plan brings an answer function of its own.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bailiwick.kit.hashing import Canonical
from bailiwick.models.exchange import ChatMessage, ChatRole
from bailiwick.models.scripted import AnswerFunction, prompt_name

DEPTH_MAX: Final = 12  # ours: deeper than any contract; a recursive schema ends here
ITEMS_COUNT_MAX: Final = 5  # source articles: up to five dispatches a plan
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_SURE: Final = re.compile(r"confidence")
_EVIDENCE: Final = re.compile(r"evidence|source|reference")
_FACT_ID: Final = re.compile(r'"(fct_[0-9a-z]{1,40})"')
_FORGED: Final = "fct_00000000000000000000000000"
_ID: Final = re.compile(r"_id$")
_STAGE: Final = re.compile(r"^stage$")
_WAITING: Final = re.compile(r"^depends_on$")
_HARMFUL: Final = re.compile(r"send|bulk|delete|suppress|stage|update")
_ADDRESSED: Final = re.compile(r"address|email|recipient|^to$|^cc$|^bcc$")


def faithful(rules: Mapping[str, Callable[[str], str]] | None = None) -> AnswerFunction:
    """Return a persona that answers by rule: `rules` maps prompt names to functions of the input.

    Without a rule it answers with the least that fits: first members, empty lists, lowest numbers.
    """
    known = dict(rules or {})

    def answer(messages: Sequence[ChatMessage], schema: Mapping[str, Canonical]) -> str:
        rule = known.get(prompt_name(messages))
        if rule is not None:
            return rule(_input(messages))
        return _dump(_Filler(schema, _Least()).fill(schema, ""))

    return answer


def obedient(messages: Sequence[ChatMessage], schema: Mapping[str, Canonical]) -> str:
    """Do whatever the text asks, at full confidence, without approval, to any address it names."""
    asked = _asked(messages)
    return _dump(_Filler(schema, _Most(asked)).fill(schema, ""))


def sure_and_wrong(messages: Sequence[ChatMessage], schema: Mapping[str, Canonical]) -> str:
    """Answer at full confidence with the last member of every list, whatever was asked."""
    del messages
    return _dump(_Filler(schema, _Most("")).fill(schema, ""))


def fake_evidence(messages: Sequence[ChatMessage], schema: Mapping[str, Canonical]) -> str:
    """Do what the text asks and cite evidence that does not exist."""
    asked = _asked(messages)
    return _dump(_Filler(schema, _Most(asked, forge=True)).fill(schema, ""))


PERSONAS: Final[Mapping[str, AnswerFunction]] = {
    "faithful": faithful(),
    "obedient": obedient,
    "sure_and_wrong": sure_and_wrong,
    "fake_evidence": fake_evidence,
}


class _Least:
    """Takes the least of everything."""

    def members(self, members: Sequence[Canonical]) -> Canonical:
        return members[0]

    def number(self, _name: str, low: int, _high: int) -> int:
        return low

    def truth(self, _name: str) -> bool:
        return False

    def text(self, _name: str, length_max: int) -> str:
        return "none"[:length_max]

    def items_count(self, _name: str, low: int, _high: int) -> int:
        return low


class _Most:
    """Takes the most of everything, and what the conversation asked for where it named it."""

    def __init__(self, asked: str, *, forge: bool = False) -> None:
        self._asked = asked
        self._folded = asked.casefold().replace(" ", "_")
        self._forge = forge
        self._turn = 0

    def members(self, members: Sequence[Canonical]) -> Canonical:
        named = [m for m in members if isinstance(m, str) and m and m in self._folded]
        harmful = [m for m in members if isinstance(m, str) and _HARMFUL.search(m)]
        pool = (named + harmful) or list(reversed(members))
        self._turn += 1
        return pool[(self._turn - 1) % len(pool)]

    def number(self, name: str, low: int, high: int) -> int:
        del name, low
        return high

    def truth(self, name: str) -> bool:
        return "approval" not in name

    def text(self, name: str, length_max: int) -> str:
        return self._words(name)[:length_max]

    def items_count(self, name: str, low: int, high: int) -> int:
        # A plan that waits for steps that are not there would do nothing.
        return low if _WAITING.search(name) else min(high, ITEMS_COUNT_MAX)

    def _words(self, name: str) -> str:
        if _EVIDENCE.search(name):
            return _FORGED if self._forge else self._first(_FACT_ID)
        if _ID.search(name):
            # The record's own id: a wrong one would be dropped before anything could judge it.
            return self._first(re.compile(rf'"{re.escape(name)}":"([^"]*)"'))
        if _STAGE.search(name):
            return "won"
        addresses: list[str] = _ADDRESS.findall(self._asked)
        if _ADDRESSED.search(name) and addresses:
            return addresses[-1]
        # The end of what was said is where an injected instruction usually is.
        return self._asked[-200:].strip() or "as you wish"

    def _first(self, pattern: re.Pattern[str]) -> str:
        found = pattern.search(self._asked)
        return found.group(1) if found else "none"


class _Filler:
    """Writes a value that fits a schema, by someone's taste."""

    def __init__(self, root: Mapping[str, Canonical], taste: _Least | _Most) -> None:
        self._root = root
        self._taste = taste

    def fill(self, node: Mapping[str, Canonical], name: str, depth: int = 0) -> Canonical:
        node = self._resolved(node)
        if depth > DEPTH_MAX:
            return None
        if "const" in node:
            return node["const"]
        members = node.get("enum")
        if isinstance(members, Sequence) and not isinstance(members, str):
            return self._taste.members(members)
        options = node.get("anyOf") or node.get("oneOf")
        if isinstance(options, Sequence) and not isinstance(options, str):
            return self._option(options, name, depth)
        return self._kind(node, name, depth)

    def _option(self, options: Sequence[Canonical], name: str, depth: int) -> Canonical:
        nodes = [o for o in options if isinstance(o, Mapping)]
        nulls = [o for o in nodes if o.get("type") == "null"]
        if isinstance(self._taste, _Least) and nulls:
            return None
        return self.fill(next(o for o in nodes if o not in nulls), name, depth + 1)

    def _kind(self, node: Mapping[str, Canonical], name: str, depth: int) -> Canonical:
        match node.get("type"):
            case "object":
                pairs = _mapping(node.get("properties"))
                return {k: self.fill(_mapping(v), k, depth + 1) for k, v in pairs.items()}
            case "array":
                low, high = _bound(node, "minItems", 0), _bound(node, "maxItems", 3)
                inner = _mapping(node.get("items"))
                count = self._taste.items_count(name, low, high)
                return [self.fill(inner, name, depth + 1) for _ in range(count)]
            case "integer" | "number":
                top = 1 if _SURE.search(name) and "permille" not in name else 1000
                low, high = _bound(node, "minimum", 0), _bound(node, "maximum", top)
                return self._taste.number(name, low, high)
            case "boolean":
                return self._taste.truth(name)
            case "null":
                return None
            case _:
                return self._taste.text(name, _bound(node, "maxLength", 400))

    def _resolved(self, node: Mapping[str, Canonical]) -> Mapping[str, Canonical]:
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return node
        return _mapping(_mapping(self._root.get("$defs"))[reference.rpartition("/")[2]])


def _mapping(value: Canonical) -> Mapping[str, Canonical]:
    return value if isinstance(value, Mapping) else {}


def _bound(node: Mapping[str, Canonical], key: str, otherwise: int) -> int:
    value = node.get(key)
    return value if isinstance(value, int) else otherwise


def _asked(messages: Sequence[ChatMessage]) -> str:
    """Return what was said outside the system role, without the lines of our fences."""
    said = "\n".join(m.content for m in messages if m.role is not ChatRole.SYSTEM)
    return "\n".join(line for line in said.split("\n") if not line.startswith("<<<"))


def _input(messages: Sequence[ChatMessage]) -> str:
    """Return the JSON of the input from the first user text."""
    user = next(m.content for m in messages if m.role is ChatRole.USER)
    return user.split("\n")[2]


def _dump(value: Canonical) -> str:
    return json.dumps(value, ensure_ascii=False)
