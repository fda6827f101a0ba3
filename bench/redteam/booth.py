"""One workspace of the world at work: mail and files come in by the real channels, time passes."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from bailiwick.connectors.csv_export.importing import import_csv
from bailiwick.connectors.mailbox.pool import ParserPool
from bailiwick.connectors.smtp.compose import ComposeSettings
from bailiwick.connectors.smtp.fake import FakeMailWriter
from bailiwick.domain.action import TERMS, Action
from bailiwick.domain.approval import Approval
from bailiwick.domain.autonomy import Grant, Level
from bailiwick.domain.consent import Consent, ConsentPurpose, ConsentState
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.ids import ApprovalId, ContactId, GrantId, PersonId
from bailiwick.domain.message import Direction, ParsedMail
from bailiwick.domain.receipt import EffectState
from bailiwick.engine.sweep import SweepReport
from bailiwick.kit.clock import FixedClock
from bailiwick.kit.hashing import digest
from bailiwick.policy.rulebook import Rulebook, load
from bailiwick.ports.intake import ImportKind
from bailiwick.ports.intake_files import ImportOptions
from bailiwick.ports.mail_source import MailParser, RawMail
from bailiwick.settings import ModelSettings, Settings
from bailiwick.store.intake import SqlIntake
from bailiwick.wiring.application import Application, build
from bailiwick.wiring.doubles import Doubles
from bench.redteam.counter import Counter, Imported, Turned, counter
from bench.redteam.world import OURS, THEIRS, TUESDAY, Ground

CONTACTS_MAX: Final = 200  # more than the world and any row's file hold
EFFECTS_MAX: Final = 200
_GRANTED: Final = {
    "reply": Action.SEND_MESSAGE,
    "outreach": Action.SEND_MESSAGE,
    "followup": Action.SEND_MESSAGE,
    "crm_orchestrator": Action.CHANGE_STAGE,
}
_WATCHED: Final[Mapping[str, str]] = {
    "accounts": "id, workspace_id, name, domain, country, website, owner_email, description",
    "contacts": "id, workspace_id, account_id, first_name, last_name, title, phone, country, "
    "city, timezone, language, lifecycle, owner_email, deleted_at",
    "contact_addresses": "id, workspace_id, contact_id, address",
    "opportunities": "id, workspace_id, name, stage, amount_minor, currency, closed, won, "
    "owner_email",
    "products": "id, workspace_id, name, price_minor",
    "people": "id, workspace_id, email, role",
    "grants": "id, workspace_id, capability, action, level, segment",
    "statements": "id, workspace_id, body, audience",
    "workspaces": "id, name, mailbox",
}

Table = Mapping[str, tuple[object, ...]]


class KeptPool:
    """A pool of parsing children that outlives the application of one row."""

    def __init__(self, pool: ParserPool) -> None:
        self._pool = pool

    def parse_all(self, mails: Iterable[RawMail]) -> Iterator[tuple[RawMail, ParsedMail]]:
        """Parse in the children."""
        return self._pool.parse_all(mails)

    def close(self) -> None:
        """Leave the children alive for the next row."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Mails in memory."""

    mails: tuple[RawMail, ...]
    problems: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[RawMail]:
        return iter(self.mails)


@dataclass(slots=True)
class Booth:
    """One workspace, and what a harness does with it."""

    app: Application
    clock: FixedClock
    mail: FakeMailWriter
    database: Path
    counter: Counter | None = None
    """The API, when all goes through it."""
    turned_away: list[bytes] = field(default_factory=list[bytes])
    """Mails that the API would not take, and said so."""

    def receive(self, *raws: bytes) -> None:
        """Take mails in."""
        if self.counter is not None:
            self._hand_in(self.counter, raws)
            return
        mails = tuple(
            RawMail(
                raw=raw, size_bytes=len(raw), folder="INBOX", external_id=str(n),
                direction=Direction.INBOUND, received_at=self.clock.now(),
            )
            for n, raw in enumerate(raws)
        )  # fmt: skip
        self.app.mail_intake.take(Letters(mails), progress=lambda _: None)

    def _hand_in(self, desk: Counter, raws: Iterable[bytes]) -> None:
        for raw in raws:
            try:
                desk.receive(raw)
            except Turned:
                self.turned_away.append(raw)

    def import_file(self, file: Path, *, kind: ImportKind | None = None) -> Imported:
        """Import a file as `bailiwick import csv` does, or through the API. Raises InputFault."""
        if self.counter is not None:
            return self.counter.import_csv(file.read_bytes(), kind)
        intake = SqlIntake(
            self.app.database, self.app.workspace.workspace_id, self.app.ids, self.clock
        )
        files = import_csv((file,), intake, options=ImportOptions(kind=kind)).files
        reasons = [reason for one in files for reason, _ in one.reasons]
        reasons += [f"left out: {name}" for one in files for name, *_ in one.omitted]
        return Imported(
            reasons=tuple(reasons),
            unread=frozenset(header for one in files for header in one.plan.unread_columns),
            rejected_count=sum(one.rejected_count for one in files),
        )

    def approve(self, card: ApprovalId, *, by: PersonId, shown: str) -> None:
        """Say yes to what was shown. Raises InputFault."""
        if self.counter is not None:
            self.counter.approve(card, by=by, shown=shown)
        else:
            self.app.inbox.approve(card, person_id=by, shown_hash=shown)

    def edit(self, card: ApprovalId, *, by: PersonId, changes: Mapping[str, str]) -> None:
        """Replace a card by one with other words. Raises InputFault."""
        if self.counter is not None:
            self.counter.edit(card, by=by, changes=changes)
        else:
            self.app.inbox.edit(card, person_id=by, changes=changes)

    def sweep(self) -> SweepReport:
        """Plan for all that waits, then let the worker send what may be sent."""
        report = asyncio.run(
            self.app.sweep.run(contacts_max=CONTACTS_MAX, progress=lambda _d, _t: None)
        )
        self.app.worker().drain(EFFECTS_MAX)
        return report

    def later(self, **spans: float) -> None:
        """Let time pass."""
        self.clock.set(self.clock.now() + timedelta(**spans))

    def cards(self) -> tuple[Approval, ...]:
        """Return all cards, whatever became of them."""
        return tuple(self.app.inbox.list(status=None, size=EFFECTS_MAX).items)

    def effects(self, state: EffectState) -> tuple[EffectRow, ...]:
        """Return effects in a state."""
        with self.app.units.read() as unit:
            return tuple(unit.effects.in_state(state, cursor=None, size=EFFECTS_MAX).items)

    def all_due(self) -> None:
        """Have the next sweep look at every contact."""
        with self.app.units.write() as unit:
            for contact_id, *_ in self.rows("select id from contacts"):
                if unit.crm.contact(ContactId(str(contact_id))) is not None:
                    unit.runs.set_due(ContactId(str(contact_id)), self.clock.now())
            unit.commit()

    def rows(self, query: str, *args: object) -> list[tuple[object, ...]]:
        """Read the database file beside the product, as an auditor would."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return [tuple(row) for row in connection.execute(query, args)]

    def snapshot(self) -> Mapping[str, Table]:
        """Return what an attack must not change, of both workspaces."""
        return {
            table: {f"{row[1]}/{row[0]}": row for row in self.rows(f"select {names} from {table}")}  # noqa: S608 - our own constant names
            for table, names in _WATCHED.items()
        }

    def counted(self, table: str) -> int:
        """Return how many rows a table of both workspaces holds."""
        ((count, *_),) = self.rows(f"select count(*) from {table}")  # noqa: S608 - our own names
        return int(str(count))

    def elsewhere(self) -> Mapping[str, str]:
        """Return a digest of each table's rows of the other workspace."""
        theirs = [str(w) for w, *_ in self.rows("select id from workspaces where name = ?", THEIRS)]
        tables = self.rows(
            "select m.name from sqlite_master m join pragma_table_info(m.name) c "
            "where m.type = 'table' and c.name = 'workspace_id' order by m.name"
        )
        return {
            str(table): digest(
                repr(self.rows(f"select * from {table} where workspace_id = ?", *theirs))  # noqa: S608 - the schema's own names
            )
            for table, *_ in tables
        }


def warm_grants(booth: Booth) -> None:
    """Grant all that a person could grant, and record consent, so that neither does the work."""
    at = booth.clock.now()
    with booth.app.units.write() as unit:
        person_id = unit.authority.people()[0].person_id
        for number, (capability, action) in enumerate(_GRANTED.items()):
            unit.authority.add_grant(
                Grant(
                    grant_id=GrantId(f"grt_{number}"), capability=capability, action=action,
                    level=Level.L3, segment="*", risk_max=TERMS[action].risk, evidence="bench",
                    reason="worst case", granted_by=person_id, granted_at=at,
                    expires_at=at + timedelta(days=30),
                )
            )  # fmt: skip
        unit.commit()
    consent_all(booth)


def consent_all(booth: Booth) -> None:
    """Record that every contact of ours agreed to marketing."""
    since = booth.clock.now() - timedelta(days=30)
    with booth.app.units.write() as unit:
        for contact_id, workspace_id in booth.rows("select id, workspace_id from contacts"):
            if workspace_id == booth.app.workspace.workspace_id:
                unit.consents.add(
                    Consent(
                        contact_id=ContactId(str(contact_id)), purpose=ConsentPurpose.MARKETING,
                        state=ConsentState.GRANTED, valid_from=since,
                    )
                )  # fmt: skip
        unit.commit()


@lru_cache(maxsize=1)
def _law() -> Rulebook:
    """Return the shipped law, read once: it is the same for every row."""
    return load()


@contextmanager
def booth(
    ground: Ground,
    name: str,
    *,
    parser: MailParser,
    model_url: str = "",
    change: Callable[[Booth], None] | None = None,
    served: bool = False,
) -> Generator[Booth]:
    """Open our workspace on a fresh copy of the world; the copy is removed afterwards.

    When it is `served`, what comes in comes through the API.
    """
    database = ground.copy(name)
    settings = ground.settings(database, OURS)
    if model_url:
        key = ground.world.secrets.get("api_key", "")
        model = ModelSettings(base_url=model_url, api_key=key, quick="q", deep="d")
        settings = replace(settings, model=model)
    clock = FixedClock(TUESDAY)
    headers = ComposeSettings(domain=ground.world.us.domain, unsubscribe_secret=b"s" * 32)
    mail = FakeMailWriter(headers=headers, clock=clock)
    doubles = Doubles(clock=clock, mail=mail, parser=parser, draw=lambda: 0.5)
    try:
        with _opened(settings, doubles, served=served) as (app, desk):
            found = Booth(app=app, clock=clock, mail=mail, database=database, counter=desk)
            if change is not None:
                change(found)
            yield found
    finally:
        for left in database.parent.glob(f"{database.name}*"):
            left.unlink()


@contextmanager
def _opened(
    settings: Settings, doubles: Doubles, *, served: bool
) -> Generator[tuple[Application, Counter | None]]:
    if served:
        with counter(settings, doubles, rulebook=_law()) as desk:
            yield desk.app, desk
        return
    app = build(settings, doubles)
    app.rulebook = _law()
    try:
        yield app, None
    finally:
        app.close()


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
