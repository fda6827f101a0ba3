"""How runs went, as trees of spans: times, costs and verdicts, never a text of a customer."""

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page
from bailiwick.api.problem import present
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Told
from bailiwick.domain.ids import RunId
from bailiwick.domain.right import Right
from bailiwick.domain.span import Kept
from bailiwick.observe.tree import outline, trees

router = own_router("traces")
Auditing = Annotated[Caller, may(Right.AUDIT, whole=True)]
RunName = Annotated[str, Path(alias="run_id", min_length=1, max_length=80)]


class TraceBody(Told):
    """The spans of a run and of what it led to, and the trees that they make."""

    run: str
    spans: list[object]
    trees: list[object]


@router.get("/traces", responses={200: {"model": PageOf}})
def list_traces(
    caller: Auditing,
    *,
    capability: Annotated[str, Query(max_length=80)] = "",
    kept_by: Annotated[Kept | None, Query()] = None,
    cursor: Cursor = None,
    size: Size = PAGE_SIZE,
) -> Response:
    """List pieces of work of which spans are kept, newest first."""
    spans = caller.application.observation.spans
    return page(spans.tops(capability=capability, kept_by=kept_by, cursor=cursor, size=size))


@router.get("/traces/orphans", responses={200: {"model": PageOf}})
def list_orphans(caller: Auditing, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List spans that should stand under another one: there the context was lost."""
    return page(caller.application.observation.spans.orphans(cursor=cursor, size=size))


@router.get("/traces/{run_id}", responses={200: {"model": TraceBody}})
def read_trace(caller: Auditing, run: RunName) -> Response:
    """Show everything that happened in a run and because of it, as a tree."""
    found = caller.application.observation.spans.of_run(RunId(run))
    spans = present(found or None, "trace of run", run)
    return ready({"run": run, "spans": spans, "trees": [outline(b) for b in trees(spans)]})
