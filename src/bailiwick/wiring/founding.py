"""Makes a workspace: migrates the database, stores the workspace and its first person."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bailiwick.domain.crm import Person, Role, Workspace
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PersonId, WorkspaceId
from bailiwick.domain.mail_address import normalised
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.settings import Settings
from bailiwick.store.database import Database
from bailiwick.store.unit import SqlUnits
from bailiwick.store.workspaces import SqlWorkspaces


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
