"""People stop and resume effects, each time with a reason on record."""

import pytest
from tests.store.stores import NOW, Store

from bailiwick.domain.crm import Person, Role
from bailiwick.domain.ids import PersonId
from bailiwick.engine.halting import Halting, UnableToHalt

SUPERVISOR = PersonId("per_supervisor")
APPROVER = PersonId("per_approver")


@pytest.fixture
def halting(sqlite_store: Store) -> Halting:
    with sqlite_store.units.write() as unit:
        for person_id, role in ((SUPERVISOR, Role.SUPERVISOR), (APPROVER, Role.APPROVER)):
            unit.authority.add_person(
                Person(
                    person_id=person_id,
                    name=role.value,
                    email=f"{role.value}@ours.example",
                    role=role,
                )
            )
        unit.commit()
    return Halting(units=sqlite_store.units, clock=sqlite_store.clock)


class TestHalting:
    @pytest.mark.parametrize("scope", ["*", "model", "capability:reply", "action:send_message"])
    def test_stops_and_resumes_a_scope(self, halting: Halting, scope: str) -> None:
        """A stop shows who and why until it is lifted."""
        assert halting.halt(scope, person_id=SUPERVISOR, reason="odd mail")
        (halt,) = halting.list()
        assert (halt.scope, halt.reason, halt.by, halt.at) == (scope, "odd mail", SUPERVISOR, NOW)
        halting.lift(scope, person_id=SUPERVISOR, reason="was fine")
        assert halting.list() == ()

    def test_stopping_twice_is_once(self, halting: Halting, sqlite_store: Store) -> None:
        """The second stop changes and records nothing."""
        halting.halt("*", person_id=SUPERVISOR, reason="first")
        assert not halting.halt("*", person_id=SUPERVISOR, reason="second")
        with sqlite_store.units.read() as unit:
            assert [r.payload["reason"] for r in unit.records.about("*")] == ["first"]

    def test_both_ways_are_recorded(self, halting: Halting, sqlite_store: Store) -> None:
        """The chain tells when effects were stopped and when they went on."""
        halting.halt("*", person_id=SUPERVISOR, reason="odd")
        halting.lift("*", person_id=SUPERVISOR, reason="fine")
        with sqlite_store.units.read() as unit:
            events = [r.payload["event"] for r in unit.records.about("*")]
        assert events == ["halted", "lifted"]

    @pytest.mark.parametrize("scope", ["", "everything", "capability:nobody", "action:fly"])
    def test_refuses_a_scope_that_stops_nothing(self, halting: Halting, scope: str) -> None:
        """A misspelt scope would be a kill switch that does not work."""
        with pytest.raises(UnableToHalt, match="no scope"):
            halting.halt(scope, person_id=SUPERVISOR, reason="odd")

    def test_an_approver_may_do_neither(self, halting: Halting) -> None:
        """Stopping and resuming take a supervisor."""
        with pytest.raises(UnableToHalt, match="takes a supervisor"):
            halting.halt("*", person_id=APPROVER, reason="odd")
        halting.halt("*", person_id=SUPERVISOR, reason="odd")
        with pytest.raises(UnableToHalt, match="takes a supervisor"):
            halting.lift("*", person_id=APPROVER, reason="fine")
        assert len(halting.list()) == 1

    def test_a_reason_is_needed(self, halting: Halting) -> None:
        """No stop and no resumption without a why."""
        with pytest.raises(UnableToHalt, match="reason"):
            halting.halt("*", person_id=SUPERVISOR, reason=" ")
        halting.halt("*", person_id=SUPERVISOR, reason="odd")
        with pytest.raises(UnableToHalt, match="reason"):
            halting.lift("*", person_id=SUPERVISOR, reason="")

    def test_lifting_what_is_not_stopped_says_what_is(self, halting: Halting) -> None:
        """The message names the scopes that are stopped."""
        halting.halt("model", person_id=SUPERVISOR, reason="odd")
        with pytest.raises(UnableToHalt, match="stopped is: model"):
            halting.lift("*", person_id=SUPERVISOR, reason="fine")
