"""Logging in and out: passwords, sessions, and patience that grows with every failed try.

Who is not there and who is wrong get the same answer in the same time, and both count: an attempt
tells nothing about who works here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.credential import Failures, Password, Session, SessionId
from bailiwick.domain.crm import Person, Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, PersonId, WorkspaceId
from bailiwick.domain.mail_address import normalised
from bailiwick.domain.public_address import network_of
from bailiwick.domain.record import RecordKind
from bailiwick.domain.token import session_text, session_token
from bailiwick.engine.people.admission import hashed_secret
from bailiwick.engine.people.password import Passwords, require_usable
from bailiwick.engine.people.roles import require_role
from bailiwick.kit.hashing import digest
from bailiwick.kit.secret import equal, new_secret
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Unit, Units

SESSION_LASTS: Final = timedelta(days=7)  # ours: whatever happens, log in once a week
SESSIONS_COUNT_MAX: Final = 20  # ours: devices of one person; the oldest makes room
ACCOUNT_TRIES_FREE: Final = 5  # ours: as many slips as people make
ORIGIN_TRIES_FREE: Final = 20  # ours: an office behind one address
BLOCK_SECONDS_MAX: Final = 900  # ours: long for a guesser, short for a locked-out owner
FORGOTTEN: Final = timedelta(days=1)  # ours: yesterday's slips count no more


class UnableToLogIn(InputFault):
    """Address and password do not belong together, or nobody here has this address."""


class UnableToLogInYet(UnableToLogIn):
    """Too many tries; says after how many seconds the next one counts."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many tries; the next one counts in {seconds} seconds")
        self.seconds = seconds


class UnableToSetPassword(InputFault):
    """The password cannot be set by this person or for this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """A session that has just begun."""

    person: Person
    token: str
    """Shown once, to the browser's cookie jar."""
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody gives to log in."""

    email: str
    password: str
    origin: str
    """The address it comes from; only a hash of it is stored."""
    previous: str = ""
    """The token of the session before, which ends: a planted one is worth nothing (fixation)."""


class Logins:
    """Logs people of one workspace in and out."""

    def __init__(
        self,
        workspace_id: WorkspaceId,
        *,
        units: Units,
        clock: Clock,
        ids: Ids,
        passwords: Passwords,
    ) -> None:
        self._workspace_id = workspace_id
        self._units = units
        self._clock = clock
        self._ids = ids
        self._passwords = passwords

    def log_in(self, attempt: Attempt) -> LoggedIn:
        """Begin a session. Raises UnableToLogIn, UnableToLogInYet and UnableToHash."""
        email = normalised(attempt.email) or ""
        account = self._subject("account", email or attempt.email)
        origin = self._subject("origin", network_of(attempt.origin))
        with self._units.read() as unit:
            _require_patience(unit, (account, origin), at=self._clock.now())
            person = unit.authority.person_by_email(email) if email else None
            stored = unit.identity.password(person.person_id) if person is not None else None
        # Outside any transaction: it takes tens of milliseconds, on purpose.
        fits = self._passwords.fits(attempt.password, stored.hashed if stored is not None else None)
        with self._units.write() as unit:
            at = self._clock.now()
            # Anew: who tried at the same time was counted, and a password may have been changed.
            _require_patience(unit, (account, origin), at=at)
            if person is not None and unit.identity.password(person.person_id) != stored:
                fits = False
            if not fits or person is None:
                _count(unit, account, free=ACCOUNT_TRIES_FREE, at=at)
                _count(unit, origin, free=ORIGIN_TRIES_FREE, at=at)
                unit.commit()
                message = "this address and password do not belong together"
                raise UnableToLogIn(message)
            unit.identity.forget_failures(account)
            self._end_previous(unit, attempt.previous, at=at)
            begun = self._begin(unit, person, at=at)
            unit.commit()
        return begun

    def log_out(self, session_id: str, *, person_id: PersonId) -> bool:
        """End a session of a person; False when there is none of theirs."""
        with self._units.write() as unit:
            found = unit.identity.session(SessionId(session_id))
            if found is None or found.person_id != person_id:
                return False
            at = self._clock.now()
            if unit.identity.end_session(found.session_id, at=at):
                _record(unit, person_id, by=person_id, event="logged_out", at=at)
            unit.commit()
        return True

    def end_all(self, person_id: PersonId, *, by: PersonId) -> int:
        """End all sessions of a person and return how many there were."""
        with self._units.write() as unit:
            at = self._clock.now()
            count = unit.identity.end_sessions(person_id, at=at)
            _record(unit, person_id, by=by, event="sessions_ended", at=at)
            unit.commit()
        return count

    def sessions(self, person_id: PersonId) -> Sequence[Session]:
        """Return where a person is logged in, newest first."""
        now = self._clock.now()
        with self._units.read() as unit:
            return tuple(s for s in unit.identity.sessions(person_id) if s.expires_at > now)

    def set_password(self, person_id: PersonId, password: str, *, by: PersonId) -> None:
        """Give a person a password and end their sessions; their own, or an admin for others.

        Raises UnableToSetPassword, UnableToUsePassword and UnableToHash.
        """
        with self._units.read() as unit:
            person = _settable(unit, person_id, by=by)
        require_usable(password, email=person.email)
        hashed = self._passwords.hashed(password)
        with self._units.write() as unit:
            at = self._clock.now()
            _settable(unit, person_id, by=by)
            unit.identity.set_password(Password(person_id=person_id, hashed=hashed, changed_at=at))
            unit.identity.end_sessions(person_id, at=at)
            unit.identity.forget_failures(self._subject("account", person.email))
            _record(unit, person_id, by=by, event="password_set", at=at)
            unit.commit()

    def change_password(self, person_id: PersonId, *, old: str, new: str) -> None:
        """Let a person who knows the old password set a new one.

        A wrong one counts as a failed login: a session that was taken over learns no password by
        trying. Raises UnableToLogIn for a wrong one, UnableToLogInYet, and what `set_password`
        raises.
        """
        with self._units.read() as unit:
            person, stored = unit.authority.person(person_id), unit.identity.password(person_id)
            account = self._subject("account", person.email if person is not None else person_id)
            _require_patience(unit, (account,), at=self._clock.now())
        if not self._passwords.fits(old, stored.hashed if stored is not None else None):
            with self._units.write() as unit:
                _count(unit, account, free=ACCOUNT_TRIES_FREE, at=self._clock.now())
                unit.commit()
            message = "the old password is not this one"
            raise UnableToLogIn(message)
        self.set_password(person_id, new, by=person_id)

    def _begin(self, unit: Unit, person: Person, *, at: datetime) -> LoggedIn:
        for old in unit.identity.sessions(person.person_id)[SESSIONS_COUNT_MAX - 1 :]:
            unit.identity.end_session(old.session_id, at=at)
        session_id, secret = SessionId(self._ids.new(PREFIX["session"])), new_secret()
        unit.identity.add_session(
            Session(
                session_id=session_id,
                person_id=person.person_id,
                secret_hash=hashed_secret(secret),
                began_at=at,
                seen_at=at,
                expires_at=at + SESSION_LASTS,
            )
        )
        _record(unit, person.person_id, by=person.person_id, event="logged_in", at=at)
        token = session_text(self._workspace_id, session_id, secret)
        return LoggedIn(person=person, token=token, expires_at=at + SESSION_LASTS)

    def _end_previous(self, unit: Unit, previous: str, *, at: datetime) -> None:
        token = session_token(previous)
        if token is None or token.workspace_id != self._workspace_id:
            return
        found = unit.identity.session(SessionId(token.row_id))
        # Whoever knows no more than the id of another's session does not end it.
        if found is not None and equal(hashed_secret(token.secret), found.secret_hash):
            unit.identity.end_session(found.session_id, at=at)

    def _subject(self, kind: str, value: str) -> str:
        return digest({"kind": kind, "value": value, "workspace": self._workspace_id})


def _settable(unit: Unit, person_id: PersonId, *, by: PersonId) -> Person:
    person = unit.authority.person(person_id)
    if person is None or person.role is Role.AGENT:
        message = f"{person_id!r} is nobody who logs in here"
        raise UnableToSetPassword(message)
    if person_id != by:
        what = "set another's password"
        require_role(unit, by, Role.ADMIN, what=what, fault=UnableToSetPassword)
    return person


def _require_patience(unit: Unit, subjects: Sequence[str], *, at: datetime) -> None:
    for subject in subjects:
        found = unit.identity.failures(subject)
        if found is not None and found.blocked_until is not None and found.blocked_until > at:
            raise UnableToLogInYet(int((found.blocked_until - at).total_seconds()) + 1)


def _count(unit: Unit, subject: str, *, free: int, at: datetime) -> None:
    found = unit.identity.failures(subject)
    fresh = found is not None and found.last_at + FORGOTTEN > at
    count = found.count + 1 if found is not None and fresh else 1
    over = count - free
    seconds = min(2 ** min(over, 10), BLOCK_SECONDS_MAX) if over >= 0 else 0  # 2^10 > the maximum
    blocked = at + timedelta(seconds=seconds) if seconds else None
    unit.identity.set_failures(
        Failures(subject=subject, count=count, last_at=at, blocked_until=blocked)
    )


def _record(unit: Unit, person_id: PersonId, *, by: PersonId, event: str, at: datetime) -> None:
    payload = {"event": event, "by": by}
    unit.records.append(RecordKind.ACCESS, subject=person_id, payload=payload, at=at)
