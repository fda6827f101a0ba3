"""The token in an unsubscribe link: names an address by its hash and cannot be forged.

It carries the hash, not the address, so the link in a forwarded or archived mail tells nobody
who the recipient was; it has no expiry, because an opt-out never expires (reliability, section 2).
"""

import base64
import binascii
import hmac
from typing import Final

from bailiwick.domain.mail_address import address_hash

_HASH_BYTES: Final = 32  # SHA-256
_MAC_BYTES: Final = 16  # RFC 2104, section 5: at least half of the hash and at least 80 bits
_PURPOSE: Final = b"unsubscribe.v1:"


def unsubscribe_token(address: str, *, secret: bytes) -> str:
    """Return the token for one recipient."""
    digest = bytes.fromhex(address_hash(address))
    return base64.urlsafe_b64encode(digest + _mac(digest, secret)).decode("ascii").rstrip("=")


def unsubscribed_hash(token: str, *, secret: bytes) -> str | None:
    """Return the address hash that a genuine token names, or None."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    digest, mac = raw[:_HASH_BYTES], raw[_HASH_BYTES:]
    if len(digest) != _HASH_BYTES or not hmac.compare_digest(mac, _mac(digest, secret)):
        return None
    return digest.hex()


def _mac(digest: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, _PURPOSE + digest, "sha256")[:_MAC_BYTES]
