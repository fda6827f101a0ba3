"""A whole office on SQLite: the wired application with a still clock and mail kept in memory."""

import asyncio
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bailiwick.connectors.mailbox.parse import parse
from bailiwick.connectors.smtp.compose import ComposeSettings
from bailiwick.connectors.smtp.fake import FakeMailWriter
from bailiwick.domain.action import TERMS, Action
from bailiwick.domain.approval import Approval
from bailiwick.domain.crm import Account, Contact, Person, Role
from bailiwick.domain.ids import (
    AccountId,
    ContactId,
    PersonId,
    PlanId,
    RunId,
    SignalId,
    step_id,
)
from bailiwick.domain.message import Direction, ParsedMail
from bailiwick.domain.outbound import OutboundMail, Purpose
from bailiwick.domain.plan import Plan, Step
from bailiwick.domain.provenance import Provenance, Source, Trust
from bailiwick.domain.run import RunRow
from bailiwick.domain.signal import Signal, SignalKind
from bailiwick.engine.desk import Opening, RunDesk
from bailiwick.engine.graphs.graphs import Graphs
from bailiwick.engine.sweep import SweepReport
from bailiwick.kit.clock import FixedClock
from bailiwick.kit.hashing import Canonical
from bailiwick.ports.mail_source import RawMail
from bailiwick.ports.timetable import Timetable
from bailiwick.settings import (
    AuditSettings,
    CalendarSettings,
    EgressSettings,
    ModelSettings,
    Settings,
    StoreSettings,
)
from bailiwick.store.crm_rows import CrmRows
from bailiwick.wiring.application import Application, build
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.founding import Founding, found

TUESDAY: Final = datetime(2026, 7, 14, 10, 0, tzinfo=UTC)
"""A working morning in London."""
MAILBOX: Final = "sales@northwind.example"
DANA: Final = ContactId("con_dana")
ACME: Final = AccountId("acc_acme")


class InlineParser:
    """Parses in this process: the mails of these tests are our own."""

    def parse_all(self, mails: Iterable[RawMail]) -> Iterator[tuple[RawMail, ParsedMail]]:
        for mail in mails:
            yield mail, parse(mail.raw)

    def close(self) -> None:
        return


@dataclass(frozen=True, slots=True)
class Letters:
    """A source of mails in memory."""

    mails: tuple[RawMail, ...]
    problems: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[RawMail]:
        return iter(self.mails)


def letter(
    text: str, *, number: int = 1, sender: str = "Dana Whitfield <dana@acme.example>"
) -> bytes:
    return (
        f"From: {sender}\r\nTo: {MAILBOX}\r\nSubject: Question about our renewal\r\n"
        f"Date: Tue, 14 Jul 2026 09:12:44 +0000\r\nMessage-ID: <m{number}@acme.example>\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


@dataclass(slots=True)
class Office:
    """One workspace, its people, one contact, and what tests do with them."""

    app: Application
    clock: FixedClock
    mail: FakeMailWriter
    people: dict[Role, Person] = field(default_factory=dict[Role, Person])

    def receive(self, *raws: bytes) -> None:
        mails = tuple(
            RawMail(raw=raw, size_bytes=len(raw), folder="INBOX", external_id=str(n),
                    direction=Direction.INBOUND, received_at=self.clock.now())
            for n, raw in enumerate(raws)
        )  # fmt: skip
        self.app.mail_intake.take(Letters(mails), progress=lambda _: None)

    def sweep(self) -> SweepReport:
        return asyncio.run(self.app.sweep.run(contacts_max=50, progress=lambda _d, _t: None))

    def cards(self) -> tuple[Approval, ...]:
        return self.app.inbox.list(status=None, size=200).items

    def pending(self) -> tuple[Approval, ...]:
        return self.app.inbox.list(size=200).items

    def drain(self) -> None:
        self.app.worker().drain(100)

    def later(self, **spans: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**spans))

    def person(self, role: Role) -> PersonId:
        return self.people[role].person_id

    def suppress(self, address: str) -> None:
        with self.app.units.write() as unit:
            CrmRows(unit).add_suppression(address, reason="asked", source="test")
            unit.commit()

    def propose(
        self, *steps: Step, contact_id: ContactId = DANA, capability: str = "reply"
    ) -> Plan:
        """Put a plan through the desk, as a run of a capability would."""
        run_id = RunId(steps[0].step_id.rpartition(".")[0])
        plan = Plan(
            plan_id=PlanId(f"pln_{run_id}"),
            workspace_id=self.app.workspace.workspace_id,
            run_id=run_id,
            capability=capability,
            contact_id=contact_id,
            objective="test",
            steps=steps,
            planner="rules",
            prompt_version="",
            facts_hash="",
            created_at=self.clock.now(),
        )
        asyncio.run(self._dispatch(plan))
        return plan

    async def _dispatch(self, plan: Plan) -> None:
        now = self.clock.now()
        row = RunRow(
            run_id=plan.run_id, capability=plan.capability, capability_version="test",
            signal_id=SignalId(f"sig_{plan.run_id}"), parent_run_id=None,
            contact_id=plan.contact_id, depth=0, status="running", reason="", inputs=None,
            outcome=None, started_at=now, finished_at=None,
        )  # fmt: skip
        signal = Signal(
            signal_id=SignalId(f"sig_{plan.run_id}"), kind=SignalKind.MANUAL,
            contact_id=plan.contact_id, message_id=None, trust=Trust.HUMAN, received_at=now,
            dedupe_key=plan.run_id,
        )  # fmt: skip
        desk = RunDesk(
            units=self.app.units, clock=self.clock, court=self.app.court,
            enactor=self.app.enactor, opening=Opening(row=row, signal=signal, parent=None),
            inputs=lambda: None, model_calls=lambda _: (), run_child=_no_child,
        )  # fmt: skip
        await desk.dispatch(plan, await desk.judge(plan))


async def _no_child(signal: Signal, run_id: RunId) -> None:
    del signal, run_id


@contextmanager
def office(
    folder: Path,
    *,
    url: str = "",
    model: ModelSettings | None = None,
    graphs: Graphs | None = None,
    timetable: Timetable | None = None,
    calendar: CalendarSettings | None = None,
    allowed: tuple[str, ...] = (),
) -> Generator[Office]:
    """Found a workspace with one person of each role and the contact Dana of Acme Steel."""
    settings = Settings(
        store=StoreSettings(database_url=url or f"sqlite:///{folder / 'office.db'}"),
        model=model or ModelSettings(),
        calendar=calendar or CalendarSettings(),
        egress=EgressSettings(allowed=allowed),
        audit=AuditSettings(
            seal_key_file=str(folder / "seal.key"), seals_file=str(folder / "seals.jsonl")
        ),
    )
    founding = Founding(
        name="default", mailbox=MAILBOX, company="Northwind Foundry",
        person_email="mara@northwind.example", person_name="Mara",
        postal_address="1 Foundry Lane, Leeds", timezone="Europe/London",
    )  # fmt: skip
    found(settings, founding)
    clock = FixedClock(TUESDAY)
    headers = ComposeSettings(domain="northwind.example", unsubscribe_secret=b"s" * 32)
    mail = FakeMailWriter(headers=headers, clock=clock)
    doubles = Doubles(
        clock=clock,
        mail=mail,
        parser=InlineParser(),
        draw=lambda: 0.5,
        graphs=graphs,
        timetable=timetable,
    )
    app = build(settings, doubles)
    try:
        yield _furnished(Office(app=app, clock=clock, mail=mail))
    finally:
        app.close()


def _furnished(place: Office) -> Office:
    with place.app.units.write() as unit:
        for role in (Role.VIEWER, Role.REP, Role.APPROVER, Role.SUPERVISOR, Role.ADMIN):
            person = Person(
                person_id=PersonId(f"per_{role.value}"),
                name=role.value.title(),
                email=f"{role.value}@northwind.example",
                role=role,
            )
            unit.authority.add_person(person)
            place.people[role] = person
        rows = CrmRows(unit)
        rows.add_account(
            Account(account_id=ACME, name="Acme Steel", domain="acme.example", country="GB")
        )
        rows.add_contact(dana())
        unit.commit()
    return place


def dana(**changes: object) -> Contact:
    contact = Contact(
        contact_id=DANA, first_name="Dana", last_name="Whitfield", account_id=ACME,
        addresses=("dana@acme.example",), title="Head of Procurement", country="GB",
        timezone="Europe/London", lifecycle="lead",
    )  # fmt: skip
    return replace(contact, **changes)  # pyright: ignore[reportArgumentType] - tests name fields


def mail_args(**changes: object) -> dict[str, Canonical]:
    mail = OutboundMail(
        to_address="dana@acme.example", to_name="Dana Whitfield", from_address=MAILBOX,
        from_name="Northwind Foundry", subject="Hello", text="Hello,\n\nkind regards",
        purpose=Purpose.SERVICE, language="en",
    )  # fmt: skip
    return replace(mail, **changes).to_args()  # pyright: ignore[reportArgumentType] - tests name fields


def step(
    action: Action = Action.SEND_MESSAGE,
    *,
    number: int = 1,
    run: str = "run_a",
    args: Mapping[str, Canonical] | None = None,
    confidence: int = 900,
    requires_approval: bool = False,
) -> Step:
    """Return a step with sensible arguments for its action."""
    assert action in TERMS
    return Step(
        step_id=step_id(RunId(run), number),
        action=action,
        args=args if args is not None else {"contact_id": DANA, "mail": mail_args()},
        provenance=Provenance(
            confidence_permille=confidence, reason="test", source=Source.RULE,
            evidence=(f"contact:{DANA}",),
        ),
        requires_approval=requires_approval,
    )  # fmt: skip
