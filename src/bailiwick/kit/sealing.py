"""Keys for single subjects and texts sealed with them: without the key a text is noise.

AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D, 8.2.2: at most 2^32 texts a key); a
subject has thousands. The library is loaded on first use: most commands seal nothing.
"""

import base64
import os
from typing import Final

KEY_BYTES: Final = 32  # AES-256
NONCE_BYTES: Final = 12  # NIST SP 800-38D, 5.2.1.1


class UnableToOpenSealed(ValueError):
    """The key does not fit, or the sealed bytes were changed."""


def new_key() -> bytes:
    """Return a fresh key."""
    return os.urandom(KEY_BYTES)


def derived_key(secret: bytes, *, purpose: str, salt: bytes = b"") -> bytes:
    """Return the key that a secret gives for one purpose (RFC 5869)."""
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - slow to load
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - slow to load

    kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt or None, info=purpose.encode())
    return kdf.derive(secret)


def sealed(key: bytes, content: bytes, *, about: str) -> bytes:
    """Seal bytes; they open only with the same key and the same `about`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - slow to load

    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, about.encode("utf-8", "surrogatepass"))


def opened(key: bytes, content: bytes, *, about: str) -> bytes:
    """Open sealed bytes. Raises UnableToOpenSealed."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - slow to load
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - slow to load

    nonce, rest = content[:NONCE_BYTES], content[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, rest, about.encode("utf-8", "surrogatepass"))
    except (InvalidTag, ValueError) as error:
        message = "what was sealed does not open with this key"
        raise UnableToOpenSealed(message) from error


def sealed_text(key: bytes, text: str, *, about: str) -> str:
    """Seal a text as base64."""
    return base64.b64encode(sealed(key, text.encode("utf-8", "surrogatepass"), about=about)).decode(
        "ascii"
    )


def opened_text(key: bytes, text: str, *, about: str) -> str:
    """Open a sealed text. Raises UnableToOpenSealed."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError as error:
        message = "what was sealed is not base64"
        raise UnableToOpenSealed(message) from error
    return opened(key, content, about=about).decode("utf-8", "surrogatepass")
