"""Administration of workspaces: making, finding and listing them."""

import secrets
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping, insert, select

from bailiwick.domain.crm import Workspace
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import WorkspaceId
from bailiwick.kit.clock import SystemClock
from bailiwick.ports.clock import Clock
from bailiwick.store.database import Database
from bailiwick.store.scope import ROWS_COUNT_MAX
from bailiwick.store.tables.schema import WORKSPACES
from bailiwick.store.workspace_row import workspace_of

_SECRET_BYTES: Final = 32  # ours: as long as the SHA-256 it seeds


class UnableToMakeWorkspace(InputFault):
    """The name or id is taken."""


class SqlWorkspaces:
    """The workspaces of a database. The only code that reads across them."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        database.require_current()
        self._database = database
        self._clock = clock or SystemClock()

    def create(self, workspace: Workspace) -> None:
        """Store a workspace with a fresh secret. Raises UnableToMakeWorkspace."""
        with self._database.writing() as connection:
            if _by_name(connection, workspace.name) is not None:
                message = f"a workspace named {workspace.name!r} is there already"
                raise UnableToMakeWorkspace(message)
            connection.execute(
                insert(WORKSPACES),
                {
                    "id": workspace.workspace_id,
                    "created_at": self._clock.now(),
                    "name": workspace.name,
                    "mailbox": workspace.mailbox,
                    "company": workspace.company,
                    "postal_address": workspace.postal_address,
                    "timezone": workspace.timezone,
                    "jurisdiction": workspace.jurisdiction,
                    "secret": secrets.token_hex(_SECRET_BYTES),
                },
            )
            connection.commit()

    def get(self, workspace_id: WorkspaceId) -> Workspace | None:
        """Return a workspace."""
        with self._database.reading() as connection:
            statement = select(WORKSPACES).where(WORKSPACES.c.id == workspace_id)
            row = connection.execute(statement).mappings().first()
        return None if row is None else workspace_of(row)

    def by_name(self, name: str) -> Workspace | None:
        """Return the workspace of this name."""
        with self._database.reading() as connection:
            row = _by_name(connection, name)
        return None if row is None else workspace_of(row)

    def list(self) -> Sequence[Workspace]:
        """Return all workspaces, oldest first."""
        statement = select(WORKSPACES).order_by(WORKSPACES.c.id).limit(ROWS_COUNT_MAX)
        with self._database.reading() as connection:
            rows = connection.execute(statement).mappings().all()
        return tuple(workspace_of(row) for row in rows)

    def secret(self, workspace_id: WorkspaceId) -> bytes:
        """Return what seeds the workspace's pseudonyms; never shown or logged."""
        statement = select(WORKSPACES.c.secret).where(WORKSPACES.c.id == workspace_id)
        with self._database.reading() as connection:
            return bytes.fromhex(connection.execute(statement).scalar_one())


def _by_name(connection: Connection, name: str) -> RowMapping | None:
    statement = select(WORKSPACES).where(WORKSPACES.c.name == name)
    return connection.execute(statement).mappings().first()
