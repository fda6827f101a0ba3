"""What a unit can do with the memos of its workspace."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from bailiwick.domain.memo import Memo

MEMOS_COUNT_MAX: Final = 100_000  # ours: of one workspace; a store for notes, not for tables
SCANNED_COUNT_MAX: Final = 10_000  # ours: memos that one search looks at


class Memos(Protocol):
    """Memos of one workspace; those whose time is over are not there."""

    def put(self, memo: Memo) -> bool:
        """Store a memo in the place of the one with its path and key; True when it is new."""
        ...

    def get(self, namespace: Sequence[str], key: str, *, at: datetime) -> Memo | None:
        """Return a memo."""
        ...

    def renew(
        self, namespace: Sequence[str], key: str, *, expires_at: datetime, at: datetime
    ) -> bool:
        """Let a memo that has an end live at least until then; False when there is none."""
        ...

    def delete(self, namespace: Sequence[str], key: str) -> bool:
        """Delete a memo; False when there is none."""
        ...

    def below(self, prefix: Sequence[str], *, at: datetime) -> Sequence[Memo]:
        """Return memos whose path begins with these labels, by path and key.

        At most SCANNED_COUNT_MAX.
        """
        ...

    def namespaces(self, *, at: datetime) -> Sequence[tuple[str, ...]]:
        """Return every path that holds a memo, in order."""
        ...

    def count(self) -> int:
        """Count memos."""
        ...

    def purge(self, *, at: datetime) -> int:
        """Delete memos whose time is over."""
        ...
