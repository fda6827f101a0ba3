"""A clock and a mail writer at which a process may die, between any two of its steps."""

from datetime import datetime

from bailiwick.connectors.smtp.writer import SmtpMailWriter
from bailiwick.domain.receipt import Receipt
from bailiwick.kit.clock import FixedClock
from bailiwick.policy.permit import Permit


class KilledError(BaseException):
    """The process died here; no handler of ours may catch it."""


class StumblingClock(FixedClock):
    """A clock at whose n-th reading the process dies: between any two steps that look at it."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.readings_left: int | None = None

    def now(self) -> datetime:
        """Return the instant, or die."""
        if self.readings_left is not None:
            self.readings_left -= 1
            if self.readings_left < 0:
                self.readings_left = None
                raise KilledError
        return super().now()


class DyingWriter(SmtpMailWriter):
    """The real writer, after or before whose exchange the process may die."""

    die: str = ""

    def send(self, payload: bytes, *, permit: Permit) -> Receipt:
        """Send, unless it dies first."""
        if self.die == "before":
            self.die = ""
            raise KilledError
        receipt = super().send(payload, permit=permit)
        if self.die == "after":
            self.die = ""
            raise KilledError
        return receipt
