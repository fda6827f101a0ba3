"""Opens the wired application for one command, and finds who is asking."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from bailiwick.domain.fault import InputFault

if TYPE_CHECKING:
    from collections.abc import Generator

    from bailiwick.domain.crm import Person
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


class UnableToTellWho(InputFault):
    """Nobody, or more than one person, could be meant."""


@contextmanager
def application() -> "Generator[Application]":
    """Open the application that settings name, and close it afterwards."""
    from bailiwick.settings import read
    from bailiwick.wiring.application import build

    app = build(read())
    try:
        yield app
    finally:
        app.close()


def person(app: "Application", email: str) -> "Person":
    """Return who is asking. Raises UnableToTellWho naming the people there are."""
    with app.units.read() as unit:
        found = unit.authority.person_by_email(email) if email else None
        people = unit.authority.people()
    if found is not None:
        return found
    names = ", ".join(p.email for p in people) or "nobody yet"
    if email:
        message = f"{email!r} is nobody in this workspace; there are: {names}"
        raise UnableToTellWho(message)
    if len(people) == 1:
        return people[0]
    message = f"say who you are with --as EMAIL; there are: {names}"
    raise UnableToTellWho(message)
