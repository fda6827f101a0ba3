"""`bailiwick keys`: the API keys that programs call with."""

from typing import Annotated, Literal

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, tell_more
from bailiwick.cli.session import As, Json, application, person
from bailiwick.cli.wording import moment
from bailiwick.kit.plain import plain

app = App(name="keys", help="The API keys that programs call with.")

ScopeNames = Annotated[
    tuple[str, ...],
    Parameter(negative=(), help="A right the key is limited to; may be repeated. All by default."),
]
SHOWN_ONCE = "This is shown once; keep it where secrets are kept:"


@app.command
def add(
    name: str,
    *,
    of: str = "",
    scope: ScopeNames = (),
    days: int = 90,
    env: Literal["live", "test"] = "live",
    as_: As = "",
    json: Json = False,
) -> int:
    """Issue a key and show it once.

    Parameters
    ----------
    name
        What the key is for.
    of
        Mail address of whom the key acts for; yourself when left out. Others' keys take an admin.
    days
        How long it lasts, at most 365.
    env
        A label in the key's text.
    """
    from bailiwick.domain.token import Environment
    from bailiwick.engine.people.keys import KeyWish, scopes_of

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        owner = person(bailiwick, of) if of else asking
        wish = KeyWish(
            person_id=owner.person_id,
            name=name,
            scopes=scopes_of(scope) if scope else None,
            days=days,
            environment=Environment(env),
        )
        issued = bailiwick.entrance.keys.issue(wish, by=asking.person_id)
    key = issued.key
    output.answer({"id": key.key_id, "key": issued.text, "expires_at": plain(key.expires_at)})
    output.say(f"{name!r} acts for {owner.email} until {moment(key.expires_at)}.", mark="ok")
    output.say(SHOWN_ONCE, issued.text)
    return Exit.OK


@app.command(name="list")
def list_(
    *, of: str = "", cursor: Cursor = "", size: Size = SIZE, as_: As = "", json: Json = False
) -> int:
    """List keys, those that ended too; never their secrets.

    Parameters
    ----------
    of
        Only the keys of the person with this mail address.
    """
    output = Output(as_json=json)
    with application() as bailiwick:
        person(bailiwick, as_)
        owner = person(bailiwick, of).person_id if of else None
        page = bailiwick.entrance.keys.list(
            person_id=owner, cursor=cursor or None, size=checked(size)
        )
    shown = [
        {
            "id": key.key_id,
            "hint": key.hint,
            "name": key.name,
            "person_id": key.person_id,
            "scopes": None if key.scopes is None else sorted(key.scopes),
            "expires_at": plain(key.expires_at),
            "used_at": plain(key.used_at),
            "revoked_at": plain(key.revoked_at),
        }
        for key in page.items
    ]
    output.answer({"items": shown, "next_cursor": page.next_cursor})
    rows = [
        (
            key.key_id,
            key.hint,
            key.name,
            "all" if key.scopes is None else " ".join(sorted(key.scopes)),
            moment(key.used_at),
            f"revoked {moment(key.revoked_at)}" if key.revoked_at else moment(key.expires_at),
        )
        for key in page.items
    ]
    output.table("Keys", ("id", "key", "name", "scopes", "used", "until"), rows)
    tell_more(output, page.next_cursor)
    return Exit.OK


@app.command
def rotate(key: str, *, days: int = 90, as_: As = "", json: Json = False) -> int:
    """Issue a key like another one, show it once, and end that one.

    Parameters
    ----------
    key
        Its id; see `bailiwick keys list`.
    days
        How long the new one lasts.
    """
    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        issued = bailiwick.entrance.keys.rotate(key, by=asking.person_id, days=days)
    found = issued.key
    output.answer({"id": found.key_id, "key": issued.text, "expires_at": plain(found.expires_at)})
    output.say(f"{key} is revoked; its successor lasts until {moment(found.expires_at)}.")
    output.say(SHOWN_ONCE, issued.text)
    return Exit.OK


@app.command
def revoke(key: str, *, as_: As = "", json: Json = False) -> int:
    """End a key at once.

    Parameters
    ----------
    key
        Its id; see `bailiwick keys list`.
    """
    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        bailiwick.entrance.keys.revoke(key, by=asking.person_id)
    output.answer({"id": key, "revoked": True})
    output.say(f"{key} is revoked.", mark="ok")
    return Exit.OK
