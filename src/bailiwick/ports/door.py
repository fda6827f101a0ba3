"""The door: from what a caller presents to who that is, or nobody."""

from typing import Protocol

from bailiwick.domain.access import Admission


class Door(Protocol):
    """Tells who presents a key or a session."""

    def by_key(self, key: str) -> Admission | None:
        """Return who holds an API key that is in force."""
        ...

    def by_session(self, token: str) -> Admission | None:
        """Return who is logged in with a session that has not ended."""
        ...
