"""The one way out to an address that somebody gave us, such as a webhook of a workspace.

Addresses come from people and data, so every request passes the same guard: a public address, known
before the connection is opened, no redirect, no credentials, bounded time and size.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

ANSWER_BYTES_MAX: Final = 64 * 1024  # ours: what is kept of an answer
SECONDS_MAX: Final = 20.0  # Standard Webhooks 1.0: 15 to 30 s


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One request."""

    method: str
    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The other side spoke; a redirect is an answer too and is never followed."""

    status: int
    body: bytes
    """The first 64 KiB."""
    retry_after_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """The guard refused: nothing was looked up or sent beyond what the reason says."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """No answer came."""

    reason: str
    sent: bool
    """True when the other side may have received the request all the same."""


Result: TypeAlias = Answered | Blocked | Unreached


class Egress(Protocol):
    """Sends requests to addresses that were given to us."""

    def check(self, url: str) -> Blocked | None:
        """Say why a URL can never be sent to, without looking anything up; None when it may be."""
        ...

    def send(self, request: Outgoing, *, seconds_max: float = SECONDS_MAX) -> Result:
        """Send one request and return what became of it; never raises for what a network does."""
        ...
