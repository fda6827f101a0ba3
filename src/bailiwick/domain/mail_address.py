"""The strict grammar of mail addresses, and the one form in which they are compared and suppressed.

Our own grammar, because the one in Python 3.11 reads `alice@example.org)bob@evil.test` as Alice
(CVE-2023-27043). It accepts less than RFC 5322 allows: no quoted local parts, no address literals.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

LOCAL_BYTES_MAX: Final = 64  # RFC 5321, 4.5.3.1.1
ADDRESS_BYTES_MAX: Final = 254  # RFC 3696, erratum 1690
LABEL_BYTES_MAX: Final = 63  # RFC 1035, 2.3.4
MAILBOXES_COUNT_MAX: Final = 1000  # ours: more recipients than any person writes to
_LOCAL: Final = re.compile(r"[^.@]+(?:\.[^.@]+)*", re.ASCII)
_ATEXT: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+/=?^_`{|}~-")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.ASCII)
_WORD_CLASSES: Final = frozenset("LMN")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxName:
    """One mailbox of an address header; the name is as written, still encoded."""

    name: str
    address: str
    """Normalised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxList:
    """What an address header holds."""

    mailboxes: tuple[MailboxName, ...] = ()
    invalid_count: int = 0
    """Entries that are no mailbox of our grammar."""
    groups_count: int = 0


def normalised(address: str) -> str | None:
    """Return the form to store and compare, or None when this is not one address.

    ASCII letters fall to lower case, the domain goes to its A-label form, plus-tags stay.
    """
    local, at, domain = address.strip(" \t\r\n").rpartition("@")
    if not at or len(address) > 4 * ADDRESS_BYTES_MAX:
        return None
    clean_local = _local_part(local)
    clean_domain = _domain(domain)
    if clean_local is None or clean_domain is None:
        return None
    result = f"{clean_local}@{clean_domain}"
    return result if len(result.encode()) <= ADDRESS_BYTES_MAX else None


def comparable(address: str) -> str:
    """Return the normalised form; what is no address is trimmed and falls to lower case."""
    return normalised(address) or address.strip().lower()


def address_hash(address: str) -> str:
    """Return the SHA-256 under which an address is suppressed, whether it is one or not."""
    return hashlib.sha256(comparable(address).encode("utf-8", "surrogatepass")).hexdigest()


def domain_of(address: str) -> str:
    """Return the domain of a normalised address."""
    return address.rpartition("@")[2]


def _local_part(local: str) -> str | None:
    if not _LOCAL.fullmatch(local):
        return None
    if not local.isascii():
        local = unicodedata.normalize("NFC", local)
        if unicodedata.normalize("NFKC", local) != local:
            return None
    lower = _lowered(local)
    if len(lower.encode("utf-8", "replace")) > LOCAL_BYTES_MAX:
        return None
    fit = all(c in _ATEXT or c == "." or (not c.isascii() and _is_word(c)) for c in lower)
    return lower if fit else None


def _domain(domain: str) -> str | None:
    labels = [_label(label) for label in domain.split(".")]
    if len(labels) < 2 or any(label is None for label in labels):  # noqa: PLR2004 - a name and its top-level domain
        return None
    known = [label for label in labels if label is not None]
    return None if known[-1].isdigit() else ".".join(known)


def _label(label: str) -> str | None:
    """Return one label in ASCII. The `idna` codec is avoided: quadratic, and it raises on input."""
    if not label or len(label) > LABEL_BYTES_MAX:
        return None
    lower = _lowered(label)
    if not lower.isascii():
        composed = unicodedata.normalize("NFC", lower)
        if unicodedata.normalize("NFKC", composed) != composed:
            return None
        if not all(c == "-" or _is_word(c) for c in composed):
            return None
        lower = "xn--" + composed.encode("punycode").decode("ascii")
    fit = len(lower) <= LABEL_BYTES_MAX and _LABEL.fullmatch(lower)
    return lower if fit else None


def _lowered(text: str) -> str:
    # Letters whose lower case is longer (such as a dotted capital I) stay, so none can collide.
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] in _WORD_CLASSES


@dataclass(slots=True)
class _Entry:
    """One entry of an address list while it is read."""

    text: list[str] = field(default_factory=list[str])
    angle: list[str] = field(default_factory=list[str])
    comment: list[str] = field(default_factory=list[str])
    angles_count: int = 0
    broken: bool = False
    after_angle: bool = False


@dataclass(slots=True)
class _Scan:
    """The scanner's place: what it is inside of, and what it has found."""

    entry: _Entry = field(default_factory=_Entry)
    found: list[MailboxName] = field(default_factory=list[MailboxName])
    invalid_count: int = 0
    groups_count: int = 0
    quoted: bool = False
    escaped: bool = False
    in_angle: bool = False
    depth: int = 0

    def take(self, character: str) -> None:
        """Advance by one character."""
        if self.escaped:
            self.escaped = False
            self._collect(character)
        elif self.quoted or self.depth:
            self._inside(character)
        elif self.in_angle:
            if character == ">":
                self.in_angle = False
                self.entry.after_angle = True
            else:
                self.entry.angle.append(character)
        else:
            self._outside(character)

    def _inside(self, character: str) -> None:
        if character == "\\":
            self.escaped = True
        elif self.quoted and character == '"':
            self.quoted = False
        elif self.depth and character in "()":
            self.depth += 1 if character == "(" else -1
        else:
            self._collect(character)

    def _collect(self, character: str) -> None:
        (self.entry.comment if self.depth else self.entry.text).append(character)

    def _outside(self, character: str) -> None:
        entry = self.entry
        match character:
            case '"':
                self.quoted = True
            case "(":
                self.depth = 1
                entry.text.append(" ")
            case "<":
                self.in_angle = True
                entry.angles_count += 1
            case "," | ";":
                self.close()
            case ":":
                self.groups_count += 1
                self.entry = _Entry()
            case ")" | ">":
                entry.broken = True
            case _:
                entry.broken |= entry.after_angle and not character.isspace()
                entry.text.append(character)

    def close(self) -> None:
        """End the current entry."""
        entry, self.entry = self.entry, _Entry()
        text = " ".join("".join(entry.text).split())
        if not text and not entry.angles_count and not entry.broken:
            return
        if entry.broken or entry.angles_count > 1 or len(self.found) >= MAILBOXES_COUNT_MAX:
            self.invalid_count += 1
            return
        address = normalised("".join(entry.angle) if entry.angles_count else text)
        if address is None:
            self.invalid_count += 1
            return
        comment = " ".join("".join(entry.comment).split())
        self.found.append(
            MailboxName(name=text if entry.angles_count else comment, address=address)
        )


def mailbox_list(value: str) -> MailboxList:
    """Read the value of From, To, Cc, Reply-To or Sender; never raises, in linear time."""
    scan = _Scan()
    for character in value:
        scan.take(character)
    unbalanced = scan.quoted or scan.in_angle or scan.depth > 0 or scan.escaped
    if unbalanced:
        scan.entry.broken = True
    scan.close()
    return MailboxList(
        mailboxes=tuple(scan.found),
        invalid_count=scan.invalid_count,
        groups_count=scan.groups_count,
    )
