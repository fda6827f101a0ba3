"""Lists of who is left alone, as files: one address, or its hash, a line.

The hash is SHA-256 of the address in its normalised form (`mail_address.address_hash`), in hex: so
lists can be compared with other systems without giving an address away. Pure and bounded.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bailiwick.domain.fault import InputFault
from bailiwick.domain.mail_address import address_hash, normalised
from bailiwick.domain.topic import check_topic

LINES_COUNT_MAX: Final = 1_000_000  # ours: a list of twice a country's largest senders
CELL_CHARS_MAX: Final = 1_000  # ours: an address has at most 254 (RFC 5321, 4.5.3.1)
COLUMNS: Final = ("address_hash", "topic", "reason", "source", "at")
"""Of a list that is given out; the first two are read back."""
_ADDRESSES: Final = frozenset({"address", "email", "e-mail", "mail", "email address"})
_HASHES: Final = frozenset({"address_hash", "hash", "sha256"})
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class UnableToReadList(InputFault):
    """The file is no list of addresses; the message says what one looks like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line; either whom it names, or why it names nobody."""

    line: int
    address_hash: str = ""
    topic: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class _Columns:
    who: int
    topic: int | None


def one_of(words: str) -> tuple[Entry, ...]:
    """Return a list of one address or hash. Raises UnableToReadList when it is neither."""
    hashed = _hash_of(words)
    if hashed is None:
        message = "that is no mail address, and no SHA-256 of one in hex"
        raise UnableToReadList(message)
    return (Entry(line=1, address_hash=hashed),)


def list_of(content: bytes) -> Iterator[Entry]:
    """Read a list from the bytes of a file, as `entries` does. Raises UnableToReadList."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"the list is not UTF-8: byte {error.start} is none; save it as UTF-8"
        raise UnableToReadList(message) from error
    return entries(text.splitlines(keepends=True))


def entries(lines: Iterable[str]) -> Iterator[Entry]:
    """Read a CSV list with or without a head; empty lines are left out. Raises UnableToReadList."""
    reader = csv.reader(_bounded(lines))
    columns: _Columns | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns, is_head = _columns(cells)
                if is_head:
                    continue
            yield _entry(cells, columns, line=reader.line_num)
    except csv.Error as error:
        message = f"line {reader.line_num} is no CSV: {error}"
        raise UnableToReadList(message) from error


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if number > LINES_COUNT_MAX:
            message = f"the list has more than {LINES_COUNT_MAX} lines; cut it in parts"
            raise UnableToReadList(message)
        yield line


def _columns(cells: list[str]) -> tuple[_Columns, bool]:
    names = [cell.strip().lower() for cell in cells]
    who = next((i for i, name in enumerate(names) if name in _ADDRESSES | _HASHES), None)
    if who is not None:
        return _Columns(who, names.index("topic") if "topic" in names else None), True
    if _hash_of(cells[0]) is not None:
        return _Columns(0, None), False
    message = (
        "the list names no column `address` or `address_hash`; write that as the first line, or "
        "one address a line without any"
    )
    raise UnableToReadList(message)


def _entry(cells: list[str], columns: _Columns, *, line: int) -> Entry:
    who = cells[columns.who] if columns.who < len(cells) else ""
    hashed = _hash_of(who)
    if hashed is None:
        return Entry(line=line, wrong="no mail address, and no SHA-256 in hex")
    has_topic = columns.topic is not None and columns.topic < len(cells)
    topic = cells[columns.topic].strip() if columns.topic is not None and has_topic else ""
    try:
        check_topic(topic)
    except ValueError:
        return Entry(line=line, wrong="the topic is no name of one")
    return Entry(line=line, address_hash=hashed, topic=topic)


def _hash_of(cell: str) -> str | None:
    text = cell.strip()
    if len(text) > CELL_CHARS_MAX:
        return None
    if _HASH.fullmatch(text.lower()):
        return text.lower()
    return address_hash(text) if normalised(text) is not None else None
