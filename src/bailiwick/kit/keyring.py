"""Sealing under keys that change: each sealed value names its key, the newest one seals."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from bailiwick.kit.envelope import Envelope, UnableToOpenSeal, derived_key

_ID_BYTES: Final = 4  # ours: tells a handful of keys apart
_ENVELOPES_COUNT_MAX: Final = 1_024  # ours: one for each subject in use; deriving takes 10 us


class Keyring:
    """Seals for one purpose; each subject of it has keys of its own.

    A key of its own for each subject keeps random nonces far from the 2^32 that NIST SP 800-38D
    allows one key.
    """

    def __init__(self, secrets: Sequence[bytes], *, purpose: str) -> None:
        assert secrets, "a keyring has a key"
        self._purpose = purpose
        self._secrets = {_key_id(secret, purpose): secret for secret in secrets}
        self._newest = _key_id(secrets[0], purpose)
        self._envelope = lru_cache(maxsize=_ENVELOPES_COUNT_MAX)(self._made)

    def seal(self, plain: bytes, subject: str, *place: str) -> bytes:
        """Return bytes that open only for this subject and place."""
        return self._newest + self._envelope(self._newest, subject).seal(plain, subject, *place)

    def open(self, sealed: bytes, subject: str, *place: str) -> bytes:
        """Return what was sealed there. Raises UnableToOpenSeal."""
        key_id = sealed[:_ID_BYTES]
        if key_id not in self._secrets:
            message = "these bytes are not sealed by any key of this workspace"
            raise UnableToOpenSeal(message)
        return self._envelope(key_id, subject).open(sealed[_ID_BYTES:], subject, *place)

    def _made(self, key_id: bytes, subject: str) -> Envelope:
        key = derived_key(self._secrets[key_id], purpose=f"{self._purpose}:{subject}")
        return Envelope(key)


def _key_id(secret: bytes, purpose: str) -> bytes:
    """Name a key without telling anything of it."""
    return hashlib.sha256(derived_key(secret, purpose=f"{purpose} key id")).digest()[:_ID_BYTES]
