"""Turns an outbound mail into the bytes on the wire, deterministically and without a parser.

Every header is built here from a validated scalar, so a line break in a name or subject is a fault
and never a second header (security, T9). There is one recipient and no Cc or Bcc.
"""

import base64
import binascii
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from urllib.parse import quote, urlsplit

from bailiwick.connectors.smtp.alternative import boundary, html_of
from bailiwick.connectors.smtp.unsubscribe import unsubscribe_token
from bailiwick.domain.fault import InputFault, SettingsFault
from bailiwick.domain.mail_address import normalised
from bailiwick.domain.outbound import OutboundMail, Purpose, message_id_of

VERP_KEY_CHARS: Final = 24  # ours: 96 bits, so that the local part keeps within 64 bytes
SUBJECT_CHARS_MAX: Final = 900  # RFC 5322, 2.1.1: a line has at most 998 characters
NAME_CHARS_MAX: Final = 200  # ours: longer than any name people carry
TEXT_BYTES_MAX: Final = 262_144  # ours: a quarter of a megabyte of prose
REFERENCES_COUNT_MAX: Final = 50  # ours: enough to thread; longer chains keep root and latest
SECRET_BYTES_MIN: Final = 16  # RFC 2104: keys shorter than the code weaken it
_LINE_CHARS_MAX: Final = 78  # RFC 5322, 2.1.1
_WORD_BYTES_MAX: Final = 42  # RFC 2047, 2: 75 characters less the frame, in base 64
_MESSAGE_ID: Final = re.compile(r"<[!-;=?A-Z\[-~]{1,400}@[!-;=?A-Z\[-~]{1,400}>", re.ASCII)
_KEY: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class UnableToCompose(InputFault):
    """The mail cannot be written as a valid message; names the field, never its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeSettings:
    """What the sender, not the mail, decides about the headers."""

    domain: str
    """Right-hand side of our Message-IDs."""
    unsubscribe_secret: bytes
    unsubscribe_url: str = ""
    """HTTPS address that takes the RFC 8058 POST; a slash and the token are added."""
    unsubscribe_address: str = ""
    """Mailbox for opt-outs by mail; the sender's own when empty."""
    verp: bool = False
    """Give each mail its own return path, so that a bounce names its effect."""

    def __post_init__(self) -> None:
        """Check the settings. Raises SettingsFault."""
        if normalised(f"x@{self.domain}") != f"x@{self.domain}":
            message = f"mail domain {self.domain!r} is not a domain name in lower-case ASCII"
            raise SettingsFault(message)
        if len(self.unsubscribe_secret) < SECRET_BYTES_MIN:
            message = f"the unsubscribe secret needs at least {SECRET_BYTES_MIN} bytes"
            raise SettingsFault(message)
        if self.unsubscribe_url:
            _check_url(self.unsubscribe_url)
        if self.unsubscribe_address and not _is_plain_address(self.unsubscribe_address):
            message = "the unsubscribe address is not one mail address in its plain ASCII form"
            raise SettingsFault(message)


def message_id(effect_key: str, *, domain: str) -> str:
    """Return the Message-ID of an effect: the reference a provider can be asked for."""
    if not _KEY.fullmatch(effect_key):
        message = "the effect key is not 64 hex digits"
        raise UnableToCompose(message)
    return message_id_of(effect_key, domain=domain)


def envelope_sender(mail: OutboundMail, effect_key: str, *, settings: ComposeSettings) -> str:
    """Return the return path: the sender's address, or its variable form (VERP)."""
    address = _address(mail.from_address, "from_address")
    if not settings.verp:
        return address
    local, _, domain = address.rpartition("@")
    variable = f"{local}+b-{effect_key[:VERP_KEY_CHARS]}@{domain}"
    if not _is_plain_address(variable):
        message = "from_address is too long for a variable return path; switch verp off"
        raise UnableToCompose(message)
    return variable


def compose(
    mail: OutboundMail, effect_key: str, *, date: datetime, settings: ComposeSettings
) -> bytes:
    """Return the message with CRLF line ends; the same inputs give the same bytes.

    Raises UnableToCompose when a field cannot stand in a header or body.
    """
    assert date.tzinfo is not None, "instants are aware"
    kind, body = _content(mail, effect_key)
    headers = [
        ("From", _mailbox(mail.from_name, mail.from_address, "from")),
        ("To", _mailbox(mail.to_name, mail.to_address, "to")),
        ("Subject", _phrase(_scalar(mail.subject, "subject", SUBJECT_CHARS_MAX), used=9)),
        ("Date", format_datetime(date)),
        ("Message-ID", message_id(effect_key, domain=settings.domain)),
        *_threading(mail),
        *_unsubscribe(mail, settings),
        *_automatic(mail),
        ("MIME-Version", "1.0"),
        *kind,
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return head.encode("ascii") + b"\r\n" + body


def _content(mail: OutboundMail, effect_key: str) -> tuple[list[tuple[str, str]], bytes]:
    """Return what tells the kind of the body, and the body.

    Mail that nobody asked for comes in two forms of one text, as readers of such mail expect;
    an answer is plain, as a person writes one.
    """
    plain = _part("plain", mail.text)
    if mail.purpose is not Purpose.MARKETING:
        return plain
    rich = _part("html", html_of(mail.text, language=mail.language))
    mark = boundary(effect_key)
    parts = b"".join(
        f"--{mark}\r\n".encode("ascii")
        + "".join(f"{name}: {value}\r\n" for name, value in head).encode("ascii")
        + b"\r\n"
        + body
        + b"\r\n"
        for head, body in (plain, rich)
    )
    kind = f'multipart/alternative;\r\n boundary="{mark}"'
    return [("Content-Type", kind)], parts + f"--{mark}--\r\n".encode("ascii")


def _part(kind: str, text: str) -> tuple[list[tuple[str, str]], bytes]:
    encoding, body = _body(text)
    return [
        ("Content-Type", f'text/{kind}; charset="utf-8"'),
        ("Content-Transfer-Encoding", encoding),
    ], body


def _threading(mail: OutboundMail) -> list[tuple[str, str]]:
    headers: list[tuple[str, str]] = []
    if mail.in_reply_to:
        headers.append(("In-Reply-To", _reference(mail.in_reply_to, "in_reply_to")))
    references = [_reference(r, "references") for r in mail.references]
    if len(references) > REFERENCES_COUNT_MAX:
        references = [references[0], *references[1 - REFERENCES_COUNT_MAX :]]
    if references:
        headers.append(("References", "\r\n ".join(references)))
    return headers


def _unsubscribe(mail: OutboundMail, settings: ComposeSettings) -> list[tuple[str, str]]:
    """Return the opt-out headers of RFC 2369 and RFC 8058; service mail needs none."""
    if mail.purpose is not Purpose.MARKETING:
        return []
    token = unsubscribe_token(mail.to_address, secret=settings.unsubscribe_secret)
    address = settings.unsubscribe_address or mail.from_address
    by_mail = f"<mailto:{quote(address, safe='@')}?subject=unsubscribe%20{token}>"
    if not settings.unsubscribe_url:
        return [("List-Unsubscribe", by_mail)]
    link = f"{settings.unsubscribe_url.rstrip('/')}/{token}"
    return [
        ("List-Unsubscribe", f"<{link}>,\r\n {by_mail}"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ]


def _automatic(mail: OutboundMail) -> list[tuple[str, str]]:
    """Return the marks by which other machines know not to answer (RFC 3834, section 5)."""
    headers: list[tuple[str, str]] = []
    if mail.automatic:
        headers.append(("Auto-Submitted", "auto-replied" if mail.in_reply_to else "auto-generated"))
    if mail.automatic or mail.purpose is Purpose.MARKETING:
        headers.append(("X-Auto-Response-Suppress", "OOF, AutoReply"))
    return headers


def _mailbox(name: str, address: str, field: str) -> str:
    clean = _scalar(name, f"{field}_name", NAME_CHARS_MAX)
    box = f"<{_address(address, f'{field}_address')}>"
    if not clean:
        return box
    escaped = clean.replace("\\", "\\\\").replace('"', '\\"')
    quoted = f'"{escaped}"'
    if clean.isascii() and "=?" not in clean and len(quoted) < _LINE_CHARS_MAX - 8:
        return f"{quoted}\r\n {box}"
    return f"{_encoded_words(clean)}\r\n {box}"


def _phrase(value: str, *, used: int) -> str:
    # "=?" is encoded as well: left alone, a reader would decode what was never encoded.
    if value.isascii() and "=?" not in value and len(value) + used <= _LINE_CHARS_MAX:
        return value
    return _encoded_words(value)


def _encoded_words(value: str) -> str:
    words: list[str] = []
    piece = b""
    for character in value:
        octets = character.encode("utf-8")
        if len(piece) + len(octets) > _WORD_BYTES_MAX:
            words.append(_word(piece))
            piece = b""
        piece += octets
    return "\r\n ".join([*words, _word(piece)])


def _word(octets: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(octets).decode('ascii')}?="


def _scalar(value: str, field: str, length_max: int) -> str:
    """Return a header value that is one line of real characters."""
    if len(value) > length_max:
        message = f"{field} has {len(value)} characters, at most {length_max} fit in a header"
        raise UnableToCompose(message)
    if any(_breaks_a_line(c) for c in value):
        message = f"{field} holds a control character or line break; remove it and approve again"
        raise UnableToCompose(message)
    if value != value.strip():
        message = f"{field} starts or ends with a space; remove it and approve again"
        raise UnableToCompose(message)
    return value


def _breaks_a_line(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _address(value: str, field: str) -> str:
    if not _is_plain_address(value):
        message = f"{field} is not one mail address in its plain ASCII form"
        raise UnableToCompose(message)
    return value


def _is_plain_address(value: str) -> bool:
    return value.isascii() and normalised(value) == value


def _reference(value: str, field: str) -> str:
    if not _MESSAGE_ID.fullmatch(value):
        message = f"{field} holds something that is no message id"
        raise UnableToCompose(message)
    return value


def _body(text: str) -> tuple[str, bytes]:
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if any(_breaks_a_line(c) and c != "\t" for line in lines for c in line):
        message = "text holds a control character; remove it and approve again"
        raise UnableToCompose(message)
    octets = "\n".join([*lines, ""]).encode("utf-8")
    if len(octets) > TEXT_BYTES_MAX:
        message = f"text has {len(octets)} bytes, at most {TEXT_BYTES_MAX} are sent in one mail"
        raise UnableToCompose(message)
    printable = binascii.b2a_qp(octets, istext=True)
    # A relay may put ">" before a line that starts with "From ", which breaks the signature.
    printable = re.sub(rb"^From ", b"=46rom ", printable, flags=re.MULTILINE)
    based = base64.encodebytes(octets.replace(b"\n", b"\r\n"))
    if len(printable) <= len(based):
        return "quoted-printable", printable.replace(b"\n", b"\r\n")
    return "base64", based.replace(b"\n", b"\r\n")


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    plain = re.fullmatch(r"[!-;=?-~]+", url) and not parts.query and not parts.fragment
    if parts.scheme != "https" or not parts.hostname or not plain:
        message = (
            f"the unsubscribe URL {url!r} must be one https address (RFC 8058, section 3.1) without"
            " a query; the token is added as the last part of its path"
        )
        raise SettingsFault(message)
