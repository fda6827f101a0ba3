"""Signed heads of the audit chain."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from bailiwick.domain.ids import PREFIX, WorkspaceId
from bailiwick.domain.seal import Seal
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, own
from bailiwick.store.tables.ledger import SEALS

_ALL: Final = (
    select(SEALS).where(own(SEALS)).order_by(SEALS.c.seq, SEALS.c.id).limit(ROWS_COUNT_MAX)
)


class SqlSeals:
    """Seals of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, seal: Seal) -> None:
        """Store a signed head."""
        assert seal.workspace_id == self._scope.workspace_id, "a seal is of its own workspace"
        self._scope.insert(
            SEALS,
            {
                "id": self._scope.ids.new(PREFIX["seal"]),
                "seq": seal.seq,
                "head_hash": seal.head_hash,
                "public_key": seal.public_key,
                "signature": seal.signature,
                "created_at": seal.sealed_at,
            },
        )

    def all(self) -> Sequence[Seal]:
        """Return the seals in the order of the chain."""
        return tuple(
            Seal(
                workspace_id=WorkspaceId(row["workspace_id"]),
                seq=row["seq"],
                head_hash=row["head_hash"],
                public_key=row["public_key"],
                signature=row["signature"],
                sealed_at=row["created_at"],
            )
            for row in self._scope.rows(_ALL)
        )
