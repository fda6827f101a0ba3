"""Reads an mbox file as a stream: one message in memory at a time, whatever the file's size.

A separator is a line `From … date` at the start or after a blank line; a body line that begins with
"From " but names no date is not one. `>From ` loses one mark (mboxo, mboxrd).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from bailiwick.connectors.mailbox.folder_name import direction_of
from bailiwick.connectors.mailbox.mail_date import from_line_date
from bailiwick.ports.mail_source import RAW_BYTES_MAX, RawMail

LINE_BYTES_MAX: Final = 1024 * 1024  # ours: a longer line is read in pieces
_SEPARATOR: Final = re.compile(rb"From \S.{0,300}\d{1,2}:\d{2}(?::\d{2})?.{0,20}\d{4}")
_ESCAPED: Final = re.compile(rb">+From ")


class MboxSource:
    """One mbox file; implements `MailSource`."""

    def __init__(self, path: Path, *, folder: str = "") -> None:
        self._path = path
        self._folder = folder or path.stem
        self._problems: list[str] = []

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read so far."""
        return tuple(self._problems)

    def __iter__(self) -> Iterator[RawMail]:
        """Read the messages in file order."""
        try:
            with self._path.open("rb") as file:
                yield from self._read(file)
        except OSError as error:
            self._problems.append(f"{self._path}: {error.strerror}; check the file and run again")

    def _read(self, file: BinaryIO) -> Iterator[RawMail]:
        gathering: _Gathering | None = None
        offset = 0
        blank = whole = True
        while line := file.readline(LINE_BYTES_MAX):  # ends with the file
            if whole and blank and line.startswith(b"From ") and _SEPARATOR.match(line):
                if gathering:
                    yield self._mail(gathering)
                gathering = _Gathering(offset, line)
            elif gathering is None:
                if line.strip():
                    self._problems.append(
                        f"{self._path}: text before the first separator was not read; "
                        "an mbox file begins with a line 'From … date'"
                    )
                    gathering = _Gathering(offset, b"")
                    gathering.add(line)
            else:
                gathering.add(line[1:] if whole and _ESCAPED.match(line) else line)
            blank = whole and not line.strip()
            whole = line.endswith(b"\n")
            offset += len(line)
        if gathering:
            yield self._mail(gathering)

    def _mail(self, gathering: "_Gathering") -> RawMail:
        gathering.end()
        return RawMail(
            raw=bytes(gathering.content),
            size_bytes=gathering.size_bytes,
            folder=self._folder,
            external_id=f"{self._path.name}@{gathering.offset}",
            direction=direction_of(self._folder),
            received_at=from_line_date(gathering.separator.decode("ascii", "replace")),
            of_copy=True,
        )


class _Gathering:
    """The message being read."""

    def __init__(self, offset: int, separator: bytes) -> None:
        self.offset = offset
        self.separator = separator[:400]
        self.content = bytearray()
        self.size_bytes = 0
        self._blank_bytes = 0

    def add(self, line: bytes) -> None:
        """Append a line; beyond the limit only its length is kept."""
        self.size_bytes += len(line)
        self._blank_bytes = 0 if line.strip() else len(line)
        room = RAW_BYTES_MAX - len(self.content)
        if room > 0:
            self.content += line[:room]

    def end(self) -> None:
        """Take off the blank line that the format puts after each message."""
        if self.size_bytes == len(self.content):
            del self.content[self.size_bytes - self._blank_bytes :]
        self.size_bytes -= self._blank_bytes
        self._blank_bytes = 0
