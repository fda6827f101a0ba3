from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

import pytest
from tests.store.stores import NOW, Store

from bailiwick.control.load import load_spec
from bailiwick.domain.crm import Person, Role
from bailiwick.domain.cron import CronId
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PersonId, RunId
from bailiwick.domain.thread import (
    GraphThreadId,
    NewRun,
    Thread,
    ThreadRun,
    ThreadRunStatus,
    ThreadStatus,
)
from bailiwick.engine.crons import CronParts, Crons, NewCron, UnableToFindCron, UnableToKeepCron
from bailiwick.engine.people.staffing import dismiss
from bailiwick.kit.clock import FixedClock
from bailiwick.kit.json_value import Json


@dataclass
class Starts:
    """Notes which runs would be started, and on which threads."""

    runs: list[tuple[str, NewRun]] = field(default_factory=list[tuple[str, NewRun]])

    def create(
        self,
        thread_id: GraphThreadId | None = None,
        *,
        metadata: Mapping[str, Json] | None = None,
        by: str = "",
    ) -> Thread:
        """Make a thread."""
        del by
        return Thread(
            thread_id=thread_id or GraphThreadId("fresh"),
            created_at=NOW,
            updated_at=NOW,
            state_updated_at=NOW,
            status=ThreadStatus.IDLE,
            metadata=metadata or {},
        )

    def start(self, thread_id: GraphThreadId, asked: NewRun) -> ThreadRun:
        """Note a run."""
        self.runs.append((thread_id, asked))
        return ThreadRun(
            run_id=RunId("run_1"),
            thread_id=thread_id,
            status=ThreadRunStatus.PENDING,
            asked=asked,
            created_at=NOW,
            updated_at=NOW,
        )


@dataclass
class Scene:
    """Crons with a clock that stands and notes of what they start."""

    crons: Crons
    clock: FixedClock
    starts: Starts


NEW = NewCron(
    capability="crm_orchestrator",
    schedule="0 6 * * *",
    zone="Europe/Berlin",
    input={"contact_id": "con_1"},
    metadata={"purpose": "daily"},
    made_by=PersonId("per_1"),
)


@pytest.fixture
def scene(sqlite_store: Store) -> Scene:
    """Crons on a store."""
    clock, starts = FixedClock(NOW), Starts()
    crons = Crons(
        CronParts(
            units=sqlite_store.units,
            clock=clock,
            ids=sqlite_store.ids,
            spec=load_spec,
            threads=lambda: starts,
        )
    )
    return Scene(crons, clock, starts)


class TestCrons:
    def test_tell_when_they_come(self, scene: Scene) -> None:
        """A cron knows its next occurrence; one that is off has none until it is on again."""
        made = scene.crons.make(NEW)
        assert made.next_at is not None
        off = scene.crons.change(made.cron_id, lambda cron: replace(cron, enabled=False))
        assert off.next_at is None
        on = scene.crons.change(made.cron_id, lambda cron: replace(cron, enabled=True))
        assert on.next_at is not None
        assert list(scene.crons.all()) == [on]

    def test_start_a_run_in_their_makers_name(self, scene: Scene) -> None:
        """An occurrence starts the run on a thread of its own that is forgotten, or on its own."""
        own = scene.crons.make(NEW)
        kept = scene.crons.make(replace(NEW, thread_id=GraphThreadId("mine"), thread_kept=True))
        scene.crons.occur(own.cron_id)
        scene.crons.occur(kept.cron_id)
        (fresh, first), (mine, second) = scene.starts.runs
        assert (fresh, first.forget) == ("fresh", True)
        assert (mine, second.forget) == ("mine", False)
        assert first.requested_by == "per_1"
        assert first.input == NEW.input
        assert first.metadata == {"purpose": "daily", "cron_id": own.cron_id}

    def test_of_somebody_who_is_dismissed_are_off(self, scene: Scene, sqlite_store: Store) -> None:
        """Nothing goes on in the name of somebody who was dismissed; of others it does."""
        units = sqlite_store.units
        people = {"per_admin": Role.ADMIN, "per_1": Role.REP}
        with units.write() as unit:
            for name, role in people.items():
                email = f"{name}@ours.example"
                unit.authority.add_person(
                    Person(person_id=PersonId(name), name=name, email=email, role=role)
                )
            unit.commit()
        theirs = scene.crons.make(NEW)
        other = scene.crons.make(replace(NEW, made_by=PersonId("per_admin")))
        dismiss(units, PersonId("per_1"), by=PersonId("per_admin"), clock=scene.clock)
        found = {cron.cron_id: cron for cron in scene.crons.all()}
        assert (found[theirs.cron_id].enabled, found[theirs.cron_id].next_at) == (False, None)
        assert found[other.cron_id] == other
        assert scene.crons.occur(theirs.cron_id) is None
        assert scene.starts.runs == []

    def test_start_nothing_when_off_over_or_gone(self, scene: Scene) -> None:
        """A job that comes late finds the cron off, ended or forgotten, and starts nothing."""
        off = scene.crons.make(replace(NEW, enabled=False))
        ending = scene.crons.make(replace(NEW, end_time=NOW + timedelta(hours=1)))
        gone = scene.crons.make(NEW)
        scene.crons.delete(gone.cron_id)
        scene.clock.set(NOW + timedelta(hours=2))
        for cron in (off, ending, gone):
            assert scene.crons.occur(cron.cron_id) is None
        assert scene.starts.runs == []
        assert {cron.enabled for cron in scene.crons.all()} == {False}

    def test_refuse_what_never_comes(self, scene: Scene) -> None:
        """A bad schedule or zone, an end in the past or beyond all years: nothing is kept."""
        for change in ({"schedule": "sometimes"}, {"zone": "Mars/Base"}):
            with pytest.raises(InputFault):
                scene.crons.make(replace(NEW, **change))
        for end_time in (NOW, datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=14)))):
            with pytest.raises(UnableToKeepCron):
                scene.crons.make(replace(NEW, end_time=end_time))
        assert scene.crons.all() == ()

    def test_say_when_there_is_none(self, scene: Scene) -> None:
        """Changing or deleting what is not there says so."""
        for act in (
            lambda: scene.crons.delete(CronId("crn_0")),
            lambda: scene.crons.change(CronId("crn_0"), lambda cron: cron),
        ):
            with pytest.raises(UnableToFindCron):
                act()
