"""Decides which thread a mail belongs to: by the ids it names, then by subject and parties.

A Message-ID can be guessed or forwarded, so an id alone joins nothing: the sender (or, for what we
sent, a recipient) must already take part in that thread (security, T9).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bailiwick.domain.ids import ThreadId
from bailiwick.domain.message import Direction, Parse, ParsedMail
from bailiwick.kit.text import folded

SUBJECT_DAYS_MAX: Final = 30  # ours: a later mail of the same subject starts a new thread
LOOKUP_IDS_MAX: Final = 32  # ours: the nearest ancestors decide; longer chains repeat themselves
SUBJECT_CHARS_MAX: Final = 200  # ours: what is compared of a subject
_PREFIXES_MAX: Final = 12  # ours: "Re: AW: Re: …" is folded this often
_PREFIX: Final = re.compile(
    r"\s*(?:\[(?:ext|external|extern|externe)\]\s*:?"
    r"|(?:re|aw|sv|vs|ref|rif|antw|odp|res|ynt|vá|atb|wg|fwd?|fw|tr|rv|enc|vl|pd|i|doorst"
    "|\u043e\u0442\u0432|\u043e\u0442\u0432\u0435\u0442|ha|\u56de\u590d|\u7b54\u590d|\u8f6c\u53d1)"
    "\\s*(?:\\[\\d{1,3}\\]|\\(\\d{1,3}\\))?\\s*[:\uff1a])\\s*",
    re.IGNORECASE,
)


class Join(StrEnum):
    """How a mail found its thread."""

    BY_ID = "by_id"
    BY_SUBJECT = "by_subject"
    NEW = "new"


class JoinDoubt(StrEnum):
    """Why a mail that seems to answer a thread was kept apart from it."""

    NONE = "none"
    FOREIGN_ID = "foreign_id"
    """It names a Message-ID of a thread in which its sender takes no part."""
    OWN_ADDRESS = "own_address"
    """It came in from outside under an address of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownThread:
    """What the decision needs to know of a stored thread."""

    thread_id: ThreadId
    parties: frozenset[str]
    """Normalised addresses of everybody who wrote or received a mail of it, ours too."""
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadChoice:
    """The decision: join this thread, or begin a new one when `thread_id` is None."""

    join: Join
    thread_id: ThreadId | None = None
    doubt: JoinDoubt = JoinDoubt.NONE


def lookup_ids(mail: ParsedMail) -> tuple[str, ...]:
    """Return the Message-IDs to look threads up by, the nearest ancestor first, its own last."""
    ordered = dict.fromkeys((*mail.in_reply_to, *reversed(mail.references)))
    ordered.pop(mail.rfc_message_id, None)
    return (*tuple(ordered)[: LOOKUP_IDS_MAX - 1], mail.rfc_message_id)


def subject_key(subject: str) -> str:
    """Return the subject as it is compared: folded, without reply and forward prefixes."""
    return folded(_bare(subject)[1])[:SUBJECT_CHARS_MAX]


def answers_by_subject(mail: ParsedMail) -> bool:
    """Tell whether the mail presents itself as an answer, so that its subject may join it."""
    return bool(_bare(mail.subject)[0] or mail.in_reply_to or mail.references)


def parties(mail: ParsedMail) -> frozenset[str]:
    """Return everybody who wrote or received the mail."""
    return frozenset(a for a in (mail.from_address, *mail.to, *mail.cc) if a)


def voices(mail: ParsedMail, *, direction: Direction, own: frozenset[str]) -> frozenset[str]:
    """Return the outside parties whose presence in a thread lets this mail into it.

    Inbound: the sender, or the recipient that a bounce is about. Outbound: the recipients.
    """
    if direction is Direction.OUTBOUND:
        return frozenset({*mail.to, *mail.cc}) - own
    about = mail.dsn_recipient if mail.dsn_status else ""
    return frozenset(a for a in (mail.from_address, about) if a) - own


def choose_thread(
    mail: ParsedMail,
    *,
    direction: Direction,
    own: frozenset[str],
    by_id: Mapping[str, Sequence[KnownThread]],
    by_subject: Sequence[KnownThread],
    at: datetime,
) -> ThreadChoice:
    """Decide the thread of a mail.

    `own` are the addresses of the workspace; `by_id` answers `lookup_ids`; `by_subject` are threads
    whose last mail is within thirty days and whose folded subject is `subject_key`.
    """
    if mail.parse is Parse.QUARANTINED:
        return ThreadChoice(join=Join.NEW)
    if direction is Direction.INBOUND and mail.from_address in own:
        return ThreadChoice(join=Join.NEW, doubt=JoinDoubt.OWN_ADDRESS)
    who = voices(mail, direction=direction, own=own)
    named = tuple(_named(mail, by_id))
    for thread in named:
        if who & thread.parties:
            return ThreadChoice(join=Join.BY_ID, thread_id=thread.thread_id)
    doubt = JoinDoubt.FOREIGN_ID if named else JoinDoubt.NONE
    if subject_key(mail.subject) and answers_by_subject(mail):
        for thread in sorted(by_subject, key=lambda t: t.last_at, reverse=True):
            near = abs(at - thread.last_at) <= timedelta(days=SUBJECT_DAYS_MAX)
            if near and who & thread.parties:
                return ThreadChoice(join=Join.BY_SUBJECT, thread_id=thread.thread_id, doubt=doubt)
    return ThreadChoice(join=Join.NEW, doubt=doubt)


def _named(mail: ParsedMail, by_id: Mapping[str, Sequence[KnownThread]]) -> Iterator[KnownThread]:
    for rfc_message_id in lookup_ids(mail):
        yield from by_id.get(rfc_message_id, ())


def _bare(subject: str) -> tuple[bool, str]:
    """Return whether reply or forward prefixes were there, and the subject without them."""
    rest = subject
    for _ in range(_PREFIXES_MAX):
        match = _PREFIX.match(rest)
        if match is None:
            break
        rest = rest[match.end() :]
    return rest != subject, rest
