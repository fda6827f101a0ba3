"""Changes a customer's records as an import or another part of the product would."""

from datetime import datetime

from sqlalchemy import update

from bailiwick.domain.crm import Activity, Opportunity
from bailiwick.domain.ids import AccountId, ActivityId, ContactId, OpportunityId
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.scope import own
from bailiwick.store.tables.crm import CONTACTS, STAGE_CHANGES
from bailiwick.store.unit import SqlUnit


def give_away(unit: SqlUnit, contact_id: ContactId) -> None:
    """Let somebody else own a contact."""
    unit.scope.change(
        update(CONTACTS)
        .where(own(CONTACTS), CONTACTS.c.id == contact_id)
        .values(owner_email="else@northwind.example")
    )


def hire_away(unit: SqlUnit, contact_id: ContactId, account_id: AccountId) -> None:
    """Let a contact work for another account."""
    unit.scope.change(
        update(CONTACTS)
        .where(own(CONTACTS), CONTACTS.c.id == contact_id)
        .values(account_id=account_id)
    )


def move_deal(unit: SqlUnit, contact_id: ContactId, *, at: datetime) -> None:
    """Store a deal of a contact that moves to another stage."""
    deal = Opportunity(opportunity_id=OpportunityId("opp_1"), name="Deal", contact_id=contact_id)
    CrmRows(unit).add_opportunity(deal)
    unit.scope.insert(
        STAGE_CHANGES,
        {
            "id": "stg_1",
            "opportunity_id": deal.opportunity_id,
            "stage_from": "new",
            "stage_to": "won",
            "changed_at": at,
            "created_at": at,
        },
    )


def meet(unit: SqlUnit, contact_id: ContactId, *, at: datetime) -> None:
    """Put a meeting with a contact on record."""
    activity = Activity(
        activity_id=ActivityId("act_1"), kind="meeting", contact_id=contact_id, at=at
    )
    CrmRows(unit).add_activity(activity)
