"""Signed heads of the audit chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, RowMapping, bindparam, select

from bailiwick.domain.ids import PREFIX
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, own
from bailiwick.store.tables.ledger import SEALS

_LATEST: Final = (
    select(SEALS).where(own(SEALS)).order_by(SEALS.c.seq.desc(), SEALS.c.id.desc()).limit(1)
)
_SINCE: Final = (
    select(SEALS)
    .where(own(SEALS), SEALS.c.seq > bindparam("seq", type_=BigInteger))
    .order_by(SEALS.c.seq, SEALS.c.id)
    .limit(ROWS_COUNT_MAX)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealRow:
    """One signed head."""

    seq: int
    head_hash: str
    tree_root: str
    public_key: str
    signature: str
    sealed_at: datetime


class SqlSeals:
    """Seals of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, seal: SealRow) -> None:
        """Store a signed head."""
        self._scope.insert(
            SEALS,
            {
                "id": self._scope.ids.new(PREFIX["seal"]),
                "seq": seal.seq,
                "head_hash": seal.head_hash,
                "tree_root": seal.tree_root,
                "public_key": seal.public_key,
                "signature": seal.signature,
                "created_at": seal.sealed_at,
            },
        )

    def latest(self) -> SealRow | None:
        """Return the seal of the longest chain; None before the first."""
        row = self._scope.row(_LATEST)
        return None if row is None else _seal(row)

    def since(self, seq: int) -> Sequence[SealRow]:
        """Return seals of heads after a sequence number, in order."""
        return tuple(_seal(row) for row in self._scope.rows(_SINCE, seq=seq))


def _seal(row: RowMapping) -> SealRow:
    return SealRow(
        seq=row["seq"],
        head_hash=row["head_hash"],
        tree_root=row["tree_root"],
        public_key=row["public_key"],
        signature=row["signature"],
        sealed_at=row["created_at"],
    )
