"""Opens scopes of one workspace outside of a unit: for spans, costs and figures."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from bailiwick.domain.ids import WorkspaceId
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.store.database import Database
from bailiwick.store.scope import Scope, Within


@dataclass(frozen=True, slots=True)
class Scopes:
    """A workspace of a database, and what its rows are made with."""

    database: Database
    workspace_id: WorkspaceId
    ids: Ids
    clock: Clock
    within: Within | None = None
    """How far a caller sees; None is the whole workspace."""

    def over(self, connection: Connection, *, writes: bool) -> Scope:
        """Return a scope over an open connection."""
        return Scope(
            connection=connection,
            workspace_id=self.workspace_id,
            ids=self.ids,
            clock=self.clock,
            writes=writes,
            within=self.within,
        )

    @contextmanager
    def reading(self) -> Generator[Scope]:
        """Open a scope that reads one consistent state. Raises PortFault."""
        with self.database.reading() as connection:
            yield self.over(connection, writes=False)

    @contextmanager
    def writing(self) -> Generator[Scope]:
        """Open a scope that writes, and commit when its work ends well. Raises PortFault.

        Takes no lock of the audit chain: for what leaves no record.
        """
        with self.database.writing() as connection:
            scope = self.over(connection, writes=True)
            yield scope
            scope.flush()
            connection.commit()
