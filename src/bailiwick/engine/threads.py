"""Threads of one workspace: making, finding, changing, running, answering, following, erasing.

Surfaces call this and nothing below it. It decides nothing about rights: the surface has asked the
law whether this caller may. What a person approves is the stored payload of a card, whatever the
client sends (api-compat, section 7).
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from bailiwick.domain.ids import ContactId, PersonId, RunId
from bailiwick.domain.thread import (
    Answer,
    CancelAction,
    CheckpointId,
    GraphThreadId,
    NewRun,
    Thread,
    ThreadEvent,
    ThreadPage,
    ThreadQuery,
    ThreadRun,
    ThreadRunStatus,
    ThreadState,
    Waited,
)
from bailiwick.kit.json_value import Json
from bailiwick.ports.queue import Full


class Threads(Protocol):
    """What surfaces may do with threads; the faults named here are in `thread_faults`."""

    def create(
        self,
        thread_id: GraphThreadId | None = None,
        *,
        metadata: Mapping[str, Json] | None = None,
        ttl_minutes: int | None = None,
        exists_ok: bool = False,
    ) -> Thread:
        """Make a thread, or return the one of that id when `exists_ok`.

        Raises UnableToTakeThread when the id is taken, UnableToUseThread when it is no UUID.
        """
        ...

    def get(self, thread_id: GraphThreadId) -> Thread:
        """Return a thread. Raises UnableToFindThread."""
        ...

    def search(self, query: ThreadQuery) -> ThreadPage:
        """Return threads that match."""
        ...

    def count(self, query: ThreadQuery) -> int:
        """Count threads that match."""
        ...

    def update(
        self,
        thread_id: GraphThreadId,
        *,
        metadata: Mapping[str, Json],
        ttl_minutes: int | None = None,
    ) -> Thread:
        """Merge metadata into a thread's. Raises UnableToFindThread."""
        ...

    def delete(self, thread_id: GraphThreadId) -> None:
        """Delete working state; open cards go stale, records stay. Raises UnableToFindThread."""
        ...

    def copy(self, thread_id: GraphThreadId) -> Thread:
        """Make a new thread with the state of one; cards are not copied."""
        ...

    async def state(
        self,
        thread_id: GraphThreadId,
        *,
        checkpoint_id: CheckpointId | None = None,
        checkpoint_ns: str = "",
        subgraphs: bool = False,
    ) -> ThreadState:
        """Return the newest state, or that of a checkpoint. Raises UnableToFindThread."""
        ...

    async def history(
        self,
        thread_id: GraphThreadId,
        *,
        limit: int = 10,
        before: CheckpointId | None = None,
        checkpoint_ns: str = "",
        metadata: Mapping[str, Json] | None = None,
    ) -> Sequence[ThreadState]:
        """Return states, newest first; `metadata` may name source, step and run_id."""
        ...

    async def update_state(
        self,
        thread_id: GraphThreadId,
        *,
        values: Mapping[str, Json] | Sequence[Mapping[str, Json]] | None,
        as_node: str | None = None,
        checkpoint_id: CheckpointId | None = None,
        by: PersonId,
    ) -> CheckpointId:
        """Write state by hand and return its checkpoint; every open card of the thread goes stale.

        Privileged. `values=None, as_node="__end__"` ends the thread, rejecting its cards. Raises
        UnableToTakeThread while a run works, UnableToUseThread for an unknown node or key.
        """
        ...

    def start(self, thread_id: GraphThreadId, asked: NewRun) -> ThreadRun | Full:
        """Store a run and ring for it. With `command` it goes on with the thread.

        Raises UnableToFindThread; UnableToTakeThread when the thread is busy (REJECT), an input
        meets an open card (unless INTERRUPT or ROLLBACK), or a plain resume meets several
        interrupts; UnableToUseThread when a card is to be resumed without `answer`.
        """
        ...

    def answer(
        self, thread_id: GraphThreadId, answers: Sequence[Answer], asked: NewRun, *, by: PersonId
    ) -> ThreadRun | Full:
        """Decide the cards of interrupts through the inbox and go on with the thread.

        `asked.command.resume` is kept as what the client sent and never executed. Raises
        UnableToTakeThread when an interrupt is not open, a hash differs or a card is closed, and
        what the inbox raises; cards before it in `answers` stay decided.
        """
        ...

    def runs(
        self,
        thread_id: GraphThreadId,
        *,
        status: ThreadRunStatus | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Sequence[ThreadRun]:
        """Return the runs of a thread, newest first. Raises UnableToFindThread."""
        ...

    def run(self, thread_id: GraphThreadId, run_id: RunId) -> ThreadRun:
        """Return a run of this thread. Raises UnableToFindThread."""
        ...

    async def wait(self, thread_id: GraphThreadId, run_id: RunId, *, seconds_max: float) -> Waited:
        """Return how the run stands when it has ended or the time is over."""
        ...

    def events(
        self, thread_id: GraphThreadId, run_id: RunId, *, after: int = 0
    ) -> AsyncIterator[ThreadEvent]:
        """Follow a run from the frame after `after`: stored ones, then live, until its `end`.

        Frames stay for an hour after the run, so a reconnect with the last seen number loses none.
        """
        ...

    async def cancel(
        self,
        thread_id: GraphThreadId,
        run_id: RunId,
        *,
        action: CancelAction = CancelAction.INTERRUPT,
        wait_seconds: float = 0,
    ) -> ThreadRun | None:
        """Ask a run to end; None when it was rolled back and is gone."""
        ...

    def delete_run(self, thread_id: GraphThreadId, run_id: RunId) -> None:
        """Delete a run that has ended. Raises UnableToTakeThread while it works."""
        ...

    async def carry(self, thread_id: GraphThreadId) -> int:
        """Carry out the runs of a thread that are due, one after another; return how many.

        For the worker of JobKind.RESUME, whose subject is the thread id; returns 0 while another
        process carries the thread, which then does this too.
        """
        ...

    def erase(self, contact_id: ContactId) -> int:
        """Delete every thread about a contact; return how many."""
        ...

    def tidy(self) -> int:
        """Delete expired threads, old frames and orphans; ring for stranded runs; count them."""
        ...
