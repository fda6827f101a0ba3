"""Signs and checks webhooks by Standard Webhooks 1.0.0, over raw bytes, on our own clock."""

import base64
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from standardwebhooks.webhooks import Webhook

from bailiwick.kit.instant import instant

TOLERANCE: Final = timedelta(minutes=5)  # Standard Webhooks 1.0.0
SECRET_BYTES: Final = 32  # Standard Webhooks 1.0.0: 24 to 64
SIGNATURES_COUNT_MAX: Final = 8  # ours: two while a secret rotates, and some to spare
ID_LENGTH_MAX: Final = 255  # ours, as for idempotency keys
_ID: Final = re.compile(r"[A-Za-z0-9_:-]+")
"""No dot: it separates id, time and body in what is signed."""
_SECONDS: Final = re.compile(r"[0-9]{1,11}")  # to the year 5138: a datetime holds all of it


class UnableToVerify(ValueError):
    """The request was not signed by whom it says, or not now."""


def new_secret() -> str:
    """Return a fresh secret, as receivers write it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def signed(
    message_id: str, at: datetime, body: bytes, *, with_secrets: Sequence[str]
) -> dict[str, str]:
    """Return the headers of a request, with one signature for each secret."""
    signatures = [
        Webhook(secret).sign(message_id, at, body.decode("utf-8")) for secret in with_secrets
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def verified(
    headers: Mapping[str, str], body: bytes, *, with_secrets: Iterable[str], now: datetime
) -> str:
    """Return the message id of a request that one of the secrets signed just now.

    Raises UnableToVerify with a reason that tells an attacker nothing new.
    """
    message_id = headers.get("webhook-id", "")
    if not _ID.fullmatch(message_id) or len(message_id) > ID_LENGTH_MAX:
        message = "webhook-id is missing or holds characters other than letters, digits, _ : -"
        raise UnableToVerify(message)
    at = _timestamp(headers.get("webhook-timestamp", ""), now=now)
    given = _signatures(headers.get("webhook-signature", ""))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        message = "the body is not UTF-8"
        raise UnableToVerify(message) from None
    for secret in with_secrets:
        own = Webhook(secret).sign(message_id, at, text).encode("ascii")
        if any(hmac.compare_digest(own, other) for other in given):
            return message_id
    message = "no signature of the request is right"
    raise UnableToVerify(message)


def _timestamp(value: str, *, now: datetime) -> datetime:
    if not _SECONDS.fullmatch(value):
        message = "webhook-timestamp is missing or is not a whole number of seconds"
        raise UnableToVerify(message)
    at = instant(int(value) * 1_000_000)
    if abs(now - at) > TOLERANCE:
        message = "webhook-timestamp is more than five minutes away"
        raise UnableToVerify(message)
    return at


def _signatures(value: str) -> list[bytes]:
    parts = value.split(" ")[:SIGNATURES_COUNT_MAX]
    return [part.encode("utf-8", "surrogatepass") for part in parts if part.startswith("v1,")]
