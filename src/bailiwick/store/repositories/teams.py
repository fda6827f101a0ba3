"""Teams of one workspace, and how far its people see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, delete, select, update

from bailiwick.domain.credential import Team, TeamId
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import PREFIX, PersonId
from bailiwick.domain.reach import Reach
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, key, own
from bailiwick.store.tables.crm import PEOPLE
from bailiwick.store.tables.identity import TEAM_MEMBERS, TEAMS

_BY_NAME: Final = select(TEAMS).where(own(TEAMS), TEAMS.c.name == key())
_ALL: Final = select(TEAMS).where(own(TEAMS)).order_by(TEAMS.c.name).limit(ROWS_COUNT_MAX)
_MEMBERS: Final = (
    select(TEAM_MEMBERS.c.person_id)
    .where(own(TEAM_MEMBERS), TEAM_MEMBERS.c.team_id == key())
    .order_by(TEAM_MEMBERS.c.person_id)
    .limit(ROWS_COUNT_MAX)
)
_MINE: Final = select(TEAM_MEMBERS.c.team_id).where(
    own(TEAM_MEMBERS), TEAM_MEMBERS.c.person_id == key()
)
_IN_MINE: Final = select(TEAM_MEMBERS.c.person_id).where(
    own(TEAM_MEMBERS), TEAM_MEMBERS.c.team_id.in_(_MINE)
)
_MATES: Final = (
    select(PEOPLE.c.email)
    .where(own(PEOPLE), PEOPLE.c.id.in_(_IN_MINE) | (PEOPLE.c.id == key()))
    .limit(ROWS_COUNT_MAX)
)


class SqlTeams:
    """Teams and their members."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, team: Team, *, at: datetime) -> None:
        """Store a team with its members."""
        values = {"id": team.team_id, "name": team.name, "created_at": at}
        self._scope.insert(TEAMS, values)
        for person_id in team.members:
            self.join(team.team_id, person_id, at=at)

    def by_name(self, name: str) -> Team | None:
        """Return a team."""
        row = self._scope.row(_BY_NAME, key=name)
        return None if row is None else self._team(row)

    def list(self) -> Sequence[Team]:
        """Return all teams, by name."""
        return tuple(self._team(row) for row in self._scope.rows(_ALL))

    def remove(self, team_id: TeamId) -> bool:
        """Forget a team and its memberships; False when there is none."""
        self._scope.change(
            delete(TEAM_MEMBERS).where(own(TEAM_MEMBERS), TEAM_MEMBERS.c.team_id == team_id)
        )
        return self._scope.change(delete(TEAMS).where(own(TEAMS), TEAMS.c.id == team_id)) == 1

    def join(self, team_id: TeamId, person_id: PersonId, *, at: datetime) -> bool:
        """Make somebody a member; False when they are."""
        return self._scope.insert_new(
            TEAM_MEMBERS,
            {
                "id": self._scope.ids.new(PREFIX["member"]),
                "team_id": team_id,
                "person_id": person_id,
                "created_at": at,
            },
            unique=("team_id", "person_id"),
        )

    def leave(self, team_id: TeamId, person_id: PersonId) -> bool:
        """End a membership; False when there is none."""
        changed = self._scope.change(
            delete(TEAM_MEMBERS).where(
                own(TEAM_MEMBERS),
                TEAM_MEMBERS.c.team_id == team_id,
                TEAM_MEMBERS.c.person_id == person_id,
            )
        )
        return changed == 1

    def mates(self, person_id: PersonId) -> frozenset[str]:
        """Return the addresses of everybody in a common team, the person's own included."""
        return frozenset(str(row["email"]) for row in self._scope.rows(_MATES, key=person_id))

    def set_standing(self, person_id: PersonId, *, role: Role, reach: Reach) -> None:
        """Give a person another role or reach."""
        changed = self._scope.change(
            update(PEOPLE)
            .where(own(PEOPLE), PEOPLE.c.id == person_id)
            .values(role=role.value, reach=reach.value, row_version=PEOPLE.c.row_version + 1)
        )
        assert changed == 1, f"person {person_id!r} is not stored"

    def _team(self, row: RowMapping) -> Team:
        members = self._scope.rows(_MEMBERS, key=row["id"])
        return Team(
            team_id=TeamId(row["id"]),
            name=row["name"],
            members=tuple(PersonId(member["person_id"]) for member in members),
        )
