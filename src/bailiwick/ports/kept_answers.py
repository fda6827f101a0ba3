"""Where first answers are kept (Idempotency-Key)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bailiwick.domain.kept_answer import KeptRow


class KeptRows(Protocol):
    """Claimed keys of one workspace."""

    def claim(self, row: KeptRow, *, at: datetime) -> KeptRow | None:
        """Store a claim and return None; or return the row that holds the key already.

        A row whose time is over makes room.
        """
        ...

    def get(self, key_hash: str) -> KeptRow | None:
        """Return the row of a key."""
        ...

    def complete(self, row: KeptRow) -> None:
        """Write how a claimed execution was answered."""
        ...

    def release(self, key_hash: str) -> None:
        """Forget a claim whose execution never began."""
        ...

    def page(self, *, after: str, size: int) -> Sequence[KeptRow]:
        """Return rows by their key's hash, from one on."""
        ...

    def remove(self, key_hash: str) -> None:
        """Forget an answer."""
        ...
