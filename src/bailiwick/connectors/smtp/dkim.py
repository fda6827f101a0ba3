"""Signs a message with DKIM, RSA or Ed25519 (RFC 6376, RFC 8463).

dkimpy canonicalises; OpenSSL signs, because dkimpy's own RSA is plain Python and its Ed25519 needs
another native library.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from dkim.canonicalization import CanonicalizationPolicy

from bailiwick.domain.fault import SettingsFault

SIGNED_HEADERS: Final = (
    "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "cc",
    "mime-version", "content-type", "content-transfer-encoding", "list-unsubscribe",
    "list-unsubscribe-post", "auto-submitted",
)  # fmt: skip
"""Signed whether present or not: naming a header once more than it is there stops anybody from
adding one, also on top of ours (RFC 6376, section 8.15)."""
RSA_BITS_MIN: Final = 2048  # RFC 8301, section 3.2: signers should use at least 2048 bits
_POLICY: Final = b"relaxed/relaxed"
_SELECTOR: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?", re.ASCII)

PrivateKey: TypeAlias = RSAPrivateKey | Ed25519PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey:
    """A domain's signing key and the selector under which its public half is published."""

    domain: str
    selector: str
    private: PrivateKey

    @property
    def algorithm(self) -> str:
        """The `a=` tag."""
        return "rsa-sha256" if isinstance(self.private, RSAPrivateKey) else "ed25519-sha256"


def load_key(pem: str, *, domain: str, selector: str) -> DkimKey:
    """Read a private key: PEM, or the 32 bytes of an Ed25519 seed in base 64.

    Raises SettingsFault.
    """
    if not _SELECTOR.fullmatch(selector):
        message = f"DKIM selector {selector!r} is not a DNS label"
        raise SettingsFault(message)
    private = _private_key(pem.strip())
    if isinstance(private, RSAPrivateKey) and private.key_size < RSA_BITS_MIN:
        message = f"the DKIM key has {private.key_size} bits; use RSA {RSA_BITS_MIN} or Ed25519"
        raise SettingsFault(message)
    return DkimKey(domain=domain, selector=selector, private=private)


def _private_key(text: str) -> PrivateKey:
    try:
        if "-----BEGIN" not in text:
            return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True))
        private = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, binascii.Error, UnsupportedAlgorithm) as fault:
        message = "the DKIM key is neither an unencrypted PEM key nor an Ed25519 seed in base 64"
        raise SettingsFault(message) from fault
    if not isinstance(private, (RSAPrivateKey, Ed25519PrivateKey)):
        message = "the DKIM key is neither RSA nor Ed25519"
        raise SettingsFault(message)
    return private


def signed(message: bytes, key: DkimKey, *, at: datetime) -> bytes:
    """Return the message under a DKIM-Signature header; it must have CRLF line ends."""
    head, _, body = message.partition(b"\r\n\r\n")
    policy = CanonicalizationPolicy.from_c_value(_POLICY)
    present = policy.canonicalize_headers(_headers(head))
    names = [
        *SIGNED_HEADERS,
        *(n for n in SIGNED_HEADERS if any(n.encode() == p for p, _ in present)),
    ]
    body_hash = hashlib.sha256(policy.canonicalize_body(body)).digest()
    tags = (
        "v=1",
        f"a={key.algorithm}",
        f"c={_POLICY.decode()}",
        f"d={key.domain}",
        f"s={key.selector}",
        f"t={int(at.timestamp())}",
        "h=" + ":\r\n ".join(names),
        f"bh={base64.b64encode(body_hash).decode()}",
        "b=",
    )
    unsigned = " " + ";\r\n ".join(tags)
    own = policy.canonicalize_headers([(b"DKIM-Signature", unsigned.encode() + b"\r\n")])
    octets = b"".join(
        name + b":" + value for name in _wanted() for found, value in present if found == name
    )
    octets += own[0][0] + b":" + own[0][1].rstrip()
    signature = base64.b64encode(_signature(key.private, octets)).decode()
    folded = "\r\n ".join(signature[i : i + 70] for i in range(0, len(signature), 70))
    return f"DKIM-Signature:{unsigned}{folded}\r\n".encode() + message


def _wanted() -> list[bytes]:
    return [name.encode() for name in SIGNED_HEADERS]


def _headers(head: bytes) -> list[tuple[bytes, bytes]]:
    unfolded = re.split(rb"\r\n(?![ \t])", head)
    return [(name, value + b"\r\n") for name, _, value in (h.partition(b":") for h in unfolded)]


def _signature(private: PrivateKey, octets: bytes) -> bytes:
    if isinstance(private, RSAPrivateKey):
        return private.sign(octets, PKCS1v15(), SHA256())
    return private.sign(hashlib.sha256(octets).digest())  # RFC 8463, section 3
