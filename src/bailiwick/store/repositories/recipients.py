"""What a customer's records say of a recipient: who is due, who owns them, what moved."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, and_, bindparam, not_, or_, select, update

from bailiwick.domain.campaign.enrolment import End
from bailiwick.domain.ids import ContactId
from bailiwick.ports.campaigns import Line
from bailiwick.store.scope import Rows, Scope, key, own
from bailiwick.store.tables.campaigns import ENROLMENTS
from bailiwick.store.tables.crm import ACTIVITIES, CONTACTS, OPPORTUNITIES, STAGE_CHANGES
from bailiwick.store.tables.schema import Instant

PROSPECT: Final = "prospect"
LEAD: Final = "lead"
_SINCE: Final = bindparam("since", type_=Instant)
_OWNER: Final = select(CONTACTS.c.owner_email).where(own(CONTACTS), CONTACTS.c.id == key())
_MET: Final = (
    select(ACTIVITIES.c.id)
    .where(
        own(ACTIVITIES),
        ACTIVITIES.c.contact_id == key(),
        ACTIVITIES.c.kind == "meeting",
        ACTIVITIES.c.created_at > _SINCE,
        or_(ACTIVITIES.c.at.is_(None), ACTIVITIES.c.at > _SINCE),
    )
    .limit(1)
)
_OF_DEALS: Final = STAGE_CHANGES.join(
    OPPORTUNITIES,
    and_(
        OPPORTUNITIES.c.workspace_id == STAGE_CHANGES.c.workspace_id,
        OPPORTUNITIES.c.id == STAGE_CHANGES.c.opportunity_id,
    ),
)
_MOVED: Final = (
    select(STAGE_CHANGES.c.id)
    .select_from(_OF_DEALS)
    .where(
        own(STAGE_CHANGES),
        own(OPPORTUNITIES),
        STAGE_CHANGES.c.changed_at > _SINCE,
        # Two index look-ups; an `or` over both columns reads every deal of the workspace.
        OPPORTUNITIES.c.id.in_(
            select(OPPORTUNITIES.c.id)
            .where(own(OPPORTUNITIES), OPPORTUNITIES.c.contact_id == key())
            .union(
                select(OPPORTUNITIES.c.id)
                .join(CONTACTS, CONTACTS.c.account_id == OPPORTUNITIES.c.account_id)
                .where(own(OPPORTUNITIES), own(CONTACTS), CONTACTS.c.id == key())
            )
        ),
    )
    .limit(1)
)

_DEAL_MOVED: Final = (
    select(STAGE_CHANGES.c.id)
    .select_from(_OF_DEALS)
    .where(
        own(STAGE_CHANGES),
        STAGE_CHANGES.c.changed_at > ENROLMENTS.c.created_at,
        or_(
            OPPORTUNITIES.c.contact_id == CONTACTS.c.id,
            OPPORTUNITIES.c.account_id == CONTACTS.c.account_id,
        ),
    )
    .exists()
)
CHANGED: Final = (
    select(ENROLMENTS)
    .join(
        CONTACTS,
        and_(
            CONTACTS.c.workspace_id == ENROLMENTS.c.workspace_id,
            CONTACTS.c.id == ENROLMENTS.c.contact_id,
        ),
    )
    .where(
        own(ENROLMENTS),
        own(CONTACTS),
        ENROLMENTS.c.end == "",
        ENROLMENTS.c.id > key("after"),
        or_(
            CONTACTS.c.owner_email != ENROLMENTS.c.owner_email,
            CONTACTS.c.do_not_contact.is_(True),
            CONTACTS.c.unsubscribed.is_(True),
            CONTACTS.c.bounced.is_(True),
            CONTACTS.c.deleted_at.is_not(None),
            _DEAL_MOVED,
        ),
    )
    .order_by(ENROLMENTS.c.id)
    .limit(bindparam("size", type_=Integer))
)
"""Read after an import: a walk over everybody who has not ended."""
_DUE: Final = (
    select(ENROLMENTS)
    .where(
        own(ENROLMENTS),
        ENROLMENTS.c.campaign_id == key(),
        ENROLMENTS.c.wake_at <= bindparam("at", type_=Instant),
    )
    .order_by(ENROLMENTS.c.wake_at)
    .limit(bindparam("size", type_=Integer))
)


def owner_of(scope: Scope, contact_id: ContactId) -> str:
    """Return the address of a contact's owner, or empty."""
    row = scope.row(_OWNER, key=contact_id)
    return "" if row is None else row["owner_email"]


def happened(scope: Scope, contact_id: ContactId, *, since: datetime) -> frozenset[End]:
    """Return which of a meeting and a deal's move the records show since an instant."""
    found: set[End] = set()
    if scope.row(_MET, key=contact_id, since=since) is not None:
        found.add(End.MEETING)
    if scope.row(_MOVED, key=contact_id, since=since) is not None:
        found.add(End.DEAL_MOVED)
    return frozenset(found)


def make_prospect(scope: Scope, contact_id: ContactId) -> None:
    """Mark a contact of whom nothing is known as a prospect."""
    _relabel(scope, contact_id, "", PROSPECT)


def make_lead(scope: Scope, contact_id: ContactId) -> bool:
    """Make a prospect who answered a lead; False when they are none."""
    return _relabel(scope, contact_id, PROSPECT, LEAD)


def _relabel(scope: Scope, contact_id: ContactId, before: str, now: str) -> bool:
    changed = scope.change(
        update(CONTACTS)
        .where(own(CONTACTS), CONTACTS.c.id == contact_id, CONTACTS.c.lifecycle == before)
        .values(lifecycle=now, row_version=CONTACTS.c.row_version + 1)
    )
    return changed == 1


def due_besides(lines: Sequence[Line]) -> Rows:
    """Return the statement for who is due in one campaign, but for who stands in these lines."""
    version, count = ENROLMENTS.c.version, ENROLMENTS.c.touches_count
    in_line = (and_(version == one.version, count < one.touches_count) for one in lines)
    return _DUE.where(*map(not_, in_line)) if lines else _DUE
