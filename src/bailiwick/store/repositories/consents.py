"""The consent ledger: rows are added and read; nothing here changes or removes one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, select

from bailiwick.domain.consent import (
    Basis,
    Channel,
    Consent,
    ConsentPurpose,
    ConsentState,
    current,
)
from bailiwick.domain.ids import PREFIX, ContactId
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page, page_of
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, key, own
from bailiwick.store.tables.knowledge import CONSENTS

_OF_CONTACT: Final = (
    select(CONSENTS)
    .where(own(CONSENTS), CONSENTS.c.contact_id == key())
    .order_by(CONSENTS.c.id.desc())
    .limit(ROWS_COUNT_MAX)
)
# Ids begin with the instant at which they were made, so that their order is that of storing.
_PAGE: Final = (
    select(CONSENTS)
    .where(own(CONSENTS), CONSENTS.c.id > key())
    .order_by(CONSENTS.c.id)
    .limit(bindparam("size", type_=Integer))
)


class SqlConsents:
    """Consents of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, consent: Consent) -> Consent:
        """Store one statement; returns it with its id and the instant at which it was stored."""
        consent_id, at = self._scope.ids.new(PREFIX["consent"]), self._scope.clock.now()
        self._scope.insert(
            CONSENTS,
            {
                "id": consent_id,
                "created_at": at,
                "contact_id": consent.contact_id,
                "purpose": consent.purpose.value,
                "channel": consent.channel.value,
                "state": consent.state.value,
                "lawful_basis": consent.lawful_basis.value,
                "source": consent.source,
                "evidence": consent.evidence,
                "valid_from": consent.valid_from,
                "valid_to": consent.valid_to,
            },
        )
        row = self._scope.row(_PAGE.where(CONSENTS.c.id == consent_id), key="", size=1)
        assert row is not None, "it was just stored"
        return _consent(row)

    def current(self, contact_id: ContactId, *, at: datetime) -> Sequence[Consent]:
        """Return what holds for a contact at an instant, one for each purpose and channel."""
        return current(map(_consent, self._scope.rows(_OF_CONTACT, key=contact_id)), at=at)

    def list(self, contact_id: ContactId | None, *, cursor: str | None, size: int) -> Page[Consent]:
        """Return statements of one contact or of all, in the order in which they were stored."""
        size = min(size, PAGE_SIZE_MAX)
        statement = _PAGE
        if contact_id is not None:
            statement = statement.where(CONSENTS.c.contact_id == contact_id)
        rows = self._scope.rows(statement, key=cursor or "", size=size + 1)
        return page_of([_consent(row) for row in rows], size=size, key=lambda one: one.consent_id)


def _consent(row: RowMapping) -> Consent:
    return Consent(
        consent_id=row["id"],
        contact_id=ContactId(row["contact_id"]),
        purpose=ConsentPurpose(row["purpose"]),
        channel=Channel(row["channel"]),
        state=ConsentState(row["state"]),
        lawful_basis=Basis(row["lawful_basis"]),
        source=row["source"],
        evidence=row["evidence"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        recorded_at=row["created_at"],
    )
