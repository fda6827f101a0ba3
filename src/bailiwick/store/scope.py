"""One transaction in one workspace: the only way repositories reach the database.

Every statement names its workspace through `own(table)`; the value is bound here, so a repository
can neither forget it nor choose another one (decision 0013).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Protocol, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    CursorResult,
    Delete,
    Insert,
    RowMapping,
    Select,
    Table,
    Text,
    Update,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningDelete, ReturningInsert, ReturningUpdate

from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.reach import Sight
from bailiwick.ports.care import UnableToKeepErased
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.store.seen import STATEMENTS_COUNT_MAX, Seen, key_of, table_of, tables_of
from bailiwick.store.tables.care import ERASURES
from bailiwick.store.tables.ledger import RECORDS
from bailiwick.store.tables.schema import PlainText

Value: TypeAlias = object
Rows: TypeAlias = Select[*tuple[Any, ...]]  # the columns of a statement are known only to itself
ReturningChange: TypeAlias = ReturningUpdate[*tuple[Any, ...]] | ReturningDelete[*tuple[Any, ...]]
_IN_WORKSPACE: Final = "in_workspace"
SEEN_OWNERS: Final = "seen_owners"
SEEN_BY: Final = "seen_by"
ROWS_COUNT_MAX: Final = 10_000  # ours: no answer of one repository call is longer


def own(table: Table) -> ColumnElement[bool]:
    """Return the condition that a row belongs to the scope's workspace."""
    return table.c.workspace_id == bindparam(_IN_WORKSPACE, type_=Text)


def key(name: str = "key") -> BindParameter[str]:
    """Return a named text parameter of a prepared statement."""
    return bindparam(name, type_=PlainText)


def aside(column: ColumnElement[str]) -> ColumnElement[str]:
    """Return a text column as an expression, so that no index over it is taken.

    Without statistics SQLite takes the index of most equal columns, though most rows are mails.
    """
    return column.concat("")


ERASING: Final = "erasing"
"""The lock that an erasure holds alone and everybody who writes about a person shares."""
_ERASED: Final = select(ERASURES.c.id).where(own(ERASURES), ERASURES.c.contact_id == key()).limit(1)


class Within(Protocol):
    """Limits statements to the rows that a caller sees (`store/reach.py`)."""

    sight: Sight

    def reads(self, statement: Rows) -> Rows:
        """Return a statement limited to what is seen."""
        ...

    def changes(self, statement: Update | Delete) -> Update | Delete:
        """Return a change limited to what is seen."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A connection in a transaction, bound to a workspace."""

    connection: Connection
    workspace_id: WorkspaceId
    ids: Ids
    clock: Clock
    writes: bool
    seen: Seen = field(default_factory=Seen)
    waiting: dict[Table, list[Mapping[str, Value]]] = field(
        default_factory=dict[Table, list[Mapping[str, Value]]]
    )
    """Rows that go in together, before anything reads their table and before the commit."""
    known: set[str] = field(default_factory=set[str])
    """Contacts of whom it is sure that nobody erases them before this transaction ends."""
    rung: set[str] = field(default_factory=set[str])
    """Names of the bells that the commit rings."""
    within: Within | None = None
    """How far a caller sees; None is the whole workspace, whose statements stay as prepared."""

    @property
    def postgres(self) -> bool:
        """Whether several writers can be at work at once."""
        return self.connection.dialect.name == "postgresql"

    def rows(self, statement: Rows, **values: Value) -> Sequence[RowMapping]:
        """Read all rows of a statement over `own` tables."""
        if self.within is not None:
            statement = self.within.reads(statement)
        bound = {**self._bound, **values}
        if self.waiting and not tables_of(statement).isdisjoint(self.waiting):
            self.flush()
        if not self._one_snapshot:
            return self.connection.execute(statement, bound).mappings().all()
        key = key_of(statement, values)
        found = self.seen.answer(key)
        if found is None:
            found = self.connection.execute(statement, bound).mappings().all()
            self.seen.keep(key, found)
        return found

    def row(self, statement: Rows, **values: Value) -> RowMapping | None:
        """Read the first row, or None."""
        found = self.rows(statement, **values)
        return found[0] if found else None

    def count(self, statement: Rows, **values: Value) -> int:
        """Read one number."""
        (found,) = self.rows(statement, **values)
        (number,) = found.values()
        return int(number)

    def change(self, statement: Update | Delete, **values: Value) -> int:
        """Change rows of an `own` table and return how many there were."""
        return self._changing(statement, table_of(statement), values).rowcount

    def changed(self, statement: ReturningChange, **values: Value) -> Sequence[RowMapping]:
        """Change rows of an `own` table and return what the statement asks for of them."""
        return self._changing(statement, table_of(statement), values).mappings().all()

    def _changing(
        self, statement: Update | Delete, table: Table, values: Mapping[str, Value]
    ) -> CursorResult[Any]:
        if table in self.waiting:
            self.flush()
        self.seen.forget(table)
        if self.within is not None:
            statement = self.within.changes(statement)
        return self.connection.execute(statement, {**self._bound, **values})

    def insert(self, table: Table, values: Mapping[str, Value]) -> None:
        """Add one row. Raises UnableToKeepErased, as do the two below."""
        self._keep_erased_out(table, [values])
        self.seen.forget(table)
        self.connection.execute(_inserting(table), self._with_workspace(values))

    def insert_all(self, table: Table, rows: Sequence[Mapping[str, Value]]) -> None:
        """Add several rows of the same columns."""
        if rows:
            self._keep_erased_out(table, rows)
            self.seen.forget(table)
            self.connection.execute(_inserting(table), [self._with_workspace(row) for row in rows])

    def insert_soon(self, table: Table, values: Mapping[str, Value]) -> None:
        """Add one row together with others, at the latest in `flush` before the commit.

        For rows whose keys are our own: an error would come late. Tables are written in the order
        in which they were first named, so one comes before those that refer to it.
        """
        self.waiting.setdefault(table, []).append(values)

    def flush(self) -> None:
        """Add the rows that wait."""
        for table in list(self.waiting):
            self.insert_all(table, self.waiting.pop(table))

    def insert_new(
        self, table: Table, values: Mapping[str, Value], *, unique: Sequence[str]
    ) -> bool:
        """Add one row unless its unique columns (beside the workspace) are taken; tell whether."""
        self._keep_erased_out(table, [values])
        self.seen.forget(table)
        statement = _inserting_new(table, tuple(unique), postgres=self.postgres)
        # The count of an insert is not reported by every driver; a returned row is.
        return self.connection.execute(statement, self._with_workspace(values)).first() is not None

    def lock(self, *name: str, shared: bool = False) -> None:
        """Wait for a named lock, held until the transaction ends.

        SQLite has one writer anyway, and who only reads decides nothing that needs a lock.
        """
        if self.postgres and self.writes:
            number = _lock_number(self.workspace_id, *name)
            take = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
            self.connection.execute(select(take(number)))

    def try_lock(self, *name: str, shared: bool = False) -> bool:
        """Take a named lock if it is free; False when another transaction holds it."""
        if not self.postgres:
            return True
        number = _lock_number(self.workspace_id, *name)
        take = func.pg_try_advisory_xact_lock_shared if shared else func.pg_try_advisory_xact_lock
        return bool(self.connection.execute(select(take(number))).scalar_one())

    def _keep_erased_out(self, table: Table, rows: Sequence[Mapping[str, Value]]) -> None:
        """Refuse rows about a person who was erased while they were on their way here.

        Records name a person by pseudonym only, and are kept.
        """
        if table is RECORDS or "contact_id" not in table.c:
            return
        for contact_id in {str(c) for row in rows if (c := row.get("contact_id"))} - self.known:
            self.lock(ERASING, shared=True)
            if self.row(_ERASED, key=contact_id) is not None:
                message = f"{contact_id} was erased meanwhile; nothing about them is kept"
                raise UnableToKeepErased(message)
            self.known.add(contact_id)

    @property
    def _one_snapshot(self) -> bool:
        """Whether nobody else's commit can be seen before this transaction ends."""
        return not (self.writes and self.postgres)

    @property
    def _bound(self) -> dict[str, Value]:
        """Return what every statement names: the workspace, and how far the caller sees."""
        if self.within is None:
            return {_IN_WORKSPACE: self.workspace_id}
        sight = self.within.sight
        owners = sorted(sight.owners)
        return {
            _IN_WORKSPACE: self.workspace_id,
            SEEN_OWNERS: owners,
            SEEN_BY: sight.person_id,
        }

    def _with_workspace(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return {"workspace_id": self.workspace_id, **values}


@lru_cache(maxsize=STATEMENTS_COUNT_MAX)
def _inserting(table: Table) -> Insert:
    return table.insert()


@lru_cache(maxsize=STATEMENTS_COUNT_MAX)
def _inserting_new(
    table: Table, unique: tuple[str, ...], *, postgres: bool
) -> ReturningInsert[tuple[str]]:
    conflict = ["workspace_id", *unique]
    if postgres:
        on_postgres = postgresql.insert(table).on_conflict_do_nothing(index_elements=conflict)
        return on_postgres.returning(table.c.workspace_id)
    on_sqlite = sqlite.insert(table).on_conflict_do_nothing(index_elements=conflict)
    return on_sqlite.returning(table.c.workspace_id)


def _lock_number(*name: str) -> int:
    """Name a PostgreSQL advisory lock: 64 bits of a hash; a collision only makes two wait."""
    digest = hashlib.sha256("\0".join(name).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
