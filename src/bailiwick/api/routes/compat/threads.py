"""Threads: made, found, changed, copied and deleted."""

from typing import Annotated

from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.compat.answers import compat_router, done, paged
from bailiwick.api.compat.bodies import ThreadChange, ThreadMade, ThreadSearch, Ttl
from bailiwick.api.compat.naming import thread_id_of
from bailiwick.api.compat.wire import selected, thread_shown
from bailiwick.api.reach import require_thread
from bailiwick.api.reply import ready
from bailiwick.domain.right import Right
from bailiwick.domain.thread import ThreadQuery, ThreadSort, ThreadStatus

router = compat_router("langgraph: threads")
Reader = Annotated[Caller, may(Right.READ)]
Runner = Annotated[Caller, may(Right.RUN)]


@router.post("/threads", operation_id="compat_thread_create")
def create(caller: Runner, made: ThreadMade) -> Response:
    """Make a thread."""
    if made.thread_id is not None:
        require_thread(caller, thread_id_of(made.thread_id))
    thread = caller.application.threads.create(
        None if made.thread_id is None else thread_id_of(made.thread_id),
        metadata=made.metadata,
        ttl_minutes=_minutes(made.ttl),
        exists_ok=made.if_exists == "do_nothing",
        by=caller.person_id,
    )
    return ready(thread_shown(thread))


@router.post("/threads/search", operation_id="compat_threads_search")
def search(caller: Reader, query: ThreadSearch) -> Response:
    """Find threads."""
    found = caller.application.threads.search(_query(query), seen=caller.units)
    shown = [selected(thread_shown(thread), query.select) for thread in found.items]
    return paged(shown, total=found.total_count, offset=query.offset, limit=query.limit)


@router.post("/threads/count", operation_id="compat_threads_count")
def count(caller: Reader, query: ThreadSearch) -> Response:
    """Count threads."""
    return ready(caller.application.threads.count(_query(query), seen=caller.units))


@router.get("/threads/{thread_id}", operation_id="compat_thread")
def get(caller: Reader, thread_id: str) -> Response:
    """Return a thread."""
    return ready(thread_shown(caller.application.threads.get(thread_id_of(thread_id))))


@router.patch("/threads/{thread_id}", operation_id="compat_thread_update")
def update(caller: Runner, thread_id: str, change: ThreadChange) -> Response:
    """Merge metadata into a thread's; it never carries authority."""
    thread = caller.application.threads.update(
        thread_id_of(thread_id), metadata=change.metadata, ttl_minutes=_minutes(change.ttl)
    )
    return ready(thread_shown(thread))


@router.delete("/threads/{thread_id}", operation_id="compat_thread_delete", status_code=204)
def delete(caller: Annotated[Caller, may(Right.EDIT_STATE)], thread_id: str) -> Response:
    """Delete a thread's working state; what it proposed goes stale, its records stay."""
    caller.application.threads.delete(thread_id_of(thread_id))
    return done()


@router.post("/threads/{thread_id}/copy", operation_id="compat_thread_copy")
def copy(caller: Runner, thread_id: str) -> Response:
    """Make a new thread with the state of one."""
    copied = caller.application.threads.copy(thread_id_of(thread_id), by=caller.person_id)
    return ready(thread_shown(copied))


def _minutes(ttl: Ttl | float | None) -> int | None:
    minutes = ttl.ttl if isinstance(ttl, Ttl) else ttl
    return None if minutes is None else max(1, round(minutes))


def _query(query: ThreadSearch) -> ThreadQuery:
    by = "updated_at" if query.sort_by == "state_updated_at" else query.sort_by
    return ThreadQuery(
        metadata=query.metadata,
        values=query.values,
        ids=tuple(thread_id_of(text) for text in query.ids),
        status=None if query.status is None else ThreadStatus(query.status),
        sort_by=ThreadSort(by),
        descending=query.sort_order == "desc",
        limit=query.limit,
        offset=query.offset,
    )
