"""Which threads a caller asked for; compared after opening, since what clients wrote is sealed."""

from collections.abc import Mapping, Sequence

from bailiwick.domain.thread import Thread, ThreadQuery, ThreadSort
from bailiwick.kit.json_value import Json


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
