"""Why a recipient's campaign is over, read from what is known of them now.

Each of these ends it where it happens, too (`stopping.py`); it is looked for again before every
touch, so that nothing rests on one place having told.
"""

from typing import Final

from bailiwick.domain.campaign.enrolment import End
from bailiwick.domain.campaign.series import Series
from bailiwick.ports.campaigns import Kept
from bailiwick.ports.unit import Unit

FINISHED: Final = "every touch went and nobody answered"


def reason_to_end(unit: Unit, kept: Kept, series: Series) -> tuple[End, str] | None:
    """Return what ends it, and in which words; None when nothing does."""
    contact_id = kept.enrolment.contact_id
    contact = unit.crm.contact(contact_id)
    if contact is None:
        return End.UNREACHABLE, "the contact is no longer there"
    safety = unit.crm.safety(contact_id)
    if safety.suppressed or safety.unsubscribed:
        return End.OPTED_OUT, "the contact asked to be left alone"
    if safety.do_not_contact:
        return End.OPTED_OUT, "the contact is marked as not to be contacted"
    if safety.bounced:
        return End.BOUNCED, "mail to the contact is returned for good"
    if not contact.address:
        return End.UNREACHABLE, "the contact has no mail address"
    wrote = unit.guards.written_since(contact_id, since=kept.enrolled_at)
    if wrote and series.stops_for(End.REPLIED):
        return End.REPLIED, "the contact wrote to us"
    return None
