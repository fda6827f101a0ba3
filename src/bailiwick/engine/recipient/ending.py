"""Why a recipient's campaign is over, read from what is known of them now.

Each of these ends it where it happens, too (`stopping.py`); it is looked for again before every
touch, so that nothing rests on one place having told.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.domain.campaign.enrolment import End
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.crm import Contact
from bailiwick.domain.reader.cool_down import left_alone_until
from bailiwick.ports.campaigns import Kept
from bailiwick.ports.crm import Safety
from bailiwick.ports.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What ends a recipient's campaign, and in which words it goes on record."""

    end: End
    reason: str


RECEIVED_COUNT_MAX: Final = 5  # ours: a no stands among the latest words
_SAID_NO: Final = Ending(
    end=End.NOT_INTERESTED, reason="the contact said no, and is left alone for ninety days"
)
FINISHED: Final = Ending(end=End.FINISHED, reason="every touch went and nobody answered")
WROTE: Final = Ending(end=End.REPLIED, reason="the contact wrote to us")
_GONE: Final = Ending(end=End.UNREACHABLE, reason="the contact is no longer there")
_NO_ADDRESS: Final = Ending(end=End.UNREACHABLE, reason="the contact has no mail address")
_BOUNCED: Final = Ending(end=End.BOUNCED, reason="mail to the contact is returned for good")
_OPTED_OUT: Final = Ending(end=End.OPTED_OUT, reason="the contact asked to be left alone")
_MET: Final = Ending(end=End.MEETING, reason="a meeting with the contact is on record")
_DEAL_MOVED: Final = Ending(end=End.DEAL_MOVED, reason="a deal of theirs moved to another stage")
_OWNER_CHANGED: Final = Ending(end=End.OWNER_CHANGED, reason="somebody else owns the contact now")
_MARKED: Final = Ending(end=End.OPTED_OUT, reason="the contact is marked as not to be contacted")


def reason_to_end(unit: Unit, kept: Kept, series: Series, *, at: datetime) -> Ending | None:
    """Return what ends it; None when nothing does."""
    contact_id = kept.enrolment.contact_id
    contact = unit.crm.contact(contact_id)
    if contact is None:
        return _GONE
    unsafe = _unsafe(contact, unit.crm.safety(contact_id))
    if unsafe is not None:
        return unsafe
    received = unit.guards.received(contact_id, count_max=RECEIVED_COUNT_MAX)
    if left_alone_until(received, now=at) is not None:
        return _SAID_NO
    if unit.guards.written_since(contact_id, since=kept.enrolled_at) and _stops(series, WROTE):
        return WROTE
    return _changed(unit, kept, series, contact)


def _stops(series: Series, ending: Ending) -> bool:
    return series.stops_for(ending.end)


def _changed(unit: Unit, kept: Kept, series: Series, contact: Contact) -> Ending | None:
    """Return which change of the customer's records ends it, if one does."""
    found = unit.campaigns.happened(contact.contact_id, since=kept.enrolled_at)
    endings = [one for one in (_MET, _DEAL_MOVED) if one.end in found]
    if contact.owner_email != kept.owner_email:
        endings.append(_OWNER_CHANGED)
    return next((one for one in endings if _stops(series, one)), None)


def _unsafe(contact: Contact, safety: Safety) -> Ending | None:
    raised = {
        _OPTED_OUT: safety.suppressed or safety.unsubscribed,
        _MARKED: safety.do_not_contact,
        _BOUNCED: safety.bounced,
        _NO_ADDRESS: not contact.address,
    }
    return next((ending for ending, up in raised.items() if up), None)
