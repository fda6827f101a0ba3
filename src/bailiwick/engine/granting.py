"""Grants autonomy one level at a time, narrowly, on evidence and with an end; or takes it back.

A setting cannot raise autonomy: only a person can, with a reason, and the record keeps both.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bailiwick.control.load import capability_names
from bailiwick.control.spec import Spec
from bailiwick.domain.action import TERMS, Action, Risk
from bailiwick.domain.autonomy import GRANT_DAYS, Grant, Level, default_level
from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, AccountId, ContactId, GrantId, PersonId
from bailiwick.domain.record import RecordKind
from bailiwick.engine.people.roles import require_role
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Unit, Units

LEVEL_OFFERED_MAX: Final = Level.L4  # capabilities, section 2: L5 is a type and is not offered
STATEMENT_LENGTH_MAX: Final = 2_000  # ours: evidence and reason are read by people
EVERYONE: Final = "*"


class UnableToGrant(InputFault):
    """The grant cannot be made or ended; the message says why and what would work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an administrator wants to allow."""

    capability: str
    action: Action
    level: int
    segment: str
    """`*`, `account:<id>` or `contact:<id>`."""
    days: int
    evidence: str
    reason: str


class Granting:
    """The only way by which autonomy rises."""

    def __init__(
        self, *, units: Units, clock: Clock, ids: Ids, spec: Callable[[str], Spec]
    ) -> None:
        self._units = units
        self._clock = clock
        self._ids = ids
        self._spec = spec

    def add(self, wish: Wish, *, person_id: PersonId) -> Grant:
        """Store a grant and record it. Raises UnableToGrant."""
        _require_statement(wish.evidence, what="evidence")
        _require_statement(wish.reason, what="reason")
        if not 1 <= wish.days <= GRANT_DAYS:
            message = f"a grant lasts 1 to {GRANT_DAYS} days, not {wish.days}; renew it on evidence"
            raise UnableToGrant(message)
        level = self._offered(wish)
        with self._units.write() as unit:
            at = self._clock.now()
            require_role(unit, person_id, Role.ADMIN, what="grant autonomy", fault=UnableToGrant)
            covering = _covering_segments(unit, wish.segment)
            _require_one_step(unit, wish, level, covering, at=at)
            grant = Grant(
                grant_id=GrantId(self._ids.new(PREFIX["grant"])),
                capability=wish.capability,
                action=wish.action,
                level=level,
                segment=wish.segment,
                risk_max=TERMS[wish.action].risk,
                evidence=wish.evidence.strip(),
                reason=wish.reason.strip(),
                granted_by=person_id,
                granted_at=at,
                expires_at=at + timedelta(days=wish.days),
            )
            unit.authority.add_grant(grant)
            _record(unit, grant, event="granted", reason=grant.reason, by=person_id, at=at)
            unit.commit()
        return grant

    def list(self) -> Sequence[Grant]:
        """Return grants that were not revoked, expired ones too, oldest first."""
        with self._units.read() as unit:
            return unit.authority.grants()

    def revoke(self, grant_id: GrantId, *, person_id: PersonId, reason: str) -> Grant:
        """End a grant at once; a supervisor may do that, too. Raises UnableToGrant."""
        _require_statement(reason, what="reason")
        with self._units.write() as unit:
            at = self._clock.now()
            require_role(
                unit, person_id, Role.SUPERVISOR, what="revoke a grant", fault=UnableToGrant
            )
            found = next((g for g in unit.authority.grants() if g.grant_id == grant_id), None)
            if found is None or not unit.authority.revoke_grant(grant_id, at=at):
                message = f"there is no grant {grant_id!r} to revoke; `bailiwick grant list`"
                raise UnableToGrant(message)
            _record(unit, found, event="revoked", reason=reason.strip(), by=person_id, at=at)
            unit.commit()
        return found

    def _offered(self, wish: Wish) -> Level:
        """Return the level when the action and the capability can have it at all."""
        if wish.capability not in capability_names():
            known = ", ".join(capability_names())
            message = f"there is no capability {wish.capability!r}; there are: {known}"
            raise UnableToGrant(message)
        spec, terms = self._spec(wish.capability), TERMS[wish.action]
        if wish.action not in spec.actions:
            proposes = ", ".join(sorted(a.value for a in spec.actions))
            message = f"{spec.name} does not propose {wish.action.value}; it proposes: {proposes}"
            raise UnableToGrant(message)
        if terms.risk >= Risk.R3 or terms.approval_forced:
            message = f"{wish.action.value} always needs a person, so no grant can cover it"
            raise UnableToGrant(message)
        if not Level.L1 <= wish.level <= LEVEL_OFFERED_MAX:
            message = f"levels 1 to {LEVEL_OFFERED_MAX} can be granted, not {wish.level}"
            raise UnableToGrant(message)
        if wish.level > spec.level_max:
            message = f"{spec.name} may rise to L{spec.level_max}, not to L{wish.level}"
            raise UnableToGrant(message)
        return Level(wish.level)


def _require_one_step(
    unit: Unit, wish: Wish, level: Level, covering: frozenset[str], *, at: datetime
) -> None:
    held = [
        grant.level
        for grant in unit.authority.grants(capability=wish.capability, action=wish.action)
        if grant.segment in covering and at < grant.expires_at
    ]
    now = max([default_level(TERMS[wish.action].risk), *held])
    if level > now + 1:
        message = (
            f"{wish.capability} stands at L{now} for {wish.action.value} there; autonomy rises "
            f"one level at a time: grant L{now + 1} first"
        )
        raise UnableToGrant(message)
    if level <= default_level(TERMS[wish.action].risk):
        message = f"{wish.action.value} is at L{now} without a grant; L{level} would change nothing"
        raise UnableToGrant(message)


def _covering_segments(unit: Unit, segment: str) -> frozenset[str]:
    """Return the segments whose grants cover this one, too. Raises UnableToGrant."""
    kind, _, row_id = segment.partition(":")
    if segment == EVERYONE:
        return frozenset({EVERYONE})
    if kind == "account" and unit.crm.account(AccountId(row_id)) is not None:
        return frozenset({EVERYONE, segment})
    if kind == "contact":
        contact = unit.crm.contact(ContactId(row_id))
        if contact is not None:
            return frozenset({EVERYONE, segment, f"account:{contact.account_id}"})
    message = f"{segment!r} is no account or contact here; write account:ID, contact:ID or *"
    raise UnableToGrant(message)


def _require_statement(text: str, *, what: str) -> None:
    if not text.strip() or len(text) > STATEMENT_LENGTH_MAX:
        message = f"{what} of 1 to {STATEMENT_LENGTH_MAX} characters is needed: it is recorded"
        raise UnableToGrant(message)


def _record(
    unit: Unit, grant: Grant, *, event: str, reason: str, by: PersonId, at: datetime
) -> None:
    unit.records.append(
        RecordKind.GRANT,
        subject=grant.grant_id,
        payload={
            "event": event,
            "capability": grant.capability,
            "action": grant.action.value,
            "level": int(grant.level),
            "segment": grant.segment,
            "evidence": grant.evidence,
            "reason": reason,
            "by": by,
            "expires_at": grant.expires_at.isoformat(),
        },
        at=at,
    )
