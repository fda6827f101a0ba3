"""API keys: issued once, stored as a hash, capped by scopes, ended by time or by a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.credential import ApiKey, KeyId
from bailiwick.domain.crm import Person, Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, PersonId, WorkspaceId
from bailiwick.domain.record import RecordKind
from bailiwick.domain.right import Right
from bailiwick.domain.token import Environment, key_hint, key_text
from bailiwick.engine.people.admission import hashed_secret
from bailiwick.engine.people.roles import holds, require_role
from bailiwick.kit.paging import Page
from bailiwick.kit.secret import new_secret
from bailiwick.kit.text import one_line
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Unit, Units

DAYS_MAX: Final = 365  # ours: a key that nobody renews within a year is forgotten
DAYS: Final = 90  # ours
KEYS_COUNT_MAX: Final = 100  # ours: of one person, in force at the same time
NAME_LENGTH_MAX: Final = 100  # ours
FIRST_KEY_HOURS: Final = 24  # ours: time to set a first password or make a lasting key
FIRST_KEY_NAME: Final = "first start"


class UnableToIssueKey(InputFault):
    """The key cannot be issued; says why and what would work."""


class UnableToRevokeKey(InputFault):
    """There is no such key in force, or it is another person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWish:
    """The key that somebody wants."""

    person_id: PersonId
    """Whom it acts for."""
    name: str
    scopes: frozenset[Right] | None = None
    days: int = DAYS
    environment: Environment = Environment.LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A key that was just issued; its text is never seen again."""

    key: ApiKey
    text: str


class Keys:
    """Issues, lists and ends the keys of one workspace."""

    def __init__(self, workspace_id: WorkspaceId, *, units: Units, clock: Clock, ids: Ids) -> None:
        self._workspace_id = workspace_id
        self._units = units
        self._clock = clock
        self._ids = ids

    def issue(self, wish: KeyWish, *, by: PersonId) -> IssuedKey:
        """Make a key for oneself, or as an admin for others. Raises UnableToIssueKey."""
        name = one_line(wish.name)
        if not 0 < len(name) <= NAME_LENGTH_MAX:
            message = f"a key needs a name of 1 to {NAME_LENGTH_MAX} characters: what it is for"
            raise UnableToIssueKey(message)
        if not 1 <= wish.days <= DAYS_MAX:
            message = f"a key lasts 1 to {DAYS_MAX} days, not {wish.days}; rotate it before"
            raise UnableToIssueKey(message)
        with self._units.write() as unit:
            at = self._clock.now()
            _require_issuer(unit, wish.person_id, by=by)
            in_force = [k for k in _all_of(unit, wish.person_id) if _in_force(k, at=at)]
            if len(in_force) >= KEYS_COUNT_MAX:
                message = f"{len(in_force)} keys are in force; revoke one first"
                raise UnableToIssueKey(message)
            issued = self._issue(unit, wish, name=name, by=by, at=at)
            unit.commit()
        return issued

    def first(self) -> IssuedKey | None:
        """Issue a key to the first admin when nobody has any credential yet, else nothing."""
        with self._units.write() as unit:
            at = self._clock.now()
            if unit.identity.any_credential(at=at):
                return None
            admin = next((p for p in unit.authority.people() if p.role is Role.ADMIN), None)
            if admin is None:
                return None
            wish = KeyWish(person_id=admin.person_id, name=FIRST_KEY_NAME)
            until = at + timedelta(hours=FIRST_KEY_HOURS)
            issued = self._issue(
                unit, wish, name=FIRST_KEY_NAME, by=admin.person_id, at=at, until=until
            )
            unit.commit()
        return issued

    def rotate(self, key_id: str, *, by: PersonId, days: int = DAYS) -> IssuedKey:
        """Issue a key like another one and end that one. Raises UnableToRevokeKey."""
        with self._units.write() as unit:
            at = self._clock.now()
            old = self._revocable(unit, key_id, by=by)
            wish = KeyWish(
                person_id=old.person_id,
                name=old.name,
                scopes=old.scopes,
                environment=Environment(old.hint.split("_")[1]),
            )
            until = at + timedelta(days=max(1, min(days, DAYS_MAX)))
            issued = self._issue(unit, wish, name=old.name, by=by, at=at, until=until)
            self._revoke(unit, old, by=by, at=at)
            unit.commit()
        return issued

    def revoke(self, key_id: str, *, by: PersonId) -> None:
        """End a key of one's own, or as an admin of others. Raises UnableToRevokeKey."""
        with self._units.write() as unit:
            self._revoke(unit, self._revocable(unit, key_id, by=by), by=by, at=self._clock.now())
            unit.commit()

    def list(self, *, person_id: PersonId | None, cursor: str | None, size: int) -> Page[ApiKey]:
        """Return keys, oldest first, those that ended too."""
        with self._units.read() as unit:
            return unit.identity.keys(person_id=person_id, cursor=cursor, size=size)

    def get(self, key_id: str) -> ApiKey | None:
        """Return a key, one that ended too."""
        with self._units.read() as unit:
            return unit.identity.key(KeyId(key_id))

    def owned(self, key_id: str, *, by: PersonId) -> bool:
        """Tell whether a key is this person's own and in force."""
        key = self.get(key_id)
        return key is not None and key.person_id == by and key.revoked_at is None

    def nobody_can_enter(self) -> bool:
        """Tell whether there is no password and no key in force at all."""
        with self._units.read() as unit:
            return not unit.identity.any_credential(at=self._clock.now())

    def _issue(
        self,
        unit: Unit,
        wish: KeyWish,
        *,
        name: str,
        by: PersonId,
        at: datetime,
        until: datetime | None = None,
    ) -> IssuedKey:
        key_id, secret = KeyId(self._ids.new(PREFIX["key"])), new_secret()
        key = ApiKey(
            key_id=key_id,
            person_id=wish.person_id,
            name=name,
            hint=key_hint(wish.environment, key_id),
            secret_hash=hashed_secret(secret),
            scopes=wish.scopes,
            issued_by=by,
            issued_at=at,
            expires_at=until or at + timedelta(days=wish.days),
        )
        unit.identity.add_key(key)
        _record(unit, key, event="key_issued", by=by, at=at)
        return IssuedKey(
            key=key, text=key_text(wish.environment, self._workspace_id, key_id, secret)
        )

    def _revocable(self, unit: Unit, key_id: str, *, by: PersonId) -> ApiKey:
        key = unit.identity.key(KeyId(key_id))
        if key is None or not (key.person_id == by or holds(unit, by, Role.ADMIN)):
            message = f"there is no key {key_id!r} of yours; `bailiwick keys list` shows them"
            raise UnableToRevokeKey(message)
        if key.revoked_at is not None:
            message = f"key {key_id!r} was revoked already"
            raise UnableToRevokeKey(message)
        return key

    def _revoke(self, unit: Unit, key: ApiKey, *, by: PersonId, at: datetime) -> None:
        unit.identity.revoke_key(key.key_id, at=at)
        _record(unit, key, event="key_revoked", by=by, at=at)


def scopes_of(words: Iterable[str]) -> frozenset[Right]:
    """Read scopes by name. Raises UnableToIssueKey naming those there are."""
    found = frozenset(words)
    unknown = sorted(found - {right.value for right in Right})
    if unknown:
        known = ", ".join(right.value for right in Right)
        message = f"there is no scope {', '.join(map(repr, unknown))}; there are: {known}"
        raise UnableToIssueKey(message)
    return frozenset(Right(word) for word in found)


def _require_issuer(unit: Unit, person_id: PersonId, *, by: PersonId) -> Person:
    person = unit.authority.person(person_id)
    if person is None:
        message = f"{person_id!r} is nobody in this workspace"
        raise UnableToIssueKey(message)
    if person_id != by:
        what = "issue keys for others"
        require_role(unit, by, Role.ADMIN, what=what, fault=UnableToIssueKey)
    return person


def _all_of(unit: Unit, person_id: PersonId) -> tuple[ApiKey, ...]:
    return unit.identity.keys(person_id=person_id, cursor=None, size=KEYS_COUNT_MAX * 10).items


def _in_force(key: ApiKey, *, at: datetime) -> bool:
    return key.revoked_at is None and key.expires_at > at


def _record(unit: Unit, key: ApiKey, *, event: str, by: PersonId, at: datetime) -> None:
    scopes = None if key.scopes is None else sorted(key.scopes)
    payload = {"event": event, "by": by, "key": key.key_id, "scopes": scopes}
    unit.records.append(RecordKind.ACCESS, subject=key.person_id, payload=payload, at=at)
