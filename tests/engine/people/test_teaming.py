"""Teams: who may change them, what is on record, and how far their people see."""

from pathlib import Path

import pytest
from tests.fakes.office import Office, office

from bailiwick.domain.crm import Role
from bailiwick.domain.ids import PersonId
from bailiwick.engine.people.teaming import UnableToTeam
from bailiwick.wiring.answers import teaming


class TestTeams:
    @pytest.fixture(params=["sqlite", "postgres"])
    def url(self, request: pytest.FixtureRequest) -> str:
        return str(request.getfixturevalue(f"{request.param}_url"))

    def test_let_their_people_see_each_others_customers(self, tmp_path: Path, url: str) -> None:
        """In a team one stands for all in it; out of it, and when it is gone, for oneself."""
        with office(tmp_path, url=url) as place:
            teams, by = teaming(place.app), place.person(Role.ADMIN)
            rep, viewer = place.person(Role.REP), place.person(Role.VIEWER)
            team = teams.add("North", by=by)
            for person in (rep, viewer, rep):
                teams.join("North", person, by=by)
            both = {place.people[Role.REP].email, place.people[Role.VIEWER].email}
            assert mates(place, rep) == both
            teams.leave("North", viewer, by=by)
            assert mates(place, rep) == {place.people[Role.REP].email}
            teams.remove("North", by=by)
            with place.app.units.read() as unit:
                assert unit.teams.list() == ()
                told = [r.payload["event"] for r in unit.records.about(team.team_id)]
            assert told == ["team_added", "team_joined", "team_joined", "team_left", "team_removed"]

    def test_are_changed_by_an_admin_with_names_that_are_there(self, tmp_path: Path) -> None:
        """Others may not; a second team of a name, an unknown one and nobody are told as such."""
        with office(tmp_path) as place:
            teams, by = teaming(place.app), place.person(Role.ADMIN)
            with pytest.raises(UnableToTeam, match="takes an admin"):
                teams.add("North", by=place.person(Role.SUPERVISOR))
            teams.add("North", by=by)
            with pytest.raises(UnableToTeam, match="already"):
                teams.add("North", by=by)
            with pytest.raises(UnableToTeam, match="no team"):
                teams.join("South", by, by=by)
            with pytest.raises(UnableToTeam, match="nobody"):
                teams.join("North", PersonId("per_nobody"), by=by)


def mates(place: Office, person_id: PersonId) -> set[str]:
    with place.app.units.read() as unit:
        return set(unit.teams.mates(person_id))
