"""Logging in and out: passwords and sessions.

Who is not there and who is wrong get the same answer in the same time, and both count: an attempt
tells nothing about who works here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.credential import Password, Session, SessionId
from bailiwick.domain.crm import Person, Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, PersonId, WorkspaceId
from bailiwick.domain.mail_address import normalised
from bailiwick.domain.record import RecordKind
from bailiwick.domain.token import session_text, session_token
from bailiwick.engine.people.admission import hashed_secret
from bailiwick.engine.people.password import Passwords, require_usable
from bailiwick.engine.people.patience import (
    Patience,
    UnableToLogIn,
    count_failure,
    require_patience,
)
from bailiwick.engine.people.roles import require_role
from bailiwick.kit.secret import equal, new_secret
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Unit, Units

SESSION_LASTS: Final = timedelta(days=7)  # ours: whatever happens, log in once a week
SESSIONS_COUNT_MAX: Final = 20  # ours: devices of one person; the oldest makes room


class UnableToSetPassword(InputFault):
    """The password cannot be set by this person or for this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """A session that has just begun."""

    person: Person
    token: str
    """Shown once, to the browser's cookie jar."""
    expires_at: datetime
    device: str
    """Shows that this browser was logged in before, and no more than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody gives to log in."""

    email: str
    password: str
    origin: str
    """The address it comes from; only a hash of it is stored."""
    previous: str = ""
    """The token of the session before, which ends: a planted one is worth nothing (fixation)."""
    device: str = ""
    """What an earlier login gave this browser."""


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
        patience: Patience,
    ) -> None:
        self._workspace_id = workspace_id
        self._units = units
        self._clock = clock
        self._ids = ids
        self._passwords = passwords
        self._patience = patience

    def log_in(self, attempt: Attempt) -> LoggedIn:
        """Begin a session. Raises UnableToLogIn, UnableToLogInYet and UnableToHash."""
        email = normalised(attempt.email) or ""
        account = email or attempt.email
        counters = self._patience.counters(account, origin=attempt.origin, device=attempt.device)
        with self._units.read() as unit:
            require_patience(unit, counters, at=self._clock.now())
            person = unit.authority.person_by_email(email) if email else None
            stored = unit.identity.password(person.person_id) if person is not None else None
        # Outside any transaction: it takes tens of milliseconds, on purpose.
        fits = self._passwords.fits(attempt.password, stored.hashed if stored is not None else None)
        with self._units.write() as unit:
            at = self._clock.now()
            # Anew: who tried at the same time was counted, and a password may have been changed.
            require_patience(unit, counters, at=at)
            if person is not None and unit.identity.password(person.person_id) != stored:
                fits = False
            if not fits or person is None:
                count_failure(unit, counters, at=at)
                unit.commit()
                message = "this address and password do not belong together"
                raise UnableToLogIn(message)
            unit.identity.forget_failures(counters[0].subject)
            self._end_previous(unit, attempt.previous, at=at)
            device = self._patience.device(account, presented=attempt.device)
            begun = self._begin(unit, person, device=device, at=at)
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
            self._patience.forget(unit, person.email)
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
            counters = self._patience.of_change(person.email if person is not None else person_id)
            require_patience(unit, counters, at=self._clock.now())
        if not self._passwords.fits(old, stored.hashed if stored is not None else None):
            with self._units.write() as unit:
                count_failure(unit, counters, at=self._clock.now())
                unit.commit()
            message = "the old password is not this one"
            raise UnableToLogIn(message)
        self.set_password(person_id, new, by=person_id)

    def _begin(self, unit: Unit, person: Person, *, device: str, at: datetime) -> LoggedIn:
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
        lasts = at + SESSION_LASTS
        return LoggedIn(person=person, token=token, expires_at=lasts, device=device)

    def _end_previous(self, unit: Unit, previous: str, *, at: datetime) -> None:
        token = session_token(previous)
        if token is None or token.workspace_id != self._workspace_id:
            return
        found = unit.identity.session(SessionId(token.row_id))
        # Whoever knows no more than the id of another's session does not end it.
        if found is not None and equal(hashed_secret(token.secret), found.secret_hash):
            unit.identity.end_session(found.session_id, at=at)


def _settable(unit: Unit, person_id: PersonId, *, by: PersonId) -> Person:
    person = unit.authority.person(person_id)
    if person is None or person.role is Role.AGENT:
        message = f"{person_id!r} is nobody who logs in here"
        raise UnableToSetPassword(message)
    if person_id != by:
        what = "set another's password"
        require_role(unit, by, Role.ADMIN, what=what, fault=UnableToSetPassword)
    return person


def _record(unit: Unit, person_id: PersonId, *, by: PersonId, event: str, at: datetime) -> None:
    payload = {"event": event, "by": by}
    unit.records.append(RecordKind.ACCESS, subject=person_id, payload=payload, at=at)
