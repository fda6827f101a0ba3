"""Signs heads of the audit chain, and reads and writes the copies that are kept outside."""

import fcntl
import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import TypeAdapter, ValidationError

from bailiwick.domain.fault import InputFault, SettingsFault
from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.seal import Seal, signed_bytes
from bailiwick.ports.chain import Chain, SealSigner

SEALS_COUNT_MAX: Final = 100_000  # ours: bounds one outside file
_KEY_BYTES: Final = 32  # RFC 8032
_SEAL: Final = TypeAdapter(Seal)


class UnableToUseSealKey(SettingsFault):
    """The private key file cannot be read or is not a key."""


class UnableToReadSeals(InputFault):
    """A file of seals cannot be read."""


class FileSealSigner:
    """Signs with an Ed25519 key in a file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self._key = _load(path) if path.exists() else _create(path)
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public_key = raw.hex()

    def sign(
        self, workspace_id: WorkspaceId, *, seq: int, head_hash: str, sealed_at: datetime
    ) -> Seal:
        """Return the signed head."""
        content = signed_bytes(workspace_id, seq=seq, head_hash=head_hash, sealed_at=sealed_at)
        return Seal(
            workspace_id=workspace_id,
            seq=seq,
            head_hash=head_hash,
            sealed_at=sealed_at,
            public_key=self.public_key,
            signature=self._key.sign(content).hex(),
        )


def seal_head(chain: Chain, signer: SealSigner, *, at: datetime) -> Seal | None:
    """Sign and keep the head of the chain; None when nothing came since the last seal."""
    seq, head_hash = chain.head()
    seals = chain.seals()
    if seq == 0 or (seals and seals[-1].seq == seq):
        return None
    seal = signer.sign(chain.workspace_id, seq=seq, head_hash=head_hash, sealed_at=at)
    chain.add_seal(seal)
    return seal


def write_outside(path: Path, seal: Seal) -> None:
    """Append a seal to a file outside the database, one JSON document a line.

    A line that a crash cut short goes: the database still has that seal.
    """
    path.touch()
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # who seals beside us waits until we have closed
        found = file.read()
        whole = found.rfind(b"\n") + 1
        if _is_seal(found[whole:]):  # put there by hand
            file.write(b"\n")
        else:
            file.truncate(whole)
            file.seek(whole)
        file.write(_SEAL.dump_json(seal) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def rewrite_outside(path: Path, seals: Sequence[Seal]) -> None:
    """Replace a file of seals by these, in one step."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    for seal in seals:
        write_outside(beside, seal)
    beside.replace(path)


def read_outside(path: Path) -> tuple[Seal, ...]:
    """Read the seals of a file. Raises UnableToReadSeals naming the line.

    A last line without its break that is no seal was cut short by a crash: it is passed over.
    """
    seals: list[Seal] = []
    try:
        *lines, last = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        message = f"seals file {path} cannot be read: {error}"
        raise UnableToReadSeals(message) from error
    if _is_seal(last.encode()):
        lines.append(last)
    for number, line in enumerate(lines[:SEALS_COUNT_MAX], start=1):
        try:
            seals.append(_SEAL.validate_python(json.loads(line)))
        except (ValueError, ValidationError) as error:
            message = f"seals file {path}, line {number}, is not a seal"
            raise UnableToReadSeals(message) from error
    return tuple(seals)


def _is_seal(line: bytes) -> bool:
    try:
        _SEAL.validate_json(line)
    except ValidationError:
        return False
    return True


def _create(path: Path) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.private_bytes_raw().hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def _load(path: Path) -> Ed25519PrivateKey:
    try:
        raw = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError, UnicodeDecodeError) as error:
        message = f"seal key {path} cannot be read; restore it, or move it away for a new one"
        raise UnableToUseSealKey(message) from error
    if len(raw) != _KEY_BYTES:
        message = f"seal key {path} must hold {_KEY_BYTES} bytes in hex, it has {len(raw)}"
        raise UnableToUseSealKey(message)
    return Ed25519PrivateKey.from_private_bytes(raw)
