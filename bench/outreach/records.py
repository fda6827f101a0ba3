"""Changes of a simulated customer's records, as an import or another part would make them."""

from datetime import datetime

from sqlalchemy import update

from bailiwick.domain.crm import Activity, Opportunity
from bailiwick.domain.ids import ActivityId, ContactId, OpportunityId
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.scope import own
from bailiwick.store.tables.crm import CONTACTS, STAGE_CHANGES
from bailiwick.store.unit import SqlUnit
from bench.outreach.people import Deed


def change(unit: SqlUnit, deed: Deed, contact_id: ContactId, *, at: datetime, number: int) -> None:
    """Let somebody else own a contact, move a deal of theirs, or note a meeting. No commit."""
    match deed:
        case Deed.OWNER_CHANGED:
            unit.scope.change(
                update(CONTACTS)
                .where(own(CONTACTS), CONTACTS.c.id == contact_id)
                .values(owner_email="else@ours.example")
            )
        case Deed.DEAL_MOVED:
            deal = Opportunity(
                opportunity_id=OpportunityId(f"opp_{number}"), name="Deal", contact_id=contact_id
            )
            CrmRows(unit).add_opportunity(deal)
            unit.scope.insert(
                STAGE_CHANGES,
                {
                    "id": f"stg_{number}",
                    "opportunity_id": deal.opportunity_id,
                    "stage_from": "new",
                    "stage_to": "won",
                    "changed_at": at,
                    "created_at": at,
                },
            )
        case _:
            met = Activity(
                activity_id=ActivityId(f"act_{number}"),
                kind="meeting",
                contact_id=contact_id,
                at=at,
            )
            CrmRows(unit).add_activity(met)
