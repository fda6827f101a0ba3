"""Finds threads and their runs by the ids that clients give; loads no graph library."""

import re
from typing import Final
from uuid import UUID

from bailiwick.domain.ids import RunId
from bailiwick.domain.thread import GraphThreadId
from bailiwick.engine.thread_faults import UnableToFindThread, UnableToUseThread
from bailiwick.ports.threads import ThreadRow, ThreadRunRow
from bailiwick.ports.unit import Unit

_UUID: Final = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def require_uuid(thread_id: str) -> GraphThreadId:
    """Return a thread's id in its canonical form. Raises UnableToUseThread."""
    if not _UUID.fullmatch(thread_id):
        message = "Invalid thread ID: must be a UUID"
        raise UnableToUseThread(message)
    return GraphThreadId(str(UUID(thread_id)))


def found_thread(unit: Unit, thread_id: str) -> ThreadRow:
    """Return a thread. Raises UnableToFindThread."""
    row = unit.threads.get(require_uuid(thread_id))
    if row is None:
        message = f"Thread with ID {thread_id} not found"
        raise UnableToFindThread(message)
    return row


def found_run(unit: Unit, thread_id: str, run_id: RunId) -> ThreadRunRow:
    """Return a run of a thread. Raises UnableToFindThread."""
    row = unit.threads.run(run_id)
    if row is None or row.thread_id != require_uuid(thread_id):
        message = f"Run with ID {run_id} not found in thread {thread_id}"
        raise UnableToFindThread(message)
    return row
