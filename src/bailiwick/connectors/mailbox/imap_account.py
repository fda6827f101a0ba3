"""Reads `imap://user:password@host:port` and `imaps://…` into what a connection needs."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.public_address import is_loopback

_PORTS: Final = {"imap": 143, "imaps": 993}  # RFC 3501; RFC 8314
_SHAPE: Final = "imaps://user:password@host:993"


class UnableToUseImapUrl(SettingsFault):
    """The IMAP address in the settings cannot be used; the message never shows the password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapAccount:
    """Where the mailbox is and who reads it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: bool
    """TLS from the first byte; otherwise STARTTLS, and plain text on loopback only."""

    @property
    def label(self) -> str:
        """The name of the mailbox for people and cursors, without the password."""
        return f"{self.user}@{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether the server is on this machine."""
        return is_loopback(self.host)


def imap_account(url: str) -> ImapAccount:
    """Read the URL; reserved characters in user and password are percent-encoded.

    Raises UnableToUseImapUrl.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        message = f"the IMAP URL cannot be read; write {_SHAPE}"
        raise UnableToUseImapUrl(message) from error
    _check(parts)
    account = ImapAccount(
        host=(parts.hostname or "").lower(),
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "imaps",
    )
    if not (account.user + account.password).isprintable():
        message = "the IMAP URL holds control characters in user or password"
        raise UnableToUseImapUrl(message)
    return account


def _check(parts: SplitResult) -> None:
    missing = [
        name
        for name, value in (
            ("host", parts.hostname),
            ("user", parts.username),
            ("password", parts.password),
        )
        if not value
    ]
    if parts.scheme not in _PORTS:
        message = f"the IMAP URL begins with {parts.scheme or 'nothing'!r}; write {_SHAPE}"
        raise UnableToUseImapUrl(message)
    if missing:
        message = f"the IMAP URL names no {' and no '.join(missing)}; write {_SHAPE}"
        raise UnableToUseImapUrl(message)
