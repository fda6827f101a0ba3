"""One pure function from what a client sends as `resume` to what a person decided.

The order is fixed: a map by interrupt ids, `{"decisions": [...]}`, a list of one, one decision.
Anything else decides nothing. No text ever approves, and what is approved is what was stored: the
arguments that a client sends with its yes are not looked at.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeAlias

from bailiwick.api.compat.asked import (
    Asked,
    Decision,
    Dialect,
    Kind,
    Said,
    Waiting,
    is_list,
    is_object,
    text_of,
)
from bailiwick.api.compat.edited import Unusable, edited_as_shown
from bailiwick.kit.json_value import Json

MESSAGE_LENGTH_MAX: Final = 20_000  # ours: longer than any mail that should be sent
_ON_REVIEW: Final = {
    "accept": Said.APPROVE,
    "approve": Said.APPROVE,
    "edit": Said.EDIT,
    "response": Said.REJECT,
    "reject": Said.REJECT,
    "ignore": Said.DROP,
}
"""`respond` is missing: it would answer in place of the action, and so skip it unseen."""
_ON_QUESTION: Final = {
    "response": Said.ANSWER,
    "respond": Said.ANSWER,
    "reject": Said.ANSWER,
    "ignore": Said.DROP,
}
_INTERRUPT_ID: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """Nothing was decided; the caller is told why, and nothing is resumed."""

    status: HTTPStatus
    detail: str


Decided: TypeAlias = "dict[str, tuple[Decision, ...]]"
"""What was decided, by interrupt id: one decision for each thing asked."""


def normalise(resume: Json, pending: Sequence[Waiting]) -> "Decided | Unclear":
    """Return what a person decided about which interrupts, or why that is not clear."""
    if not pending:
        detail = "nothing waits for an answer on this thread"
        return Unclear(status=HTTPStatus.CONFLICT, detail=detail)
    by_id = {waits.interrupt_id: waits for waits in pending}
    if is_object(resume) and (_names_interrupts(resume, by_id)):
        return _by_ids(resume, by_id)
    if len(pending) > 1:
        ids = ", ".join(sorted(by_id))
        detail = f"several interrupts wait, so the answer must name the interrupt id: {ids}"
        return Unclear(status=HTTPStatus.CONFLICT, detail=detail)
    found = _decisions(resume, pending[0])
    if isinstance(found, Unclear):
        return found
    return {pending[0].interrupt_id: found}


def _names_interrupts(resume: Mapping[str, Json], by_id: Mapping[str, Waiting]) -> bool:
    """Tell whether a map is keyed by interrupts, those that no longer wait among them."""
    keys = list(resume)
    return bool(keys) and (
        any(key in by_id for key in keys) or all(_INTERRUPT_ID.fullmatch(key) for key in keys)
    )


def _by_ids(resume: Mapping[str, Json], by_id: Mapping[str, Waiting]) -> "Decided | Unclear":
    gone = sorted(key for key in resume if key not in by_id)
    if gone:
        ids = ", ".join(sorted(by_id))
        detail = f"no interrupt of this name waits: {', '.join(gone)[:200]}; these wait: {ids}"
        return Unclear(status=HTTPStatus.CONFLICT, detail=detail)
    decided: Decided = {}
    for interrupt_id, value in resume.items():
        found = _decisions(value, by_id[interrupt_id])
        if isinstance(found, Unclear):
            return found
        decided[interrupt_id] = found
    return decided


def _decisions(value: Json, waits: Waiting) -> "tuple[Decision, ...] | Unclear":
    if waits.dialect is Dialect.OWN:
        # Whatever comes of it is judged like anything else that the graph does afterwards.
        return (Decision(said=Said.ANSWER, raw=value),)
    listed = _listed(value)
    if listed is None:
        detail = (
            "the answer is no decision: send [{'type': 'accept'|'edit'|'response'|'ignore', "
            "'args': ...}] or {'decisions': [{'type': 'approve'|'edit'|'reject'|'respond', ...}]}"
        )
        return _unusable(detail)
    if len(listed) != len(waits.asked):
        detail = f"{len(listed)} decisions were sent, {len(waits.asked)} are asked for"
        return _unusable(detail)
    decided: list[Decision] = []
    for told, asked in zip(listed, waits.asked, strict=True):
        found = _decision(told, asked, waits.payload_sha256)
        if isinstance(found, Unclear):
            return found
        decided.append(found)
    return tuple(decided)


def _listed(value: Json) -> Sequence[Json] | None:
    """Return the decisions inside a value, in the fixed order of forms; None when it is no form."""
    if is_object(value):
        inner = value.get("decisions")
        if is_list(inner):
            return inner
        return (value,) if isinstance(value.get("type"), str) else None
    if is_list(value) and len(value) == 1:
        return value
    return None


def _decision(told: Json, asked: Asked, payload_sha256: str) -> "Decision | Unclear":
    if not is_object(told):
        return _unusable("a decision is an object with a type")
    said = _said(told.get("type"), asked)
    if isinstance(said, Unclear):
        return said
    shown = text_of(told.get("payload_sha256"))
    if said in {Said.APPROVE, Said.EDIT} and shown and payload_sha256 and shown != payload_sha256:
        detail = "what waits is no longer what you were shown; look at it again before deciding"
        return Unclear(status=HTTPStatus.CONFLICT, detail=detail)
    if said is Said.EDIT:
        return _edit(told, asked, shown)
    if said in {Said.REJECT, Said.ANSWER}:
        return _message(told, said)
    return Decision(said=said, payload_sha256=shown)


def _said(word: Json, asked: Asked) -> "Said | Unclear":
    """Return what a word of any dialect means for what was asked, if that is allowed."""
    words = _ON_REVIEW if asked.kind is Kind.REVIEW else _ON_QUESTION
    said = words.get(word) if isinstance(word, str) else None
    if said is None:
        known = ", ".join(words)
        return _unusable(f"unknown type of decision on a {asked.kind.value}; known are: {known}")
    if said not in asked.allowed:
        allowed = ", ".join(sorted(asked.allowed)) or "nothing"
        return _unusable(f"{said.value} is not allowed for {asked.action!r}; allowed: {allowed}")
    return said


def _edit(told: Mapping[str, Json], asked: Asked, shown: str) -> "Decision | Unclear":
    inner = told.get("edited_action")
    action_key = "name"
    if inner is None:
        inner, action_key = told.get("args"), "action"
    args = inner.get("args") if is_object(inner) else None
    if not is_object(inner) or not is_object(args):
        return _unusable("an edit carries {'action': ..., 'args': {...}}")
    if inner.get(action_key) != asked.action:
        return _unusable(f"an edit cannot change the action; it is {asked.action!r}")
    found = edited_as_shown(args, asked.args)
    if isinstance(found, Unusable):
        return _unusable(found.reason)
    return Decision(said=Said.EDIT, args=found, payload_sha256=shown)


def _message(told: Mapping[str, Json], said: Said) -> "Decision | Unclear":
    message = told.get("message", told.get("args"))
    if message is None and said is Said.REJECT:
        return Decision(said=said)
    if not isinstance(message, str) or len(message) > MESSAGE_LENGTH_MAX:
        return _unusable(f"a {said.value} takes a text of at most {MESSAGE_LENGTH_MAX} characters")
    if said is Said.ANSWER and not message.strip():
        return _unusable("an answer is not empty")
    return Decision(said=said, message=message)


def _unusable(detail: str) -> Unclear:
    return Unclear(status=HTTPStatus.UNPROCESSABLE_ENTITY, detail=detail)
