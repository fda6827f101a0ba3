"""What a waiting graph asks of a person, read from any of the three dialects and written back.

A graph that asks in one dialect reads its answer in that dialect, whatever the client spoke. What
is in none of them is a question in the graph's own words: its answer is handed on as it came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeGuard

from bailiwick.kit.json_value import Json

REQUESTS_COUNT_MAX: Final = 50  # ours: what one person looks through at once


class Dialect(StrEnum):
    """How a graph asks."""

    INBOX = "inbox"
    """agent-inbox: `action_request` and `config`, answered by a list of one."""
    BATCH = "batch"
    """LangChain: `action_requests` and `review_configs`, answered by `decisions`."""
    CALL = "call"
    """LangChain: one `tool_approval`, answered by one decision."""
    OWN = "own"
    """The graph's own words."""


class Kind(StrEnum):
    """What is asked for."""

    REVIEW = "review"
    """Something would be done; a person says whether."""
    QUESTION = "question"
    """Nothing would be done; a person answers."""


class Said(StrEnum):
    """What a person said, in our words."""

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    """No, with a message to draft it anew by."""
    ANSWER = "answer"
    """The answer to a question."""
    DROP = "drop"
    """No, without a reason: the matter is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing that a person is asked about."""

    action: str
    args: Mapping[str, Json]
    allowed: frozenset[Said]
    kind: Kind = Kind.REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One interrupt that waits, with everything it asks."""

    interrupt_id: str
    dialect: Dialect
    asked: tuple[Asked, ...]
    payload_sha256: str = ""
    """What an approval is bound to; empty for a graph without cards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided about one thing."""

    said: Said
    args: Mapping[str, Json] | None = None
    """The arguments after an edit, of the types that were shown."""
    message: str = ""
    raw: Json = None
    """The answer as it came, for a question in a graph's own words."""
    payload_sha256: str = ""
    """What the person saw, if the client says so."""


_INBOX_ALLOWS: Final = {
    "allow_accept": Said.APPROVE,
    "allow_edit": Said.EDIT,
    "allow_respond": Said.REJECT,
    "allow_ignore": Said.DROP,
}
_BATCH_ALLOWS: Final = {
    "approve": Said.APPROVE,
    "edit": Said.EDIT,
    "reject": Said.REJECT,
    "respond": Said.ANSWER,
}


def waiting(interrupt_id: str, value: Json) -> Waiting:
    """Read what an interrupt asks; never fails, since any value may be a question."""
    found = _batch(value) or _inbox(value) or _call(value)
    if found is None:
        own = Asked(
            action="",
            args={},
            allowed=frozenset({Said.ANSWER, Said.DROP}),
            kind=Kind.QUESTION,
        )
        return Waiting(interrupt_id=interrupt_id, dialect=Dialect.OWN, asked=(own,))
    dialect, asked = found
    return Waiting(
        interrupt_id=interrupt_id,
        dialect=dialect,
        asked=asked,
        payload_sha256=_payload_hash(value),
    )


def is_object(value: object) -> TypeGuard[Mapping[str, Json]]:
    """Tell whether a JSON value is an object."""
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[Sequence[Json]]:
    """Tell whether a JSON value is a list."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def text_of(value: Json) -> str:
    """Return a text, or nothing when it is none."""
    return value if isinstance(value, str) else ""


def _inbox(value: Json) -> tuple[Dialect, tuple[Asked, ...]] | None:
    alone = value[0] if is_list(value) and len(value) == 1 else value
    request = alone.get("action_request") if is_object(alone) else None
    if not is_object(alone) or not is_object(request):
        return None
    args, config = request.get("args"), alone.get("config")
    allowed = frozenset(
        said
        for name, said in _INBOX_ALLOWS.items()
        if is_object(config) and config.get(name) is True
    )
    kind = Kind.REVIEW
    if Said.REJECT in allowed and allowed <= {Said.REJECT, Said.DROP}:
        kind, allowed = Kind.QUESTION, allowed - {Said.REJECT} | {Said.ANSWER}
    asked = Asked(
        action=text_of(request.get("action")),
        args=args if is_object(args) else {},
        allowed=allowed,
        kind=kind,
    )
    return Dialect.INBOX, (asked,)


def _batch(value: Json) -> tuple[Dialect, tuple[Asked, ...]] | None:
    requests = value.get("action_requests") if is_object(value) else None
    if not is_object(value) or not is_list(requests):
        return None
    if "action_request" in value:
        return None  # the superset: its graph reads the first dialect
    if not 1 <= len(requests) <= REQUESTS_COUNT_MAX:
        return None
    reviews = value.get("review_configs")
    allowed = _allowed_by_action(reviews if is_list(reviews) else ())
    found = [_batch_asked(r, allowed) for r in requests if is_object(r)]
    return (Dialect.BATCH, tuple(found)) if len(found) == len(requests) else None


def _batch_asked(request: Mapping[str, Json], allowed: Mapping[str, frozenset[Said]]) -> Asked:
    action, args = text_of(request.get("name")), request.get("args")
    said = allowed.get(action, frozenset())
    question = Said.ANSWER in said and not said & {Said.APPROVE, Said.EDIT}
    return Asked(
        action=action,
        args=args if is_object(args) else {},
        # An answer in place of an action would skip it unseen: only questions are answered.
        allowed=said if question else said - {Said.ANSWER},
        kind=Kind.QUESTION if question else Kind.REVIEW,
    )


def _call(value: Json) -> tuple[Dialect, tuple[Asked, ...]] | None:
    if not is_object(value) or value.get("type") != "tool_approval":
        return None
    args = value.get("args")
    asked = Asked(
        action=text_of(value.get("name")),
        args=args if is_object(args) else {},
        allowed=frozenset({Said.APPROVE, Said.EDIT, Said.REJECT, Said.DROP}),
    )
    return Dialect.CALL, (asked,)


def _allowed_by_action(reviews: Sequence[Json]) -> dict[str, frozenset[Said]]:
    found: dict[str, frozenset[Said]] = {}
    for review in reviews:
        if not is_object(review):
            continue
        words = review.get("allowed_decisions")
        named = [text_of(word) for word in words] if is_list(words) else []
        said = frozenset(_BATCH_ALLOWS[word] for word in named if word in _BATCH_ALLOWS)
        # Whoever may reject may also let it lie: both do nothing.
        drop = frozenset({Said.DROP}) if Said.REJECT in said else frozenset[Said]()
        found[text_of(review.get("action_name"))] = said | drop
    return found


def _payload_hash(value: Json) -> str:
    own = value.get("bailiwick") if is_object(value) else None
    return text_of(own.get("payload_sha256")) if is_object(own) else ""


def answer_for(waits: Waiting, decisions: Sequence[Decision]) -> Json:
    """Return the decisions in the words that the asking graph reads."""
    if waits.dialect is Dialect.OWN:
        return decisions[0].raw
    if waits.dialect is Dialect.INBOX:
        return [_in_inbox(waits.asked[0], decisions[0])]
    told = [_in_batch(a, d) for a, d in zip(waits.asked, decisions, strict=True)]
    return {"decisions": told} if waits.dialect is Dialect.BATCH else told[0]


def _in_inbox(asked: Asked, decision: Decision) -> Json:
    if decision.said is Said.APPROVE:
        return {"type": "accept", "args": None}
    if decision.said is Said.EDIT:
        args = decision.args or {}
        return {"type": "edit", "args": {"action": asked.action, "args": args}}
    if decision.said is Said.DROP:
        return {"type": "ignore", "args": None}
    return {"type": "response", "args": decision.message}


def _in_batch(asked: Asked, decision: Decision) -> Json:
    if decision.said is Said.APPROVE:
        return {"type": "approve"}
    if decision.said is Said.EDIT:
        edited = {"name": asked.action, "args": decision.args or {}}
        return {"type": "edit", "edited_action": edited}
    if decision.said is Said.ANSWER:
        return {"type": "respond", "message": decision.message}
    told: dict[str, Json] = {"type": "reject"}
    return {**told, "message": decision.message} if decision.message else told
