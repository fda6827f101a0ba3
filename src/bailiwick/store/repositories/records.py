"""The audit chain: appended under one lock, each record hashed over the one before it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, Integer, RowMapping, bindparam, select

from bailiwick.domain.ids import ContactId, RunId
from bailiwick.domain.record import (
    GENESIS_HASH,
    Record,
    RecordKind,
    record_hash,
    sealed_under,
)
from bailiwick.kit.hashing import Canonical
from bailiwick.store.repositories.sealed_texts import SealedTexts
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, key, own
from bailiwick.store.tables.ledger import RECORDS

_HEAD: Final = (
    select(RECORDS.c.seq, RECORDS.c.hash)
    .where(own(RECORDS))
    .order_by(RECORDS.c.seq.desc())
    .limit(1)
)
_OF_RUN: Final = (
    select(RECORDS)
    .where(own(RECORDS), RECORDS.c.run_id == key())
    .order_by(RECORDS.c.seq)
    .limit(ROWS_COUNT_MAX)
)
_ABOUT: Final = (
    select(RECORDS)
    .where(own(RECORDS), RECORDS.c.subject == key())
    .order_by(RECORDS.c.seq)
    .limit(ROWS_COUNT_MAX)
)
_SINCE: Final = (
    select(RECORDS)
    .where(own(RECORDS), RECORDS.c.seq > bindparam("seq", type_=BigInteger))
    .order_by(RECORDS.c.seq)
    .limit(bindparam("size", type_=Integer))
)


class SqlRecords:
    """The chain of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._texts = SealedTexts(scope)
        self._turn = False
        self._head: tuple[int, str] | None = None
        """What this transaction appended last: nobody else can append until it ends."""

    def take_turn(self) -> None:
        """Wait until nobody else can append, and hold that until the transaction ends."""
        if not self._turn:
            self._scope.lock("records")
            self._turn = True

    def append(
        self,
        kind: RecordKind,
        *,
        subject: str,
        payload: Mapping[str, Canonical],
        at: datetime,
        run_id: RunId | None = None,
        contact_id: ContactId | None = None,
    ) -> Record:
        """Add one record at the head of the chain, in this transaction.

        Free texts about a person are stored sealed with that person's key.
        """
        assert self._scope.within is None, "who sees a part of the chain cannot append to it"
        if self._head is None:
            self.take_turn()
            self._head = self.head()
        seq, prev_hash = self._head
        whose = sealed_under(kind, contact_id=contact_id, subject=subject)
        stored = self._texts.sealed(payload, subject=whose)
        draft = Record(
            workspace_id=self._scope.workspace_id,
            seq=seq + 1,
            kind=kind,
            run_id=run_id,
            contact_id=contact_id,
            subject=subject,
            payload=payload,
            at=at,
            prev_hash=prev_hash,
            hash="",
            stored=None if stored is payload else stored,
        )
        record = replace(draft, hash=record_hash(draft))
        self._scope.insert_soon(
            RECORDS,
            {
                "seq": record.seq,
                "kind": kind.value,
                "run_id": run_id,
                "contact_id": contact_id,
                "subject": subject,
                "payload": stored,
                "at": at,
                "prev_hash": prev_hash,
                "hash": record.hash,
            },
        )
        self._head = (record.seq, record.hash)
        return record

    def of_run(self, run_id: RunId) -> Sequence[Record]:
        """Return the records of a run, in order."""
        return tuple(self._record(row) for row in self._scope.rows(_OF_RUN, key=run_id))

    def about(self, subject: str) -> Sequence[Record]:
        """Return the records about one id, in order."""
        return tuple(self._record(row) for row in self._scope.rows(_ABOUT, key=subject))

    def since(self, seq: int, *, size: int) -> Sequence[Record]:
        """Return records after a sequence number, in order."""
        rows = self._scope.rows(_SINCE, seq=seq, size=min(size, ROWS_COUNT_MAX))
        return tuple(self._record(row) for row in rows)

    def head(self) -> tuple[int, str]:
        """Return the last sequence number and hash; (0, zeros) when empty."""
        row = self._scope.row(_HEAD)
        return (0, GENESIS_HASH) if row is None else (row["seq"], row["hash"])

    def _record(self, row: RowMapping) -> Record:
        kind = RecordKind(row["kind"])
        contact_id = ContactId(row["contact_id"]) if row["contact_id"] else None
        whose = sealed_under(kind, contact_id=contact_id, subject=row["subject"])
        shown = self._texts.opened(row["payload"], subject=whose)
        return Record(
            workspace_id=self._scope.workspace_id,
            seq=row["seq"],
            kind=kind,
            run_id=RunId(row["run_id"]) if row["run_id"] else None,
            contact_id=contact_id,
            subject=row["subject"],
            payload=shown,
            at=row["at"],
            prev_hash=row["prev_hash"],
            hash=row["hash"],
            stored=None if shown is row["payload"] else row["payload"],
        )
