"""Makes teams, ends them, and says who is in them; an administrator does that."""

from dataclasses import dataclass
from typing import Final

from bailiwick.domain.credential import Team, TeamId
from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, PersonId
from bailiwick.domain.record import RecordKind
from bailiwick.engine.people.roles import require_role
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.text import one_line
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Unit, Units

NAME_LENGTH_MAX: Final = 100  # ours: as for keys
TEAMS_COUNT_MAX: Final = 500  # ours: a workspace of thousands of people


class UnableToTeam(InputFault):
    """The team cannot be changed like this; the message says why and what would work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaming:
    """Changes the teams of one workspace, each change on record."""

    units: Units
    clock: Clock
    ids: Ids

    def add(self, name: str, *, by: PersonId) -> Team:
        """Make an empty team. Raises UnableToTeam."""
        shown = one_line(name)
        if not 1 <= len(shown) <= NAME_LENGTH_MAX:
            message = f"a team has a name of 1 to {NAME_LENGTH_MAX} characters"
            raise UnableToTeam(message)
        with self.units.write() as unit:
            require_role(unit, by, Role.ADMIN, what="change teams", fault=UnableToTeam)
            if unit.teams.by_name(shown) is not None:
                message = f"there is a team {shown!r} already"
                raise UnableToTeam(message)
            if len(unit.teams.list()) >= TEAMS_COUNT_MAX:
                message = f"a workspace has at most {TEAMS_COUNT_MAX} teams; remove one"
                raise UnableToTeam(message)
            team = Team(team_id=TeamId(self.ids.new(PREFIX["team"])), name=shown)
            unit.teams.add(team, at=self.clock.now())
            self._record(unit, team.team_id, {"event": "team_added", "by": by})
            unit.commit()
        return team

    def remove(self, name: str, *, by: PersonId) -> Team:
        """End a team: its people see each other's customers no more. Raises UnableToTeam."""
        with self.units.write() as unit:
            require_role(unit, by, Role.ADMIN, what="change teams", fault=UnableToTeam)
            team = _found(unit, name)
            unit.teams.remove(team.team_id)
            self._record(unit, team.team_id, {"event": "team_removed", "by": by})
            unit.commit()
        return team

    def join(self, name: str, person_id: PersonId, *, by: PersonId) -> Team:
        """Make somebody a member; again changes nothing. Raises UnableToTeam."""
        with self.units.write() as unit:
            require_role(unit, by, Role.ADMIN, what="change teams", fault=UnableToTeam)
            team = _found(unit, name)
            _require_person(unit, person_id)
            if unit.teams.join(team.team_id, person_id, at=self.clock.now()):
                self._record(
                    unit, team.team_id, {"event": "team_joined", "by": by, "person": person_id}
                )
            unit.commit()
        return team

    def leave(self, name: str, person_id: PersonId, *, by: PersonId) -> Team:
        """End a membership; one that is not there is ended. Raises UnableToTeam."""
        with self.units.write() as unit:
            require_role(unit, by, Role.ADMIN, what="change teams", fault=UnableToTeam)
            team = _found(unit, name)
            if unit.teams.leave(team.team_id, person_id):
                self._record(
                    unit, team.team_id, {"event": "team_left", "by": by, "person": person_id}
                )
            unit.commit()
        return team

    def _record(self, unit: Unit, team_id: TeamId, payload: dict[str, Canonical]) -> None:
        at = self.clock.now()
        unit.records.append(RecordKind.STAFFED, subject=team_id, payload=payload, at=at)


def _found(unit: Unit, name: str) -> Team:
    """Return the team of this name or id. Raises UnableToTeam."""
    by_id = (team for team in unit.teams.list() if team.team_id == name)
    team = unit.teams.by_name(one_line(name)) or next(by_id, None)
    if team is None:
        message = f"there is no team {name!r}; `bailiwick teams list` shows them"
        raise UnableToTeam(message)
    return team


def _require_person(unit: Unit, person_id: PersonId) -> None:
    if unit.authority.person(person_id) is None:
        message = f"{person_id!r} is nobody in this workspace"
        raise UnableToTeam(message)
