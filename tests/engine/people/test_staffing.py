"""An administrator names the people of a workspace."""

import pytest
from tests.store.stores import Store

from bailiwick.domain.crm import Person, Role
from bailiwick.domain.ids import PersonId
from bailiwick.domain.record import RecordKind
from bailiwick.engine.people.staffing import Newcomer, UnableToAddPerson, add_person

ADMIN = PersonId("per_admin")
NEWCOMER = Newcomer(email="Ada@Ours.Example", name="", role=Role.APPROVER)


@pytest.fixture
def staffed(sqlite_store: Store) -> Store:
    with sqlite_store.units.write() as unit:
        unit.authority.add_person(
            Person(person_id=ADMIN, name="a", email="admin@ours.example", role=Role.ADMIN)
        )
        unit.commit()
    return sqlite_store


class TestStaffing:
    def test_adds_a_person(self, staffed: Store) -> None:
        """The address is normalised and names the person when nothing else does."""
        added = add_person(staffed.units, staffed.ids, NEWCOMER, by=ADMIN, clock=staffed.clock)
        assert (added.name.lower(), added.role) == ("ada", Role.APPROVER)
        with staffed.units.read() as unit:
            assert unit.authority.person_by_email("ada@ours.example") == added

    def test_records_who_gave_whom_which_role(self, staffed: Store) -> None:
        """The chain says who was given a role, by whom; the address stays out of it."""
        added = add_person(staffed.units, staffed.ids, NEWCOMER, by=ADMIN, clock=staffed.clock)
        with staffed.units.read() as unit:
            (record,) = unit.records.about(added.person_id)
        assert record.kind is RecordKind.STAFFED
        assert record.payload == {"by": ADMIN, "role": "approver"}

    def test_adds_nobody_twice(self, staffed: Store) -> None:
        """One address is one person."""
        add_person(staffed.units, staffed.ids, NEWCOMER, by=ADMIN, clock=staffed.clock)
        with pytest.raises(UnableToAddPerson, match="already"):
            add_person(staffed.units, staffed.ids, NEWCOMER, by=ADMIN, clock=staffed.clock)

    def test_takes_an_administrator(self, staffed: Store) -> None:
        """An approver cannot make another."""
        approver = add_person(staffed.units, staffed.ids, NEWCOMER, by=ADMIN, clock=staffed.clock)
        other = Newcomer(email="eve@ours.example", name="Eve", role=Role.APPROVER)
        with pytest.raises(UnableToAddPerson, match="takes an admin"):
            add_person(
                staffed.units, staffed.ids, other, by=approver.person_id, clock=staffed.clock
            )

    @pytest.mark.parametrize(
        "newcomer",
        [
            Newcomer(email="no address", name="", role=Role.REP),
            Newcomer(email="bot@ours.example", name="", role=Role.AGENT),
        ],
    )
    def test_refuses_what_is_no_person(self, staffed: Store, newcomer: Newcomer) -> None:
        """A bad address and the role of machines are named."""
        with pytest.raises(UnableToAddPerson):
            add_person(staffed.units, staffed.ids, newcomer, by=ADMIN, clock=staffed.clock)
        with staffed.units.read() as unit:
            assert unit.records.head()[0] == 0, "what was refused leaves no record of an addition"
