"""Five recipients in three companies and zones, two campaigns, and the real machine around them."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, Table, func, select, update
from tests.fakes.campaign_deaths import DyingWriter, KilledError, StumblingClock
from tests.fakes.campaign_wire import Wire
from tests.fakes.office import MAILBOX, InlineParser, Letters

from bailiwick.connectors.smtp.compose import ComposeSettings, message_id
from bailiwick.connectors.smtp.writer import Filing, SentCopies, SmtpMailWriter
from bailiwick.domain.action import Action, Risk
from bailiwick.domain.autonomy import GRANT_DAYS, Grant, Level
from bailiwick.domain.campaign.enrolment import CampaignId, End, EnrolmentId, enrolment_id
from bailiwick.domain.campaign.pace import DAY, HOUR, Limit, Over
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.campaign.series import Touch as Planned
from bailiwick.domain.campaign.touch import Touch
from bailiwick.domain.consent import Consent, ConsentPurpose, ConsentState
from bailiwick.domain.crm import Account, Contact, Person, Role
from bailiwick.domain.ids import AccountId, ContactId, GrantId, PersonId
from bailiwick.domain.message import Direction
from bailiwick.domain.receipt import EffectState
from bailiwick.kit.clock import FixedClock
from bailiwick.ports.campaigns import Kept
from bailiwick.ports.mail_source import RawMail
from bailiwick.settings import AuditSettings, CareSettings, Settings, StoreSettings
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.tables.campaigns import ENROLMENTS
from bailiwick.store.tables.ledger import EFFECTS, RECORDS
from bailiwick.store.tables.queue import JOBS
from bailiwick.wiring.application import Application, build
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.founding import Founding, found

BEFORE: Final = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
"""When the workspace was furnished."""
DOMAIN: Final = "northwind.example"
ADMIN: Final = PersonId("per_admin")
LIMITS: Final = (
    Limit(over=Over.MAILBOX, count=2, within=HOUR),
    Limit(over=Over.ACCOUNT, count=1, within=DAY),
    Limit(over=Over.DOMAIN, count=2, within=DAY),
)
PERSONAL: Final = Series(
    version=1,
    touches=tuple(Planned(gap_days=days) for days in (0, 2, 3)),
    limits=LIMITS,
    tail=timedelta(days=4),
)
OF_A_COMPANY: Final = Series(
    version=1,
    touches=tuple(Planned(gap_days=days) for days in (0, 4)),
    limits=LIMITS,
    stops=frozenset({End.REPLIED, End.MEETING, End.ACCOUNT_REPLIED}),
    tail=timedelta(days=2),
)
SERIES: Final = {"Personal": PERSONAL, "Company": OF_A_COMPANY}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody, and where they really live."""

    contact_id: ContactId
    first: str
    account: str
    country: str
    timezone: str
    zones: tuple[str, ...]

    @property
    def address(self) -> str:
        """Where mail to them goes."""
        return f"{self.first.casefold()}@{self.account}.example"


PEOPLE: Final = (
    Recipient(ContactId("con_dana"), "Dana", "acme", "GB", "Europe/London", ("Europe/London",)),
    Recipient(ContactId("con_kim"), "Kim", "acme", "GB", "", ("Europe/London",)),
    Recipient(ContactId("con_lee"), "Lee", "beta", "US", "America/New_York", ("America/New_York",)),
    Recipient(
        ContactId("con_max"), "Max", "beta", "US", "", ("America/Los_Angeles", "America/New_York")
    ),
    Recipient(ContactId("con_aiko"), "Aiko", "solo", "JP", "Asia/Tokyo", ("Asia/Tokyo",)),
)
BY_ADDRESS: Final = {who.address: who for who in PEOPLE}


@dataclass
class World:
    """One workspace through a history; `app` is another one after each crash."""

    folder: Path
    wire: Wire
    clock: StumblingClock
    writes: type[DyingWriter] = DyingWriter
    app: Application = field(init=False)
    twin: Application = field(init=False)
    """A second process on the same database."""
    writer: DyingWriter = field(init=False)
    letters_count: int = 0

    def __post_init__(self) -> None:
        """Open it."""
        self._open()

    def _open(self) -> None:
        headers = ComposeSettings(domain=DOMAIN, unsubscribe_secret=b"s" * 32)
        sent = SentCopies(folder=self.wire, filing=Filing.PROVIDER)
        self.writer = self.writes(
            self.wire.endpoint, headers=headers, clock=FixedRunning(self.clock), sent=sent
        )
        self.app = build(settings_of(self.folder), self._doubles(self.writer))
        self.twin = build(settings_of(self.folder), self._doubles(self.writer))

    def _doubles(self, mail: SmtpMailWriter) -> Doubles:
        return Doubles(clock=self.clock, mail=mail, parser=InlineParser(), draw=lambda: 0.5)

    def close(self) -> None:
        """Let go."""
        self.app.close()
        self.twin.close()

    def restart(self) -> None:
        """Begin anew on what is stored."""
        self.clock.readings_left = None
        self.close()
        self._open()
        with self.app.database.writing() as connection:
            # The lease of the dead process ends by the machine's clock, which we do not wait for.
            connection.execute(
                update(JOBS)
                .where(JOBS.c.workspace_id == self.app.workspace.workspace_id)
                .values(lease_until=BEFORE, due_at=BEFORE)
            )
            connection.commit()

    def survive(self, act: Callable[[], object]) -> bool:
        """Do something in a process that may die at it; True when it did not."""
        try:
            act()
        except KilledError:
            self.restart()
            return False
        finally:
            self.clock.readings_left = None
            self.writer.die = ""
        return True

    def turn(self) -> None:
        """Settle, tick, draft, deliver and settle."""
        asyncio.run(self.app.campaigns.turn())

    def later(self, **spans: float) -> None:
        """Move the clock, forwards or back."""
        self.clock.set(self.clock.now() + timedelta(**spans))

    def head(self) -> int:
        """Return the number of the latest record."""
        with self.app.database.reading() as connection:
            found_ = connection.scalar(select(func.max(RECORDS.c.seq)).where(self._mine(RECORDS)))
        return int(found_ or 0)

    def until_next(self) -> None:
        """Move the clock to when something is due again: ten minutes to seven hours ahead."""
        with self.app.database.reading() as connection:
            times = [
                connection.scalar(
                    select(func.min(ENROLMENTS.c.wake_at)).where(self._mine(ENROLMENTS))
                ),
                connection.scalar(
                    select(func.min(EFFECTS.c.due_at)).where(
                        self._mine(EFFECTS),
                        EFFECTS.c.state.in_((EffectState.READY.value, EffectState.IN_DOUBT.value)),
                    )
                ),
            ]
        now = self.clock.now()
        due = min((at for at in times if at is not None), default=now + timedelta(hours=7))
        self.clock.set(max(due, now + timedelta(minutes=10)))

    def _mine(self, table: Table) -> ColumnElement[bool]:
        return table.c.workspace_id == self.app.workspace.workspace_id

    def receive(self, raw: bytes, *, direction: Direction = Direction.INBOUND) -> None:
        """Take a mail in."""
        mail = RawMail(
            raw=raw, size_bytes=len(raw), folder="INBOX", external_id=f"{self.letters_count}",
            direction=direction, received_at=self.clock.now(),
        )  # fmt: skip
        self.app.mail_intake.take(Letters((mail,)), progress=lambda _: None)

    def letter(
        self, who: Recipient, text: str, *, subject: str = "Re: Hello", more: str = ""
    ) -> bytes:
        """Write a mail as one of them would."""
        self.letters_count += 1
        date = self.clock.now().strftime("%a, %d %b %Y %H:%M:%S +0000")
        return (
            f"From: {who.first} Ode <{who.address}>\r\nTo: {MAILBOX}\r\nSubject: {subject}\r\n"
            f"Date: {date}\r\nMessage-ID: <l{self.letters_count}@{who.account}.example>\r\n{more}"
            f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        ).encode()

    def report(self, who: Recipient, status: str) -> bytes | None:
        """Write a delivery report about the latest mail to them, if there is one."""
        mine = [mail for mail in self.wire.arrived() if mail.to == who.address]
        if not mine:
            return None
        self.letters_count += 1
        action = "failed" if status.startswith("5") else "delayed"
        return (
            f"From: mailer-daemon@{who.account}.example\r\nTo: {MAILBOX}\r\n"
            "Subject: Delivery Status Notification\r\n"
            f"Message-ID: <b{self.letters_count}@{who.account}.example>\r\n"
            f"In-Reply-To: {mine[-1].message_id}\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/plain\r\n\r\nabout your mail\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            f"Reporting-MTA: dns; mx.{who.account}.example\r\n\r\n"
            f"Final-Recipient: rfc822; {who.address}\r\nAction: {action}\r\nStatus: {status}\r\n"
            "\r\n--b--\r\n"
        ).encode()

    def campaign(self, name: str) -> CampaignId:
        """Return the id of a campaign."""
        with self.app.units.read() as unit:
            campaign = unit.campaigns.by_name(name)
        assert campaign is not None
        return campaign.campaign_id

    def kept(self, name: str) -> dict[ContactId, Kept]:
        """Return the recipients of a campaign who are still there."""
        campaign_id = self.campaign(name)
        with self.app.units.read() as unit:
            found_ = {
                who.contact_id: unit.campaigns.enrolment(enrolment_id(campaign_id, who.contact_id))
                for who in PEOPLE
            }
        return {contact_id: kept for contact_id, kept in found_.items() if kept is not None}

    def touches(self, enrolled: EnrolmentId) -> tuple[Touch, ...]:
        """Return the tries of somebody's touches."""
        with self.app.units.read() as unit:
            return tuple(unit.touches.touches(enrolled))

    def message_ids(self, touch: Touch) -> list[str]:
        """Return the Message-IDs that the run of a touch may have sent, from the ledger's keys."""
        with self.app.database.reading() as connection:
            keys = connection.scalars(
                select(EFFECTS.c.effect_key).where(
                    EFFECTS.c.workspace_id == self.app.workspace.workspace_id,
                    EFFECTS.c.run_id == touch.run_id,
                )
            )
            return [message_id(key, domain=DOMAIN) for key in keys]


class FixedRunning:
    """The instant of a fixed clock with durations of the machine: deadlines of real sockets."""

    def __init__(self, clock: FixedClock) -> None:
        self._clock = clock
        self._count = 0

    def now(self) -> datetime:
        """Return the instant; the writer's look at the clock kills nobody."""
        return FixedClock.now(self._clock)

    def monotonic(self) -> float:
        """Return what never runs out: these exchanges end by the server's mood."""
        return 0.0


def settings_of(folder: Path) -> Settings:
    """Return the settings of a world in a folder."""
    return Settings(
        store=StoreSettings(database_url=f"sqlite:///{folder / 'world.db'}"),
        audit=AuditSettings(
            seal_key_file=str(folder / "seal.key"), seals_file=str(folder / "seals.jsonl")
        ),
        care=CareSettings(erasures_file=str(folder / "erasures.jsonl")),
    )


def founded(folder: Path) -> None:
    """Make the workspace that each world begins with a copy of."""
    settings = settings_of(folder)
    founding = Founding(
        name="default", mailbox=MAILBOX, company="Northwind Foundry",
        person_email="mara@northwind.example", person_name="Mara",
        postal_address="1 Foundry Lane, Leeds", timezone="Europe/London",
    )  # fmt: skip
    found(settings, founding)
    app = build(settings, Doubles(clock=FixedClock(BEFORE), parser=InlineParser()))
    try:
        _furnish(app)
        desk = app.campaigns.administration
        for name, series in SERIES.items():
            desk.create(name, series, by=ADMIN)
    finally:
        app.close()


def copied(template: Path, folder: Path) -> None:
    """Begin a world with a copy of the template."""
    for path in template.iterdir():
        if path.is_file():
            shutil.copy(path, folder / path.name)


def _furnish(app: Application) -> None:
    with app.units.write() as unit:
        for person_id, role in ((ADMIN, Role.ADMIN), (PersonId("per_approver"), Role.APPROVER)):
            unit.authority.add_person(
                Person(
                    person_id=person_id,
                    name=role.value.title(),
                    email=f"{role.value}@northwind.example",
                    role=role,
                )
            )
        rows = CrmRows(unit)
        for name, country, zone in (
            ("acme", "GB", "Europe/London"), ("beta", "US", ""), ("solo", "JP", ""),
        ):  # fmt: skip
            rows.add_account(
                Account(
                    account_id=AccountId(f"acc_{name}"), name=name.title(),
                    domain=f"{name}.example", country=country, timezone=zone,
                )
            )  # fmt: skip
        for who in PEOPLE:
            rows.add_contact(
                Contact(
                    contact_id=who.contact_id, first_name=who.first, last_name="Ode",
                    account_id=AccountId(f"acc_{who.account}"), addresses=(who.address,),
                    title="Head of Procurement", country=who.country, timezone=who.timezone,
                    language="en",
                )
            )  # fmt: skip
            unit.consents.add(
                Consent(
                    contact_id=who.contact_id, purpose=ConsentPurpose.MARKETING,
                    state=ConsentState.GRANTED, valid_from=BEFORE,
                )
            )  # fmt: skip
        unit.commit()


def granted(app: Application, at: datetime) -> None:
    """Let the mails of campaigns go without a person, for as long as a grant lasts."""
    with app.units.write() as unit:
        unit.authority.add_grant(
            Grant(
                grant_id=GrantId("grt_campaign"),
                capability="campaign",
                action=Action.SEND_MESSAGE,
                segment="*",
                level=Level.L3,
                risk_max=Risk.R2,
                evidence="test",
                reason="test",
                granted_by=ADMIN,
                granted_at=at,
                expires_at=at + timedelta(days=GRANT_DAYS),
            )
        )
        unit.commit()
