"""The key-value store: values kept by a path of labels and a key, in the caller's workspace."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.compat.answers import compat_router, done
from bailiwick.api.compat.bodies import ItemForgotten, ItemKept, ItemSearch, NamespaceSearch
from bailiwick.api.compat.wire import Shown, told
from bailiwick.api.reply import ready
from bailiwick.domain.memo import SEPARATOR, Memo
from bailiwick.domain.right import Right
from bailiwick.engine.memory import NamespaceQuery

router = compat_router("langgraph: store")
Reader = Annotated[Caller, may(Right.READ, whole=True)]
Writer = Annotated[Caller, may(Right.WRITE, whole=True)]


@router.put("/store/items", operation_id="compat_store_put", status_code=204)
def put(caller: Writer, kept: ItemKept) -> Response:
    """Keep a value."""
    minutes = None if kept.ttl is None else max(1, round(kept.ttl))
    caller.application.memory.put(kept.namespace, kept.key, kept.value, keep_minutes=minutes)
    return done()


@router.get("/store/items", operation_id="compat_store_get")
def get(
    caller: Reader,
    key: Annotated[str, Query(max_length=1_000)],
    namespace: Annotated[str, Query(max_length=2_000)] = "",
    *,
    refresh_ttl: bool = False,
) -> Response:
    """Return a value, or null when nothing is kept there."""
    labels = tuple(namespace.split(SEPARATOR)) if namespace else ()
    found = caller.application.memory.get(labels, key, renew=refresh_ttl)
    return ready(None if found is None else _shown(found))


@router.delete("/store/items", operation_id="compat_store_delete", status_code=204)
def delete(caller: Writer, forgotten: ItemForgotten) -> Response:
    """Forget a value; one that is not there is forgotten already."""
    caller.application.memory.delete(forgotten.namespace, forgotten.key)
    return done()


@router.post("/store/items/search", operation_id="compat_store_search")
def search(caller: Reader, query: ItemSearch) -> Response:
    """Find values below a path by what they hold."""
    found = caller.application.memory.search(
        query.namespace_prefix,
        like=query.filter or {},
        words=query.query or "",
        limit=query.limit,
        offset=query.offset,
    )
    return ready({"items": [{**_shown(memo), "score": None} for memo in found]})


@router.post("/store/namespaces", operation_id="compat_store_namespaces")
def namespaces(caller: Reader, query: NamespaceSearch) -> Response:
    """List paths that hold values."""
    found = caller.application.memory.namespaces(
        NamespaceQuery(
            prefix=tuple(query.prefix or ()),
            suffix=tuple(query.suffix or ()),
            depth_max=query.max_depth,
            limit=query.limit,
            offset=query.offset,
        )
    )
    return ready({"namespaces": found})


def _shown(memo: Memo) -> Shown:
    return {
        "namespace": memo.namespace,
        "key": memo.key,
        "value": memo.value,
        "created_at": told(memo.created_at),
        "updated_at": told(memo.updated_at),
    }
