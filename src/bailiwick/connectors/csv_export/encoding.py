"""Finds out how a file is encoded, reading it once from end to end, which also gives its hash.

Text that is valid UTF-8 to the last byte is UTF-8. Anything else is decided by how much like
writing the candidates look; a tie is not decided but reported.
"""

import codecs
import hashlib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bailiwick.connectors.csv_export.fault import UnableToReadExport

CHUNK_BYTES: Final = 1 << 20
SAMPLE_BYTES_MAX: Final = 1 << 18  # ours: 256 KiB of lines that are not ASCII decide
CANDIDATES: Final = ("cp1252", "mac-roman", "shift_jis", "latin-1")
BAD_LINES_PERMILLE_MAX: Final = 50  # ours: up to 5 % damaged lines, a file is still UTF-8
_MARGIN: Final = 0.05  # ours: closer than this, two candidates look alike
_COMMON: Final = frozenset("äöüÄÖÜßéèêëàâáíóúñçôîïûùåøæœÉÈÀÇÑÓÅØ’‘“”–—€…«»°©®ãõìòÁÍÚ¿¡")  # noqa: RUF001 - letters and quotes of western writing


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """How the bytes of a file become text, and their hash."""

    encoding: str
    sha256: str
    size_bytes: int


def file_text(path: Path, *, encoding: str | None = None) -> FileText:
    """Read a file once and say how it is encoded.

    Raises UnableToReadExport when it is empty, cannot be opened, or two encodings look alike.
    """
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    size, valid, head, sample = 0, True, b"", bytearray()
    bad_lines, high_lines = 0, 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                head = head or chunk[:4096]
                digest.update(chunk)
                size += len(chunk)
                if chunk.isascii() and valid and not decoder.getstate()[0]:
                    continue
                valid = valid and _decodes(decoder, chunk)
                if len(sample) < SAMPLE_BYTES_MAX:
                    # A line cut by the end of a chunk proves nothing.
                    whole = chunk if size < CHUNK_BYTES else chunk.rpartition(b"\n")[0]
                    high = [line for line in whole.split(b"\n") if not line.isascii()]
                    high_lines += len(high)
                    bad_lines += sum(1 for line in high if not _is_utf8(line))
                    sample += b"\n".join(high)[:SAMPLE_BYTES_MAX]
            valid = valid and _decodes(decoder, b"", final=True)
    except OSError as fault:
        message = f"cannot read {path.name!r}: {fault.strerror}"
        raise UnableToReadExport(message) from fault
    if size == 0:
        message = f"{path.name!r} is empty; export it again with a header row"
        raise UnableToReadExport(message)
    if encoding is None:
        damaged = bad_lines * 1000 <= high_lines * BAD_LINES_PERMILLE_MAX
        encoding = _marked(head) or (
            "utf-8" if valid or (damaged and high_lines > 0) else _likely(bytes(sample), path.name)
        )
    return FileText(encoding=encoding, sha256=digest.hexdigest(), size_bytes=size)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _marked(head: bytes) -> str | None:
    """Return the encoding that a byte order mark or the pattern of NULs gives away."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd * 10 > half * 4 and even * 20 < half:
        return "utf-16-le"
    if even * 10 > half * 4 and odd * 20 < half:
        return "utf-16-be"
    return None


def _likely(sample: bytes, name: str) -> str:
    scores = sorted(
        ((_score(sample, candidate), candidate) for candidate in CANDIDATES), reverse=True
    )
    (best, chosen), (second, other) = scores[:2]
    texts = {sample.decode(candidate, "replace") for candidate in (chosen, other)}
    if best <= 0 or (best - second < _MARGIN and len(texts) > 1 and other != "latin-1"):
        message = (
            f"{name!r} is not UTF-8 and could be {chosen} or {other}; "
            f"say which with --encoding {chosen}"
        )
        raise UnableToReadExport(message)
    return chosen


def _score(sample: bytes, candidate: str) -> float:
    """Return how much the bytes beyond ASCII look like writing: 1 is all, below 0 is nonsense."""
    try:
        text = sample.decode(candidate)
    except UnicodeDecodeError:
        return -1.0
    high = [c for c in text if not c.isascii()]
    if not high:
        return 0.0
    return sum(_weight(c) for c in high) / len(high)


def _weight(character: str) -> float:
    if character in _COMMON:
        return 1.0
    name = unicodedata.name(character, "")
    if name.startswith(("CJK UNIFIED", "HIRAGANA", "KATAKANA")):
        return 1.0
    if unicodedata.category(character) in {"Cc", "Cn", "Co"}:
        return -1.0
    return 0.3 if name.startswith("LATIN") else -0.3
