"""A person's answer on a thread: decisions on cards go to the inbox, others to the asking graph.

A card's payload is what is stored: of an edit only the changed arguments are passed on, and of a
yes nothing at all (api-compat, section 7).
"""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from bailiwick.api.compat.asked import (
    Asked,
    Decision,
    Said,
    Waiting,
    answer_for,
    is_object,
    waiting,
)
from bailiwick.api.compat.dialects import Unclear, normalise
from bailiwick.api.problem import refuse
from bailiwick.domain.ids import PersonId
from bailiwick.domain.thread import Answer, GraphThreadId, NewRun, Pause, ThreadRun, Verb
from bailiwick.kit.json_value import Json
from bailiwick.ports.queue import Full

if TYPE_CHECKING:
    from bailiwick.engine.thread.threads import Threads  # loads LangGraph

_VERBS: Final = {
    Said.APPROVE: Verb.APPROVE,
    Said.EDIT: Verb.EDIT,
    Said.REJECT: Verb.REJECT,
    Said.ANSWER: Verb.REJECT,
    Said.DROP: Verb.DROP,
}


def resumed(
    threads: "Threads", thread_id: GraphThreadId, asked: NewRun, *, by: PersonId
) -> ThreadRun | Full:
    """Take the answer that a run carries, and go on. Raises Refusal when it is not clear."""
    command = asked.command
    assert command is not None, "only a command carries an answer"
    pauses = {pause.interrupt_id: pause for pause in threads.get(thread_id).pauses}
    asking = {name: waiting(name, pause.value) for name, pause in pauses.items()}
    found = normalise(command.resume, list(asking.values()))
    if isinstance(found, Unclear):
        raise refuse(found.status, found.detail)
    cards = [name for name in found if pauses[name].approval_id is not None]
    if not cards:
        told: dict[str, Json] = {n: answer_for(asking[n], ds) for n, ds in found.items()}
        return threads.start(thread_id, replace(asked, command=replace(command, resume=told)))
    if len(cards) < len(found) or command.update is not None or command.goto:
        detail = "what is held for approval is decided by itself; send other answers separately"
        raise refuse(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    answers = [_answer(pauses[name], asking[name], found[name]) for name in cards]
    return threads.answer(thread_id, answers, asked, by=by)


def _answer(pause: Pause, waits: Waiting, decisions: tuple[Decision, ...]) -> Answer:
    ((asked, decision),) = zip(waits.asked, decisions, strict=True)
    return Answer(
        interrupt_id=pause.interrupt_id,
        verb=_VERBS[decision.said],
        message=decision.message,
        changes=_changes(asked, decision),
        payload_sha256=decision.payload_sha256,
    )


def _changes(asked: Asked, decision: Decision) -> dict[str, str]:
    """Return the texts that an edit changed, by name; those inside an object by their own name.

    Which of them a person may change is the inbox's to say.
    """
    if decision.said is not Said.EDIT:
        return {}
    changed: dict[str, Json] = {}
    for name, value in _changed(asked.args, decision.args or {}).items():
        shown = asked.args[name]
        if is_object(value) and is_object(shown) and value.keys() == shown.keys():
            changed.update(_changed(shown, value))
        else:
            changed[name] = value
    texts = {name: value for name, value in changed.items() if isinstance(value, str)}
    if len(texts) < len(changed):
        names = ", ".join(sorted(changed.keys() - texts.keys()))
        raise refuse(HTTPStatus.UNPROCESSABLE_ENTITY, f"arguments that cannot be edited: {names}")
    if not texts:
        raise refuse(HTTPStatus.UNPROCESSABLE_ENTITY, "an edit changes at least one argument")
    return texts


def _changed(shown: Mapping[str, Json], edited: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in edited.items() if shown.get(name) != value}
