"""Secrets that callers present: 256 random bits as text, and their comparison in constant time."""

import base64
import hmac
import secrets
from typing import Final

SECRET_BYTES: Final = 32  # security, section 7: 256 bits


def new_secret() -> str:
    """Return a fresh secret of 52 characters that survive any header, shell and form."""
    raw = base64.b32encode(secrets.token_bytes(SECRET_BYTES))
    return raw.decode("ascii").rstrip("=").lower()


def equal(one: str, other: str) -> bool:
    """Compare without telling by the time taken how far the two agree."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
