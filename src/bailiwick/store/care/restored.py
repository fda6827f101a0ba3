"""The workspaces of a restore before its commit: a new epoch, and no session or key of before."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, select, update

from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.receipt import EffectState
from bailiwick.ports.care import Erasure
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.queue import JobState
from bailiwick.store.queue.engine import line_of
from bailiwick.store.queue.parts import QueueParts
from bailiwick.store.queue.rows import back_to_waiting
from bailiwick.store.repositories.effects import workspace_epoch
from bailiwick.store.scope import Scope, own
from bailiwick.store.tables import METADATA
from bailiwick.store.tables.ledger import EFFECTS
from bailiwick.store.tables.queue import JOBS
from bailiwick.store.tables.schema import WORKSPACES
from bailiwick.store.tables.threads import THREADS
from bailiwick.store.tables.work import RUNS
from bailiwick.store.unit import SqlUnit, SqlUnits

REVOKED: Final = ("sessions", "api_keys")
"""Tables of what proved who somebody was; one line more for a further one."""
FENCE_LEAP: Final = 1_000_000  # ours: far more leases than a row has between two backups
_OPEN: Final = (EffectState.READY, EffectState.SENDING, EffectState.IN_DOUBT)


class OpenUnits(SqlUnits):
    """Units that share one open transaction; who opened it commits."""

    def __init__(  # pyright: ignore[reportMissingSuperCall] - the workspace is not committed yet
        self, scope: Scope, delivery: QueueParts
    ) -> None:
        self.unit = SqlUnit(scope, delivery)

    @contextmanager
    def read(self) -> Generator[SqlUnit]:
        """Give the open unit."""
        yield self.unit

    @contextmanager
    def write(self, *, records: bool = True) -> Generator[SqlUnit]:
        """Give the open unit."""
        del records
        yield self.unit


class OpenDatabase:
    """A database in the one transaction of its restore."""

    def __init__(
        self,
        connection: Connection,
        delivery: QueueParts,
        *,
        ids: Ids,
        clock: Clock,
        former: tuple[Erasure, ...],
    ) -> None:
        self._connection = connection
        self._delivery = delivery
        self.former_erasures = former
        self._ids = ids
        self._clock = clock

    def units(self, workspace_id: WorkspaceId) -> OpenUnits:
        """Return units of a workspace that was just restored."""
        scope = Scope(
            connection=self._connection,
            workspace_id=workspace_id,
            ids=self._ids,
            clock=self._clock,
            writes=True,
        )
        return OpenUnits(scope, self._delivery)

    def queue_again(self, workspace_id: WorkspaceId) -> int:
        """Let every job that was not finished wait anew; the engine of before knows none here."""
        mine = (JOBS.c.workspace_id == workspace_id, JOBS.c.state != JobState.BURIED.value)
        open_jobs = self._connection.execute(select(JOBS).where(*mine)).mappings().all()
        engine = self._delivery.engine if open_jobs else None
        for job in open_jobs:
            line = line_of(job["pool"], workspace_id)
            number = None
            if engine is not None:
                number = engine.add(self._connection, line, rank=job["rank"], wait=timedelta(0))
            self._connection.execute(
                update(JOBS)
                .where(JOBS.c.workspace_id == workspace_id, JOBS.c.id == job["id"])
                .values(**back_to_waiting(job["due_at"], counted=True), engine_id=number)
            )
        return len(open_jobs)

    def revoke_all(self) -> Mapping[str, int]:
        """End every session and key: who holds one may have lost the right to since the backup."""
        ended: dict[str, int] = {}
        for name in REVOKED:
            table = METADATA.tables.get(name)
            if table is not None:
                ended[name] = self._connection.execute(table.delete()).rowcount
        return ended


def raise_epoch(unit: SqlUnit) -> int:
    """Begin a new epoch; open effects come along, since evidence or a person moves them on.

    A process that was not stopped before the restore may hold a run or thread under a fence that is
    given out again, so the fences leap over all that were.
    """
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
    for table in (RUNS, THREADS):
        scope.change(update(table).where(own(table)).values(fence=table.c.fence + FENCE_LEAP))
    scope.seen.forget_all()
    return epoch
