"""Puts a demo workspace on its stage: the folder, the settings, and what no export carries.

Everything else a demo does goes through the doors that anybody uses.
"""

import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from bailiwick.domain.consent import Consent, ConsentPurpose, ConsentState
from bailiwick.domain.crm import Account, Contact, Person, Role, Workspace
from bailiwick.domain.fault import InputFault, SettingsFault
from bailiwick.domain.ids import PREFIX, AccountId, ContactId
from bailiwick.engine.people.staffing import Newcomer, add_person
from bailiwick.evals.world.letters import STATEMENTS
from bailiwick.ports.crm import Statement
from bailiwick.settings import (
    FILE_NAME,
    AuditSettings,
    MailSettings,
    Settings,
    StoreSettings,
)
from bailiwick.store.crm_rows import CrmRows
from bailiwick.wiring.founding import Founding, found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bailiwick.evals.world.company import Somebody
    from bailiwick.ports.clock import Clock
    from bailiwick.wiring.application import Application

MARKER: Final = ".bailiwick-demo"
"""Says that a folder was made by a demo, so that the next one may empty it."""
MAILBOX: Final = "sales@northwind.example"
ADMIN: Final = "mara@northwind.example"
APPROVER: Final = "kim@northwind.example"
SINK_PORT: Final = 2525  # ours: where the settings file looks for a mail server after the demo
CONSENT_AGE: Final = timedelta(days=90)  # ours: given before the first mail of the world
_DATABASE: Final = "bailiwick.db"
_KEY: Final = "seal.key"
_SEALS: Final = "seals.jsonl"
_TOML: Final = f"""\
# Made by `bailiwick demo`; commands that are started in this folder work on its workspace.
[store]
database_url = "sqlite:///{_DATABASE}"
workspace = "demo"

[mail]
# Nobody listens there unless you start a server; docs/tutorial/first-day.md says how.
smtp_url = "smtp://127.0.0.1:{SINK_PORT}"

[audit]
seal_key_file = "{_KEY}"
seals_file = "{_SEALS}"
"""


class UnableToStage(InputFault):
    """The folder cannot be used for a demo."""


class UnableToFindSink(SettingsFault):
    """The mail server for the demo is not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The two people of a demo."""

    admin: Person
    approver: Person


def clear(folder: Path) -> None:
    """Make an empty folder, or empty one that a demo made. Raises UnableToStage."""
    try:
        if folder.exists() and any(folder.iterdir()):
            if not (folder / MARKER).is_file():
                message = (
                    f"{folder} holds files that no demo made, so nothing in it was touched; "
                    "name another folder with --folder"
                )
                raise UnableToStage(message)
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARKER).write_text("`bailiwick demo` empties this folder.\n", encoding="utf-8")
    except OSError as error:
        message = f"{folder} cannot be made or emptied ({error.strerror}); name another --folder"
        raise UnableToStage(message) from error


class MailSink(Protocol):
    """A mail server on this machine that keeps what it is given."""

    @property
    def delivered(self) -> tuple[bytes, ...]:
        """Every mail that was taken, oldest first."""
        ...

    def start(self) -> str:
        """Listen, and return the URL that settings would name."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...


def mail_sink() -> MailSink:
    """Return a mail server that is not started yet. Raises UnableToFindSink."""
    try:
        from bailiwick.connectors.smtp.sink import LocalSink
    except ModuleNotFoundError as error:
        message = (
            "the demo sends to a mail server of its own, which needs aiosmtpd; "
            "install it with: pip install 'bailiwick[demo]'"
        )
        raise UnableToFindSink(message) from error
    return LocalSink()


def founded(folder: Path, *, smtp_url: str) -> tuple[Settings, Workspace]:
    """Write the settings file and make the workspace; return settings that work from anywhere."""
    (folder / FILE_NAME).write_text(_TOML, encoding="utf-8")
    settings = Settings(
        store=StoreSettings(database_url=f"sqlite:///{folder / _DATABASE}", workspace="demo"),
        mail=MailSettings(smtp_url=smtp_url),
        audit=AuditSettings(seal_key_file=str(folder / _KEY), seals_file=str(folder / _SEALS)),
        source=str(folder / FILE_NAME),
    )
    founding = Founding(
        name="demo",
        mailbox=MAILBOX,
        company="Northwind Foundry",
        person_email=ADMIN,
        person_name="Mara",
        postal_address="1 Foundry Lane, Leeds LS1 4AP",
        timezone="Europe/London",
    )
    return settings, found(settings, founding)


def beside(app: "Application", *, name: str, clock: "Clock") -> "Application":
    """Make another workspace in the same database, whose clock may run as it likes; close it."""
    from bailiwick.wiring.application import build
    from bailiwick.wiring.doubles import Doubles

    workspace = app.workspace
    settings = replace(app.settings, store=replace(app.settings.store, workspace=name))
    found(
        settings,
        Founding(
            name=name,
            mailbox=workspace.mailbox,
            company=workspace.company,
            person_email=ADMIN,
            person_name="Mara",
            postal_address=workspace.postal_address,
            timezone=workspace.timezone,
        ),
    )
    return build(settings, Doubles(clock=clock, draw=lambda: 0.5))


def invited(app: "Application", people: "Sequence[Somebody]", *, now: datetime) -> None:
    """Store contacts of a world with their companies and their consent to marketing."""
    with app.units.write() as unit:
        rows = CrmRows(unit)
        for somebody in people:
            firm = somebody.firm
            account_id = AccountId(app.ids.new(PREFIX["account"]))
            contact_id = ContactId(app.ids.new(PREFIX["contact"]))
            rows.add_account(
                Account(
                    account_id=account_id,
                    name=firm.name,
                    domain=firm.domain,
                    industry=firm.industry,
                    employees_count=firm.employees,
                    country=firm.locale.country,
                )
            )
            rows.add_contact(
                Contact(
                    contact_id=contact_id,
                    first_name=somebody.first,
                    last_name=somebody.last,
                    account_id=account_id,
                    addresses=(somebody.address,),
                    title=somebody.title,
                    country=firm.locale.country,
                    language=firm.locale.language,
                )
            )
        unit.commit()
    furnish(app, people, now=now)


def staffed(app: "Application") -> Staff:
    """Add the person who approves beside the one who administers."""
    with app.units.read() as unit:
        admin = unit.authority.person_by_email(ADMIN)
    assert admin is not None, "the founder is an administrator"
    newcomer = Newcomer(email=APPROVER, name="Kim", role=Role.APPROVER)
    approver = add_person(app.units, app.ids, newcomer, by=admin.person_id, clock=app.clock)
    return Staff(admin=admin, approver=approver)


def furnish(app: "Application", people: "Sequence[Somebody]", *, now: datetime) -> tuple[int, int]:
    """Store approved statements and the consents of a world; returns how many of each."""
    consents_count = 0
    with app.units.write() as unit:
        rows = CrmRows(unit)
        for topic, language, body in STATEMENTS:
            statement_id = app.ids.new(PREFIX["statement"])
            rows.add_statement(
                Statement(statement_id=statement_id, topic=topic, language=language, body=body)
            )
        for somebody in people:
            contact_id = unit.guards.address_owner(somebody.address)
            if contact_id is None or not somebody.consents:
                continue
            unit.consents.add(
                Consent(
                    contact_id=contact_id,
                    purpose=ConsentPurpose.MARKETING,
                    state=ConsentState.GRANTED,
                    source="trade fair list",
                    valid_from=now - CONSENT_AGE,
                )
            )
            consents_count += 1
        unit.commit()
    return len(STATEMENTS), consents_count
