"""Hears what machines tell about mail of ours: bounced, failed for now, called spam by its reader.

A report counts only where it names, by Message-ID, a mail that we sent: what anybody claims about
other mail changes nothing. Whoever complains is left alone at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

from bailiwick.domain.breaker import HALT, SOFT_BOUNCES_COUNT_MAX, WINDOWS, ReportKind, Tally, trip
from bailiwick.domain.campaign.enrolment import End
from bailiwick.domain.ids import ContactId, MessageId
from bailiwick.domain.mail_address import address_hash, normalised
from bailiwick.domain.mail_thread import lookup_ids
from bailiwick.domain.message import Direction, Message, ParsedMail
from bailiwick.domain.record import RecordKind
from bailiwick.engine.mail.leaving import leave_alone
from bailiwick.engine.recipient.stopping import stop
from bailiwick.ports.mail_archive import MailArchive
from bailiwick.ports.unit import Unit

COMPLAINT: Final = "complaint"
BREAKER: Final = "breaker"
"""Who halted advertising, on record."""
COMPLAINTS: Final = frozenset({"abuse", "fraud", "virus", "opt-out", "other"})
"""Feedback that rejects a mail (RFC 5965, 7.3); `not-spam` and `auth-failure` do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a report came to; nothing when it is about no mail of ours."""

    bounced: bool = False
    complained: bool = False
    contact_id: ContactId | None = None
    """Whom nothing reaches any more, or who complained."""


NOTHING: Final = Heard()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A mail that may be a report, as it was kept."""

    mail: ParsedMail
    message_id: MessageId
    at: datetime
    """When it came; a mailbox may be read much later."""


def hear(unit: Unit, archive: MailArchive, report: Report, *, at: datetime) -> Heard:
    """Act on a report in the transaction that keeps it; any other mail is none."""
    kind = kind_of(report.mail)
    about = _about(archive, report.mail) if kind is not None else None
    if kind is None or about is None:
        return NOTHING
    status = report.mail.feedback or report.mail.dsn_status
    new = unit.reports.add(kind, about, status=status, at=report.at)
    match kind:
        case ReportKind.COMPLAINT:
            return _complained(unit, about, at=at) if new else NOTHING
        case ReportKind.BOUNCE:
            return _unreachable(unit, report, at=at)
        case ReportKind.SOFT_BOUNCE:
            return _failed_for_now(unit, report, about, at=at) if new else NOTHING
        case _:
            assert_never(kind)


def kind_of(mail: ParsedMail) -> ReportKind | None:
    """Tell what a mail reports; a praise, a delay and every other mail report nothing."""
    if mail.feedback:
        return ReportKind.COMPLAINT if mail.feedback in COMPLAINTS else None
    if mail.dsn_status.startswith("5"):
        return ReportKind.BOUNCE
    if mail.dsn_status.startswith("4") and mail.dsn_failed:
        return ReportKind.SOFT_BOUNCE
    return None


def _about(archive: MailArchive, mail: ParsedMail) -> Message | None:
    """Return the mail of ours that a report names; a bounce names its recipient, too."""
    for rfc_message_id in lookup_ids(mail):
        found = archive.by_rfc_id(rfc_message_id)
        if found is None or found.direction is not Direction.OUTBOUND:
            continue
        recipients = {*found.mail.to, *found.mail.cc}
        if mail.feedback:  # many providers hide who complained: only one can have
            return found if len(recipients) == 1 else None
        if normalised(mail.dsn_recipient) in recipients:
            return found
    return None


def _complained(unit: Unit, about: Message, *, at: datetime) -> Heard:
    (recipient,) = {*about.mail.to, *about.mail.cc}
    leave_alone(unit, address_hash(recipient), source=COMPLAINT, at=at, end=End.COMPLAINED)
    return Heard(complained=True, contact_id=unit.guards.address_owner(recipient))


def _failed_for_now(unit: Unit, report: Report, about: Message, *, at: datetime) -> Heard:
    """Let later mail try again; an address at which mail failed too often is given up."""
    contact_id = about.contact_id
    if contact_id is None or unit.reports.soft_bounces(contact_id) <= SOFT_BOUNCES_COUNT_MAX:
        return NOTHING
    return _unreachable(unit, report, at=at)


def _unreachable(unit: Unit, report: Report, *, at: datetime) -> Heard:
    contact_id = unit.guards.mark_bounced(report.mail.dsn_recipient)
    if contact_id is not None:
        unit.records.append(
            RecordKind.FLAGGED,
            subject=contact_id,
            payload={"flag": "bounced", "value": True, "message": report.message_id},
            at=at,
            contact_id=contact_id,
        )
        stop(unit, contact_id, End.BOUNCED, at=at)
    return Heard(bounced=True, contact_id=contact_id)


def break_off(unit: Unit, *, at: datetime) -> bool:
    """Halt advertising when too much of it is rejected; tell whether it was halted now.

    What was before a person resumed it counts no more, or one lift would last until the next
    report.
    """
    if HALT in unit.authority.halts():
        return False
    why = trip(tallies(unit, at=at))
    if not why:
        return False
    unit.authority.halt(HALT, reason=why, by=BREAKER, at=at)
    unit.records.append(
        RecordKind.HALT,
        subject=HALT,
        payload={"event": "halted", "scope": HALT, "reason": why, "by": BREAKER},
        at=at,
    )
    unit.guards.ask_person(
        "Advertising stopped by itself",
        reason=f"{why}. Find out whose addresses these are and who chose them; then resume with "
        f"`bailiwick halt lift {HALT}`. Answers go on.",
        contact_id=None,
        run_id=None,
        key=f"{BREAKER}:{at.isoformat()}",
        at=at,
    )
    return True


def tallies(unit: Unit, *, at: datetime) -> tuple[Tally, ...]:
    """Return how advertising went in each stretch that the breaker looks at."""
    lifted = unit.authority.lifted_at(HALT)

    def since(window: timedelta) -> datetime:
        begin = at - window
        return begin if lifted is None else max(begin, lifted)

    return tuple(unit.reports.tally(since(window), at=at) for window in WINDOWS)
