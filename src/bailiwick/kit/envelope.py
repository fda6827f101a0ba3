"""Sealing bytes at rest: AES-256-GCM, bound to the row they belong to. The one such function.

A sealed value that is moved to another row, changed, cut or not sealed at all does not open
(engine, section 8; security T19 and T22).
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
_HEADER: Final = b"bw1\x00"
"""Names the format; anything else is refused, plain text above all."""
_NONCE_BYTES: Final = 12  # NIST SP 800-38D, 8.2


class UnableToOpenSeal(ValueError):
    """The bytes were not sealed by this key for this place, or were changed since."""


def derived_key(secret: bytes, *, purpose: str, salt: bytes | None = None) -> bytes:
    """Return the key of one purpose from a longer-lived secret (HKDF-SHA256, RFC 5869)."""
    assert secret, "a key is derived from a secret"
    return HKDF(SHA256(), KEY_BYTES, salt=salt, info=purpose.encode()).derive(secret)


class Envelope:
    """Seals and opens with one key."""

    def __init__(self, key: bytes) -> None:
        assert len(key) == KEY_BYTES, "AES-256 takes 32 bytes"
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, *place: str) -> bytes:
        """Return bytes that open only for the same place: workspace, kind of row and its id."""
        nonce = os.urandom(_NONCE_BYTES)
        return _HEADER + nonce + self._cipher.encrypt(nonce, plain, _bound(place))

    def open(self, sealed: bytes, *place: str) -> bytes:
        """Return what was sealed for this place. Raises UnableToOpenSeal."""
        body = sealed[len(_HEADER) :]
        if not sealed.startswith(_HEADER) or len(body) <= _NONCE_BYTES:
            message = "these bytes are not sealed; plain text is never taken instead"
            raise UnableToOpenSeal(message)
        try:
            return self._cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], _bound(place))
        except InvalidTag:
            message = "these bytes were sealed for another place or key, or were changed"
            raise UnableToOpenSeal(message) from None


def _bound(place: tuple[str, ...]) -> bytes:
    """Join the parts of a place unambiguously: each is preceded by its length."""
    assert place, "a seal is bound to a place"
    parts = [part.encode("utf-8", "surrogatepass") for part in place]
    return b"".join(b"%d:%b" % (len(part), part) for part in parts)
