"""The door: who presents a key or a session, and how far they see. Reads only.

Every look-up stays within the workspace that the token names, and a token whose secret does not
match is nobody's, whether or not its row exists.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.access import Admission, Means
from bailiwick.domain.credential import KeyId, SessionId
from bailiwick.domain.crm import Person
from bailiwick.domain.ids import PersonId, WorkspaceId
from bailiwick.domain.reach import Reach
from bailiwick.domain.right import Right
from bailiwick.domain.token import Token, key_token, session_token
from bailiwick.kit.hashing import digest_bytes
from bailiwick.kit.secret import equal
from bailiwick.ports.clock import Clock
from bailiwick.ports.unit import Unit, Units

IDLE: Final = timedelta(hours=8)  # ours: a working day
_NO_SECRET: Final = "0" * 64


def hashed_secret(secret: str) -> str:
    """Return the form in which a random secret is stored; 256 bits need no slow hash."""
    return digest_bytes(secret.encode("utf-8", "replace"))


class StoredDoor:
    """Tells callers by what the workspaces' databases hold."""

    def __init__(self, units: Callable[[WorkspaceId], Units | None], clock: Clock) -> None:
        self._units = units
        self._clock = clock

    def by_key(self, key: str) -> Admission | None:
        """Return who holds an API key that is in force."""
        token = key_token(key)
        units = self._units(token.workspace_id) if token is not None else None
        if token is None or units is None:
            return None
        now = self._clock.now()
        with units.read() as unit:
            found = unit.identity.key(KeyId(token.row_id))
            if not _proves(token, found.secret_hash if found is not None else None):
                return None
            assert found is not None, "nothing proves a key that is not there"
            if found.revoked_at is not None or found.expires_at <= now:
                return None
            return _admission(unit, token, found.person_id, means=Means.KEY, scopes=found.scopes)

    def by_session(self, token: str) -> Admission | None:
        """Return who is logged in with a session that has not ended."""
        presented = session_token(token)
        units = self._units(presented.workspace_id) if presented is not None else None
        if presented is None or units is None:
            return None
        with units.read() as unit:
            found = unit.identity.session(SessionId(presented.row_id))
            if not _proves(presented, found.secret_hash if found is not None else None):
                return None
            assert found is not None, "nothing proves a session that is not there"
            if found.ended_at is not None or _over(found.expires_at, found.seen_at, self._clock):
                return None
            return _admission(unit, presented, found.person_id, means=Means.SESSION, scopes=None)


def admitted_by_name(unit: Unit, email: str, *, workspace_id: WorkspaceId) -> Admission | None:
    """Let in a person whom somebody on this machine names; None when there is nobody."""
    person = unit.authority.person_by_email(email)
    if person is None:
        return None
    return Admission(
        workspace_id=workspace_id,
        person_id=person.person_id,
        role=person.role,
        means=Means.NAME,
        means_id=person.person_id,
        owners=_owners(unit, person),
    )


def _over(expires_at: datetime, seen_at: datetime, clock: Clock) -> bool:
    now = clock.now()
    return expires_at <= now or seen_at + IDLE <= now


def _proves(token: Token, secret_hash: str | None) -> bool:
    """Compare even with nothing, so that the time taken does not tell which ids exist."""
    same = equal(hashed_secret(token.secret), secret_hash or _NO_SECRET)
    return same and secret_hash is not None


def _admission(
    unit: Unit,
    token: Token,
    person_id: PersonId,
    *,
    means: Means,
    scopes: frozenset[Right] | None,
) -> Admission | None:
    person = unit.authority.person(person_id)
    if person is None:
        return None
    return Admission(
        workspace_id=token.workspace_id,
        person_id=person_id,
        role=person.role,
        means=means,
        means_id=token.row_id,
        scopes=scopes,
        owners=_owners(unit, person),
    )


def _owners(unit: Unit, person: Person) -> frozenset[str] | None:
    """Return whose rows a person sees; None for all."""
    match person.reach:
        case Reach.WORKSPACE:
            return None
        case Reach.TEAM:
            return unit.teams.mates(person.person_id)
        case Reach.OWN:
            return frozenset({person.email})
