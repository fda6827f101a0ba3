"""The workspaces of a restore before its commit: a new epoch, and no session or key of before."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, update

from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.receipt import EffectState
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.store.repositories.effects import workspace_epoch
from bailiwick.store.scope import Scope
from bailiwick.store.tables import METADATA
from bailiwick.store.tables.ledger import EFFECTS
from bailiwick.store.tables.schema import WORKSPACES
from bailiwick.store.unit import SqlUnit, SqlUnits

REVOKED: Final = ("sessions", "api_keys")
"""Tables of what proved who somebody was; one line more for a further one."""
_OPEN: Final = (EffectState.READY, EffectState.SENDING, EffectState.IN_DOUBT)


class OpenUnits(SqlUnits):
    """Units that share one open transaction; who opened it commits."""

    def __init__(  # pyright: ignore[reportMissingSuperCall] - the workspace is not committed yet
        self, connection: Connection, workspace_id: WorkspaceId, ids: Ids, clock: Clock
    ) -> None:
        scope = Scope(
            connection=connection, workspace_id=workspace_id, ids=ids, clock=clock, writes=True
        )
        self.unit = SqlUnit(scope)

    @contextmanager
    def read(self) -> Generator[SqlUnit]:
        """Give the open unit."""
        yield self.unit

    @contextmanager
    def write(self) -> Generator[SqlUnit]:
        """Give the open unit."""
        yield self.unit


class OpenDatabase:
    """A database in the one transaction of its restore."""

    def __init__(self, connection: Connection, ids: Ids, clock: Clock) -> None:
        self._connection = connection
        self._ids = ids
        self._clock = clock

    def units(self, workspace_id: WorkspaceId) -> OpenUnits:
        """Return units of a workspace that was just restored."""
        return OpenUnits(self._connection, workspace_id, self._ids, self._clock)

    def revoke_all(self) -> Mapping[str, int]:
        """End every session and key: who holds one may have lost the right to since the backup."""
        ended: dict[str, int] = {}
        for name in REVOKED:
            table = METADATA.tables.get(name)
            if table is not None:
                ended[name] = self._connection.execute(table.delete()).rowcount
        return ended


def raise_epoch(unit: SqlUnit) -> int:
    """Begin a new epoch; open effects come along, since evidence or a person moves them on."""
    scope = unit.scope
    scope.flush()
    epoch = workspace_epoch(scope) + 1
    scope.connection.execute(
        update(WORKSPACES).where(WORKSPACES.c.id == scope.workspace_id).values(epoch=epoch)
    )
    scope.connection.execute(
        update(EFFECTS)
        .where(
            EFFECTS.c.workspace_id == scope.workspace_id,
            EFFECTS.c.state.in_([state.value for state in _OPEN]),
        )
        .values(epoch=epoch)
    )
    scope.seen.forget_all()
    return epoch
