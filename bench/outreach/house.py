"""The rest of a simulated workspace: its people, its mail that comes in, who signs, who enrols."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text

from bailiwick.domain.action import Action, Risk
from bailiwick.domain.autonomy import Grant, Level
from bailiwick.domain.breaker import HALT
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.consent import Basis, Consent, ConsentPurpose, ConsentState
from bailiwick.domain.crm import Person, Role
from bailiwick.domain.ids import GrantId, PersonId
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.message import Direction
from bailiwick.engine.permission.one_click import OptingOut
from bailiwick.kit.clock import FixedClock
from bailiwick.kit.garbage import loading
from bailiwick.kit.instant import instant
from bailiwick.ports.mail_source import RawMail
from bailiwick.store.crm_rows import CrmRows
from bailiwick.wiring.answers import halting
from bailiwick.wiring.founding import Founding, found
from bench.outreach.fuse import Fuse
from bench.outreach.letters import MAILBOX, complaint, letter, report
from bench.outreach.people import HOME, Deed, Doing, Recipient
from bench.outreach.records import change
from bench.outreach.wire import Line
from bench.outreach.worker import Site, opened

ADMIN: Final = PersonId("per_admin")
SIGNER: Final = PersonId("per_signer")
"""Signs what an approver may; a cap that only a supervisor lifts stays."""
GRANT_DAYS: Final = 90
PAGE: Final = 200
_TEXTS: Final = {
    Deed.REPLY: "Thank you. Could you tell me what this costs for forty people?",
    Deed.WRITE_OUT: "Please unsubscribe me from this list.",
    Deed.AWAY: "I am out of the office until {day}. I will answer after my return.",
}
_NEXT: Final = text(
    "SELECT min(at) FROM (SELECT min(wake_at) AS at FROM enrolments"
    " UNION ALL SELECT min(due_at) FROM effects WHERE state IN ('ready', 'in_doubt')"
    " UNION ALL SELECT min(lease_until) FROM effects WHERE state = 'sending'"
    " UNION ALL SELECT min(created_at) FROM runs WHERE status IN ('pending', 'running')) AS every"
)

_EVENTS: Final = text(
    "SELECT event, count(*) FROM (SELECT CASE"
    " WHEN payload LIKE '%\"event\":\"moved\"%' THEN 'moved'"
    " WHEN payload LIKE '%\"event\":\"begun\"%' THEN 'begun' ELSE 'other' END AS event"
    " FROM records WHERE kind = 'campaign.recipient') AS every GROUP BY event"
)
_LYING: Final = text("SELECT count(*) FROM runs WHERE status IN ('pending', 'running')")


@dataclass(slots=True)
class Letters:
    """One mail in memory."""

    mails: tuple[RawMail, ...]
    problems: tuple[str, ...] = ()

    def __iter__(self):  # noqa: ANN204 - as MailSource has it
        """Yield the mails."""
        return iter(self.mails)


class House:
    """The process that serves: it takes mail and decisions in, and sends nothing."""

    def __init__(self, site: Site, at: datetime) -> None:
        self.clock = FixedClock(at)
        founding = Founding(
            name="default",
            mailbox=MAILBOX,
            company="Ours",
            person_email="owner@ours.example",
            person_name="Owner",
            postal_address="1 Mill Lane, Leeds",
            timezone=HOME,
        )
        found(site.settings, founding)
        with loading():
            self.app = opened(site, self.clock, Fuse(), life="house")
        self._deeds_count = 0

    def furnish(self, people: Sequence[Recipient], campaigns: Sequence[tuple[str, Series]]) -> None:
        """Store the recipients with their consent, a grant, and the campaigns, which run."""
        now = self.clock.now()
        with self.app.units.write() as unit:
            for person_id, role in ((ADMIN, Role.ADMIN), (SIGNER, Role.APPROVER)):
                unit.authority.add_person(
                    Person(
                        person_id=person_id,
                        name=role.value,
                        email=f"{role.value}@ours.example",
                        role=role,
                    )
                )
            rows = CrmRows(unit)
            for account in {who.account.account_id: who.account for who in people}.values():
                rows.add_account(account)
            for who in people:
                rows.add_contact(who.contact)
                unit.consents.add(
                    Consent(
                        contact_id=who.contact.contact_id,
                        purpose=ConsentPurpose.MARKETING,
                        state=ConsentState.GRANTED,
                        lawful_basis=Basis.CONSENT,
                        source="simulation",
                        valid_from=now,
                    )
                )
            unit.authority.add_grant(
                Grant(
                    grant_id=GrantId("grt_campaign"),
                    capability="campaign",
                    action=Action.SEND_MESSAGE,
                    segment="*",
                    level=Level.L3,
                    risk_max=Risk.R2,
                    evidence="simulation",
                    reason="simulation",
                    granted_by=ADMIN,
                    granted_at=now,
                    expires_at=now + timedelta(days=GRANT_DAYS),
                )
            )
            unit.commit()
        for name, series in campaigns:
            self.app.campaigns.administration.create(name, series, by=ADMIN)

    def enrol(self, name: str, people: Sequence[Recipient]) -> None:
        """Make people recipients, and start the campaign with the first."""
        desk = self.app.campaigns.administration
        campaign = desk.enrol(name, [who.contact.contact_id for who in people], by=ADMIN).campaign
        if campaign.status.value == "draft":
            desk.start(name, by=ADMIN)

    def sign(self, refused: Sequence[bool]) -> list[str]:
        """Let a person look at the cards that wait; return the addresses of those they reject.

        `refused` says of one card after another whether they say no.
        """
        inbox, said_no = self.app.inbox, list[str]()
        turns = iter(refused)
        inbox.expire()
        for card in inbox.list(size=PAGE).items:
            if card.needs.role is not Role.APPROVER:
                continue  # it waits until its time is over
            if next(turns, False):
                mail = card.args["mail"]
                assert isinstance(mail, dict)
                inbox.reject(card.approval_id, person_id=SIGNER, reason="not now")
                said_no.append(str(mail["to_address"]))
            else:
                inbox.approve(card.approval_id, person_id=SIGNER, shown_hash=card.payload_hash)
        return said_no

    def do(self, doing: Doing, line: Line, who: Recipient, at: datetime) -> None:
        """Let happen what a recipient does after a mail, or what is done in their name."""
        self.clock.set(at)
        self._deeds_count += 1
        number, deed = self._deeds_count, doing.deed
        if deed is Deed.CLICK_OUT:
            OptingOut(self.app.units, self.clock).opt_out(address_hash(who.address))
        elif deed in {Deed.MEETING, Deed.DEAL_MOVED, Deed.OWNER_CHANGED}:
            with self.app.units.write() as unit:
                change(unit, deed, who.contact.contact_id, at=at, number=number)
                unit.commit()
        elif deed is Deed.COMPLAINT:
            self._receive(complaint(line, at=at, number=number), at)
        elif deed in {Deed.BOUNCE, Deed.SOFT_BOUNCE}:
            self._receive(report(line, deed, at=at, number=number), at)
        else:
            back = (at + timedelta(days=doing.away_days)).date()
            words = _TEXTS[deed].format(day=back.isoformat())
            raw = letter(line, words, at=at, number=number)
            if deed is Deed.AWAY:
                raw = b"Auto-Submitted: auto-replied\r\n" + raw
            self._receive(raw, at)

    def _receive(self, raw: bytes, at: datetime) -> None:
        mail = RawMail(
            raw=raw,
            size_bytes=len(raw),
            folder="INBOX",
            external_id=str(self._deeds_count),
            direction=Direction.INBOUND,
            received_at=at,
        )
        self.app.mail_intake.take(Letters((mail,)), progress=lambda _: None)

    def is_halted(self) -> bool:
        """Tell whether the breaker stopped advertising."""
        with self.app.units.read() as unit:
            return HALT in unit.authority.halts()

    def lift(self) -> None:
        """Let a person resume advertising."""
        halting(self.app).lift(HALT, person_id=ADMIN, reason="the list was looked through")

    def next_at(self) -> datetime | None:
        """Return when something is next to be looked at; None when everything has come to an end.

        It only spares empty turns.
        """
        with self.app.database.reading() as connection:
            found = connection.execute(_NEXT).scalar()
        return None if found is None else instant(int(found))

    def runs_wait(self) -> bool:
        """Tell whether runs were left lying by a worker that died."""
        with self.app.database.reading() as connection:
            return bool(connection.execute(_LYING).scalar())

    def ends(self) -> dict[str, int]:
        """Count recipients by how they ended; those who have not, by their stage."""
        with self.app.database.reading() as connection:
            rows = connection.execute(
                text('SELECT stage, "end", count(*) FROM enrolments GROUP BY stage, "end"')
            ).all()
        return {str(row[1] or row[0]): int(row[2]) for row in rows}

    def events(self) -> dict[str, int]:
        """Count what went on record of recipients: how often they were moved, begun and so on."""
        with self.app.database.reading() as connection:
            rows = connection.execute(_EVENTS).all()
        return {str(name): int(count) for name, count in rows}
