"""Adding single rows to the customer database: for set-up, demos, tests and mail intake.

Not for imports, which have a door of their own, nor for agents, whose changes go through a writer.
Adding what is there already replaces it.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Table, delete, update

from bailiwick.domain.crm import Account, Activity, Contact, Opportunity, Task
from bailiwick.domain.fact import Fact
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, ContactId
from bailiwick.domain.mail_address import address_hash, normalised
from bailiwick.kit.text import folded
from bailiwick.ports.crm import Statement
from bailiwick.store.scope import Value, own
from bailiwick.store.suppression import suppress_address
from bailiwick.store.tables.crm import (
    ACCOUNTS,
    ACTIVITIES,
    CONTACT_ADDRESSES,
    CONTACTS,
    OPPORTUNITIES,
    TASKS,
)
from bailiwick.store.tables.knowledge import FACTS, STATEMENTS
from bailiwick.store.unit import SqlUnit

PUBLIC: Final = "public"
INTERNAL: Final = "internal"


class UnableToAddRow(InputFault):
    """A row cannot be added as it is."""


class CrmRows:
    """Adds rows within one unit; the unit's owner commits."""

    def __init__(self, unit: SqlUnit) -> None:
        self._scope = unit.scope

    def add_account(self, account: Account) -> None:
        """Store an account."""
        self._put(
            ACCOUNTS,
            account.account_id,
            {
                "name": account.name,
                "name_folded": folded(account.name),
                "domain": account.domain.lower(),
                "industry": account.industry,
                "employees_count": account.employees_count,
                "country": account.country,
                "city": account.city,
                "website": account.website,
                "description": account.description,
                "owner_email": account.owner_email,
                "timezone": account.timezone,
            },
        )

    def add_contact(self, contact: Contact, *, due_at: datetime | None = None) -> None:
        """Store a contact with its addresses.

        Raises UnableToAddRow when something is no address, and IntegrityFault when an address
        belongs to another contact.
        """
        self._put(
            CONTACTS,
            contact.contact_id,
            {
                "account_id": contact.account_id,
                "first_name": contact.first_name,
                "last_name": contact.last_name,
                "name_folded": folded(contact.name),
                "title": contact.title,
                "phone": contact.phone,
                "country": contact.country,
                "city": contact.city,
                "timezone": contact.timezone,
                "language": contact.language,
                "lifecycle": contact.lifecycle,
                "owner_email": contact.owner_email,
                "do_not_contact": contact.flags.do_not_contact,
                "bounced": contact.flags.bounced,
                "unsubscribed": contact.flags.unsubscribed,
                "due_at": due_at,
            },
            created_at=contact.created_at,
        )
        self._scope.change(
            delete(CONTACT_ADDRESSES).where(
                own(CONTACT_ADDRESSES), CONTACT_ADDRESSES.c.contact_id == contact.contact_id
            )
        )
        for rank, address in enumerate(contact.addresses):
            self._add_address(contact.contact_id, address, rank)

    def add_opportunity(self, opportunity: Opportunity) -> None:
        """Store a deal."""
        self._put(
            OPPORTUNITIES,
            opportunity.opportunity_id,
            {
                "name": opportunity.name,
                "account_id": opportunity.account_id,
                "contact_id": opportunity.contact_id,
                "stage": opportunity.stage,
                "amount_minor": opportunity.amount_minor,
                "currency": opportunity.currency,
                "close_on": opportunity.close_on,
                "closed": opportunity.closed,
                "won": opportunity.won,
                "owner_email": opportunity.owner_email,
            },
        )

    def add_activity(self, activity: Activity) -> None:
        """Store an activity."""
        self._put(
            ACTIVITIES,
            activity.activity_id,
            {
                "kind": activity.kind,
                "subject": activity.subject,
                "note": activity.note,
                "contact_id": activity.contact_id,
                "account_id": activity.account_id,
                "opportunity_id": activity.opportunity_id,
                "at": activity.at,
            },
        )

    def add_task(self, task: Task) -> None:
        """Store a task."""
        self._put(
            TASKS,
            task.task_id,
            {
                "title": task.title,
                "reason": task.reason,
                "contact_id": task.contact_id,
                "effect_key": task.task_id,
                "evidence": "\n".join(task.evidence),
                "done_at": task.done_at,
            },
            created_at=task.created_at,
        )

    def add_fact(self, fact: Fact) -> None:
        """Store a fact as it is; `SqlCrmWriter` is what weighs a new one against the old."""
        self._put(
            FACTS,
            fact.fact_id,
            {
                "subject_id": fact.subject,
                "field": fact.field,
                "value": fact.value,
                "confidence_permille": fact.confidence_permille,
                "source": fact.source.value,
                "method": fact.method,
                "evidence": list(fact.evidence),
                "trust": fact.trust.value,
                "observed_at": fact.observed_at,
                "valid_from": fact.valid_from,
                "valid_to": fact.valid_to,
            },
        )

    def add_statement(
        self, statement: Statement, *, audience: str = PUBLIC, valid_to: datetime | None = None
    ) -> None:
        """Store something that may be said; `audience` is public or internal."""
        self._put(
            STATEMENTS,
            statement.statement_id,
            {
                "topic": statement.topic,
                "language": statement.language,
                "body": statement.body,
                "audience": audience,
                "valid_to": valid_to,
            },
        )

    def add_suppression(self, address: str, *, reason: str, source: str) -> bool:
        """Leave an address alone from now on; False when it is already."""
        return suppress_address(
            self._scope, address_hash(address), reason=reason, source=source, evidence=""
        )

    def _add_address(self, contact_id: ContactId, address: str, rank: int) -> None:
        form = normalised(address)
        if form is None:
            message = f"contact {contact_id!r}: its address number {rank + 1} is no mail address"
            raise UnableToAddRow(message)
        self._scope.insert(
            CONTACT_ADDRESSES,
            {
                "id": self._scope.ids.new(PREFIX["address"]),
                "contact_id": contact_id,
                "address": form,
                "address_hash": address_hash(form),
                "rank": rank,
                "created_at": self._scope.clock.now(),
            },
        )

    def _put(
        self,
        table: Table,
        row_id: str,
        values: dict[str, Value],
        *,
        created_at: datetime | None = None,
    ) -> None:
        fresh = {**values, "id": row_id, "created_at": created_at or self._scope.clock.now()}
        if not self._scope.insert_new(table, fresh, unique=("id",)):
            changed = {**values, "row_version": table.c.row_version + 1}
            self._scope.change(
                update(table).where(own(table), table.c.id == row_id).values(**changed)
            )
