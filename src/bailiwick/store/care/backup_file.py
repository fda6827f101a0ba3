r"""The file format of a backup: the same for both databases, so that either can be restored.

    BAILIWICK-BACKUP-1\n
    one line of JSON: program, schema, instant, how it is sealed
    frames: length (4 bytes), kind (1 byte), content (zlib, then sealed when there is a key)
        T  a table: its name and columns    R  rows of it    M  the manifest, always last
    SHA-256 of all before (32 bytes)

A frame is sealed with AES-256-GCM under its own number, so none can be left out, moved or swapped.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO, Final

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from bailiwick.domain.fault import InputFault, IntegrityFault
from bailiwick.kit.envelope import Envelope, UnableToOpenSeal, derived_key

MAGIC: Final = b"BAILIWICK-BACKUP-1\n"
HASH_BYTES: Final = 32  # SHA-256
HEADER_BYTES_MAX: Final = 64 * 1024  # ours: a header has a few hundred
FRAME_BYTES_MAX: Final = 256 * 1024 * 1024  # ours: a frame holds a thousand rows
CHUNK_BYTES: Final = 1024 * 1024  # ours: read at a time for the hash
COMPRESSION_LEVEL: Final = 6  # zlib's default
SALT_BYTES: Final = 16  # RFC 9106, 3.1
KEY_BYTES_MIN: Final = 32  # as long as the key that is made from it
_PURPOSE: Final = "bailiwick backup"
# RFC 9106, section 4, second recommended option: 3 passes, 64 MiB, 4 lanes.
_PASSES, _MEMORY_KIB, _LANES = 3, 64 * 1024, 4


class UnableToReadBackup(InputFault):
    """The file is not a backup, or its key was not given or does not fit."""


class UnableToTrustBackup(IntegrityFault):
    """The file is a backup that was cut or changed."""


class UnableToKeepBackup(InputFault):
    """The file cannot be written where it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """How the frames of a backup are sealed."""

    kdf: str
    salt: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a backup says of itself before its rows."""

    backup_id: str
    made_at: AwareDatetime
    schema: str
    database: str
    program: str
    sealing: Sealing | None


_HEADER: Final = TypeAdapter(Header)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupKey:
    """What a backup is sealed with: the bytes of a key file, or a person's passphrase."""

    secret: bytes
    passphrase: bool

    def derived(self, salt: bytes) -> bytes:
        """Return the file's key. Raises UnableToReadBackup when a key file is too short."""
        if self.passphrase:
            from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415 - slow

            kdf = Argon2id(
                salt=salt, length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY_KIB
            )
            return kdf.derive(self.secret)
        if len(self.secret) < KEY_BYTES_MIN:
            message = f"a key file needs {KEY_BYTES_MIN} bytes of chance: `head -c 32 /dev/urandom`"
            raise UnableToReadBackup(message)
        return derived_key(self.secret, purpose=_PURPOSE, salt=salt)

    @property
    def kind(self) -> str:
        """Name how the key is made."""
        return "argon2id" if self.passphrase else "hkdf-sha256"


class BackupWriter:
    """Writes one backup beside its name, and gives it the name when all of it is on the disk."""

    def __init__(self, path: Path, header: Mapping[str, object], key: BackupKey | None) -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        self._hash = hashlib.sha256()
        self._frames = 0
        salt = os.urandom(SALT_BYTES) if key else b""
        self._envelope = Envelope(key.derived(salt)) if key else None
        sealing = {"kdf": key.kind, "salt": salt.hex()} if key else None
        line = json.dumps({**header, "sealing": sealing}, sort_keys=True).encode() + b"\n"
        self._about = hashlib.sha256(line).hexdigest()
        self._file = self._made()
        self._write(MAGIC + line)

    def add(self, kind: bytes, content: bytes) -> None:
        """Add one frame. Raises UnableToKeepBackup when no reader would take it, or on the disk."""
        if len(content) > FRAME_BYTES_MAX:
            message = f"backup {self._path} cannot be made: a row has {len(content)} bytes"
            raise UnableToKeepBackup(message)
        packed = zlib.compress(content, COMPRESSION_LEVEL)
        if self._envelope is not None:
            packed = self._envelope.seal(packed, *_place(self._about, self._frames, kind))
        self._frames += 1
        self._write(len(packed).to_bytes(4, "big") + kind + packed)

    def complete(self) -> tuple[str, int]:
        """Make the file durable, not yet under its name; returns its SHA-256 and size.

        Raises UnableToKeepBackup.
        """
        found = self._hash.digest()
        self._write(found)
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            size = self._file.tell()
            self._file.close()
        except OSError as error:
            raise self._unkept(error) from error
        return found.hex(), size

    def publish(self) -> None:
        """Give a complete file its name. Raises UnableToKeepBackup."""
        try:
            os.link(self._partial, self._path)  # never replaces what is there
            self._partial.unlink()
            folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise self._unkept(error) from error

    def _unkept(self, error: OSError) -> UnableToKeepBackup:
        return UnableToKeepBackup(f"backup {self._path} cannot be kept: {error.strerror}")

    def discard(self) -> None:
        """Leave nothing behind but what was published."""
        with suppress(OSError):  # a full disk refuses what was still to be written: it goes anyway
            self._file.close()
        self._partial.unlink(missing_ok=True)

    def _made(self) -> BinaryIO:
        if self._path.exists():
            message = f"{self._path} is there already; a backup never replaces a file"
            raise UnableToKeepBackup(message)
        try:
            descriptor = os.open(self._partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            message = f"backup {self._path} cannot be written: {error.strerror}"
            raise UnableToKeepBackup(message) from error
        return os.fdopen(descriptor, "wb")

    def _write(self, content: bytes) -> None:
        self._hash.update(content)
        try:
            self._file.write(content)
        except OSError as error:
            message = f"backup {self._path} cannot be written: {error.strerror}"
            raise UnableToKeepBackup(message) from error


class BackupReader:
    """Reads one backup whose hash was checked. Close it."""

    def __init__(self, path: Path, key: BackupKey | None) -> None:
        self.sha256, self.size_bytes = checked_hash(path)
        with path.open("rb") as file:
            file.seek(len(MAGIC))
            line = file.readline(HEADER_BYTES_MAX)
        try:
            header = _HEADER.validate_json(line)
        except ValidationError as error:
            message = f"backup {path} has no header that can be read"
            raise UnableToTrustBackup(message) from error
        self.header = header
        self._about = hashlib.sha256(line).hexdigest()
        self._envelope = _envelope(path, header.sealing, key)
        self._end = self.size_bytes - HASH_BYTES
        self._file = path.open("rb")
        self._file.seek(len(MAGIC) + len(line))

    def frames(self) -> Generator[tuple[bytes, bytes]]:
        """Give each frame in order. Raises UnableToReadBackup and UnableToTrustBackup."""
        number = 0
        while self._file.tell() < self._end:
            head = self._file.read(5)
            length, kind = int.from_bytes(head[:4], "big"), head[4:]
            if length > min(FRAME_BYTES_MAX, self._end - self._file.tell()):
                message = "the backup's frames do not fit its length"
                raise UnableToTrustBackup(message)
            yield kind, self._unpacked(self._file.read(length), kind, number)
            number += 1

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _unpacked(self, packed: bytes, kind: bytes, number: int) -> bytes:
        try:
            if self._envelope is not None:
                packed = self._envelope.open(packed, *_place(self._about, number, kind))
            unpacking = zlib.decompressobj()
            content = unpacking.decompress(packed, FRAME_BYTES_MAX)
        except UnableToOpenSeal:
            message = "the key or passphrase does not fit this backup"
            raise UnableToReadBackup(message) from None
        except zlib.error as error:
            message = f"frame {number} of the backup cannot be unpacked"
            raise UnableToTrustBackup(message) from error
        if not unpacking.eof:
            message = f"frame {number} of the backup is longer than any frame"
            raise UnableToTrustBackup(message)
        return content


def checked_hash(path: Path) -> tuple[str, int]:
    """Return hash and size of a backup. Raises UnableToReadBackup and UnableToTrustBackup."""
    found = hashlib.sha256()
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                message = f"{path} is not a backup of bailiwick"
                raise UnableToReadBackup(message)
            file.seek(0)
            left = size - HASH_BYTES
            while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
                found.update(chunk)
                left -= len(chunk)
            wanted = file.read(HASH_BYTES)
    except OSError as error:
        message = f"backup {path} cannot be read: {error.strerror}"
        raise UnableToReadBackup(message) from error
    if left or found.digest() != wanted:
        message = f"backup {path} was cut or changed: its SHA-256 is another; take another backup"
        raise UnableToTrustBackup(message)
    return wanted.hex(), size


def _place(about: str, number: int, kind: bytes) -> tuple[str, str, str]:
    return about, str(number), kind.decode("ascii", "replace")


def _envelope(path: Path, sealing: Sealing | None, key: BackupKey | None) -> Envelope | None:
    if sealing is None and key is None:
        return None
    if sealing is None or key is None:
        message = f"backup {path} is not sealed, though a key was given: who made it is not known"
        if sealing is not None:
            message = f"backup {path} is sealed: give {_option(sealing.kdf)}"
        raise UnableToReadBackup(message)
    if key.kind != sealing.kdf:
        message = f"backup {path} is sealed otherwise: give {_option(sealing.kdf)}"
        raise UnableToReadBackup(message)
    return Envelope(key.derived(bytes.fromhex(sealing.salt)))


def _option(kdf: str) -> str:
    return "--passphrase-file" if kdf == "argon2id" else "--key-file"
