"""Which threads a caller asked for; compared after opening, since what clients wrote is sealed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bailiwick.domain.ids import RunId
from bailiwick.domain.thread import GraphThreadId, Thread, ThreadQuery, ThreadSort
from bailiwick.engine.thread.shelf import Shelf
from bailiwick.kit.json_value import Json
from bailiwick.kit.plain import plain
from bailiwick.ports.threads import ThreadEventRow, ThreadRow
from bailiwick.ports.unit import Unit

PAGE_COUNT: Final = 500  # ours: rows read at a time


def matches(thread: Thread, query: ThreadQuery) -> bool:
    """Tell whether a thread has all that was asked for."""
    return contains(thread.metadata, query.metadata) and contains(thread.values or {}, query.values)


def contains(found: Json, wanted: Json) -> bool:
    """Tell whether JSON has each part of another: objects key by key, all else equal."""
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            key in found and contains(found[key], value) for key, value in wanted.items()
        )
    return found == wanted


def sorted_threads(threads: Sequence[Thread], query: ThreadQuery) -> list[Thread]:
    """Return threads in the order asked for, ties by id."""

    def key(thread: Thread) -> tuple[str, str]:
        by = {
            ThreadSort.THREAD_ID: thread.thread_id,
            ThreadSort.STATUS: thread.status.value,
            ThreadSort.CREATED_AT: thread.created_at.isoformat(),
            ThreadSort.UPDATED_AT: thread.updated_at.isoformat(),
        }
        return by[query.sort_by], thread.thread_id

    return sorted(threads, key=key, reverse=query.descending)


def every_thread(unit: Unit) -> Iterator[ThreadRow]:
    """Give every thread, by id."""
    after: GraphThreadId | None = None
    while True:  # ends with the threads
        rows = unit.threads.page(status=None, ids=(), after=after, size=PAGE_COUNT)
        yield from rows
        if len(rows) < PAGE_COUNT:
            return
        after = rows[-1].thread_id


def said_in(unit: Unit, row: ThreadRow, shelf: Shelf) -> str:
    """Return all that a thread, its runs and their frames say, in small letters.

    Raises UnableToOpenThread.
    """
    said = [plain(shelf.thread(row))]
    for run in unit.threads.runs(row.thread_id, status=None):
        said.append(plain(shelf.run(run)))
        said.extend(plain(shelf.opened_event(frame)) for frame in _frames(unit, run.run_id))
    return json.dumps(said, ensure_ascii=False).lower()


def _frames(unit: Unit, run_id: RunId) -> Iterator[ThreadEventRow]:
    after = 0
    while rows := unit.threads.events(run_id, after=after, size=PAGE_COUNT):  # ends with them
        yield from rows
        after = rows[-1].seq
