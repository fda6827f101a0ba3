"""A workspace as wiring makes it, with customers who asked something, and those who work in it.

A grant lets plain answers go out unattended, so each customer's question must lead to exactly one
mail at the mail server, whose own file is the external ledger.
"""

import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cached_property
from pathlib import Path
from string import ascii_lowercase
from threading import Event
from typing import Final

from tests.fakes.office import InlineParser, Letters

from bailiwick.control.load import capability_names, load_graph_module
from bailiwick.domain.action import Action
from bailiwick.domain.crm import Account, Contact
from bailiwick.domain.ids import AccountId, ContactId
from bailiwick.domain.message import Direction
from bailiwick.domain.pool import Pool
from bailiwick.engine.delivery.settle import Settlement
from bailiwick.engine.granting import Wish
from bailiwick.kit.clock import SystemClock
from bailiwick.ports.mail_source import RawMail
from bailiwick.ports.queue import Job, JobKind
from bailiwick.settings import AuditSettings, Settings, StoreSettings
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.database import Database
from bailiwick.store.workspaces import SqlWorkspaces
from bailiwick.wiring.answers import granting
from bailiwick.wiring.application import Application
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.founding import Founding, found
from bailiwick.wiring.pools import carry_pool
from bench.reliability.account import Account as Books
from bench.reliability.account import account_of
from bench.reliability.assembly import LOOKUP_SECONDS, Place, mail_writer
from bench.reliability.probe.graph import note
from bench.reliability.world import DOMAIN, World

PROBE: Final = "probe_work"
MAILBOX: Final = f"sales@{DOMAIN}"
BATCH_COUNT: Final = 200  # ours: customers of one transaction
_QUESTION: Final = (
    "Hello,\n\ncould you tell me the delivery times for twelve units?\n\nBest regards\n{name}\n"
)


def probe_installed(packages: Path) -> None:
    """Let this process and its children find the probe, as an installer would."""
    kept = packages / "bailiwick_bench-1.0.dist-info"
    kept.mkdir(parents=True)
    (kept / "METADATA").write_text("Metadata-Version: 2.1\nName: bailiwick-bench\nVersion: 1.0\n")
    line = f"{PROBE} = bench.reliability.probe"
    (kept / "entry_points.txt").write_text(f"[bailiwick.capabilities]\n{line}\n")
    sys.path.insert(0, str(packages))


def warmed() -> None:
    """Load the code of every capability, so that a forked worker need not; opens nothing."""
    for name in capability_names():
        load_graph_module(name)
    assert threading.active_count() == 1, "who forks has one thread"


class Workplace(Application):
    """The product, but asks the mail server again after a second instead of twenty minutes."""

    @cached_property
    def settlement(self) -> Settlement:
        """Settles effects in doubt."""
        return Settlement(
            units=self.units,
            mail=self.mail,
            holders=self._holders,
            clock=self.clock,
            mourn=self._aftermath.mourn,
            holder=self._holders.mine(),
            lookup_seconds=LOOKUP_SECONDS,
        )


@dataclass(frozen=True, slots=True)
class Site:
    """Where everything is: database, mail server, its ledger, and the processes' own notes."""

    place: Place
    notes: Path

    @property
    def settings(self) -> Settings:
        """What a process of the product reads."""
        folder = self.notes.parent
        audit = AuditSettings(
            seal_key_file=str(folder / "seal.key"), seals_file=str(folder / "seals.jsonl")
        )
        return Settings(store=StoreSettings(database_url=self.place.url), audit=audit)

    @contextmanager
    def opened(self) -> Generator[Workplace]:
        """Open the workspace; whoever forks afterwards has closed it. Raises PortFault."""
        database = Database.open(self.place.url)
        (workspace,) = SqlWorkspaces(database).list()
        app = Workplace(self.settings, database, workspace, Doubles(parser=InlineParser()))
        try:
            yield app
        finally:
            app.close()

    def found(self, customers: int) -> list[ContactId]:
        """Make the workspace, its customers with their questions, and the grant."""
        founding = Founding(
            name="default", mailbox=MAILBOX, company="Bailiwick", person_name="Mara",
            person_email=f"mara@{DOMAIN}", postal_address="1 Foundry Lane, Leeds",
        )  # fmt: skip
        found(self.settings, founding)
        made: list[ContactId] = []
        with self.opened() as app:
            for first in range(0, customers, BATCH_COUNT):
                made += _customers(app, range(first, min(customers, first + BATCH_COUNT)))
            with app.units.read() as unit:
                admin = unit.authority.person_by_email(f"mara@{DOMAIN}")
            assert admin is not None, "the founder is an administrator"
            for level in (2, 3):  # autonomy rises one level at a time; the third may send
                wish = Wish(
                    capability="reply", action=Action.SEND_MESSAGE, level=level, segment="*",
                    days=14, evidence="the bench", reason="so that nobody need approve",
                )  # fmt: skip
                granting(app).add(wish, person_id=admin.person_id)
        return made

    def books(self) -> Books:
        """Compare the product's books with the mail server's."""
        with self.opened() as app:
            ids = app.ids
            world = World(app.database, app.units, SystemClock(), ids)  # pyright: ignore[reportArgumentType] - the same ids
            return account_of(world, self.place.ledger)

    def pool(self, pool: Pool) -> Callable[[], None]:
        """Return the life of a pool's process; it notes how each job ended."""

        def watch(job: Job, told: str) -> None:
            if job.kind is JobKind.RUN:  # not a chore of the product's own
                words = told.replace(" ", "_")
                note(self.notes, f"ended {job.subject} {words} {job.fence} {os.getpid()}")

        return lambda: carry_pool(self.settings, pool, report=None, watch=watch)

    def sender(self) -> Callable[[], None]:
        """Return the life of a process that sends until told to stop."""

        def work() -> None:
            stop = Event()
            signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
            database = Database.open(self.place.url)
            (workspace,) = SqlWorkspaces(database).list()
            world = World(database, None, SystemClock(), None)  # pyright: ignore[reportArgumentType] - the writer needs its clock only
            doubles = Doubles(mail=mail_writer(self.place, world), parser=InlineParser())
            app = Workplace(self.settings, database, workspace, doubles)
            app.worker().run(stop)
            app.close()

        return work


def letter_of(number: int) -> str:
    """Return the address of a customer by number."""
    return f"{name_of(number)}@{name_of(number)}.customer.example"


def name_of(number: int) -> str:
    """Return a name that nobody else has, in letters only."""
    letters = ""
    for _ in range(4):
        number, rest = divmod(number, len(ascii_lowercase))
        letters = ascii_lowercase[rest] + letters
    return "ka" + "a".join(letters)


def _customers(app: Application, numbers: range) -> list[ContactId]:
    now = app.clock.now()
    made: list[ContactId] = []
    with app.units.write() as unit:
        rows = CrmRows(unit)
        for number in numbers:
            account_id, contact_id = AccountId(app.ids.new("acc")), ContactId(app.ids.new("con"))
            domain = letter_of(number).partition("@")[2]
            name = name_of(number).title()
            rows.add_account(Account(account_id=account_id, name=name, domain=domain, country="DE"))
            rows.add_contact(
                Contact(
                    contact_id=contact_id, first_name=name, last_name=name + "sen",
                    account_id=account_id, addresses=(letter_of(number),), country="DE",
                    language="en", created_at=now,
                )
            )  # fmt: skip
            made.append(contact_id)
        unit.commit()
    raws = [_question(number, at=format_datetime(now - timedelta(hours=1))) for number in numbers]
    mails = tuple(
        RawMail(raw=raw, size_bytes=len(raw), folder="INBOX", external_id=secrets.token_hex(8),
                direction=Direction.INBOUND, received_at=now)
        for raw in raws
    )  # fmt: skip
    report = app.mail_intake.take(Letters(mails), progress=lambda _: None)
    assert report.new_count == len(mails), report
    return made


def _question(number: int, *, at: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"{name_of(number).title()} <{letter_of(number)}>"
    mail["To"] = MAILBOX
    mail["Subject"] = "Delivery times"
    mail["Message-ID"] = f"<m{number}@customer.example>"
    mail["Date"] = at
    mail.set_content(_QUESTION.format(name=name_of(number).title()))
    return mail.as_bytes()
