"""What people and programs prove themselves with: passwords, sessions, API keys; and teams.

No value here holds a secret, only hashes. What is shown once is a `domain/token.py` text.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bailiwick.domain.ids import PersonId
from bailiwick.domain.right import Right

SessionId = NewType("SessionId", str)
KeyId = NewType("KeyId", str)
TeamId = NewType("TeamId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """One person's password, as Argon2id hashed it."""

    person_id: PersonId
    hashed: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is logged in."""

    session_id: SessionId
    person_id: PersonId
    secret_hash: str
    began_at: datetime
    seen_at: datetime
    expires_at: datetime
    """Whatever happens."""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key of a program, which acts for the person or agent it belongs to."""

    key_id: KeyId
    person_id: PersonId
    name: str
    hint: str
    """The part of the key that may be shown, to recognise it by."""
    secret_hash: str
    scopes: frozenset[Right] | None
    """The rights it is limited to; None leaves those of the person's role."""
    issued_by: PersonId
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People who see each other's customers."""

    team_id: TeamId
    name: str
    members: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Logins that failed, by what they count for."""

    subject: str
    """Hashes of an account and of where its failures came from; neither stands anywhere."""
    count: int
    last_at: datetime
    """When the count stood so: older failures are forgiven from here on."""
    blocked_until: datetime | None = None
