"""What the DNS says of a name."""

from collections.abc import Sequence
from typing import Protocol

from bailiwick.domain.fault import PortFault


class UnableToResolve(PortFault):
    """No name server answered; a name that is not there is an empty answer instead."""

    retryable = True


class Dns(Protocol):
    """Asks name servers. Every method raises UnableToResolve."""

    def texts(self, name: str) -> Sequence[str]:
        """Return the TXT records of a name, each with its parts joined."""
        ...

    def exchanges(self, name: str) -> Sequence[str]:
        """Return the mail servers of a domain (MX), best first; `.` says that it takes no mail."""
        ...

    def addresses(self, name: str) -> Sequence[str]:
        """Return the IP addresses of a name."""
        ...

    def names(self, address: str) -> Sequence[str]:
        """Return the names of an IP address (PTR)."""
        ...
