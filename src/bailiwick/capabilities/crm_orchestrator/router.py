"""The deterministic router: reply before initial before follow-up before nothing.

No plan overrides it (capabilities 4.3): a plan may add information steps and order them, but which
message goes out, if any, is decided here from counts, days and the typed reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bailiwick.capabilities.crm_orchestrator import vocabulary as words
from bailiwick.capabilities.crm_orchestrator.gathered import (
    Correspondence,
    Inbound,
)
from bailiwick.capabilities.crm_orchestrator.vocabulary import RouteReason
from bailiwick.domain.action import Action
from bailiwick.domain.crm import Contact, Task
from bailiwick.domain.reader.cool_down import COOL_DOWN_DAYS
from bailiwick.domain.reading import Intent
from bailiwick.graph.addressee import asked_about


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One of reply, initial, followup, escalate_to_person, do_nothing; and why."""

    action: Action
    reason: RouteReason


def route(
    contact: Contact, letters: Correspondence, *, tasks: Sequence[Task] = (), now: datetime
) -> Route:
    """Decide which message this contact is due, if any."""
    if letters.unanswered is not None:
        answer = _answer(letters.unanswered, contact, now=now)
        if answer is not None:
            return _unless_asked(answer, letters.unanswered, tasks)
    if not contact.address:
        return Route(action=Action.DO_NOTHING, reason=RouteReason.NO_ADDRESS)
    if letters.away_until > now.date().isoformat():
        return Route(action=Action.DO_NOTHING, reason=RouteReason.ABSENT)
    if letters.replied:
        return Route(action=Action.DO_NOTHING, reason=RouteReason.REPLIED)
    if letters.sent_count == 0:
        return Route(action=Action.INITIAL, reason=RouteReason.NEVER_WRITTEN)
    return _followup(letters, now=now)


def needs_person(inbound: Inbound) -> bool:
    """Tell whether only a person may answer this message."""
    reading = inbound.reading
    return (
        reading is None
        or reading.intent is Intent.OTHER
        or bool(reading.concerns & words.PERSON_NEEDED)
    )


def _answer(inbound: Inbound, contact: Contact, *, now: datetime) -> Route | None:
    """Return what the message asks for; None when a machine wrote it and the cadence goes on."""
    reading = inbound.reading
    if not inbound.usable:
        return Route(action=Action.DO_NOTHING, reason=RouteReason.IGNORED)
    if reading is not None and (reading.automatic or reading.intent is Intent.AUTO_REPLY):
        absent = reading.return_on > now.date().isoformat()
        return Route(action=Action.DO_NOTHING, reason=RouteReason.ABSENT) if absent else None
    if reading is None or needs_person(inbound):
        return Route(action=Action.ESCALATE_TO_PERSON, reason=RouteReason.PERSON_NEEDED)
    if reading.intent in words.ANSWERABLE:
        return _reply(inbound, contact)
    if reading.intent is Intent.NOT_INTERESTED:
        cooling = now - inbound.received_at < timedelta(days=COOL_DOWN_DAYS)
        return Route(action=Action.DO_NOTHING, reason=RouteReason.COOL_DOWN) if cooling else None
    return Route(action=Action.DO_NOTHING, reason=RouteReason.IGNORED)


def _unless_asked(answer: Route, inbound: Inbound, tasks: Sequence[Task]) -> Route:
    asked = answer.action is Action.ESCALATE_TO_PERSON and asked_about(inbound.message_id, tasks)
    if asked:
        return Route(action=Action.DO_NOTHING, reason=RouteReason.WAITING_FOR_PERSON)
    return answer


def _reply(inbound: Inbound, contact: Contact) -> Route:
    if inbound.from_contact and contact.address:
        return Route(action=Action.REPLY, reason=RouteReason.UNANSWERED)
    # The answer would go to an address that the CRM does not hold for this contact.
    return Route(action=Action.ESCALATE_TO_PERSON, reason=RouteReason.PERSON_NEEDED)


def _followup(letters: Correspondence, *, now: datetime) -> Route:
    if letters.sent_count > words.FOLLOWUPS_COUNT_MAX:
        return Route(action=Action.DO_NOTHING, reason=RouteReason.TOUCHES_SPENT)
    last = letters.last_sent_at
    due = last is not None and now - last >= timedelta(days=words.FOLLOWUP_DAYS_MIN)
    if not due:
        return Route(action=Action.DO_NOTHING, reason=RouteReason.CADENCE_NOT_DUE)
    return Route(action=Action.FOLLOWUP, reason=RouteReason.CADENCE_DUE)
