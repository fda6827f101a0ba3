"""Schedules and pools over HTTP: what the command line does, for whom the law lets operate."""

import pytest
from tests.api.routes.conftest import Branch

from bailiwick.domain.crm import Role
from bailiwick.domain.pool import Pool
from bailiwick.ports.queue import JobKind, NewJob
from bailiwick.wiring.queueing import open_queue

MORNINGS = {"chore": "sweep", "cron": "0 7 * * 1-5", "zone": "Europe/Berlin"}


class TestSchedules:
    def test_live_from_put_to_delete(self, branch: Branch) -> None:
        """Each step shows the schedule as it stands."""
        client, path = branch.client(), "/api/v1/schedules/mornings"
        put = client.put(path, json=MORNINGS)
        assert put.status_code == 200, put.text
        assert put.json()["subject"] == "sweep"
        assert client.post(f"{path}/pause").json()["paused"] is True
        assert client.post(f"{path}/resume").json()["paused"] is False
        items = client.get("/api/v1/schedules").json()["items"]
        assert [item["name"] for item in items] == ["mornings"]
        assert client.delete(path).status_code == 200
        assert client.get("/api/v1/schedules").json()["items"] == []
        assert client.delete(path).status_code == 404

    @pytest.mark.parametrize("wrong", [{"cron": "never"}, {"chore": "nonsense"}, {"zone": "Moon"}])
    def test_that_cannot_be_used_are_refused(self, branch: Branch, wrong: dict[str, str]) -> None:
        """What was sent cannot be used, and nothing is kept."""
        client = branch.client()
        answer = client.put("/api/v1/schedules/a", json=MORNINGS | wrong)
        assert answer.status_code == 422
        assert client.get("/api/v1/schedules").json()["items"] == []

    def test_are_changed_only_by_who_may_operate(self, branch: Branch) -> None:
        """A viewer sees them and changes none."""
        viewer = branch.client(Role.VIEWER)
        assert viewer.get("/api/v1/schedules").status_code == 200
        assert viewer.put("/api/v1/schedules/a", json=MORNINGS).status_code == 403


class TestPools:
    def test_show_depth_and_limits(self, branch: Branch) -> None:
        """A limit that is set is shown with its pool."""
        client = branch.client()
        limited = client.put("/api/v1/pools/email/limits", json={"per_minute_max": 60})
        assert limited.status_code == 200, limited.text
        items = {item["pool"]: item for item in client.get("/api/v1/pools").json()["items"]}
        assert set(items) == {pool.value for pool in Pool}
        assert items["email"]["limits"]["per_minute_max"] == 60
        assert items["email"]["depth"]["waiting_count"] == 0

    def test_requeue_what_was_set_aside(self, branch: Branch) -> None:
        """A buried job is listed with its reason and begins anew once."""
        app = branch.office.app
        with app.units.write() as unit:
            unit.jobs.enqueue(NewJob(kind=JobKind.CHORE, pool=Pool.CORE, subject="nonsense"))
            unit.commit()
        queue = open_queue(app.database)
        job = queue.lease(Pool.CORE, count_max=1)[0]
        queue.bury(job, reason="no such chore")
        client = branch.client()
        (buried,) = client.get("/api/v1/jobs/buried").json()["items"]
        assert buried["reason"] == "no such chore"
        path, body = f"/api/v1/jobs/{job.job_id}/requeue", {"reason": "mended"}
        assert client.post(path, json=body).json() == {"job_id": job.job_id, "run_id": None}
        assert client.post(path, json=body).status_code == 422
        assert client.get("/api/v1/jobs/buried").json()["items"] == []
