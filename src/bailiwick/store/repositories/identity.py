"""Passwords, sessions, API keys and failed logins of one workspace, as stored."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import RowMapping, delete, func, select, update

from bailiwick.domain.credential import ApiKey, Failures, KeyId, Password, Session, SessionId
from bailiwick.domain.ids import PREFIX, PersonId
from bailiwick.domain.right import Right
from bailiwick.kit.paging import Page, page_of
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, key, own
from bailiwick.store.tables.identity import API_KEYS, LOGIN_FAILURES, PASSWORDS, SESSIONS

SESSION_KEPT: Final = timedelta(days=30)  # ours: long enough to answer who was logged in
FAILURES_KEPT: Final = timedelta(days=1)  # ours: far beyond the longest block

_PASSWORD: Final = select(PASSWORDS).where(own(PASSWORDS), PASSWORDS.c.person_id == key())
_SESSION: Final = select(SESSIONS).where(own(SESSIONS), SESSIONS.c.id == key())
_SESSIONS: Final = (
    select(SESSIONS)
    .where(own(SESSIONS), SESSIONS.c.person_id == key(), SESSIONS.c.ended_at.is_(None))
    .order_by(SESSIONS.c.id.desc())
    .limit(ROWS_COUNT_MAX)
)
_KEY: Final = select(API_KEYS).where(own(API_KEYS), API_KEYS.c.id == key())
_KEYS: Final = select(API_KEYS).where(own(API_KEYS)).order_by(API_KEYS.c.id)
_PASSWORDS_COUNT: Final = select(func.count()).select_from(PASSWORDS).where(own(PASSWORDS))
_KEYS_COUNT: Final = (
    select(func.count()).select_from(API_KEYS).where(own(API_KEYS), API_KEYS.c.revoked_at.is_(None))
)
_FAILURES: Final = select(LOGIN_FAILURES).where(
    own(LOGIN_FAILURES), LOGIN_FAILURES.c.subject == key()
)


class SqlIdentity:
    """What proves who somebody is."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def password(self, person_id: PersonId) -> Password | None:
        """Return a person's password hash."""
        row = self._scope.row(_PASSWORD, key=person_id)
        if row is None:
            return None
        return Password(person_id=person_id, hashed=row["hashed"], changed_at=row["changed_at"])

    def set_password(self, password: Password) -> None:
        """Store a person's password hash in place of the one before."""
        self.forget_password(password.person_id)
        self._scope.insert(
            PASSWORDS,
            {
                "id": self._scope.ids.new(PREFIX["password"]),
                "person_id": password.person_id,
                "hashed": password.hashed,
                "changed_at": password.changed_at,
                "created_at": password.changed_at,
            },
        )

    def forget_password(self, person_id: PersonId) -> None:
        """Drop a person's password hash, so that nobody logs in as them."""
        self._scope.change(
            delete(PASSWORDS).where(own(PASSWORDS), PASSWORDS.c.person_id == person_id)
        )

    def any_credential(self, *, at: datetime) -> bool:
        """Tell whether anybody has a password or a key that is in force."""
        if self._scope.count(_PASSWORDS_COUNT) > 0:
            return True
        return self._scope.count(_KEYS_COUNT.where(API_KEYS.c.expires_at > at)) > 0

    def add_session(self, session: Session) -> None:
        """Store a session, and drop those that ended a month ago."""
        stale = session.began_at - SESSION_KEPT
        self._scope.change(delete(SESSIONS).where(own(SESSIONS), SESSIONS.c.expires_at < stale))
        self._scope.insert(
            SESSIONS,
            {
                "id": session.session_id,
                "person_id": session.person_id,
                "secret_hash": session.secret_hash,
                "created_at": session.began_at,
                "seen_at": session.seen_at,
                "expires_at": session.expires_at,
                "ended_at": session.ended_at,
            },
        )

    def session(self, session_id: SessionId) -> Session | None:
        """Return a session."""
        row = self._scope.row(_SESSION, key=session_id)
        return None if row is None else _session(row)

    def sessions(self, person_id: PersonId) -> Sequence[Session]:
        """Return a person's sessions that were not ended, newest first."""
        return tuple(_session(row) for row in self._scope.rows(_SESSIONS, key=person_id))

    def end_session(self, session_id: SessionId, *, at: datetime) -> bool:
        """End a session; False when it had ended."""
        changed = self._scope.change(
            update(SESSIONS)
            .where(own(SESSIONS), SESSIONS.c.id == session_id, SESSIONS.c.ended_at.is_(None))
            .values(ended_at=at)
        )
        return changed == 1

    def end_sessions(self, person_id: PersonId, *, at: datetime) -> int:
        """End all sessions of a person and return how many there were."""
        return self._scope.change(
            update(SESSIONS)
            .where(own(SESSIONS), SESSIONS.c.person_id == person_id, SESSIONS.c.ended_at.is_(None))
            .values(ended_at=at)
        )

    def add_key(self, key: ApiKey) -> None:
        """Store a key."""
        self._scope.insert(
            API_KEYS,
            {
                "id": key.key_id,
                "person_id": key.person_id,
                "name": key.name,
                "hint": key.hint,
                "secret_hash": key.secret_hash,
                "scopes": None if key.scopes is None else " ".join(sorted(key.scopes)),
                "issued_by": key.issued_by,
                "created_at": key.issued_at,
                "expires_at": key.expires_at,
                "used_at": key.used_at,
                "revoked_at": key.revoked_at,
            },
        )

    def key(self, key_id: KeyId) -> ApiKey | None:
        """Return a key."""
        row = self._scope.row(_KEY, key=key_id)
        return None if row is None else _key(row)

    def keys(self, *, person_id: PersonId | None, cursor: str | None, size: int) -> Page[ApiKey]:
        """Return keys, oldest first."""
        statement = _KEYS
        if person_id is not None:
            statement = statement.where(API_KEYS.c.person_id == person_id)
        if cursor is not None:
            statement = statement.where(API_KEYS.c.id > cursor)
        rows = self._scope.rows(statement.limit(size + 1))
        return page_of([_key(row) for row in rows], size=size, key=lambda key: key.key_id)

    def revoke_key(self, key_id: KeyId, *, at: datetime) -> bool:
        """End a key; False when there is none in force."""
        changed = self._scope.change(
            update(API_KEYS)
            .where(own(API_KEYS), API_KEYS.c.id == key_id, API_KEYS.c.revoked_at.is_(None))
            .values(revoked_at=at)
        )
        return changed == 1

    def revoke_keys(self, person_id: PersonId, *, at: datetime) -> int:
        """End all keys of a person and return how many were in force."""
        return self._scope.change(
            update(API_KEYS)
            .where(
                own(API_KEYS), API_KEYS.c.person_id == person_id, API_KEYS.c.revoked_at.is_(None)
            )
            .values(revoked_at=at)
        )

    def used(self, *, keys: Sequence[KeyId], sessions: Sequence[SessionId], at: datetime) -> None:
        """Note when keys and sessions were last used."""
        if keys:
            self._scope.change(
                update(API_KEYS).where(own(API_KEYS), API_KEYS.c.id.in_(keys)).values(used_at=at)
            )
        if sessions:
            self._scope.change(
                update(SESSIONS)
                .where(own(SESSIONS), SESSIONS.c.id.in_(sessions))
                .values(seen_at=at)
            )

    def failures(self, subject: str) -> Failures | None:
        """Return the failed logins of a subject."""
        row = self._scope.row(_FAILURES, key=subject)
        if row is None:
            return None
        return Failures(
            subject=row["subject"],
            count=row["count"],
            last_at=row["last_at"],
            blocked_until=row["blocked_until"],
        )

    def set_failures(self, failures: Failures) -> None:
        """Store failed logins, and drop those of a day ago."""
        stale = failures.last_at - FAILURES_KEPT
        self._scope.change(
            delete(LOGIN_FAILURES).where(own(LOGIN_FAILURES), LOGIN_FAILURES.c.last_at < stale)
        )
        self._scope.change(
            delete(LOGIN_FAILURES).where(
                own(LOGIN_FAILURES), LOGIN_FAILURES.c.subject == failures.subject
            )
        )
        self._scope.insert(
            LOGIN_FAILURES,
            {
                "id": self._scope.ids.new(PREFIX["failure"]),
                "subject": failures.subject,
                "count": failures.count,
                "last_at": failures.last_at,
                "blocked_until": failures.blocked_until,
                "created_at": failures.last_at,
            },
        )

    def forget_failures(self, beginning: str) -> None:
        """Drop the failed logins of every subject that begins so."""
        self._scope.change(
            delete(LOGIN_FAILURES).where(
                own(LOGIN_FAILURES), LOGIN_FAILURES.c.subject.startswith(beginning, autoescape=True)
            )
        )


def _session(row: RowMapping) -> Session:
    return Session(
        session_id=SessionId(row["id"]),
        person_id=PersonId(row["person_id"]),
        secret_hash=row["secret_hash"],
        began_at=row["created_at"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
    )


def _key(row: RowMapping) -> ApiKey:
    scopes = row["scopes"]
    return ApiKey(
        key_id=KeyId(row["id"]),
        person_id=PersonId(row["person_id"]),
        name=row["name"],
        hint=row["hint"],
        secret_hash=row["secret_hash"],
        scopes=None if scopes is None else frozenset(Right(word) for word in scopes.split()),
        issued_by=PersonId(row["issued_by"]),
        issued_at=row["created_at"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
        revoked_at=row["revoked_at"],
    )
