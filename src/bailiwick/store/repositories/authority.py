"""Grants, halts and people: who may do what, and what is stopped."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, select, update

from bailiwick.domain.action import Action, Risk
from bailiwick.domain.autonomy import Grant, Level
from bailiwick.domain.crm import Person, Role, Workspace
from bailiwick.domain.ids import PREFIX, GrantId, PersonId
from bailiwick.domain.mail_address import comparable
from bailiwick.domain.reach import Reach
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, key, own
from bailiwick.store.tables.crm import PEOPLE
from bailiwick.store.tables.schema import WORKSPACES
from bailiwick.store.tables.work import GRANTS, HALTS

_GRANTS: Final = (
    select(GRANTS)
    .where(own(GRANTS), GRANTS.c.revoked_at.is_(None))
    .order_by(GRANTS.c.granted_at, GRANTS.c.id)
    .limit(ROWS_COUNT_MAX)
)
_HALTS: Final = select(HALTS.c.scope).where(own(HALTS), HALTS.c.lifted_at.is_(None)).distinct()
_LIFTED: Final = (
    select(HALTS.c.lifted_at)
    .where(own(HALTS), HALTS.c.scope == key(), HALTS.c.lifted_at.is_not(None))
    .order_by(HALTS.c.lifted_at.desc())
    .limit(1)
)
_PERSON: Final = select(PEOPLE).where(own(PEOPLE), PEOPLE.c.id == key())
_PERSON_BY_EMAIL: Final = select(PEOPLE).where(own(PEOPLE), PEOPLE.c.email == key())
_PEOPLE: Final = select(PEOPLE).where(own(PEOPLE)).order_by(PEOPLE.c.id).limit(ROWS_COUNT_MAX)


class SqlAuthority:
    """Authority of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add_grant(self, grant: Grant) -> None:
        """Store a grant."""
        self._scope.insert(
            GRANTS,
            {
                "id": grant.grant_id,
                "capability": grant.capability,
                "action": grant.action.value,
                "level": int(grant.level),
                "segment": grant.segment,
                "risk_max": int(grant.risk_max),
                "evidence": grant.evidence,
                "reason": grant.reason,
                "granted_by": grant.granted_by,
                "granted_at": grant.granted_at,
                "expires_at": grant.expires_at,
                "revoked_at": grant.revoked_at,
                "created_at": grant.granted_at,
            },
        )

    def revoke_grant(self, grant_id: str, *, at: datetime) -> bool:
        """End a grant; False when there is none."""
        changed = self._scope.change(
            update(GRANTS)
            .where(own(GRANTS), GRANTS.c.id == grant_id, GRANTS.c.revoked_at.is_(None))
            .values(revoked_at=at)
        )
        return changed == 1

    def grants(
        self, *, capability: str | None = None, action: Action | None = None
    ) -> Sequence[Grant]:
        """Return grants that were not revoked, expired ones too."""
        statement = _GRANTS
        if capability is not None:
            statement = statement.where(GRANTS.c.capability == capability)
        if action is not None:
            statement = statement.where(GRANTS.c.action == action.value)
        return tuple(_grant(row) for row in self._scope.rows(statement))

    def halt(self, scope: str, *, reason: str, by: str, at: datetime) -> None:
        """Stop a scope: `*`, `model`, `purpose:marketing`, `capability:<name>`, `action:<name>`."""
        self._scope.insert(
            HALTS,
            {
                "id": self._scope.ids.new(PREFIX["halt"]),
                "scope": scope,
                "reason": reason,
                "flipped_by": by,
                "created_at": at,
            },
        )

    def resume(self, scope: str, *, at: datetime) -> bool:
        """Lift a stop; False when there is none."""
        changed = self._scope.change(
            update(HALTS)
            .where(own(HALTS), HALTS.c.scope == scope, HALTS.c.lifted_at.is_(None))
            .values(lifted_at=at)
        )
        return changed > 0

    def halts(self) -> frozenset[str]:
        """Return the scopes that are stopped."""
        return frozenset(str(row["scope"]) for row in self._scope.rows(_HALTS))

    def lifted_at(self, scope: str) -> datetime | None:
        """Return when a scope was last resumed; None when it never was."""
        row = self._scope.row(_LIFTED, key=scope)
        return None if row is None else row["lifted_at"]

    def person(self, person_id: PersonId) -> Person | None:
        """Return a person."""
        row = self._scope.row(_PERSON, key=person_id)
        return None if row is None else _person(row)

    def person_by_email(self, email: str) -> Person | None:
        """Return the person with this address."""
        row = self._scope.row(_PERSON_BY_EMAIL, key=comparable(email))
        return None if row is None else _person(row)

    def add_person(self, person: Person) -> None:
        """Store a person; the address is kept in its normalised form."""
        self._scope.insert(
            PEOPLE,
            {
                "id": person.person_id,
                "name": person.name,
                "email": comparable(person.email),
                "role": person.role.value,
                "reach": person.reach.value,
                "created_at": self._scope.clock.now(),
            },
        )

    def people(self) -> Sequence[Person]:
        """Return all people of the workspace."""
        return tuple(_person(row) for row in self._scope.rows(_PEOPLE))

    def correct_workspace(self, workspace: Workspace) -> None:
        """Store what the workspace says of itself: company, postal address and time zone."""
        self._scope.change(
            update(WORKSPACES)
            .where(WORKSPACES.c.id == self._scope.workspace_id)
            .values(
                company=workspace.company,
                postal_address=workspace.postal_address,
                timezone=workspace.timezone,
            )
        )


def _grant(row: RowMapping) -> Grant:
    return Grant(
        grant_id=GrantId(row["id"]),
        capability=row["capability"],
        action=Action(row["action"]),
        level=Level(row["level"]),
        segment=row["segment"],
        risk_max=Risk(row["risk_max"]),
        evidence=row["evidence"],
        reason=row["reason"],
        granted_by=PersonId(row["granted_by"]),
        granted_at=row["granted_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
    )


def _person(row: RowMapping) -> Person:
    return Person(
        person_id=PersonId(row["id"]),
        name=row["name"],
        email=row["email"],
        role=Role(row["role"]),
        reach=Reach(row["reach"]),
    )
