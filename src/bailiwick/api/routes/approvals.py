"""What waits for a person, and the decisions on it: exactly the stored payload, by its hash."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Path, Query
from pydantic import Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.etag import IfMatch, require_match, tagged
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page
from bailiwick.api.problem import present, refuse
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import TEXT_LENGTH_MAX, Changed, Given, Id, Reasoned, Told
from bailiwick.domain.approval import Approval, ApprovalStatus
from bailiwick.domain.ids import ApprovalId, PersonId
from bailiwick.domain.right import Right
from bailiwick.engine.inbox.signing import Decided
from bailiwick.observe.card_contents import beside, read_card
from bailiwick.wiring.answers import requests

HASH_FORM: Final = r"^[0-9a-f]{64}$"
NOTE_LENGTH_MAX: Final = 2_000  # as reasons

router = own_router("approvals")
Reading = Annotated[Caller, may(Right.READ)]
Deciding = Annotated[Caller, may(Right.DECIDE)]
Card = Annotated[str, Path(alias="approval_id", min_length=1, max_length=80)]
Note = Annotated[str, Field(max_length=NOTE_LENGTH_MAX)]


class CardBody(Told):
    """A card: the approval and what a person must see beside it."""

    approval_id: str
    payload_hash: str
    status: str
    recipient: str
    payload_text: str


class Approve(Given):
    """A yes to the payload that was shown."""

    payload_sha256: Annotated[str, Field(pattern=HASH_FORM)]
    note: Note = ""


class Edit(Given):
    """Other words for the same action; what is left out stays."""

    subject: Annotated[str | None, Field(max_length=TEXT_LENGTH_MAX)] = None
    text: Annotated[str | None, Field(max_length=TEXT_LENGTH_MAX)] = None
    title: Annotated[str | None, Field(max_length=TEXT_LENGTH_MAX)] = None
    value: Annotated[str | None, Field(max_length=TEXT_LENGTH_MAX)] = None
    stage: Annotated[str | None, Field(max_length=TEXT_LENGTH_MAX)] = None
    note: Note = ""


class Snooze(Given):
    """Later."""

    hours: Annotated[int, Field(ge=1, le=48)]


class Reassign(Given):
    """Somebody else."""

    to: Id


@router.get("/approvals", responses={200: {"model": PageOf}})
def list_approvals(
    caller: Reading,
    status: Annotated[ApprovalStatus | None, Query()] = ApprovalStatus.PENDING,
    cursor: Cursor = None,
    size: Size = PAGE_SIZE,
) -> Response:
    """List cards, oldest first."""
    with caller.units.read() as unit:
        found = unit.approvals.list(status=status, cursor=cursor, size=size)
    return page(found)


@router.get("/approvals/{approval_id}", responses={200: {"model": CardBody}})
def read_approval(caller: Reading, card: Card) -> Response:
    """Show one card: who receives it, the exact payload, why it waits and what it rests on."""
    with caller.units.read() as unit:
        approval = present(unit.approvals.get(ApprovalId(card)), "card", card)
        body = beside(read_card(unit, approval, at=caller.application.clock.now()))
    return ready({**_plain(approval), **body}, headers=tagged(approval.row_version))


@router.post("/approvals/{approval_id}/approve", responses={200: {"model": Changed}})
def approve(caller: Deciding, card: Card, body: Approve, if_match: IfMatch = None) -> Response:
    """Approve exactly the payload that was shown; it is judged again before anything is done."""
    approval = _matched(caller, card, if_match)
    if body.payload_sha256 != approval.payload_hash:
        detail = "the card holds another payload than was shown; look at it again"
        raise refuse(HTTPStatus.CONFLICT, detail)
    decided = caller.application.inbox.approve(
        approval.approval_id,
        person_id=caller.person_id,
        shown_hash=body.payload_sha256,
        note=body.note,
    )
    return _told(decided, runs=_delegated(caller, decided))


@router.post("/approvals/{approval_id}/edit", responses={200: {"model": Changed}})
def edit(caller: Deciding, card: Card, body: Edit, if_match: IfMatch = None) -> Response:
    """Replace a card by one with other words; the edited payload is judged as any other."""
    approval = _matched(caller, card, if_match)
    given = body.model_dump(exclude={"note"}, exclude_none=True)
    return _told(
        caller.application.inbox.edit(
            approval.approval_id, person_id=caller.person_id, changes=given, note=body.note
        )
    )


@router.post("/approvals/{approval_id}/reject", responses={200: {"model": Changed}})
def reject(caller: Deciding, card: Card, body: Reasoned, if_match: IfMatch = None) -> Response:
    """Close a card and its plan without doing anything."""
    approval = _matched(caller, card, if_match)
    return _told(
        caller.application.inbox.reject(
            approval.approval_id, person_id=caller.person_id, reason=body.reason
        )
    )


@router.post("/approvals/{approval_id}/snooze", responses={200: {"model": Changed}})
def snooze(caller: Deciding, card: Card, body: Snooze, if_match: IfMatch = None) -> Response:
    """Put a card aside; it expires when it would have expired anyway."""
    approval = _matched(caller, card, if_match)
    return _told(
        caller.application.inbox.snooze(
            approval.approval_id, person_id=caller.person_id, hours=body.hours
        )
    )


@router.post("/approvals/{approval_id}/reassign", responses={200: {"model": Changed}})
def reassign(caller: Deciding, card: Card, body: Reassign, if_match: IfMatch = None) -> Response:
    """Hand a card to another person."""
    approval = _matched(caller, card, if_match)
    return _told(
        caller.application.inbox.reassign(
            approval.approval_id, person_id=caller.person_id, to=PersonId(body.to)
        )
    )


def _delegated(caller: Caller, decided: Decided) -> list[dict[str, str]]:
    """Queue the runs that a decision delegates; a sweep takes those that their pool cannot."""
    told: list[dict[str, str]] = []
    if decided.children:
        with caller.units.write(records=False) as unit:
            for child in decided.children:
                queued = requests(caller.application).delegated(unit, child)
                run_id = child.dedupe_key.partition("/")[2]
                told.append({"run": run_id, "status": "pending" if queued else "deferred"})
            unit.commit()
    return told


def _matched(caller: Caller, card: str, if_match: str | None) -> Approval:
    """Return a card that is there and stands as the caller saw it. Raises Refusal."""
    with caller.units.read() as unit:
        approval = present(unit.approvals.get(ApprovalId(card)), "card", card)
    require_match(if_match, approval.row_version)
    return approval


def _plain(approval: Approval) -> dict[str, object]:
    return {name: getattr(approval, name) for name in approval.__dataclass_fields__}


def _told(decided: Decided, *, runs: list[dict[str, str]] | None = None) -> Response:
    approval = decided.approval
    return ready(
        {
            "result": decided.result,
            "approval_id": approval.approval_id,
            "status": approval.status,
            "payload_hash": approval.payload_hash,
            "reasons": decided.reasons,
            "runs": runs or [],
        },
        headers=tagged(approval.row_version),
    )
