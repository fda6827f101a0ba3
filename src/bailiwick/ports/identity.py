"""What proves who somebody is in a workspace: passwords, sessions, keys, teams, failed logins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bailiwick.domain.credential import (
    ApiKey,
    Failures,
    KeyId,
    Password,
    Session,
    SessionId,
    Team,
    TeamId,
)
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import PersonId
from bailiwick.domain.reach import Reach
from bailiwick.kit.paging import Page


class Identity(Protocol):
    """Passwords, sessions and keys."""

    def password(self, person_id: PersonId) -> Password | None:
        """Return a person's password hash."""
        ...

    def set_password(self, password: Password) -> None:
        """Store a person's password hash in place of the one before."""
        ...

    def forget_password(self, person_id: PersonId) -> None:
        """Drop a person's password hash, so that nobody logs in as them."""
        ...

    def any_credential(self, *, at: datetime) -> bool:
        """Tell whether anybody has a password or a key that is in force."""
        ...

    def add_session(self, session: Session) -> None:
        """Store a session, and drop those that ended a month ago."""
        ...

    def session(self, session_id: SessionId) -> Session | None:
        """Return a session."""
        ...

    def sessions(self, person_id: PersonId) -> Sequence[Session]:
        """Return a person's sessions that were not ended, newest first."""
        ...

    def end_session(self, session_id: SessionId, *, at: datetime) -> bool:
        """End a session; False when it had ended."""
        ...

    def end_sessions(self, person_id: PersonId, *, at: datetime) -> int:
        """End all sessions of a person and return how many there were."""
        ...

    def add_key(self, key: ApiKey) -> None:
        """Store a key."""
        ...

    def key(self, key_id: KeyId) -> ApiKey | None:
        """Return a key."""
        ...

    def keys(self, *, person_id: PersonId | None, cursor: str | None, size: int) -> Page[ApiKey]:
        """Return keys, oldest first."""
        ...

    def revoke_key(self, key_id: KeyId, *, at: datetime) -> bool:
        """End a key; False when there is none in force."""
        ...

    def revoke_keys(self, person_id: PersonId, *, at: datetime) -> int:
        """End all keys of a person and return how many were in force."""
        ...

    def used(self, *, keys: Sequence[KeyId], sessions: Sequence[SessionId], at: datetime) -> None:
        """Note when keys and sessions were last used."""
        ...

    def failures(self, subject: str) -> Failures | None:
        """Return the failed logins of a subject."""
        ...

    def set_failures(self, failures: Failures) -> None:
        """Store failed logins, and drop those of a day ago."""
        ...

    def forget_failures(self, beginning: str) -> None:
        """Drop the failed logins of every subject that begins so."""
        ...


class Teams(Protocol):
    """Teams, and how far people see."""

    def add(self, team: Team, *, at: datetime) -> None:
        """Store a team with its members."""
        ...

    def by_name(self, name: str) -> Team | None:
        """Return a team."""
        ...

    def list(self) -> Sequence[Team]:
        """Return all teams, by name."""
        ...

    def remove(self, team_id: TeamId) -> bool:
        """Forget a team and its memberships; False when there is none."""
        ...

    def join(self, team_id: TeamId, person_id: PersonId, *, at: datetime) -> bool:
        """Make somebody a member; False when they are."""
        ...

    def leave(self, team_id: TeamId, person_id: PersonId) -> bool:
        """End a membership; False when there is none."""
        ...

    def mates(self, person_id: PersonId) -> frozenset[str]:
        """Return the addresses of everybody in a common team, the person's own included."""
        ...

    def set_standing(self, person_id: PersonId, *, role: Role, reach: Reach) -> None:
        """Give a person another role or reach."""
        ...
