"""A mail server at the wire that does as it is told, and the folder that shows what it took."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime
from enum import StrEnum

from bench.servers.smtp import Sink, serving

from bailiwick.connectors.smtp.endpoint import SmtpEndpoint


class Mood(StrEnum):
    """How the server takes the mails from now on."""

    TAKES = "takes"
    PUTS_OFF = "puts off"
    """4xx to the recipient."""
    REFUSES = "refuses"
    """5xx to the recipient."""
    PUTS_OFF_LATE = "puts off late"
    """4xx after the whole mail."""
    TAKES_AND_HANGS_UP = "takes and hangs up"
    """The mail arrives, and nobody is told."""
    HANGS_UP = "hangs up"
    """Before the mail."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One mail as its recipient has it."""

    message_id: str
    to: str
    at: datetime
    """By the clock of whoever wrote it."""
    raw: bytes


class Wire:
    """The server, the Sent folder that shows what it took, and what arrived so far."""

    def __init__(self, sink: Sink, endpoint: SmtpEndpoint) -> None:
        self.sink = sink
        self.endpoint = endpoint
        self._read: list[Arrived] = []

    def reset(self) -> None:
        """Forget everything, for another history."""
        self.sink.delivered.clear()
        self._read.clear()
        self.mood(Mood.TAKES)

    def mood(self, mood: Mood) -> None:
        """Take mails in another way from now on."""
        late, rcpt = Mood.PUTS_OFF_LATE, {Mood.PUTS_OFF: "450 later", Mood.REFUSES: "550 no"}
        self.sink.rcpt_reply = rcpt.get(mood, "250 OK")
        self.sink.data_reply = "451 later" if mood is late else "250 OK"
        aborts = {Mood.TAKES_AND_HANGS_UP: "data", Mood.HANGS_UP: "mail"}
        self.sink.abort_at = aborts.get(mood, "")

    def arrived(self) -> list[Arrived]:
        """Return what the recipients have, in its order."""
        self._read += [_read(raw) for raw in self.sink.delivered[len(self._read) :]]
        return self._read

    def find_by_message_id(self, rfc_message_id: str) -> bool | None:
        """Tell, as the folder of a provider that files what it takes."""
        return any(mail.message_id == rfc_message_id for mail in self.arrived())

    def append_sent(self, raw: bytes, *, rfc_message_id: str) -> bool:
        """Add nothing: the provider files by itself."""
        del raw, rfc_message_id
        return False

    def close(self) -> None:
        """Log out."""


@contextmanager
def wired() -> Generator[Wire]:
    """Run a real SMTP server on loopback."""
    sink = Sink()
    with serving(sink) as endpoint:
        yield Wire(sink, endpoint)


def _read(raw: bytes) -> Arrived:
    mail = message_from_bytes(raw, policy=default)
    return Arrived(
        message_id=str(mail["Message-ID"]),
        to=str(mail["To"].addresses[0].addr_spec),
        at=parsedate_to_datetime(str(mail["Date"])),
        raw=raw,
    )
