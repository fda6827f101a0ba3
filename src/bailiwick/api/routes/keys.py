"""API keys: one's own, and as staff those of everybody; a key's text is shown once, when issued.

Nobody gives more than they have: a key that is limited issues none with less of a limit.
"""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may, service_of
from bailiwick.api.giving import require_covers
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size
from bailiwick.api.problem import present
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Given, Id, Told
from bailiwick.domain.credential import ApiKey
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import PersonId
from bailiwick.domain.right import Right
from bailiwick.engine.people.keys import DAYS, DAYS_MAX, IssuedKey, KeyWish, scopes_of

NAME_LENGTH_MAX: Final = 100  # as `engine.keys` has it

router = own_router("keys")
Self = Annotated[Caller, may(Right.SELF)]
Staffing = Annotated[Caller, may(Right.STAFF, whole=True)]
KeyName = Annotated[str, Path(min_length=1, max_length=80)]
Days = Annotated[int, Field(ge=1, le=DAYS_MAX)]


class KeyBody(Given):
    """A key that is wanted."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX)]
    scopes: Annotated[list[str] | None, Field(max_length=len(Right))] = None
    days: Days = DAYS


class OthersKeyBody(KeyBody):
    """A key that is wanted for somebody."""

    person_id: Id


class Renewal(Given):
    """How long the key lasts that takes another's place."""

    days: Days = DAYS


class IssuedBody(Told):
    """A key with its text, in the answer that issued it only."""

    id: str
    key: str


@router.get("/keys", operation_id="list_keys", responses={200: {"model": PageOf}})
def keys(caller: Self, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List one's own keys, never their secrets."""
    return _listed(caller, caller.person_id, cursor=cursor, size=size)


@router.post(
    "/keys", operation_id="issue_key", status_code=201, responses={201: {"model": IssuedBody}}
)
def issue_key(caller: Self, body: KeyBody) -> Response:
    """Issue a key for oneself, shown once; it can do no more than what asks for it."""
    return _issued(caller, caller.person_id, body)


@router.post(
    "/keys/{key_id}/rotate",
    operation_id="rotate_key",
    status_code=201,
    responses={201: {"model": IssuedBody}},
)
def rotate_key(request: Request, caller: Self, key_id: KeyName, body: Renewal) -> Response:
    """Issue a key like one of one's own, show it once, and end that one."""
    owned = caller.application.entrance.keys.owned(key_id, by=caller.person_id)
    present(owned or None, "key", key_id)
    return _rotated(request, caller, key_id, body)


@router.delete("/keys/{key_id}", operation_id="revoke_key", status_code=204)
def revoke_key(request: Request, caller: Self, key_id: KeyName) -> Response:
    """End a key of one's own at once."""
    owned = caller.application.entrance.keys.owned(key_id, by=caller.person_id)
    present(owned or None, "key", key_id)
    return _revoked(request, caller, key_id)


@router.get("/issued-keys", operation_id="list_issued_keys", responses={200: {"model": PageOf}})
def issued_keys(
    caller: Staffing,
    person_id: Annotated[str | None, Query(max_length=80)] = None,
    cursor: Cursor = None,
    size: Size = PAGE_SIZE,
) -> Response:
    """List the keys of everybody or of one person, those that ended too; never their secrets."""
    whose = PersonId(person_id) if person_id else None
    return _listed(caller, whose, cursor=cursor, size=size)


@router.post(
    "/issued-keys",
    operation_id="issue_key_for",
    status_code=201,
    responses={201: {"model": IssuedBody}},
)
def issue_key_for(caller: Staffing, body: OthersKeyBody) -> Response:
    """Issue a key that acts for somebody, shown once; it can do no more than what asks for it."""
    return _issued(caller, PersonId(body.person_id), body)


@router.post(
    "/issued-keys/{key_id}/rotate",
    operation_id="rotate_issued_key",
    status_code=201,
    responses={201: {"model": IssuedBody}},
)
def rotate_issued_key(
    request: Request, caller: Staffing, key_id: KeyName, body: Renewal
) -> Response:
    """Issue a key like another one, show it once, and end that one."""
    return _rotated(request, caller, key_id, body)


@router.delete("/issued-keys/{key_id}", operation_id="revoke_issued_key", status_code=204)
def revoke_issued_key(request: Request, caller: Staffing, key_id: KeyName) -> Response:
    """End anybody's key at once."""
    _found(caller, key_id)
    return _revoked(request, caller, key_id)


def _listed(caller: Caller, whose: PersonId | None, *, cursor: str | None, size: int) -> Response:
    page = caller.application.entrance.keys.list(person_id=whose, cursor=cursor, size=size)
    return ready({"items": [_told(k) for k in page.items], "next_cursor": page.next_cursor})


def _issued(caller: Caller, whose: PersonId, body: KeyBody) -> Response:
    scopes = None if body.scopes is None else scopes_of(body.scopes)
    if caller.scopes is not None:  # a capped key cannot make one without the cap
        scopes = caller.scopes if scopes is None else scopes & caller.scopes
    wish = KeyWish(person_id=whose, name=body.name, scopes=scopes, days=body.days)
    return _shown(caller.application.entrance.keys.issue(wish, by=caller.person_id))


def _rotated(request: Request, caller: Caller, key_id: str, body: Renewal) -> Response:
    old = _found(caller, key_id)
    require_covers(caller, _role_of(caller, old.person_id), old.scopes)
    keys = caller.application.entrance.keys
    issued = keys.rotate(key_id, by=caller.person_id, days=body.days)
    service_of(request).forget()
    return _shown(issued)


def _revoked(request: Request, caller: Caller, key_id: str) -> Response:
    caller.application.entrance.keys.revoke(key_id, by=caller.person_id)
    service_of(request).forget()
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _found(caller: Caller, key_id: str) -> ApiKey:
    return present(caller.application.entrance.keys.get(key_id), "key", key_id)


def _role_of(caller: Caller, person_id: PersonId) -> Role:
    with caller.application.units.read() as unit:
        person = unit.authority.person(person_id)
    return present(person, "person", person_id).role


def _shown(issued: IssuedKey) -> Response:
    return ready({**_told(issued.key), "key": issued.text}, status=HTTPStatus.CREATED)


def _told(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.key_id,
        "person_id": key.person_id,
        "hint": key.hint,
        "name": key.name,
        "scopes": key.scopes,
        "issued_by": key.issued_by,
        "issued_at": key.issued_at,
        "expires_at": key.expires_at,
        "used_at": key.used_at,
        "revoked_at": key.revoked_at,
    }
