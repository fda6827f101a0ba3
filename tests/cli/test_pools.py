"""The queue is seen, mended and limited on the command line; chores come back by schedule."""

from dataclasses import replace

import pytest
from tests.cli.house import House
from tests.fakes.asked_runs import accepted

from bailiwick.cli.exits import Exit
from bailiwick.domain.ids import JobId
from bailiwick.domain.pool import Pool
from bailiwick.engine.runs.requests import RunRequest
from bailiwick.ports.queue import Job, JobKind, NewJob, PoolLimits
from bailiwick.wiring.queueing import open_queue


def bury_chore(house: House) -> JobId:
    """Queue a chore and set it aside, as a pool does with what it does not know."""
    app = house.opened()
    try:
        with app.units.write() as unit:
            unit.jobs.enqueue(NewJob(kind=JobKind.CHORE, pool=Pool.CORE, subject="nonsense"))
            unit.commit()
        queue = open_queue(app.database)
        job: Job = queue.lease(Pool.CORE, count_max=1)[0]
        assert queue.bury(job, reason="there is no chore 'nonsense'")
    finally:
        app.close()
    return job.job_id


def bury_run(house: House) -> tuple[JobId, str]:
    """Ask for a run whose job is then set aside."""
    contact_id, app = house.contact(), house.opened()
    try:
        wanted = RunRequest(capability="crm_orchestrator", input={"contact_id": contact_id})
        run_id = accepted(app, wanted)
        queue = open_queue(app.database)
        job = queue.lease(Pool.CORE, count_max=1)[0]
        queue.bury(job, reason="its process ended: signal 9")
    finally:
        app.close()
    return job.job_id, run_id


class TestDepth:
    def test_counts_by_pool(self, house: House) -> None:
        """What was set aside is counted in its pool, and people are told where to look."""
        bury_chore(house)
        counts = house.run("worker", "depth", "--json").json()
        assert counts["core"] == {"waiting": 0, "later": 0, "under_way": 0, "buried": 1}
        assert set(counts) == {pool.value for pool in Pool}
        assert "worker buried" in house.run("worker", "depth").out


class TestBuried:
    def test_lists_why_in_pages(self, house: House) -> None:
        """Each job comes with its reason; a page of one has a cursor to the next."""
        first, second = bury_chore(house), bury_chore(house)
        ran = house.run("worker", "buried", "--size", "1", "--json").json()
        page = house.run("worker", "buried", "--pool", "core", "--json").items()
        assert [item["job"] for item in page] == [first, second]
        assert page[0]["reason"] == "there is no chore 'nonsense'"
        assert ran["next_cursor"]
        assert not house.run("worker", "buried", "--pool", "email", "--json").items()

    def test_refuses_a_pool_that_is_not_there(self, house: House) -> None:
        """The error names the pools."""
        ran = house.run("worker", "buried", "--pool", "nothing")
        assert ran.code == Exit.INPUT
        assert "analytics" in ran.err


class TestRequeue:
    def test_lets_a_run_begin_anew(self, house: House) -> None:
        """Job and run wait again; a second time there is nothing to requeue."""
        job, run = bury_run(house)
        app = house.opened()
        try:
            with app.units.write() as unit:
                ((found, reason),) = unit.runs.abandoned(count_max=9)
                assert unit.runs.abandon(found, reason=reason, at=app.clock.now())
                unit.commit()
        finally:
            app.close()
        ran = house.run("worker", "requeue", job, "--reason", "mended", "--json").json()
        assert ran == {"job": job, "run": run}
        assert house.run("worker", "depth", "--json").json()["core"] == {
            "waiting": 1, "later": 0, "under_way": 0, "buried": 0,
        }  # fmt: skip
        again = house.run("worker", "requeue", job, "--reason", "mended")
        assert again.code == Exit.INPUT
        assert "was not set aside" in again.err


class TestLimit:
    def test_is_kept_in_the_database(self, house: House) -> None:
        """Every machine reads the same limits."""
        ran = house.run(
            "worker", "limit", "email", "--waiting", "9", "--per-minute", "60", "--burst", "5",
            "--json",
        )  # fmt: skip
        assert ran.code == Exit.OK
        app = house.opened()
        try:
            with app.units.read() as unit:
                found = unit.jobs.limits(Pool.EMAIL)
        finally:
            app.close()
        assert found == replace(PoolLimits(), waiting_count_max=9, per_minute_max=60, burst_max=5)

    @pytest.mark.parametrize("wrong", ["--waiting=0", "--burst=0", "--at-once=-1"])
    def test_out_of_its_range_is_refused(self, house: House, wrong: str) -> None:
        """Numbers that mean nothing are told as such."""
        assert house.run("worker", "limit", "email", wrong).code == Exit.INPUT


class TestSchedule:
    def test_is_added_listed_paused_resumed_and_removed(self, house: House) -> None:
        """A chore's schedule says when it comes next, in its zone."""
        added = house.run(
            "schedule", "add", "mornings", "--chore", "sweep", "--cron", "0 7 * * 1-5",
            "--zone", "Europe/Berlin", "--json",
        )  # fmt: skip
        assert added.code == Exit.OK, added.err
        assert added.json()["chore"] == "sweep"
        (listed,) = house.run("schedule", "list", "--json").items()
        assert (listed["name"], listed["zone"], listed["paused"]) == (
            "mornings", "Europe/Berlin", False,
        )  # fmt: skip
        assert listed["next_at"]
        assert house.run("schedule", "pause", "mornings", "--json").json()["paused"] is True
        assert house.run("schedule", "pause", "mornings", "--json").json()["paused"] is True
        assert "paused" in house.run("schedule", "list").out
        assert house.run("schedule", "resume", "mornings", "--json").json()["paused"] is False
        assert house.run("schedule", "remove", "mornings").code == Exit.OK
        assert house.run("schedule", "list", "--json").items() == []

    def test_is_replaced_by_one_of_its_name(self, house: House) -> None:
        """Adding under the same name changes the schedule; there is still one."""
        for cron in ("0 7 * * *", "0 8 * * *"):
            house.run("schedule", "add", "mail", "--chore", "mail", "--cron", cron)
        (listed,) = house.run("schedule", "list", "--json").items()
        assert listed["cron"] == "0 8 * * *"

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            (("Bad Name", "--chore", "sweep", "--cron", "0 7 * * *"), "lower-case"),
            (("a", "--chore", "nonsense", "--cron", "0 7 * * *"), "retention"),
            (("a", "--chore", "sweep", "--cron", "never"), "never"),
            (("a", "--chore", "sweep", "--cron", "0 7 * * *", "--zone", "Moon/Base"), "Moon/Base"),
        ],
    )
    def test_that_cannot_be_used_is_refused(
        self, house: House, wrong: tuple[str, ...], told: str
    ) -> None:
        """The error says what is wrong, and nothing is kept."""
        ran = house.run("schedule", "add", *wrong)
        assert ran.code == Exit.INPUT
        assert told in ran.err
        assert house.run("schedule", "list", "--json").items() == []

    @pytest.mark.parametrize("what", ["pause", "resume", "remove"])
    def test_that_is_not_there_cannot_be_changed(self, house: House, what: str) -> None:
        """An unknown name says where to look."""
        ran = house.run("schedule", what, "nothing")
        assert ran.code == Exit.INPUT
        assert "schedule list" in ran.err
