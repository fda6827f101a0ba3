"""How often somebody may be wrong, so that neither a guesser gets in nor an owner is kept out.

A wrong password counts for the account at the network it came from, for that network, and for the
account from anywhere. Each of these waits longer from try to try, and forgives a failure every
quarter of an hour. A browser that has been logged in to the account before proves it, and counts
for itself alone: what strangers do is nothing to it (OWASP, "Slow Down Online Guessing Attacks with
Device Cookies").
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.credential import Failures
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.public_address import network_of
from bailiwick.kit.envelope import Envelope
from bailiwick.kit.hashing import digest
from bailiwick.ports.unit import Unit

ACCOUNT_TRIES_FREE: Final = 5  # ours: as many slips as people make, at one network or in a browser
ORIGIN_TRIES_FREE: Final = 20  # ours: an office behind one address
STRANGERS_TRIES_FREE: Final = 100  # NIST SP 800-63B, 5.2.2: failures on one account, from anywhere
BLOCK_SECONDS_MAX: Final = 900  # ours; 800-63B, 5.2.2 has waits of 30 s up to an hour
FORGIVEN_EVERY: Final = timedelta(days=1) / STRANGERS_TRIES_FREE  # ours: as many a day as above
"""Sooner than the longest wait ends, so that one network never spends what is for all strangers:
failing as often as it may, it has some fifteen of the hundred. Several networks do spend it."""
_HALF_DIGITS: Final = 32  # hex: 128 bits of each digest; a subject has at most two such halves


class UnableToLogIn(InputFault):
    """Address and password do not belong together, or nobody here has this address."""


class UnableToLogInYet(UnableToLogIn):
    """Too many tries; says after how many seconds the next one counts."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many tries; the next one counts in {seconds} seconds")
        self.seconds = seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What failures count for, and how many of them cost no time."""

    subject: str
    free: int = ACCOUNT_TRIES_FREE


class Patience:
    """Counts wrong passwords of one workspace."""

    def __init__(self, workspace_id: WorkspaceId, *, envelope: Envelope) -> None:
        """`envelope` seals what browsers prove themselves with."""
        self._workspace_id = workspace_id
        self._envelope = envelope

    def counters(self, account: str, *, origin: str, device: str) -> tuple[Counter, ...]:
        """Return what a failed login counts for; the first is forgotten by one that succeeds."""
        if self._knows(device, account):
            return (Counter(subject=self._half("account", account) + self._half("device", device)),)
        owner, place = self._half("account", account), self._half("network", network_of(origin))
        anywhere = self._half("network", "any")
        return (
            Counter(subject=owner + place),
            Counter(subject=place, free=ORIGIN_TRIES_FREE),
            Counter(subject=owner + anywhere, free=STRANGERS_TRIES_FREE),
        )

    def of_change(self, account: str) -> tuple[Counter, ...]:
        """Return what a wrong old password counts for: only who is logged in gets to it."""
        return (Counter(subject=self._half("account", account) + self._half("change", "")),)

    def device(self, account: str, *, presented: str) -> str:
        """Return what a browser shows the next time: what it presented, if that is genuine."""
        if self._knows(presented, account):
            return presented
        sealed = self._envelope.seal(b"", *self._place(account))
        return base64.urlsafe_b64encode(sealed).decode("ascii").rstrip("=")

    def forget(self, unit: Unit, account: str) -> None:
        """Forget every failure of an account, wherever it happened."""
        unit.identity.forget_failures(self._half("account", account))

    def _knows(self, device: str, account: str) -> bool:
        try:
            sealed = base64.b64decode(device + "=" * (-len(device) % 4), b"-_", validate=True)
            self._envelope.open(sealed, *self._place(account))
        except ValueError:  # no base64, or no seal of ours for this account
            return False
        return True

    def _place(self, account: str) -> tuple[str, str, str]:
        return self._workspace_id, "device", account

    def _half(self, kind: str, value: str) -> str:
        found = digest({"kind": kind, "value": value, "workspace": self._workspace_id})
        return found[:_HALF_DIGITS]


def require_patience(unit: Unit, counters: Sequence[Counter], *, at: datetime) -> None:
    """Go on only when nothing has to wait. Raises UnableToLogInYet."""
    for counter in counters:
        found = unit.identity.failures(counter.subject)
        if found is not None and found.blocked_until is not None and found.blocked_until > at:
            raise UnableToLogInYet(int((found.blocked_until - at).total_seconds()) + 1)


def count_failure(unit: Unit, counters: Sequence[Counter], *, at: datetime) -> None:
    """Count a wrong password, once for each."""
    for counter in counters:
        before, since = _left(unit.identity.failures(counter.subject), at=at)
        over = before + 1 - counter.free
        # 2^10 is more than the longest wait
        seconds = min(2 ** min(over, 10), BLOCK_SECONDS_MAX) if over >= 0 else 0
        unit.identity.set_failures(
            Failures(
                subject=counter.subject,
                count=before + 1,
                last_at=since,
                blocked_until=at + timedelta(seconds=seconds) if seconds else None,
            )
        )


def _left(found: Failures | None, *, at: datetime) -> tuple[int, datetime]:
    """Return how many failures are not forgiven yet, and since when the next one is waited for."""
    if found is None:
        return 0, at
    forgiven = max(0, (at - found.last_at) // FORGIVEN_EVERY)
    if forgiven >= found.count:
        return 0, at
    return found.count - forgiven, found.last_at + forgiven * FORGIVEN_EVERY
