"""Where and how to reach the mail server, read from one URL."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.public_address import is_loopback

SEND_SECONDS_MAX: Final = 20  # reliability, section 4: send 20 s, lease 60 s
_PORTS: Final = {"smtp": 587, "smtps": 465}  # RFC 6409, RFC 8314


class Security(StrEnum):
    """How the connection is protected."""

    OFFERED = "offered"
    """STARTTLS when the server offers it."""
    REQUIRED = "required"
    """STARTTLS, or nothing is sent."""
    IMPLICIT = "implicit"
    """TLS from the first byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpEndpoint:
    """One mail server."""

    host: str
    port: int
    security: Security = Security.OFFERED
    username: str = ""
    password: str = field(default="", repr=False)
    seconds_max: float = SEND_SECONDS_MAX
    """For the whole exchange, from connecting to the last reply."""
    ca_file: str = ""
    """Certificates to trust instead of the system's."""

    @property
    def loopback(self) -> bool:
        """Whether traffic stays on this machine."""
        return is_loopback(self.host)


def parse_smtp_url(url: str) -> SmtpEndpoint:
    """Read `smtp://user:pass@host:port?starttls=required` or `smtps://…`.

    Raises SettingsFault; the message never repeats the password.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as fault:
        message = "BAILIWICK_SMTP_URL: the port is not a number from 1 to 65535"
        raise SettingsFault(message) from fault
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in {"", "/"}:
        message = "BAILIWICK_SMTP_URL must look like smtp://user:pass@host:port or smtps://…"
        raise SettingsFault(message)
    if bool(parts.username) != bool(parts.password):
        message = "BAILIWICK_SMTP_URL names a user without a password or a password without a user"
        raise SettingsFault(message)
    return SmtpEndpoint(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        security=_security(parts.scheme, parts.query),
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _security(scheme: str, query: str) -> Security:
    options = parse_qs(query, keep_blank_values=True)
    starttls = options.pop("starttls", ["offered"])
    if options or starttls not in (["offered"], ["required"]):
        message = "BAILIWICK_SMTP_URL takes one option, starttls=offered or starttls=required"
        raise SettingsFault(message)
    if scheme == "smtps":
        return Security.IMPLICIT
    return Security(starttls[0])
