"""Memos: what clients of the API keep by path and key."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, and_, bindparam, delete, func, or_, select, update

from bailiwick.domain.memo import SEPARATOR, Memo
from bailiwick.kit.hashing import digest
from bailiwick.ports.memos import SCANNED_COUNT_MAX
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, key, own
from bailiwick.store.tables.memory import MEMOS
from bailiwick.store.tables.schema import Instant

_COLUMNS: Final = MEMOS.c
_ALIVE: Final = or_(
    _COLUMNS.expires_at.is_(None), _COLUMNS.expires_at > bindparam("at", type_=Instant)
)
_ONE: Final = select(MEMOS).where(own(MEMOS), _COLUMNS.id == key(), _ALIVE)
# Not LIKE: SQLite compares its letters without case, and a label may hold a per cent sign.
_BELOW: Final = (
    select(MEMOS)
    .where(
        own(MEMOS),
        func.substr(_COLUMNS.namespace, 1, bindparam("length")) == key("prefix"),
        _ALIVE,
    )
    .order_by(_COLUMNS.namespace, _COLUMNS.key)
    .limit(SCANNED_COUNT_MAX)
)
_NAMESPACES: Final = (
    select(_COLUMNS.namespace)
    .where(own(MEMOS), _ALIVE)
    .group_by(_COLUMNS.namespace)
    .order_by(_COLUMNS.namespace)
    .limit(ROWS_COUNT_MAX)
)
_COUNT: Final = select(func.count()).select_from(MEMOS).where(own(MEMOS))


class SqlMemos:
    """Memos of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def put(self, memo: Memo) -> bool:
        """Store a memo in the place of the one with its path and key; True when it is new."""
        written = {
            "value": memo.value,
            "updated_at": memo.updated_at,
            "keep_minutes": memo.keep_minutes or 0,
            "expires_at": memo.expires_at,
        }
        memo_id = _id(memo.namespace, memo.key)
        fresh = self._scope.insert_new(
            MEMOS,
            {
                "id": memo_id,
                "created_at": memo.created_at,
                "namespace": _path(memo.namespace),
                "key": memo.key,
                **written,
            },
            unique=("id",),
        )
        if not fresh:
            same = update(MEMOS).where(own(MEMOS), _COLUMNS.id == memo_id)
            version = _COLUMNS.row_version + 1
            self._scope.change(same.values(row_version=version, **written))
        return fresh

    def get(self, namespace: Sequence[str], key: str, *, at: datetime) -> Memo | None:
        """Return a memo."""
        row = self._scope.row(_ONE, key=_id(namespace, key), at=at)
        return None if row is None else _memo(row)

    def renew(
        self, namespace: Sequence[str], key: str, *, expires_at: datetime, at: datetime
    ) -> bool:
        """Let a memo that has an end live at least until then; False when there is none."""
        sooner = and_(_COLUMNS.expires_at > at, _COLUMNS.expires_at <= expires_at)
        one = update(MEMOS).where(own(MEMOS), _COLUMNS.id == _id(namespace, key), sooner)
        return self._scope.change(one.values(expires_at=expires_at)) > 0

    def delete(self, namespace: Sequence[str], key: str) -> bool:
        """Delete a memo; False when there is none."""
        one = delete(MEMOS).where(own(MEMOS), _COLUMNS.id == _id(namespace, key))
        return self._scope.change(one) > 0

    def below(self, prefix: Sequence[str], *, at: datetime) -> Sequence[Memo]:
        """Return memos whose path begins with these labels, by path and key."""
        path = _path(prefix)
        rows = self._scope.rows(_BELOW, prefix=path, length=len(path), at=at)
        return tuple(_memo(row) for row in rows)

    def namespaces(self, *, at: datetime) -> Sequence[tuple[str, ...]]:
        """Return every path that holds a memo, in order."""
        return tuple(_labels(row["namespace"]) for row in self._scope.rows(_NAMESPACES, at=at))

    def count(self) -> int:
        """Count memos."""
        return self._scope.count(_COUNT)

    def purge(self, *, at: datetime) -> int:
        """Delete memos whose time is over."""
        return self._scope.change(delete(MEMOS).where(own(MEMOS), _COLUMNS.expires_at <= at))


def _id(namespace: Sequence[str], name: str) -> str:
    return digest([*namespace, name])


def _path(labels: Sequence[str]) -> str:
    return "".join(label + SEPARATOR for label in labels)


def _labels(path: str) -> tuple[str, ...]:
    return tuple(path.split(SEPARATOR)[:-1])


def _memo(row: RowMapping) -> Memo:
    return Memo(
        namespace=_labels(row["namespace"]),
        key=row["key"],
        value=row["value"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        keep_minutes=row["keep_minutes"] or None,
        expires_at=row["expires_at"],
    )
