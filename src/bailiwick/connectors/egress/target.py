"""Reads a URL once, strictly: what two parsers could read differently is refused."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

URL_LENGTH_MAX: Final = 2_048  # ours: longer than any endpoint we have seen
_PORTS: Final = {"https": 443, "http": 80}
_PLAIN: Final = re.compile(r"[!-\[\]-~]+")  # printable ASCII without space and backslash
_HOST: Final = re.compile(r"[a-z0-9.-]{1,253}|[0-9a-f:.]{2,45}")
_LOCAL_NAMES: Final = (".localhost", ".localdomain", ".local", ".internal", ".home.arpa")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a request goes."""

    scheme: str
    host: str
    """Lower case, without brackets and final dot."""
    port: int
    path: str
    """With its query, never empty."""

    @property
    def name(self) -> str:
        """Host and port, as an allow-list names them."""
        return f"{self.host}:{self.port}"


def read_target(url: str, *, allowed: frozenset[str] = frozenset()) -> Target | str:
    """Return where a URL leads, or a sentence that says why it is refused.

    `allowed` names `host:port` pairs that may be local or on another port.
    """
    refused = _unreadable(url)
    if refused:
        return refused
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError:
        return "the address has no port that can be read"
    host = (parts.hostname or "").rstrip(".")
    if not _HOST.fullmatch(host):
        return "the address has no host that can be read"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(scheme=parts.scheme, host=host, port=port, path=path)
    return target if target.name in allowed else _open(target)


def _unreadable(url: str) -> str:
    """Say why an address is refused by its spelling alone; empty when it is not."""
    if len(url) > URL_LENGTH_MAX:
        return f"the address is longer than {URL_LENGTH_MAX} characters"
    if not _PLAIN.fullmatch(url):
        return "the address holds a character that URLs do not; write the host in ASCII (punycode)"
    parts = urlsplit(url)
    if parts.scheme not in _PORTS:
        return f"only https and http addresses are sent to, not {parts.scheme or 'none'!r}"
    if "@" in parts.netloc:
        return "the address holds a user name; credentials never travel in an address"
    return ""


def _open(target: Target) -> Target | str:
    if target.port != _PORTS[target.scheme]:
        return f"only ports 443 and 80 are sent to, not {target.port}"
    if f".{target.host}".endswith(_LOCAL_NAMES):
        return f"{target.host!r} names this machine or network"
    return target
