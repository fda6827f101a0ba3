"""Raw mail from anywhere, and the parser that reads it inside limits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bailiwick.domain.message import Direction, ParsedMail

RAW_BYTES_MAX: Final = 25 * 1024 * 1024  # ours: the usual size limit of mail providers


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMail:
    """One message as it was found."""

    raw: bytes
    """At most `RAW_BYTES_MAX` bytes; the beginning when the message is larger."""
    size_bytes: int
    """Of the whole message; larger than `raw` when it was cut, and then it is quarantined."""
    folder: str
    external_id: str
    """Where it came from: `uid:7/42`, a file name, an offset; for people, not a key."""
    direction: Direction | None = None
    """What the folder says; None when only the sender's address can tell."""
    received_at: datetime | None = None
    of_copy: bool = False
    """Whether `received_at` is of a file, which a copy or an export makes later than the mail."""


class MailSource(Protocol):
    """Mail from files: iterating reads it once, in a stable order, with flat memory."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read so far: which file, why, and what to do."""
        ...

    def __iter__(self) -> Iterator[RawMail]:
        """Read the messages; a file that cannot be read becomes a problem, not an end."""
        ...


class MailParser(Protocol):
    """Reads hostile bytes. Never raises for what is in a message: the result tells it."""

    def parse_all(self, mails: Iterable[RawMail]) -> Iterator[tuple[RawMail, ParsedMail]]:
        """Yield every mail with its one result, in order."""
        ...

    def close(self) -> None:
        """Let go of the parsing processes."""
        ...
