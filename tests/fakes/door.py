"""A door that knows the keys it was given; for tests of routes."""

from dataclasses import dataclass, field

from bailiwick.domain.access import Admission


@dataclass
class FakeDoor:
    """Admits who presents a known key or session token."""

    keys: dict[str, Admission] = field(default_factory=dict[str, Admission])
    sessions: dict[str, Admission] = field(default_factory=dict[str, Admission])

    def by_key(self, key: str) -> Admission | None:
        """Return who holds a key."""
        return self.keys.get(key)

    def by_session(self, token: str) -> Admission | None:
        """Return who is logged in."""
        return self.sessions.get(token)
