"""Stops recipients the moment something says so, in the transaction of what said it.

A stop ends the enrolment, closes the cards that wait for its mail and withdraws the mail that is
ready to go. What is on its way to the mail server already cannot be called back; it is counted when
it is settled. A series that cannot be read stops for everything, and no fault of one recipient's
rows keeps what was said, or anybody else's mail, from being heard.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from bailiwick.domain.campaign.enrolment import End, Stage, ended, paused
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.campaign.window import UnableToFindOpening
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import ContactId
from bailiwick.domain.reading import Intent, Reading
from bailiwick.domain.record import RecordKind
from bailiwick.engine.recipient.ending import Ending, reason_to_end
from bailiwick.engine.recipient.keeping import keep, series_of
from bailiwick.engine.recipient.withdrawing import withdraw
from bailiwick.ports.campaigns import Kept
from bailiwick.ports.timetable import Timetable
from bailiwick.ports.unit import Unit

_WORDS: Final = {
    End.REPLIED: "the contact wrote to us",
    End.NOT_INTERESTED: "the contact said no",
    End.OPTED_OUT: "the contact asked to be left alone",
    End.MEETING: "a meeting was agreed",
    End.BOUNCED: "mail to the contact was returned for good",
    End.COMPLAINED: "the contact reported our mail as unwanted",
    End.DEAL_MOVED: "a deal of theirs moved to another stage",
    End.OWNER_CHANGED: "somebody else owns the contact now",
    End.ACCOUNT_REPLIED: "a colleague of the contact wrote to us",
}
_NAMED: Final = {
    Intent.MEETING_SCHEDULED: (End.MEETING,),
    Intent.NOT_INTERESTED: (End.NOT_INTERESTED,),
}
"""What a label ends a campaign as, where the series stops for that; else as any answer."""


def stop(unit: Unit, contact_id: ContactId, end: End, *, at: datetime, reason: str = "") -> int:
    """End a contact's campaigns that stop for this; return how many. The caller commits."""
    return _stopped(unit, unit.campaigns.of_contact(contact_id), (end,), reason=reason, at=at)


def left_topic(unit: Unit, contact_id: ContactId, topic: str, *, at: datetime) -> int:
    """End a contact's campaigns of a topic that they left; return how many. The caller commits."""
    of_topic = [
        kept
        for kept in unit.campaigns.of_contact(contact_id)
        if (series := _readable(unit, kept)) is None or series.topic == topic
    ]
    return _stopped(unit, of_topic, (End.OPTED_OUT,), reason="the contact left the topic", at=at)


def away(
    unit: Unit,
    timetable: Timetable,
    contact_id: ContactId,
    *,
    returns_on: date | None,
    at: datetime,
) -> int:
    """Pause a contact's campaigns until a working day after their return; return how many."""
    count = 0
    for kept in unit.campaigns.of_contact(contact_id):
        enrolment = kept.enrolment
        if enrolment.stage is Stage.PAUSED and enrolment.wake_at is None:
            continue  # a person paused it, and a person goes on
        try:
            slot = timetable.back(
                unit, series_of(unit, enrolment), contact_id, returns_on=returns_on, heard=at
            )
        except (IntegrityFault, UnableToFindOpening) as fault:
            pause(unit, kept, until=None, reason=str(fault), at=at)
        else:
            # Who is back sooner than their next touch was due has not made it due.
            until = max(slot.at, enrolment.wake_at or slot.at)
            pause(unit, kept, until=until, reason=slot.reason, at=at)
        count += 1
    return count


def pause(unit: Unit, kept: Kept, *, until: datetime | None, reason: str, at: datetime) -> Kept:
    """Pause one recipient, and withdraw what was under way to them. The caller commits."""
    withdraw(unit, kept.enrolment.enrolment_id, reason=reason, at=at)
    return keep(unit, kept, paused(kept.enrolment, until=until, reason=reason), "paused", at=at)


def heard_from(
    unit: Unit,
    timetable: Timetable,
    contact_id: ContactId,
    reading: Reading,
    *,
    at: datetime,
) -> None:
    """Act on a mail of a contact: an absence pauses, everything else that they wrote stops.

    Whoever answers becomes a lead, once. The caller commits.
    """
    if reading.automatic:
        if reading.intent is Intent.AUTO_REPLY:
            away(unit, timetable, contact_id, returns_on=_day(reading.return_on), at=at)
        return
    if reading.opt_out_certain:
        stop(unit, contact_id, End.OPTED_OUT, reason=_WORDS[End.OPTED_OUT], at=at)
    ends = (*_NAMED.get(reading.intent, ()), End.REPLIED)
    _stopped(unit, unit.campaigns.of_contact(contact_id), ends, at=at)
    contact = unit.crm.contact(contact_id)
    if contact is not None and contact.account_id is not None:
        colleagues = (
            kept
            for kept in unit.campaigns.of_account(contact.account_id)
            if kept.enrolment.contact_id != contact_id
        )
        _stopped(unit, colleagues, (End.ACCOUNT_REPLIED,), at=at)
    if unit.campaigns.answered(contact_id):
        unit.records.append(
            RecordKind.RECIPIENT,
            subject=contact_id,
            payload={"event": "became_lead"},
            at=at,
            contact_id=contact_id,
        )


def look_again(unit: Unit, contact_id: ContactId, *, at: datetime) -> int:
    """End a contact's campaigns that what is known of them now ends: a deal, an owner, a flag."""
    return look_at(unit, unit.campaigns.of_contact(contact_id), at=at)


def look_at(unit: Unit, found: Iterable[Kept], *, at: datetime) -> int:
    """End those whom what is known of them now ends; return how many. The caller commits."""
    count = 0
    for kept in found:
        series = _readable(unit, kept)
        over = reason_to_end(unit, kept, series, at=at) if series is not None else None
        if over is not None:  # who has no series to read is paused by the tick, with the reason
            _end(unit, kept, over, at=at)
            count += 1
    return count


def _end(unit: Unit, kept: Kept, over: Ending, *, at: datetime) -> None:
    now = ended(kept.enrolment, over.end, reason=over.reason, at=at)
    keep(unit, kept, now, "ended", at=at)


def _stopped(
    unit: Unit, found: Iterable[Kept], ends: tuple[End, ...], *, reason: str = "", at: datetime
) -> int:
    """End those whose series stops for one of these, by the first that it stops for."""
    count = 0
    for kept in found:
        end = _first(_readable(unit, kept), ends)
        if end is not None:
            _end(unit, kept, Ending(end=end, reason=reason or _WORDS[end]), at=at)
            count += 1
    return count


def _first(series: Series | None, ends: tuple[End, ...]) -> End | None:
    return next((end for end in ends if series is None or series.stops_for(end)), None)


def _readable(unit: Unit, kept: Kept) -> Series | None:
    """Return what a recipient gets; None when it cannot be read back."""
    try:
        return series_of(unit, kept.enrolment)
    except IntegrityFault:
        return None


def _day(text: str) -> date | None:
    """Return the day of return that a notice names, when it is one."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
