"""The wire of a simulation: the real SMTP writer up to its last step, and a log in its place.

The log is the only thing that the oracle believes: one line for each mail that was accepted, on
disk before the writer learns of it, so that a worker may die on either side of that moment.
"""

import json
import os
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from bailiwick.connectors.smtp.compose import ComposeSettings
from bailiwick.connectors.smtp.endpoint import parse_smtp_url
from bailiwick.connectors.smtp.exchange import Ending
from bailiwick.connectors.smtp.writer import Filing, SentCopies, SmtpMailWriter
from bailiwick.domain.receipt import Outcome
from bailiwick.kit.clock import FixedClock
from bailiwick.kit.instant import instant, microseconds
from bench.outreach.fuse import Fuse

REFUSED_SHARE: Final = 0.01  # ours: of mails that the server puts off
LOST_SHARE: Final = 0.005  # ours: of mails whose answer is lost after the server took them
CUT_SHARE: Final = 0.005  # ours: of mails whose connection is cut before the server took them


@dataclass(frozen=True, slots=True)
class Line:
    """One mail that was accepted."""

    at: datetime
    message_id: str
    recipient: str
    subject: str


class Log:
    """Reads and writes the log; also what a provider's Sent folder can be asked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self._ids: set[str] = set()
        path.touch()

    def write(self, line: Line) -> None:
        """Note a mail, in one write."""
        text = json.dumps([microseconds(line.at), line.message_id, line.recipient, line.subject])
        file = os.open(self._path, os.O_APPEND | os.O_WRONLY)
        os.write(file, f"{text}\n".encode())
        os.close(file)

    def new(self) -> list[Line]:
        """Return what was noted since this was last asked."""
        with self._path.open("rb") as file:
            file.seek(self._read)
            text = file.read()
        self._read += len(text)
        lines = [json.loads(line) for line in text.splitlines()]
        found = [Line(instant(at), name, to, subject) for at, name, to, subject in lines]
        self._ids.update(line.message_id for line in found)
        return found

    def find_by_message_id(self, rfc_message_id: str) -> bool | None:
        """Tell whether it was accepted."""
        self.new()
        return rfc_message_id in self._ids

    def append_sent(self, raw: bytes, *, rfc_message_id: str) -> bool:
        """Never asked for: this provider files by itself."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""


class Wire(SmtpMailWriter):
    """The real writer; where it would open a socket, it writes to the log."""

    def __init__(self, log: Log, *, clock: FixedClock, chance: random.Random, fuse: Fuse) -> None:
        super().__init__(
            parse_smtp_url("smtp://sink.example:25"),
            headers=ComposeSettings(domain="ours.example", unsubscribe_secret=b"s" * 32),
            clock=clock,
            sent=SentCopies(folder=log, filing=Filing.PROVIDER),
        )
        self._log = log
        self._now = clock
        self._chance = chance
        self._fuse = fuse

    def hand_over(self, message: bytes, *, sender: str, recipient: str) -> Ending:
        """Accept, put off or lose a mail."""
        del sender
        self._fuse.burn("before the wire")
        drawn = self._chance.random()
        if drawn < REFUSED_SHARE:
            return Ending(outcome=Outcome.NOT_DONE_RETRY, reason="451 at RCPT")
        if drawn < REFUSED_SHARE + CUT_SHARE:
            return Ending(outcome=Outcome.UNKNOWN, reason="cut in the body")
        parsed = message_from_bytes(message)
        dated = parsedate_to_datetime(str(parsed["Date"])).astimezone(UTC)
        assert dated == self._now.now().replace(microsecond=0), "the mail is dated now"
        self._log.write(
            Line(self._now.now(), str(parsed["Message-ID"]), recipient, str(parsed["Subject"]))
        )
        self._fuse.burn("behind the wire")
        if drawn < REFUSED_SHARE + CUT_SHARE + LOST_SHARE:
            return Ending(outcome=Outcome.UNKNOWN, reason="no answer after the body")
        return Ending(outcome=Outcome.DONE, reason="")
