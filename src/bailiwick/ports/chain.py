"""The audit chain as it is stored, byte for byte, and its seals."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.seal import Seal


class StoredRecord(NamedTuple):
    """One row as stored; the payload is text that nobody has parsed.

    A tuple, because a million of them are read to verify a chain.
    """

    seq: int
    kind: str
    run_id: str
    contact_id: str
    subject: str
    payload: str
    at_us: int
    """Microseconds since 1970 in UTC."""
    prev_hash: str
    hash: str


class Chain(Protocol):
    """Reads one workspace's chain and keeps its seals. Raises PortFault."""

    @property
    def workspace_id(self) -> WorkspaceId:
        """Return whose chain this is."""
        ...

    def rows(self, *, after: int, size: int) -> Sequence[StoredRecord]:
        """Return rows after a sequence number, in order."""
        ...

    def seals(self) -> Sequence[Seal]:
        """Return the stored seals, in order."""
        ...

    def head(self) -> tuple[int, str]:
        """Return the last sequence number and its hash; (0, zeros) when empty."""
        ...

    def add_seal(self, seal: Seal) -> None:
        """Keep a seal."""
        ...


class SealSigner(Protocol):
    """Holds the private key."""

    def sign(
        self, workspace_id: WorkspaceId, *, seq: int, head_hash: str, sealed_at: datetime
    ) -> Seal:
        """Return the signed head."""
        ...
