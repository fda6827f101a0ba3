"""Why a recipient's campaign is over, read from what is known of them now.

Each of these ends it where it happens, too (`stopping.py`); it is looked for again before every
touch, so that nothing rests on one place having told.
"""

from dataclasses import dataclass
from typing import Final

from bailiwick.domain.campaign.enrolment import End
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.crm import Contact
from bailiwick.ports.campaigns import Kept
from bailiwick.ports.crm import Safety
from bailiwick.ports.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What ends a recipient's campaign, and in which words it goes on record."""

    end: End
    reason: str


FINISHED: Final = Ending(end=End.FINISHED, reason="every touch went and nobody answered")
WROTE: Final = Ending(end=End.REPLIED, reason="the contact wrote to us")
_GONE: Final = Ending(end=End.UNREACHABLE, reason="the contact is no longer there")
_NO_ADDRESS: Final = Ending(end=End.UNREACHABLE, reason="the contact has no mail address")
_BOUNCED: Final = Ending(end=End.BOUNCED, reason="mail to the contact is returned for good")
_OPTED_OUT: Final = Ending(end=End.OPTED_OUT, reason="the contact asked to be left alone")
_MARKED: Final = Ending(end=End.OPTED_OUT, reason="the contact is marked as not to be contacted")


def reason_to_end(unit: Unit, kept: Kept, series: Series) -> Ending | None:
    """Return what ends it; None when nothing does."""
    contact_id = kept.enrolment.contact_id
    contact = unit.crm.contact(contact_id)
    if contact is None:
        return _GONE
    unsafe = _unsafe(contact, unit.crm.safety(contact_id))
    if unsafe is not None:
        return unsafe
    wrote = unit.guards.written_since(contact_id, since=kept.enrolled_at)
    return WROTE if wrote and series.stops_for(End.REPLIED) else None


def _unsafe(contact: Contact, safety: Safety) -> Ending | None:
    raised = {
        _OPTED_OUT: safety.suppressed or safety.unsubscribed,
        _MARKED: safety.do_not_contact,
        _BOUNCED: safety.bounced,
        _NO_ADDRESS: not contact.address,
    }
    return next((ending for ending, up in raised.items() if up), None)
