"""Raw bytes to ParsedMail: pure, total, and in exactly one state for every input.

Runs inside the parsing child (`child.py`); nothing else in the product reads foreign bytes.
"""

import hashlib
import re
from dataclasses import replace
from typing import Final

from bailiwick.connectors.mailbox.automatic import (
    Report,
    delivery_report,
    is_automatic,
    kept_headers,
)
from bailiwick.connectors.mailbox.body_text import BodyText
from bailiwick.connectors.mailbox.encoded_word import header_text, hides_line_break
from bailiwick.connectors.mailbox.limits import (
    ATTACHMENTS_COUNT_MAX,
    DEFECTS_COUNT_MAX,
    MESSAGE_ID_CHARS_MAX,
    NAME_CHARS_MAX,
    REFERENCES_COUNT_MAX,
)
from bailiwick.connectors.mailbox.mail_date import mail_date
from bailiwick.connectors.mailbox.mime import BeyondLimit, Headers, Part, Walk, normal_lines
from bailiwick.domain.mail_address import MailboxName, mailbox_list, normalised
from bailiwick.domain.message import Attachment, Parse, ParsedMail
from bailiwick.domain.quoting import split
from bailiwick.kit.text import one_line

_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,997}>", re.ASCII)
_SINGLE: Final = ("from", "date", "message-id", "subject", "reply-to", "to", "cc", "sender")
_FILE_NAME: Final = re.compile(r"[/\\:*?\"<>|]")


def parse(raw: bytes) -> ParsedMail:
    """Read one message. Never raises: what is wrong is in the state and the defects."""
    sha256 = hashlib.sha256(raw).hexdigest()
    walk = Walk()
    try:
        root = walk.part(normal_lines(raw))
        return _read(root, walk, sha256=sha256)
    except BeyondLimit as beyond:
        return quarantined(sha256, beyond.limit.value)


def quarantined(sha256: str, reason: str) -> ParsedMail:
    """Return the result for a message that is kept raw and not read."""
    return ParsedMail(
        raw_sha256=sha256,
        parse=Parse.QUARANTINED,
        defects=(reason,),
        rfc_message_id=missing_id(sha256),
    )


def missing_id(sha256: str) -> str:
    """Name a message that has no Message-ID of its own."""
    return f"<{sha256}@missing>"


def _read(root: Part, walk: Walk, *, sha256: str) -> ParsedMail:
    headers = root.headers
    for name in _SINGLE:
        if len(headers.all(name)) > 1:
            walk.defects.add(f"{name}_repeated")
    sender = _sender(headers, walk)
    subject = _subject(headers, walk)
    body = BodyText(walk, root)
    text = body.read()
    parts = split(text)
    from_address = sender.address if sender else ""
    report = delivery_report(root, walk, from_address=from_address, text=text)
    is_report = root.content_type == "multipart/report" or bool(report.status)
    mail = ParsedMail(
        raw_sha256=sha256,
        parse=Parse.CLEAN,
        rfc_message_id=_own_id(headers, walk) or missing_id(sha256),
        in_reply_to=_ids(headers.first("in-reply-to")),
        references=_references(headers, report),
        from_address=from_address,
        from_name=_name(sender.name) if sender else "",
        reply_to=_addresses(headers, "reply-to", walk),
        to=_addresses(headers, "to", walk),
        cc=_addresses(headers, "cc", walk),
        subject=subject,
        sent_at=mail_date(headers.first("date")),
        text=text,
        own_text=parts.own,
        quoted_text=parts.quoted,
        signature=parts.signature,
        attachments=_attachments(root, walk, body.used),
        headers=kept_headers(headers),
        automatic=is_automatic(
            headers, subject=subject, from_address=from_address, report=is_report
        ),
        dsn_status=report.status,
        dsn_recipient=report.recipient,
        dsn_failed=report.failed,
        feedback=report.feedback,
    )
    if headers.fields and mail.sent_at is None:
        walk.defects.add("date_missing")
    return _with_state(mail, walk)


def _with_state(mail: ParsedMail, walk: Walk) -> ParsedMail:
    defects = tuple(sorted(walk.defects))[:DEFECTS_COUNT_MAX]
    state = Parse.DEFECTIVE if defects else Parse.CLEAN
    if not mail.from_address:
        state = Parse.QUARANTINED
    return replace(mail, parse=state, defects=defects)


def _sender(headers: Headers, walk: Walk) -> MailboxName | None:
    """Return the one mailbox that wrote the message, or None with the reason as a defect."""
    values = headers.all("from")
    if len(values) != 1:
        walk.defects.add("from_repeated" if values else "from_missing")
        return None
    found = mailbox_list(values[0])
    if len(found.mailboxes) != 1 or found.invalid_count or found.groups_count:
        walk.defects.add("from_not_one_mailbox")
        return None
    (mailbox,) = found.mailboxes
    claimed = normalised(_name(mailbox.name).strip("<>'\" "))
    if claimed not in {None, mailbox.address}:
        walk.defects.add("from_name_is_other_address")
    return mailbox


def _subject(headers: Headers, walk: Walk) -> str:
    value = headers.first("subject")
    if hides_line_break(value):
        walk.defects.add("newline_in_encoded_word")
    return header_text(value)


def _name(value: str) -> str:
    return header_text(value)[:NAME_CHARS_MAX]


def _addresses(headers: Headers, name: str, walk: Walk) -> tuple[str, ...]:
    known: dict[str, None] = {}
    for value in headers.all(name):
        found = mailbox_list(value)
        if found.invalid_count:
            walk.defects.add(f"{name}_invalid")
        known.update(dict.fromkeys(m.address for m in found.mailboxes))
    return tuple(known)


def _own_id(headers: Headers, walk: Walk) -> str:
    value = headers.first("message-id").strip()
    if len(value) <= MESSAGE_ID_CHARS_MAX and _MESSAGE_ID.fullmatch(value):
        return value
    walk.defects.add("message_id_malformed" if value else "message_id_missing")
    return ""


def _ids(value: str) -> tuple[str, ...]:
    found = dict.fromkeys(m.group() for m in _MESSAGE_ID.finditer(value))
    return tuple(found)[-REFERENCES_COUNT_MAX:]


def _references(headers: Headers, report: Report) -> tuple[str, ...]:
    """Return the ancestors; a bounce also refers to the mail that came back."""
    known = _ids(headers.first("references"))
    extra = (report.original_id,) if report.original_id and report.original_id not in known else ()
    return known + extra


def _attachments(root: Part, walk: Walk, used: list[Part]) -> tuple[Attachment, ...]:
    read = {id(part) for part in used}
    listed: list[Attachment] = []
    for leaf in root.leaves():
        if id(leaf) in read or (not leaf.body and not leaf.file_name):
            continue
        if len(listed) >= ATTACHMENTS_COUNT_MAX:
            walk.defects.add("attachments_cut")
            break
        content = walk.content(leaf)
        listed.append(
            Attachment(
                name=_file_name(leaf),
                content_type=one_line(leaf.content_type)[:NAME_CHARS_MAX],
                size_bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
        )
    return tuple(listed)


def _file_name(leaf: Part) -> str:
    """Return the claimed name as a label: no path, no device, one line; it never names a file."""
    label = header_text(leaf.file_name).replace("\\", "/").rpartition("/")[2]
    return _FILE_NAME.sub("_", label).lstrip(".").strip()[-NAME_CHARS_MAX:]
