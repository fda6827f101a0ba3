"""Takes mail in: parsed within limits, joined to threads and contacts, read into typed records.

A batch commits mails, threads, cursor and signals together, so an interrupted import or
synchronisation goes on where it stopped, without gaps or doubles.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from bailiwick.domain.ids import ContactId, MessageId, ThreadId
from bailiwick.domain.mail_thread import choose_thread, lookup_ids, subject_key, voices
from bailiwick.domain.message import Direction, Message, Parse, ParsedMail
from bailiwick.domain.record import RecordKind
from bailiwick.engine.mail.reacting import Reactions
from bailiwick.engine.mail.reader import MailReader
from bailiwick.engine.mail.reports import Report, break_off, hear
from bailiwick.ports.clock import Clock
from bailiwick.ports.mail_archive import Arrival, MailArchive, MailArchives
from bailiwick.ports.mail_source import MailParser, MailSource, RawMail
from bailiwick.ports.mailbox import FolderCursor, Mailbox
from bailiwick.ports.trace import UNTRACED, Attributes, CallShape, SpanName, Tracer
from bailiwick.ports.unit import Unit, Units

BATCH_COUNT: Final = 100  # ours: one commit for a hundred mails
SUBJECT_DAYS_MAX: Final = 30  # ours: an older thread of the same subject is another conversation
FUTURE_SLACK: Final = timedelta(days=1)  # ours: a Date header further ahead is not believed


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReport:
    """What came in."""

    new_count: int = 0
    known_count: int = 0
    quarantined_count: int = 0
    defective_count: int = 0
    opt_outs_count: int = 0
    bounces_count: int = 0
    complaints_count: int = 0
    unknown_senders_count: int = 0
    problems: tuple[str, ...] = ()

    def plus(self, other: "MailReport") -> "MailReport":
        """Add another batch."""
        return MailReport(
            new_count=self.new_count + other.new_count,
            known_count=self.known_count + other.known_count,
            quarantined_count=self.quarantined_count + other.quarantined_count,
            defective_count=self.defective_count + other.defective_count,
            opt_outs_count=self.opt_outs_count + other.opt_outs_count,
            bounces_count=self.bounces_count + other.bounces_count,
            complaints_count=self.complaints_count + other.complaints_count,
            unknown_senders_count=self.unknown_senders_count + other.unknown_senders_count,
            problems=(*self.problems, *other.problems),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """A mail that was kept just now, and whose label nobody knows."""

    message_id: MessageId
    contact_id: ContactId
    received_at: datetime


Progress = Callable[[MailReport], None]
LookAgain = Callable[[Sequence[Unsure]], int]
"""Has a model look at mail whose label nobody knows; returns how many got one."""


class MailIntake:
    """Stores mail for one workspace."""

    def __init__(
        self,
        *,
        units: Units,
        archives: MailArchives,
        parser: MailParser,
        clock: Clock,
        reader: MailReader,
        reactions: Reactions,
        look_again: LookAgain | None = None,
        tracer: Tracer = UNTRACED,
    ) -> None:
        self._units = units
        self._archives = archives
        self._parser = parser
        self._clock = clock
        self._reader = reader
        self._reactions = reactions
        self._look_again = look_again
        self._tracer = tracer

    def take(self, source: MailSource, *, progress: Progress) -> MailReport:
        """Store mail from files; mail that is known already changes nothing."""
        report = MailReport()
        for batch in _batches(self._parser.parse_all(source)):
            report = report.plus(self._store(batch, cursor=None, mailbox=""))
            progress(report)
        return report.plus(MailReport(problems=source.problems))

    def sync(self, mailbox: Mailbox, *, name: str, progress: Progress) -> MailReport:
        """Store what came to a mailbox since last time. Raises PortFault when it cannot be read."""
        report = MailReport()
        for folder in mailbox.folders():
            with self._units.read() as unit:
                cursor = self._archives.within(unit).cursor(name, folder.name)
            for batch in mailbox.sync(folder, cursor=cursor):
                parsed = tuple(self._parser.parse_all(batch.mails))
                report = report.plus(self._store(parsed, cursor=batch.cursor, mailbox=name))
                progress(report)
        return report

    def adopt(self) -> MailReport:
        """Give kept mail the contacts that were imported after it, and act on it as if it came now.

        Else a question of somebody who is imported later is never answered, and a request to stop
        never heard.
        """
        report, after = MailReport(), ""
        while True:  # ends with the mail, whose ids only grow
            with self._units.write() as unit:
                archive = self._archives.within(unit)
                found = archive.orphans(after=after, size=BATCH_COUNT)
                if not found:
                    return report
                after = found[-1].message_id
                at = self._clock.now()
                joined = MailReport()
                for message in found:
                    joined = joined.plus(self._adopted(unit, archive, message, at=at))
                if joined.new_count:
                    unit.records.append(
                        RecordKind.IMPORTED,
                        subject="mail",
                        payload={"adopted": joined.new_count},
                        at=at,
                    )
                unit.commit()
            report = report.plus(joined)

    def _adopted(
        self, unit: Unit, archive: MailArchive, message: Message, *, at: datetime
    ) -> MailReport:
        contact_id = self._owner(archive, message.mail, message.direction)
        if contact_id is None:
            return MailReport()
        archive.adopt(message, contact_id)
        report = MailReport(new_count=1)
        if message.reading is None or message.direction is Direction.OUTBOUND:
            return report
        self._reactions.react(
            unit, message.reading, message_id=message.message_id, contact_id=contact_id, at=at
        )
        return replace(report, opt_outs_count=int(message.reading.opt_out))

    def _store(
        self,
        batch: Sequence[tuple[RawMail, ParsedMail]],
        *,
        cursor: FolderCursor | None,
        mailbox: str,
    ) -> MailReport:
        report, unsure = MailReport(), list[Unsure]()
        about: Attributes = {CallShape.COUNT: len(batch)}
        with self._tracer.span(SpanName.INTAKE, about), self._units.write() as unit:
            archive = self._archives.within(unit)
            own = frozenset({unit.crm.workspace().mailbox})
            at = self._clock.now()
            for raw, mail in batch:
                kept = self._keep(unit, archive, raw, mail, own=own, at=at, unsure=unsure)
                report = report.plus(kept)
            if report.bounces_count or report.complaints_count:
                break_off(unit, at=at)
            if cursor is not None:
                archive.set_cursor(mailbox, cursor, at=at)
            if report.new_count:
                unit.records.append(
                    RecordKind.IMPORTED,
                    subject=mailbox or "mail",
                    payload={"new": report.new_count, "known": report.known_count},
                    at=at,
                )
            unit.commit()
        if self._look_again is not None and unsure:
            self._look_again(unsure)  # what was committed stands, whatever comes of it
        return report

    def _keep(
        self,
        unit: Unit,
        archive: MailArchive,
        raw: RawMail,
        mail: ParsedMail,
        *,
        own: frozenset[str],
        at: datetime,
        unsure: list[Unsure],
    ) -> MailReport:
        usable = mail.parse is not Parse.QUARANTINED
        direction = _direction(raw, mail, own)
        received_at = _received_at(raw, mail, at)
        reading = self._reader.reading(mail, at=received_at) if usable else None
        contact_id = self._owner(archive, mail, direction) if usable else None
        message_id, new = archive.add(
            Arrival(
                raw=raw.raw,
                mail=mail,
                reading=reading if direction is Direction.INBOUND else None,
                direction=direction,
                contact_id=contact_id,
                thread_id=_thread(archive, mail, direction, own=own, at=received_at)
                if usable
                else None,
                received_at=received_at,
                folder=raw.folder,
                external_id=raw.external_id,
            )
        )
        if not new:
            return MailReport(known_count=1)
        report = MailReport(
            new_count=1,
            quarantined_count=int(not usable),
            defective_count=int(mail.parse is Parse.DEFECTIVE),
            unknown_senders_count=int(
                usable and contact_id is None and direction is Direction.INBOUND
            ),
        )
        if reading is None or direction is Direction.OUTBOUND:
            return report
        told = Report(mail=mail, message_id=message_id, at=received_at)
        heard = hear(unit, archive, told, at=at)
        report = replace(
            report, bounces_count=int(heard.bounced), complaints_count=int(heard.complained)
        )
        if contact_id is None:
            return report
        self._reactions.react(unit, reading, message_id=message_id, contact_id=contact_id, at=at)
        if reading.unsure:
            unsure.append(
                Unsure(message_id=message_id, contact_id=contact_id, received_at=received_at)
            )
        return replace(report, opt_outs_count=int(reading.opt_out))

    def _owner(
        self, archive: MailArchive, mail: ParsedMail, direction: Direction
    ) -> ContactId | None:
        """Return whose mail it is: whom our token names, who may be nobody, else by address."""
        named = self._reader.named(mail) if direction is Direction.INBOUND else None
        if named is not None:
            return archive.contact_by_hash(named)
        return _contact(archive, mail, direction)


def _batches(
    parsed: Iterator[tuple[RawMail, ParsedMail]],
) -> Iterator[tuple[tuple[RawMail, ParsedMail], ...]]:
    while batch := tuple(islice(parsed, BATCH_COUNT)):
        yield batch


def _direction(raw: RawMail, mail: ParsedMail, own: frozenset[str]) -> Direction:
    if raw.direction is not None:
        return raw.direction
    return Direction.OUTBOUND if mail.from_address in own else Direction.INBOUND


def _received_at(raw: RawMail, mail: ParsedMail, at: datetime) -> datetime:
    found = raw.received_at or mail.sent_at
    if found is not None and raw.of_copy and mail.sent_at is not None:
        # A program that writes a file dates every mail alike: a question would look answered.
        found = min(found, mail.sent_at)
    if found is None or found > at + FUTURE_SLACK:
        return at
    return found


def _contact(archive: MailArchive, mail: ParsedMail, direction: Direction) -> ContactId | None:
    addresses = (mail.from_address,) if direction is Direction.INBOUND else (*mail.to, *mail.cc)
    for address in addresses:
        found = archive.contact_by_address(address) if address else None
        if found is not None:
            return found
    return None


def _thread(
    archive: MailArchive,
    mail: ParsedMail,
    direction: Direction,
    *,
    own: frozenset[str],
    at: datetime,
) -> ThreadId | None:
    choice = choose_thread(
        mail,
        direction=direction,
        own=own,
        by_id=archive.by_message_ids(lookup_ids(mail)),
        by_subject=archive.by_subject(
            subject_key(mail.subject),
            parties=voices(mail, direction=direction, own=own),
            since=at - timedelta(days=SUBJECT_DAYS_MAX),
        ),
        at=at,
    )
    return choice.thread_id
