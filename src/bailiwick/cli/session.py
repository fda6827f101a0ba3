"""Opens the wired application for one command, and finds who is asking."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from bailiwick.domain.fault import InputFault, SettingsFault

if TYPE_CHECKING:
    from collections.abc import Generator

    from bailiwick.domain.crm import Person
    from bailiwick.settings import Settings
    from bailiwick.wiring.application import Application

Json = Annotated[
    bool,
    Parameter(name="--json", negative=(), help="Print one JSON document instead of tables."),
]
As = Annotated[
    str,
    Parameter(
        name="--as",
        help="Mail address of the person who asks; needed when there is more than one.",
    ),
]
Reason = Annotated[str, Parameter(name="--reason", help="Why; it is recorded.")]


class UnableToFindWorkspace(SettingsFault):
    """The database that settings name was never made, as in the wrong folder."""


class UnableToTellWho(InputFault):
    """Nobody, or more than one person, could be meant."""


@contextmanager
def application() -> "Generator[Application]":
    """Open the application that settings name, and close it afterwards."""
    from bailiwick.settings import read
    from bailiwick.wiring.application import build

    settings = read()
    begin_log(settings)
    require_made(settings.store.database_url)
    app = build(settings)
    try:
        yield app
    finally:
        app.close()


def begin_log(settings: "Settings") -> None:
    """Write this process's log as settings want it."""
    if settings.log.json:
        from bailiwick.observe.logs import log_json

        log_json()


def require_made(database_url: str) -> None:
    """Refuse a SQLite file that is not there, which opening it would make.

    Raises UnableToFindWorkspace naming the file and both ways on.
    """
    path = Path(database_url.removeprefix("sqlite:///").partition("?")[0])
    if database_url.startswith("sqlite:///") and not path.exists():
        message = (
            f"there is no workspace here: {path.absolute()} does not exist; change to the folder "
            "of your workspace, or make one in this folder with `bailiwick init`"
        )
        raise UnableToFindWorkspace(message)


def person(app: "Application", email: str) -> "Person":
    """Return who is asking: who is named, else the only one who is no agent.

    Raises UnableToTellWho naming the people there are.
    """
    from bailiwick.domain.crm import Role

    with app.units.read() as unit:
        found = unit.authority.person_by_email(email) if email else None
        people = unit.authority.people()
    if found is not None:
        return found
    names = ", ".join(p.email for p in people) or "nobody yet"
    if email:
        message = f"{email!r} is nobody in this workspace; there are: {names}"
        raise UnableToTellWho(message)
    askers = [one for one in people if one.role is not Role.AGENT]
    if len(askers) == 1:
        return askers[0]
    message = f"say who you are with --as EMAIL; there are: {names}"
    raise UnableToTellWho(message)
