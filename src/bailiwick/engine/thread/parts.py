"""What the parts of the thread service share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.ids import RunId
from bailiwick.domain.thread import Pause
from bailiwick.engine.graphs.graphs import Graphs
from bailiwick.engine.group_commit import GroupCommit
from bailiwick.engine.inbox.approvals import Inbox
from bailiwick.engine.inbox.signing import close_card
from bailiwick.engine.places import Places
from bailiwick.engine.runner import Runner
from bailiwick.engine.runs.waiting import Waiting
from bailiwick.engine.thread.shelf import Shelf
from bailiwick.engine.thread_desk import open_cards
from bailiwick.kit.keyring import Keyring
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.queue import Full, JobKind, NewJob
from bailiwick.ports.threads import ThreadRow, ThreadRunRow
from bailiwick.ports.unit import Unit, Units

PURPOSE: Final = "thread"
"""Of the keys that seal threads and checkpoints."""
FORGET_SECONDS: Final = 600  # ours: a forgotten thread is kept this long for whoever waits for it


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadParts:
    """What threads are carried with; wiring fills it."""

    units: Units
    clock: Clock
    ids: Ids
    graphs: Graphs
    runner: Runner
    inbox: Inbox
    group: GroupCommit
    waiting: Waiting
    places: Places
    keyring: Keyring
    shelf: Shelf
    holder: str
    """Names this process among those that write threads."""


def enqueue(parts: ThreadParts, unit: Unit, run: ThreadRunRow) -> Full | None:
    """Ring for a run in the pool of its capability; None when it is queued."""
    job = unit.jobs.enqueue(
        NewJob(
            kind=JobKind.RESUME,
            pool=parts.graphs.spec(run.capability).pool,
            subject=run.thread_id,
            due_at=run.due_at,
            dedupe_key=f"thread-run:{run.run_id}",
        )
    )
    return job if isinstance(job, Full) else None


def is_forgotten(unit: Unit, thread: ThreadRow) -> bool:
    """Tell whether a thread is that of a stateless run, however often it was resumed since."""
    return any(run.forget for run in unit.threads.runs(thread.thread_id, status=None))


def forget_at(pauses: Sequence[Pause], *, at: datetime) -> datetime | None:
    """Return when a forgotten thread ends: not while a card of it waits for a person."""
    if any(pause.approval_id is not None for pause in pauses):
        return None
    return at + timedelta(seconds=FORGET_SECONDS)


def withdraw_cards(
    unit: Unit, run_id: RunId | None, *, reason: str, at: datetime, rejected: bool = False
) -> Sequence[str]:
    """Close the open cards of a plan and of its delegated runs; return their ids.

    The thread must have let go of the plan before, else each card would ring for it.
    """
    if run_id is None:
        return ()
    status = ApprovalStatus.REJECTED if rejected else ApprovalStatus.STALE
    cards = open_cards(unit, run_id)
    for card in cards:
        close_card(unit, card, status, person=None, reason=reason, at=at)
    return tuple(card.approval_id for card in cards)
