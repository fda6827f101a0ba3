"""What capabilities may read of the customer database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, case, func, or_, select

from bailiwick.domain.campaign.brief import Brief
from bailiwick.domain.consent import Basis
from bailiwick.domain.crm import Account, Contact, Opportunity, Task, Workspace
from bailiwick.domain.fact import Fact
from bailiwick.domain.ids import AccountId, ContactId, FactId, MessageId, RunId
from bailiwick.domain.message import Message
from bailiwick.domain.provenance import Source, Trust
from bailiwick.ports.crm import History, Safety, Statement
from bailiwick.store.repositories import contacts, history, touches
from bailiwick.store.repositories.contacts import SIZE
from bailiwick.store.scope import Scope, key, own
from bailiwick.store.tables.crm import CONTACT_ADDRESSES, CONTACTS, OPPORTUNITIES, TASKS
from bailiwick.store.tables.knowledge import ANY_CONTACT, CONSENTS, FACTS, STATEMENTS, SUPPRESSIONS
from bailiwick.store.tables.schema import WORKSPACES, Instant
from bailiwick.store.workspace_row import workspace_of

_AT: Final = bindparam("at", type_=Instant)
_WORKSPACE: Final = select(WORKSPACES).where(WORKSPACES.c.id == key())
_OPPORTUNITIES: Final = (
    select(OPPORTUNITIES)
    .where(
        own(OPPORTUNITIES),
        OPPORTUNITIES.c.closed.is_(False),
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
    .order_by(OPPORTUNITIES.c.created_at, OPPORTUNITIES.c.id)
    .limit(SIZE)
)
_FACTS: Final = (
    select(FACTS)
    .where(
        own(FACTS),
        FACTS.c.subject_id == key(),
        FACTS.c.valid_from <= _AT,
        or_(FACTS.c.valid_to.is_(None), FACTS.c.valid_to > _AT),
    )
    .order_by(FACTS.c.confidence_permille.desc(), FACTS.c.observed_at.desc(), FACTS.c.id)
    .limit(SIZE)
)
_SUPPRESSED: Final = (
    select(SUPPRESSIONS.c.id)
    .join(
        CONTACT_ADDRESSES,
        and_(
            CONTACT_ADDRESSES.c.workspace_id == SUPPRESSIONS.c.workspace_id,
            CONTACT_ADDRESSES.c.address_hash == SUPPRESSIONS.c.address_hash,
        ),
    )
    .where(own(SUPPRESSIONS), CONTACT_ADDRESSES.c.contact_id == key())
    .limit(1)
)
_SETTLED: Final = (
    select(
        func.max(CONSENTS.c.valid_from).label("settled"),
        func.max(
            case((CONSENTS.c.lawful_basis == Basis.CONSENT.value, CONSENTS.c.valid_from))
        ).label("returned"),
    )
    .select_from(CONSENTS)
    .where(own(CONSENTS), CONSENTS.c.contact_id == key(), CONSENTS.c.purpose == ANY_CONTACT)
)
_TASKS: Final = (
    select(TASKS)
    .where(own(TASKS), TASKS.c.contact_id == key(), TASKS.c.done_at.is_(None))
    .order_by(TASKS.c.created_at, TASKS.c.id)
    .limit(SIZE)
)
_STATEMENTS: Final = (
    select(STATEMENTS)
    .where(
        own(STATEMENTS),
        STATEMENTS.c.language == key("language"),
        STATEMENTS.c.audience == "public",
        or_(STATEMENTS.c.valid_to.is_(None), STATEMENTS.c.valid_to > _AT),
    )
    .order_by(STATEMENTS.c.topic, STATEMENTS.c.id)
    .limit(SIZE)
)
_ENGLISH: Final = "en"


class SqlCrmReader:
    """The customer database of one workspace, read only."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def workspace(self) -> Workspace:
        """Return the workspace itself."""
        row = self._scope.row(_WORKSPACE, key=self._scope.workspace_id)
        assert row is not None, "a unit is opened for a workspace that is there"
        return workspace_of(row)

    def contact(self, contact_id: ContactId) -> Contact | None:
        """Return a contact that has not been deleted."""
        return contacts.contact(self._scope, contact_id)

    def account(self, account_id: AccountId) -> Account | None:
        """Return an account."""
        return contacts.account(self._scope, account_id)

    def colleagues(self, account_id: AccountId, *, count_max: int) -> Sequence[Contact]:
        """Return contacts of an account, oldest first."""
        return contacts.colleagues(self._scope, account_id, count_max=count_max)

    def namesakes(self, contact_id: ContactId, *, count_max: int) -> Sequence[Contact]:
        """Return other contacts whose folded name is the same."""
        return contacts.namesakes(self._scope, contact_id, count_max=count_max)

    def opportunities(self, contact_id: ContactId, *, count_max: int) -> Sequence[Opportunity]:
        """Return open deals of the contact or of the contact's account."""
        rows = self._scope.rows(_OPPORTUNITIES, key=contact_id, size=count_max)
        return tuple(contacts.opportunity(row) for row in rows)

    def facts(self, subject: str, *, at: datetime, count_max: int) -> Sequence[Fact]:
        """Return facts valid at an instant, the surest first."""
        return tuple(
            Fact(
                fact_id=FactId(row["id"]),
                subject=row["subject_id"],
                field=row["field"],
                value=row["value"],
                confidence_permille=row["confidence_permille"],
                source=Source(row["source"]),
                method=row["method"],
                evidence=tuple(row["evidence"]),
                observed_at=row["observed_at"],
                trust=Trust(row["trust"]),
                valid_from=row["valid_from"],
                valid_to=row["valid_to"],
            )
            for row in self._scope.rows(_FACTS, key=subject, at=at, size=count_max)
        )

    def history(self, contact_id: ContactId, *, each_max: int) -> History:
        """Return the latest mail of each direction."""
        return history.history(self._scope, contact_id, each_max=each_max)

    def message(self, message_id: MessageId) -> Message | None:
        """Return one stored message."""
        return history.message(self._scope, message_id)

    def safety(self, contact_id: ContactId) -> Safety:
        """Return the flags and suppression of any of the contact's addresses.

        Of a contact that is unknown or deleted nothing is safe to say: do not contact.
        """
        row = contacts.contact_row(self._scope, contact_id)
        suppressed = self._scope.row(_SUPPRESSED, key=contact_id) is not None
        settled = self._scope.row(_SETTLED, key=contact_id)
        return Safety(
            suppressed=suppressed,
            do_not_contact=True if row is None else row["do_not_contact"],
            bounced=False if row is None else row["bounced"],
            unsubscribed=False if row is None else row["unsubscribed"],
            opt_out_doubtful=False if row is None else row["opt_out_doubtful"],
            doubt_settled_at=None if settled is None else settled["settled"],
            returned_at=None if settled is None else settled["returned"],
        )

    def open_tasks(self, contact_id: ContactId, *, count_max: int) -> Sequence[Task]:
        """Return tasks that nobody has finished."""
        rows = self._scope.rows(_TASKS, key=contact_id, size=count_max)
        return tuple(contacts.task(row) for row in rows)

    def statements(self, *, language: str, count_max: int) -> Sequence[Statement]:
        """Return what we may say to anybody (audience public), in a language or in English."""
        found = self._statements(language, count_max)
        if found or language == _ENGLISH:
            return found
        return self._statements(_ENGLISH, count_max)

    def _statements(self, language: str, count_max: int) -> Sequence[Statement]:
        rows = self._scope.rows(
            _STATEMENTS, language=language, at=self._scope.clock.now(), size=count_max
        )
        return tuple(
            Statement(
                statement_id=row["id"],
                topic=row["topic"],
                language=row["language"],
                body=row["body"],
            )
            for row in rows
        )

    def brief(self, run_id: RunId) -> Brief | None:
        """Return which touch of which series a run drafts; None when it drafts none."""
        return touches.brief(self._scope, run_id)

    def enriched_at(self, contact_id: ContactId) -> datetime | None:
        """Return when the contact was last enriched."""
        row = contacts.contact_row(self._scope, contact_id)
        return None if row is None else row["enriched_at"]
