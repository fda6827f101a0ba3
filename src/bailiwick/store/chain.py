"""The audit chain byte for byte, for verification, and the seals upon it."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import BigInteger, Text, bindparam, func, select, type_coerce

from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.seal import Seal
from bailiwick.ports.chain import StoredRecord
from bailiwick.store.scope import own
from bailiwick.store.tables.ledger import RECORDS
from bailiwick.store.unit import SqlUnits

_ROWS: Final = (
    select(
        RECORDS.c.seq,
        RECORDS.c.kind,
        func.coalesce(RECORDS.c.run_id, ""),
        func.coalesce(RECORDS.c.contact_id, ""),
        RECORDS.c.subject,
        type_coerce(RECORDS.c.payload, Text),
        type_coerce(RECORDS.c.at, BigInteger),
        RECORDS.c.prev_hash,
        RECORDS.c.hash,
    )
    .where(own(RECORDS), RECORDS.c.seq > bindparam("after", type_=BigInteger))
    .order_by(RECORDS.c.seq)
    .limit(bindparam("size", type_=BigInteger))
)


class SqlChain:
    """One workspace's chain."""

    def __init__(self, units: SqlUnits, workspace_id: WorkspaceId) -> None:
        self._units = units
        self._workspace_id = workspace_id

    @property
    def workspace_id(self) -> WorkspaceId:
        """Return whose chain this is."""
        return self._workspace_id

    def rows(self, *, after: int, size: int) -> Sequence[StoredRecord]:
        """Return rows after a sequence number, in order, as stored."""
        with self._units.read() as unit:
            found = unit.scope.connection.execute(
                _ROWS, {"in_workspace": self._workspace_id, "after": after, "size": size}
            )
            # The columns are plain text and numbers: the driver's own tuples are the answer.
            assert found.cursor is not None, "a select has rows"
            return [StoredRecord._make(row) for row in found.cursor.fetchall()]

    def seals(self) -> Sequence[Seal]:
        """Return the stored seals, in order."""
        with self._units.read() as unit:
            return unit.seals.all()

    def head(self) -> tuple[int, str]:
        """Return the last sequence number and its hash."""
        with self._units.read() as unit:
            return unit.records.head()

    def add_seal(self, seal: Seal) -> None:
        """Keep a seal."""
        with self._units.write() as unit:
            unit.seals.add(seal)
            unit.commit()
