"""Takes a message apart into its parts, by one linear walk within limits.

Our own walk, because fuzzing finds inputs that raise inside Python's `email` package; here nothing
raises but `BeyondLimit`, which ends in quarantine.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bailiwick.connectors.mailbox.encoded_word import base64_bytes, header_string, parameters
from bailiwick.connectors.mailbox.limits import (
    DEPTH_MAX,
    HEADER_BYTES_MAX,
    HEADERS_COUNT_MAX,
    PART_HEADER_BYTES_MAX,
    PARTS_COUNT_MAX,
)

_FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*")
_MULTIPART: Final = "multipart/"
_LINE_FEED: Final = 10


class Limit(StrEnum):
    """The limits that a message can cross; the value is the defect's name."""

    DEPTH = "depth_exceeded"
    PARTS = "parts_exceeded"
    HEADERS = "headers_exceeded"


class BeyondLimit(Exception):
    """A message crosses one of our limits."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.value)
        self.limit = limit


@dataclass(slots=True)
class Headers:
    """The header fields in order: lower-case name and raw value, folds undone."""

    fields: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def all(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [value for known, value in self.fields if known == name]

    def first(self, name: str) -> str:
        """Return the first value of a field, or empty."""
        return next((value for known, value in self.fields if known == name), "")


@dataclass(slots=True)
class Part:
    """One part: a leaf with content, or a multipart with parts of its own."""

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    disposition: str
    disposition_parameters: dict[str, str]
    body: bytes
    parts: list["Part"] = field(default_factory=list["Part"])

    @property
    def file_name(self) -> str:
        """The name that the sender gave, as claimed."""
        claimed = self.disposition_parameters.get("filename", "")
        return claimed or self.parameters.get("name", "")

    def leaves(self) -> Iterator["Part"]:
        """Yield the parts that hold content, in order."""
        if self.parts:
            for part in self.parts:
                yield from part.leaves()
        else:
            yield self


@dataclass(slots=True)
class Walk:
    """What the walk has seen of one message."""

    defects: set[str] = field(default_factory=set[str])
    parts_count: int = 0

    def part(self, content: bytes, *, depth: int = 0) -> Part:
        """Read a part and those within it.

        Raises BeyondLimit.
        """
        self.parts_count += 1
        if self.parts_count > PARTS_COUNT_MAX:
            raise BeyondLimit(Limit.PARTS)
        if depth > DEPTH_MAX:
            raise BeyondLimit(Limit.DEPTH)
        headers, body = self.split(content, outermost=depth == 0)
        content_type, known = parameters(headers.first("content-type") or "text/plain")
        if content_type.count("/") != 1:
            content_type = "text/plain"
        disposition, disposition_known = parameters(headers.first("content-disposition"))
        part = Part(headers, content_type, known, disposition, disposition_known, body)
        if content_type.startswith(_MULTIPART):
            for inner in self._bodies(part):
                part.parts.append(self.part(inner, depth=depth + 1))
            if part.parts:
                part.body = b""
            else:
                part.content_type = "text/plain"
        return part

    def split(self, content: bytes, *, outermost: bool) -> tuple[Headers, bytes]:
        """Part the header block from the body."""
        if content.startswith(b"\n"):
            return Headers(), content[1:]
        limit = HEADER_BYTES_MAX if outermost else PART_HEADER_BYTES_MAX
        end = content.find(b"\n\n", 0, limit)
        if end < 0 and len(content) > limit:
            raise BeyondLimit(Limit.HEADERS)
        block = content if end < 0 else content[:end]
        body = b"" if end < 0 else content[end + 2 :]
        fields: list[tuple[bytes, list[bytes]]] = []
        lines = block.split(b"\n")
        for place, line in enumerate(lines):
            match = _FIELD.match(line)
            if line[:1] in {b" ", b"\t"} and fields:
                fields[-1][1].append(line)
            elif match:
                fields.append((match[1], [line[match.end() :]]))
            elif place or not line.startswith((b"From ", b">From ")):
                self.defects.add("header_malformed")
                return self._headers(fields), b"\n".join([*lines[place:], b"", body])
        return self._headers(fields), body

    @staticmethod
    def _headers(fields: list[tuple[bytes, list[bytes]]]) -> Headers:
        if len(fields) > HEADERS_COUNT_MAX:
            raise BeyondLimit(Limit.HEADERS)
        return Headers(
            [
                (name.decode("ascii").lower(), header_string(b"\n".join(lines)).strip())
                for name, lines in fields
            ]
        )

    def _bodies(self, part: Part) -> Iterator[bytes]:
        """Yield the bytes between the boundaries of a multipart."""
        boundary = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
        if not boundary:
            self.defects.add("boundary_missing")
            return
        line = re.compile(rb"--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\n|\Z)")
        start = -1
        for match in line.finditer(part.body):
            if match.start() and part.body[match.start() - 1] != _LINE_FEED:
                continue
            if start >= 0:
                yield part.body[start : max(start, match.start() - 1)]
            start = match.end() + 1
            if match[1]:
                return
        if start < 0:
            self.defects.add("boundary_not_found")
            return
        self.defects.add("boundary_not_closed")
        yield part.body[start:]

    def content(self, part: Part) -> bytes:
        """Undo the transfer encoding of a leaf."""
        encoding = part.headers.first("content-transfer-encoding").strip().lower()
        match encoding.partition(";")[0]:
            case "" | "7bit" | "8bit" | "binary" | "7-bit" | "8-bit":
                return part.body
            case "base64":
                content, whole = base64_bytes(part.body)
                if not whole:
                    self.defects.add("base64_malformed")
                return content
            case "quoted-printable":
                return binascii.a2b_qp(part.body)
            case _:
                self.defects.add("encoding_unknown")
                return part.body


def normal_lines(raw: bytes) -> bytes:
    """Return the message with LF line ends, whatever mixture it came with."""
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in raw else raw
