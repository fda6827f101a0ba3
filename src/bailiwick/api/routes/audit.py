"""The record: prove it, read it, and tell from it what was done and why."""

from pathlib import Path as FilePath
from typing import Annotated, Final

from fastapi import Path, Query
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import PageOf, Size
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Told
from bailiwick.domain.right import Right
from bailiwick.observe.chain import verify
from bailiwick.observe.seal import read_outside
from bailiwick.observe.story import tell
from bailiwick.wiring.sealing import key_to_insist_on, seal_now

SEQ_MAX: Final = 2**63 - 1  # the column's

router = own_router("audit")
Explaining = Annotated[Caller, may(Right.AUDIT)]
Auditing = Annotated[Caller, may(Right.AUDIT, whole=True)]
Operating = Annotated[Caller, may(Right.OPERATE, whole=True)]


class VerifiedBody(Told):
    """The result of one check; `breach` is null when the record is whole."""

    records_count: int
    head_hash: str
    seals_count: int
    breach: object | None


@router.get("/audit/verify", responses={200: {"model": VerifiedBody}})
def verify_records(caller: Auditing, key: Annotated[str, Query(max_length=128)] = "") -> Response:
    """Check every record and seal, and name the first that is not what was written."""
    application = caller.application
    path = FilePath(application.settings.audit.seals_file)
    outside = read_outside(path) if path.exists() else ()
    found = verify(
        application.chain,
        outside_seals=outside,
        public_key=key_to_insist_on(application, key),
    )
    return ready(found)


@router.get("/audit/records", responses={200: {"model": PageOf}})
def list_records(
    caller: Auditing,
    after: Annotated[int, Query(ge=0, le=SEQ_MAX)] = 0,
    size: Size = PAGE_SIZE,
) -> Response:
    """List records as stored, in the order of the chain, after a number."""
    rows = caller.application.chain.rows(after=after, size=size)
    more = rows[-1].seq if len(rows) == size else None
    return ready({"items": [row._asdict() for row in rows], "next_cursor": more and str(more)})


@router.get("/audit/explain/{about}", responses={200: {"model": Told}})
def explain_record(
    caller: Explaining, about: Annotated[str, Path(min_length=1, max_length=80)]
) -> Response:
    """Tell the whole story of one effect, card, plan, step or run, back to its evidence."""
    with caller.units.read() as unit:
        return ready(tell(unit, about))


@router.post("/audit/seal", responses={200: {"model": Told}})
def seal_records(caller: Operating) -> Response:
    """Sign the head of the record and keep the seal outside the database."""
    return ready({"seal": seal_now(caller.application)})
