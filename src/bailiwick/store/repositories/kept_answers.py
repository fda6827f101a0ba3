"""First answers to requests that carry a key."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, delete, select, update

from bailiwick.domain.ids import PREFIX
from bailiwick.domain.kept_answer import KeptRow
from bailiwick.store.scope import Scope, key, own
from bailiwick.store.tables.identity import KEPT_ANSWERS

_ROW: Final = select(KEPT_ANSWERS).where(own(KEPT_ANSWERS), KEPT_ANSWERS.c.key_hash == key())

_PAGE: Final = (
    select(KEPT_ANSWERS)
    .where(own(KEPT_ANSWERS), KEPT_ANSWERS.c.key_hash > key())
    .order_by(KEPT_ANSWERS.c.key_hash)
    .limit(bindparam("size", type_=Integer))
)


class SqlKeptRows:
    """Claimed keys of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def claim(self, row: KeptRow, *, at: datetime) -> KeptRow | None:
        """Store a claim and return None; or return the row that holds the key already.

        A row whose time is over makes room.
        """
        table = KEPT_ANSWERS
        self._scope.change(
            delete(table).where(
                own(table), table.c.key_hash == row.key_hash, table.c.expires_at <= at
            )
        )
        fresh = self._scope.insert_new(
            table,
            {
                "id": self._scope.ids.new(PREFIX["kept_answer"]),
                "created_at": at,
                "key_hash": row.key_hash,
                "request_hash": row.request_hash,
                "status": row.status,
                "headers": row.headers,
                "body": row.body,
                "expires_at": row.expires_at,
            },
            unique=("key_hash",),
        )
        return None if fresh else self.get(row.key_hash)

    def get(self, key_hash: str) -> KeptRow | None:
        """Return the row of a key."""
        row = self._scope.row(_ROW, key=key_hash)
        return None if row is None else _kept(row)

    def complete(self, row: KeptRow) -> None:
        """Write how a claimed execution was answered."""
        table = KEPT_ANSWERS
        self._scope.change(
            update(table)
            .where(own(table), table.c.key_hash == row.key_hash, table.c.status == 0)
            .values(status=row.status, headers=row.headers, body=row.body)
        )

    def release(self, key_hash: str) -> None:
        """Forget a claim whose execution never began."""
        table = KEPT_ANSWERS
        self._scope.change(
            delete(table).where(own(table), table.c.key_hash == key_hash, table.c.status == 0)
        )

    def page(self, *, after: str, size: int) -> Sequence[KeptRow]:
        """Return rows by their key's hash, from one on."""
        return tuple(_kept(row) for row in self._scope.rows(_PAGE, key=after, size=size))

    def remove(self, key_hash: str) -> None:
        """Forget an answer."""
        table = KEPT_ANSWERS
        self._scope.change(delete(table).where(own(table), table.c.key_hash == key_hash))


def _kept(row: RowMapping) -> KeptRow:
    return KeptRow(
        key_hash=row["key_hash"],
        request_hash=row["request_hash"],
        status=row["status"],
        headers=row["headers"],
        body=row["body"] or b"",
        expires_at=row["expires_at"],
    )
