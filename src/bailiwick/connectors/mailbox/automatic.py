"""Tells mail that machines sent, and reads reports on ours (RFC 3834, RFC 3464, RFC 5965)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bailiwick.connectors.mailbox.encoded_word import header_text
from bailiwick.connectors.mailbox.limits import HEADER_CHARS_MAX
from bailiwick.connectors.mailbox.mime import Headers, Part, Walk
from bailiwick.domain.mail_address import mailbox_list, normalised

KEPT_HEADERS: Final = (
    "Auto-Submitted", "Content-Language", "Feedback-ID", "Importance", "List-Help", "List-Id",
    "List-Post", "List-Unsubscribe", "List-Unsubscribe-Post", "Precedence", "Return-Path",
    "Sender", "X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Failed-Recipients",
    "X-Loop",
)  # fmt: skip
"""Kept for later steps. Authentication-Results is not: anybody can write one (RFC 8601, 5)."""

_PRECEDENCES: Final = frozenset({"bulk", "auto_reply", "auto-reply", "junk", "list"})
_PRESENT: Final = ("list-id", "x-auto-response-suppress", "x-autoreply", "x-autorespond")
_ROBOTS: Final = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mdaemon"})
_SUBJECT: Final = re.compile(
    r"(?:auto(?:matic|matische|-|: ?)? ?(?:reply|response|antwort|svar)|automatische antwort|"
    r"out of (?:the )?office|abwesenheit|réponse automatique|absence du bureau|"
    r"respuesta autom[aá]tica|fuera de (?:la )?oficina|risposta automatica|fuori sede|"
    r"resposta autom[aá]tica|automatisch antwoord|afwezigheid|autosvar|automaattinen vastaus|"
    r"autoodpowiedź|automatická odpověď|автоматический ответ|自动回复|自動回覆|自動応答)\b",
    re.IGNORECASE,
)
_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b", re.ASCII)
_REPORT_FIELD: Final = re.compile(
    rb"^(status|final-recipient|original-recipient|action)[ \t]*:[ \t]*([^\n]{0,500})",
    re.IGNORECASE | re.MULTILINE,
)
_FEEDBACK: Final = re.compile(
    rb"^feedback-type[ \t]*:[ \t]*([a-z0-9-]{1,40})[ \t\r]*$", re.IGNORECASE | re.MULTILINE
)
_ORIGINAL_ID: Final = re.compile(
    rb"^message-id[ \t]*:\s{0,3}(<[!-~]{1,990}>)", re.IGNORECASE | re.MULTILINE
)
REPORT_BYTES_MAX: Final = 64 * 1024  # ours: what is read of a delivery report
RECIPIENTS_COUNT_MAX: Final = 100  # ours: blocks looked at for the one that failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a delivery report says of one recipient."""

    status: str = ""
    recipient: str = ""
    original_id: str = ""
    """Message-ID of the mail that came back; only this or our own VERP makes a bounce ours."""
    failed: bool = False
    """Nobody tries this mail any more; else it is late, or somewhere on its way."""
    feedback: str = ""
    """What a reader thinks of the mail, such as `abuse` (RFC 5965, 3.5); no bounce has it."""


def kept_headers(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Return the few headers that later steps need, decoded to one line each."""
    wanted = {name.lower(): name for name in KEPT_HEADERS}
    return tuple(
        (wanted[name], header_text(value)[:HEADER_CHARS_MAX])
        for name, value in headers.fields[:HEADER_CHARS_MAX]
        if name in wanted
    )


def is_automatic(headers: Headers, *, subject: str, from_address: str, report: bool) -> bool:
    """Tell whether a machine sent this, so that nothing may answer it by itself."""
    submitted = headers.first("auto-submitted").partition(";")[0].strip().lower()
    local = from_address.partition("@")[0]
    return (
        report
        or submitted not in {"", "no"}
        or headers.first("precedence").strip().lower() in _PRECEDENCES
        or any(headers.first(name) for name in _PRESENT)
        or any(value.strip() == "<>" for value in headers.all("return-path"))
        or local in _ROBOTS
        or _SUBJECT.match(subject) is not None
    )


def delivery_report(root: Part, walk: Walk, *, from_address: str, text: str) -> Report:
    """Read a bounce: RFC 3464 parts, else what well-known robots write into headers and text."""
    status = recipient = original_id = feedback = ""
    failed = False
    for leaf in root.leaves():
        if leaf.content_type == "message/delivery-status":
            status, recipient, failed = _failed(walk.content(leaf)[:REPORT_BYTES_MAX])
        elif leaf.content_type == "message/feedback-report":
            told = _FEEDBACK.search(walk.content(leaf)[:REPORT_BYTES_MAX])
            feedback = told[1].decode("ascii").lower() if told else ""
        elif leaf.content_type in {"message/rfc822", "text/rfc822-headers"}:
            found = _ORIGINAL_ID.search(walk.content(leaf)[:REPORT_BYTES_MAX])
            original_id = original_id or (found[1].decode("ascii") if found else "")
    if from_address.partition("@")[0] in _ROBOTS:
        named = mailbox_list(root.headers.first("x-failed-recipients")).mailboxes
        recipient = recipient or (named[0].address if named else "")
        found_status = _STATUS.search(text[:REPORT_BYTES_MAX])
        status = status or (found_status[1] if found_status and recipient else "")
    if not status and not recipient and not feedback:
        return Report()
    return Report(
        status=status,
        recipient=recipient,
        original_id=original_id,
        failed=failed,
        feedback=feedback,
    )


def _failed(content: bytes) -> tuple[str, str, bool]:
    """Return status and recipient of the worst block, and whether it is given up.

    A final failure before a passing one, and both before what is late or arrived.
    """
    found = [block for block in _blocks(content) if block[0] or block[1]]
    return min(found, key=lambda b: (not b[2], not b[0].startswith("5")), default=("", "", False))


def _blocks(content: bytes) -> Iterator[tuple[str, str, bool]]:
    for block in content.split(b"\n\n")[:RECIPIENTS_COUNT_MAX]:
        known = {m[1].lower(): m[2] for m in reversed(list(_REPORT_FIELD.finditer(block)))}
        found = _STATUS.search(known.get(b"status", b"").decode("ascii", "replace"))
        who = known.get(b"final-recipient") or known.get(b"original-recipient") or b""
        address = normalised(who.decode("utf-8", "replace").rpartition(";")[2].strip(" <>")) or ""
        action = known.get(b"action", b"").strip().lower()
        status = found[1] if found else ""
        if action not in {b"", b"failed"} and status.startswith("5"):
            status = f"4{status[1:]}"  # still tried, or delivered: RFC 3464, section 2.3.3
        yield status, address, action == b"failed"
