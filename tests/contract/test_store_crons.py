"""Crons are kept alike on both databases."""

from dataclasses import replace
from datetime import timedelta

from tests.store.stores import NOW, SECOND, Store

from bailiwick.domain.cron import Cron, CronId
from bailiwick.domain.ids import PersonId, ScheduleId
from bailiwick.domain.thread import GraphThreadId, Multitask

CRON = Cron(
    cron_id=CronId("crn_1"),
    capability="probe",
    schedule="0 6 * * 1",
    zone="Europe/Berlin",
    input={"ratio": 0.5},
    metadata={"purpose": "weekly"},
    thread_id=None,
    thread_kept=True,
    multitask=Multitask.REJECT,
    enabled=True,
    end_time=NOW + timedelta(days=1),
    made_by=PersonId("per_1"),
    created_at=NOW,
    updated_at=NOW,
    schedule_id=ScheduleId("sch_1"),
)


class TestCrons:
    def test_are_kept_and_replaced(self, store: Store) -> None:
        """A cron comes back as it was written; written again, only its birth stays."""
        changed = replace(
            CRON,
            enabled=False,
            input=None,
            thread_id=GraphThreadId("t"),
            schedule_id=None,
            updated_at=NOW + SECOND,
        )
        with store.units.write(records=False) as unit:
            unit.crons.put(CRON)
            assert unit.crons.get(CRON.cron_id) == CRON
            unit.crons.put(replace(changed, created_at=NOW + SECOND))
            unit.commit()
        with store.units.read() as unit:
            assert unit.crons.get(CRON.cron_id) == changed

    def test_are_listed_newest_first_and_forgotten(self, store: Store) -> None:
        """The list begins with the newest, and a deleted cron is not in it."""
        newer = replace(CRON, cron_id=CronId("crn_2"))
        with store.units.write(records=False) as unit:
            unit.crons.put(CRON)
            unit.crons.put(newer)
            assert list(unit.crons.all()) == [newer, CRON]
            assert unit.crons.delete(newer.cron_id)
            assert not unit.crons.delete(newer.cron_id)
            unit.commit()
        with store.units.read() as unit:
            assert list(unit.crons.all()) == [CRON]
