"""Makes a workspace: migrates the database, stores the workspace and its first person."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bailiwick.domain.crm import Person, Role, Workspace
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PersonId, WorkspaceId
from bailiwick.domain.mail_address import normalised
from bailiwick.domain.record import RecordKind
from bailiwick.engine.people.roles import require_role
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.settings import Settings
from bailiwick.store.database import Database
from bailiwick.store.unit import SqlUnits
from bailiwick.store.workspaces import SqlWorkspaces

if TYPE_CHECKING:
    from bailiwick.wiring.application import Application


class UnableToFound(InputFault):
    """A value given for the workspace cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What a workspace is made from."""

    name: str
    mailbox: str
    company: str
    person_email: str
    person_name: str
    postal_address: str = ""
    timezone: str = "UTC"
    jurisdiction: str = "opt_in"


def found(settings: Settings, founding: Founding) -> Workspace:
    """Migrate the database and store the workspace with one administrator.

    Raises UnableToFound for an unusable value and InputFault when the name is taken.
    """
    clock = SystemClock()
    ids = TimeSortedIds(clock.now)
    workspace = Workspace(
        workspace_id=WorkspaceId(ids.new("wsp")),
        name=founding.name,
        mailbox=_address(founding.mailbox, what="mailbox"),
        company=founding.company.strip(),
        postal_address=founding.postal_address.strip(),
        timezone=_zone(founding.timezone),
        jurisdiction=_jurisdiction(founding.jurisdiction),
    )
    person = Person(
        person_id=PersonId(ids.new("per")),
        name=founding.person_name,
        email=_address(founding.person_email, what="email"),
        role=Role.ADMIN,
    )
    database = Database.open(settings.store.database_url)
    try:
        database.migrate()
        SqlWorkspaces(database, clock).create(workspace)
        with SqlUnits(database, workspace.workspace_id, ids, clock).write() as unit:
            unit.authority.add_person(person)
            unit.commit()
    finally:
        database.close()
    return workspace


def correct(
    application: "Application",
    *,
    by: PersonId,
    company: str | None = None,
    postal_address: str | None = None,
    timezone: str | None = None,
) -> Workspace:
    """Change what the workspace says of itself, where given; an admin does. Raises UnableToFound.

    A process that serves it goes on with what it read at its start, drafts aside.
    """
    wanted = {"company": company, "postal_address": postal_address, "timezone": timezone}
    given = {name: value.strip() for name, value in wanted.items() if value is not None}
    if not given or not given.get("company", "given"):
        message = "say what to change: a company, a postal address or a time zone"
        raise UnableToFound(message)
    if "timezone" in given:
        _zone(given["timezone"])
    with application.units.write() as unit:
        require_role(unit, by, Role.ADMIN, what="correct the workspace", fault=UnableToFound)
        now = replace(unit.crm.workspace(), **given)
        unit.authority.correct_workspace(now)
        unit.records.append(
            RecordKind.WORKSPACE,
            subject=now.workspace_id,
            payload={**given, "by": by},
            at=application.clock.now(),
        )
        unit.commit()
    return now


def _address(text: str, *, what: str) -> str:
    address = normalised(text)
    if address is None:
        message = f"{what} {text!r} is not one mail address, such as sales@example.com"
        raise UnableToFound(message)
    return address


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"time zone {name!r} is unknown; use an IANA name such as Europe/Berlin"
        raise UnableToFound(message) from error
    return name


def _jurisdiction(word: str) -> str:
    if word not in {"opt_in", "opt_out"}:
        message = f"jurisdiction must be opt_in or opt_out, not {word!r}"
        raise UnableToFound(message)
    return word
