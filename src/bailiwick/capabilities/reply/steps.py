"""The steps of reply drafting; what all three drafting capabilities share is in graph/letter."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bailiwick.capabilities.reply.asks import WRITE
from bailiwick.domain.campaign.rest_days import rests_in
from bailiwick.domain.campaign.zones import country_of, zones_of
from bailiwick.domain.drafting.offers import asks_to_meet, offer_of
from bailiwick.domain.drafting.request import DraftRequest, Kind
from bailiwick.domain.jurisdiction import zones
from bailiwick.domain.meeting import DAYS_LOOKED_MAX, proposals
from bailiwick.domain.message import Message, Parse
from bailiwick.domain.outbound import Purpose
from bailiwick.domain.reader.intent import ANSWERED
from bailiwick.domain.reader.score import conversation_warmth, heard_in
from bailiwick.domain.reading import Reading
from bailiwick.graph import letter
from bailiwick.graph.addressee import Addressee, Unsafe, addressee, thread_ids
from bailiwick.graph.letter import Gathered, LetterState, Written, begun
from bailiwick.graph.propose import argument
from bailiwick.ports.calendar import UnableToReadCalendar
from bailiwick.ports.deps import Deps

SURE_PERMILLE_MIN: Final = 500  # ancestor, capabilities 18.5: drafts only above one half


async def gather(_: LetterState, deps: Deps) -> Gathered:
    """Find the message that waits for an answer, and whom the answer may go to."""
    whom = addressee(deps)
    if isinstance(whom, Unsafe):
        return Gathered(skip_reason=whom)
    named = argument(deps.frame, "message_id") or deps.frame.message_id
    message = whom.history.unanswered
    if message is None or (named and message.message_id != named):
        return Gathered(skip_reason="already_answered")
    heard = heard_in((*whom.history.received, message))
    warmth = conversation_warmth(heard, now=deps.frame.now).permille
    found = await _gathered(deps, whom, message)
    return found.model_copy(update={"warmth_permille": warmth})


async def _gathered(deps: Deps, whom: Addressee, message: Message) -> Gathered:
    sender = message.mail.from_address
    if sender not in whom.contact.addresses:
        return Gathered(message_id=message.message_id, question="sender is not the contact")
    if message.reading is None or message.mail.parse is Parse.QUARANTINED:
        return Gathered(message_id=message.message_id, question="message could not be read")
    unsure = _why_a_person(message.reading)
    if unsure:
        return Gathered(message_id=message.message_id, question=unsure)
    request = _request(whom, message, sender)
    offers = await _offers(deps, whom, message.reading)
    return begun(replace(request, offers=offers), message.message_id)


def _why_a_person(reading: Reading) -> str:
    """Return why a person answers instead; no setting has a say in it, for none is read here."""
    if reading.opt_out:
        return "the message may ask to stop our mail"
    if reading.intent not in ANSWERED:
        return f"a message read as {reading.intent.value} is for a person"
    if reading.confidence_permille <= SURE_PERMILLE_MIN:
        return "unsure what the message says"
    return ""


def _request(whom: Addressee, message: Message, sender: str) -> DraftRequest:
    """Return the request; the answer goes to the address that wrote, one of the contact's own."""
    others = tuple(one for one in whom.contact.addresses if one != sender)
    in_reply_to, references = thread_ids(message)
    return DraftRequest(
        kind=Kind.REPLY,
        contact=replace(whom.contact, addresses=(sender, *others)),
        account=whom.account,
        workspace=whom.workspace,
        facts=whom.facts,
        reading=message.reading,
        message_ref=f"message:{message.message_id}",
        thread_subject=message.mail.subject,
        thread_is_ours=whom.history.thread_ours,
        in_reply_to=in_reply_to,
        references=references,
        sequence=whom.history.sent_count,
        purpose=Purpose.SERVICE,
        knowledge=whom.knowledge,
    )


async def _offers(deps: Deps, whom: Addressee, reading: Reading) -> tuple[str, ...]:
    """Return meeting times for who may want them; none where no calendar answers."""
    if not asks_to_meet(reading):
        return ()
    now, workspace = deps.frame.now, whom.workspace
    try:
        busy = await deps.calendar.busy(now, now + timedelta(days=DAYS_LOOKED_MAX))
    except UnableToReadCalendar:
        return ()
    theirs = zones_of(whom.contact, whom.account, workspace)
    ours = zones((workspace.timezone,), (), default="")
    starts = proposals(
        busy,
        now=now,
        zones=(*theirs, *ours),
        rests=rests_in(country_of(whom.contact, whom.account)),
    )
    return tuple(offer_of(start, theirs[0]) for start in starts)


async def write(state: LetterState, deps: Deps) -> Written:
    """Ask for the words between greeting and closing."""
    return await letter.write(WRITE, state, deps, kind=Kind.REPLY)
