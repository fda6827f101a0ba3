"""Leaving somebody alone: every address of a person, and what was about to go out to them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, delete, select, update

from bailiwick.domain.breaker import ReportKind
from bailiwick.domain.consent import Bar, LeftAlone
from bailiwick.domain.ids import PREFIX, ContactId
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page, page_of
from bailiwick.ports.opt_outs import OptOut
from bailiwick.store.repositories.claim import SqlEffects
from bailiwick.store.repositories.guards import hash_owner
from bailiwick.store.scope import Rows, Scope, key, own
from bailiwick.store.tables.crm import CONTACT_ADDRESSES, CONTACTS
from bailiwick.store.tables.knowledge import SUPPRESSIONS, TOPIC_OPT_OUTS
from bailiwick.store.tables.mail import DELIVERY_REPORTS

_HASHES: Final = (
    select(CONTACT_ADDRESSES.c.address_hash)
    .where(own(CONTACT_ADDRESSES), CONTACT_ADDRESSES.c.contact_id == key())
    .order_by(CONTACT_ADDRESSES.c.address_hash)
)
_SIZE: Final = bindparam("size", type_=Integer)
# Ids begin with the instant at which they were made, so that their order is that of age.
_SUPPRESSED: Final = (
    select(SUPPRESSIONS)
    .where(own(SUPPRESSIONS), SUPPRESSIONS.c.id > key())
    .order_by(SUPPRESSIONS.c.id)
    .limit(_SIZE)
)
_LEFT: Final = (
    select(TOPIC_OPT_OUTS)
    .where(own(TOPIC_OPT_OUTS), TOPIC_OPT_OUTS.c.id > key())
    .order_by(TOPIC_OPT_OUTS.c.id)
    .limit(_SIZE)
)
_LEFT_BY: Final = select(TOPIC_OPT_OUTS.c.topic).where(
    own(TOPIC_OPT_OUTS), TOPIC_OPT_OUTS.c.address_hash == key()
)
_OF_HASH: Final = select(SUPPRESSIONS).where(
    own(SUPPRESSIONS), SUPPRESSIONS.c.address_hash == key()
)
_LEFT_OF_HASH: Final = select(TOPIC_OPT_OUTS).where(
    own(TOPIC_OPT_OUTS),
    TOPIC_OPT_OUTS.c.address_hash == key(),
    TOPIC_OPT_OUTS.c.topic == key("topic"),
)
_FLAGS: Final = select(
    CONTACTS.c.unsubscribed, CONTACTS.c.do_not_contact, CONTACTS.c.bounced
).where(own(CONTACTS), CONTACTS.c.id == key())
_COMPLAINT: Final = (
    select(DELIVERY_REPORTS.c.id)
    .where(
        own(DELIVERY_REPORTS),
        DELIVERY_REPORTS.c.contact_id == key(),
        DELIVERY_REPORTS.c.kind == ReportKind.COMPLAINT.value,
    )
    .limit(1)
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
    hashes = hashes_of(scope, contact_id)
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


def hashes_of(scope: Scope, contact_id: ContactId) -> Sequence[str]:
    """Return the hashes of a contact's addresses, in order."""
    return [row["address_hash"] for row in scope.rows(_HASHES, key=contact_id)]


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

    def leave(
        self, address_hash: str, topic: str, *, source: str, at: datetime
    ) -> tuple[bool, ContactId | None]:
        """Note that whoever has this address wants no more of a topic; as `opt_out`."""
        contact_id = hash_owner(self._scope, address_hash)
        hashes = hashes_of(self._scope, contact_id) if contact_id else [address_hash]
        news = [self._leave(hashed, topic, source=source, at=at) for hashed in hashes]
        return any(news), contact_id

    def _leave(self, hashed: str, topic: str, *, source: str, at: datetime) -> bool:
        self._scope.lock("address", hashed)
        return self._scope.insert_new(
            TOPIC_OPT_OUTS,
            {
                "id": self._scope.ids.new(PREFIX["suppression"]),
                "created_at": at,
                "topic": topic,
                "address_hash": hashed,
                "source": source,
            },
            unique=("address_hash", "topic"),
        )

    def left(self, address_hash: str, topic: str) -> bool:
        """Tell whether an address left a topic; locks the answer for this transaction."""
        self._scope.lock("address", address_hash, shared=True)
        return topic in self.topics_left(address_hash)

    def topics_left(self, address_hash: str) -> Collection[str]:
        """Return the topics that an address left."""
        rows = self._scope.rows(_LEFT_BY, key=address_hash)
        return frozenset(str(row["topic"]) for row in rows)

    def owner(self, address_hash: str) -> ContactId | None:
        """Return the living contact that has the address with this hash."""
        return hash_owner(self._scope, address_hash)

    def left_alone(self, contact_id: ContactId) -> LeftAlone:
        """Tell whether somebody is left alone about everything; locks the answer."""
        rows = self._rows(_OF_HASH, contact_id)
        flags = self._scope.row(_FLAGS, key=contact_id)
        assert flags is not None, "asked of a contact who is there"
        reasons, sources = {row["reason"] for row in rows}, {row["source"] for row in rows}
        closed = bool(rows) or any(flags.values())
        barred = {
            Bar.BOUNCED: flags["bounced"] or "bounced" in reasons,
            Bar.DO_NOT_CONTACT: flags["do_not_contact"] or "do_not_contact" in reasons,
            Bar.COMPLAINED: ReportKind.COMPLAINT.value in sources
            or (closed and self._scope.row(_COMPLAINT, key=contact_id) is not None),
        }
        return LeftAlone(
            closed=closed,
            since=max((row["created_at"] for row in rows), default=None),
            bars=frozenset(bar for bar, up in barred.items() if up),
        )

    def lift(self, contact_id: ContactId) -> None:
        """Leave somebody alone no more: every address, every flag. Topics stay left."""
        for hashed in hashes_of(self._scope, contact_id):
            self._scope.lock("address", hashed)
            self._scope.change(
                delete(SUPPRESSIONS).where(own(SUPPRESSIONS), SUPPRESSIONS.c.address_hash == hashed)
            )
        self._scope.change(
            update(CONTACTS)
            .where(own(CONTACTS), CONTACTS.c.id == contact_id)
            .values(
                unsubscribed=False,
                do_not_contact=False,
                bounced=False,
                row_version=CONTACTS.c.row_version + 1,
            )
        )

    def topic_left(self, contact_id: ContactId, topic: str) -> Sequence[OptOut]:
        """Return how any address of somebody left a topic; locks the answer."""
        return [_opt_out(row) for row in self._rows(_LEFT_OF_HASH, contact_id, topic=topic)]

    def rejoin(self, contact_id: ContactId, topic: str) -> None:
        """Write to somebody about a topic again."""
        for hashed in hashes_of(self._scope, contact_id):
            self._scope.lock("address", hashed)
            self._scope.change(
                delete(TOPIC_OPT_OUTS).where(
                    own(TOPIC_OPT_OUTS),
                    TOPIC_OPT_OUTS.c.address_hash == hashed,
                    TOPIC_OPT_OUTS.c.topic == topic,
                )
            )

    def _rows(self, statement: Rows, contact_id: ContactId, **values: str) -> Sequence[RowMapping]:
        """Return the rows about each address of somebody, under the locks of the addresses."""
        found: list[RowMapping] = []
        for hashed in hashes_of(self._scope, contact_id):
            self._scope.lock("address", hashed)
            found.extend(self._scope.rows(statement, key=hashed, **values))
        return found

    def list(self, *, topic: str | None, cursor: str | None, size: int) -> Page[OptOut]:
        """Return who is left alone, oldest first: about a topic, about any, or, empty, wholly."""
        size = min(size, PAGE_SIZE_MAX)
        statement = _SUPPRESSED if topic == "" else _LEFT
        if topic:
            statement = statement.where(TOPIC_OPT_OUTS.c.topic == topic)
        rows = self._scope.rows(statement, key=cursor or "", size=size + 1)
        return page_of([_opt_out(row) for row in rows], size=size, key=lambda one: one.opt_out_id)


def _opt_out(row: RowMapping) -> OptOut:
    return OptOut(
        opt_out_id=row["id"],
        address_hash=row["address_hash"],
        topic=row.get("topic", ""),
        reason=row.get("reason", REASON),
        source=row["source"],
        at=row["created_at"],
    )
