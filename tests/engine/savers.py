"""Savers for tests: each takes the lease of every thread that it writes."""

from collections.abc import Mapping
from typing import Final

from tests.store.stores import Store

from bailiwick.domain.thread import GraphThreadId, ThreadStatus
from bailiwick.engine.checkpoint.book import NO_MIGRATION, CheckpointBook
from bailiwick.engine.checkpoint.codec import StateCodec
from bailiwick.engine.checkpoint.saver import CheckpointSaver
from bailiwick.engine.checkpoint.shape import Migration
from bailiwick.engine.group_commit import GroupCommit
from bailiwick.kit.keyring import Keyring
from bailiwick.ports.threads import ThreadLease, ThreadRow
from bailiwick.ports.unit import Unit

WRITES: Final = GroupCommit()
SECRETS: Final = (b"a secret of thirty-two bytes, 1!",)


class TakingLeases:
    """Makes the thread when there is none, and holds what it took."""

    def __init__(self, store: Store, holder: str) -> None:
        self._store = store
        self._holder = holder
        self.held: dict[GraphThreadId, ThreadLease] = {}

    def __call__(self, unit: Unit, thread_id: GraphThreadId) -> ThreadLease | None:
        if thread_id not in self.held:
            now = self._store.clock.now()
            unit.threads.add(
                ThreadRow(
                    thread_id=thread_id,
                    created_at=now,
                    updated_at=now,
                    state_updated_at=now,
                    status=ThreadStatus.IDLE,
                    face=b"",
                )
            )
            lease = unit.threads.lease(thread_id, holder=self._holder, seconds=20)
            if lease is None:
                return None
            self.held[thread_id] = lease
        return self.held[thread_id]


def a_saver(
    store: Store,
    *,
    types: Mapping[str, type] | None = None,
    holder: str = "test",
    secrets: tuple[bytes, ...] = SECRETS,
    migration: Migration = NO_MIGRATION,
) -> CheckpointSaver:
    return CheckpointSaver(
        units=store.units,
        writes=WRITES,
        book=CheckpointBook(
            workspace_id=store.workspace_id,
            keyring=Keyring(secrets, purpose="thread"),
            codec=StateCodec(types or {}),
            migration=migration,
        ),
        clock=store.clock,
        ids=store.ids,
        leases=TakingLeases(store, holder),
    )
