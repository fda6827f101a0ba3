"""Leaving somebody alone: every address of a person, and what was about to go out to them."""

from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from bailiwick.domain.ids import PREFIX, ContactId
from bailiwick.store.repositories.claim import SqlEffects
from bailiwick.store.repositories.guards import hash_owner
from bailiwick.store.scope import Scope, key, own
from bailiwick.store.tables.crm import CONTACT_ADDRESSES, CONTACTS
from bailiwick.store.tables.knowledge import SUPPRESSIONS

_HASHES: Final = (
    select(CONTACT_ADDRESSES.c.address_hash)
    .where(own(CONTACT_ADDRESSES), CONTACT_ADDRESSES.c.contact_id == key())
    .order_by(CONTACT_ADDRESSES.c.address_hash)
)
REASON: Final = "asked to be left alone"


def suppress_address(scope: Scope, hashed: str, *, reason: str, source: str, evidence: str) -> bool:
    """Add one suppression; waits for claims that hold the address, so none slips past."""
    scope.lock("address", hashed)
    return scope.insert_new(
        SUPPRESSIONS,
        {
            "id": scope.ids.new(PREFIX["suppression"]),
            "address_hash": hashed,
            "reason": reason,
            "source": source,
            "evidence": evidence,
            "created_at": scope.clock.now(),
        },
        unique=("address_hash",),
    )


def leave_alone(
    scope: Scope,
    ledger: SqlEffects,
    contact_id: ContactId,
    *,
    source: str,
    evidence: str,
    at: datetime,
) -> bool:
    """Suppress each address of a contact and what is ready to go there; False when all were."""
    # Locks are taken in the order of the hashes, so two suppressions cannot wait in a ring.
    hashes = [row["address_hash"] for row in scope.rows(_HASHES, key=contact_id)]
    news = [
        suppress_address(scope, hashed, reason=REASON, source=source, evidence=evidence)
        for hashed in hashes
    ]
    scope.change(
        update(CONTACTS)
        .where(own(CONTACTS), CONTACTS.c.id == contact_id)
        .values(
            unsubscribed=True,
            opt_out_doubtful=False,
            due_at=None,
            row_version=CONTACTS.c.row_version + 1,
        )
    )
    ledger.stop_ready_mail(contact_id, reason="the contact was suppressed", at=at)
    return any(news)


class SqlOptOuts:
    """Opt-outs of one workspace."""

    def __init__(self, scope: Scope, ledger: SqlEffects) -> None:
        self._scope = scope
        self._ledger = ledger

    def opt_out(
        self, address_hash: str, *, source: str, at: datetime
    ) -> tuple[bool, ContactId | None]:
        """Suppress the person behind an address; whether that is new, and who it is."""
        contact_id = hash_owner(self._scope, address_hash)
        if contact_id is not None:
            new = leave_alone(
                self._scope, self._ledger, contact_id, source=source, evidence="", at=at
            )
            return new, contact_id
        new = suppress_address(self._scope, address_hash, reason=REASON, source=source, evidence="")
        return new, None
