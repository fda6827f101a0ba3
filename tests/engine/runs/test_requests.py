"""Requests for runs: what is taken, what is refused and why, and what a key promises."""

import math
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, office

from bailiwick.control.load import load_spec
from bailiwick.control.spec import Intake, Spec
from bailiwick.domain.ids import RunId
from bailiwick.domain.pool import Pool
from bailiwick.domain.run import RunRow, RunStatus
from bailiwick.engine.runs.requests import (
    RequestRefused,
    Requests,
    RunAccepted,
    RunRequest,
    Why,
)
from bailiwick.ports.queue import Full, PoolLimits


@pytest.fixture
def place(tmp_path: Path) -> Generator[Office]:
    with office(tmp_path) as found:
        yield found


def spec_of(name: str) -> Spec:
    """The registered specs, and one that takes a state."""
    if name == "sums":
        return replace(load_spec("reply"), name="sums", intake=Intake.STATE, pool=Pool.ANALYTICS)
    return load_spec(name)


@pytest.fixture
def requests(place: Office) -> Requests:
    return Requests(spec=spec_of, ids=place.app.ids, clock=place.clock)


def asked(
    place: Office, requests: Requests, wanted: RunRequest
) -> RunAccepted | Full | RequestRefused:
    with place.app.units.write(records=False) as unit:
        answer = requests.request(unit, wanted)
        unit.commit()
    return answer


def stored(place: Office, run_id: RunId) -> RunRow:
    with place.app.units.read() as unit:
        run = unit.runs.get(run_id)
    assert run is not None
    return run


def waiting(place: Office, pool: Pool) -> int:
    with place.app.units.read() as unit:
        return unit.jobs.depth(pool).waiting_count


def plan(**changes: object) -> RunRequest:
    wanted = RunRequest(
        capability="crm_orchestrator", input={"contact_id": DANA}, requested_by="per_rep"
    )
    return replace(wanted, **changes)  # pyright: ignore[reportArgumentType] - tests name fields


class TestARequest:
    def test_is_a_pending_run_and_a_job(self, place: Office, requests: Requests) -> None:
        """Run and job are stored together, and the run knows whom it is about."""
        answer = asked(place, requests, plan())
        assert isinstance(answer, RunAccepted)
        run = stored(place, answer.run_id)
        assert (run.status, run.pool, run.contact_id) == (RunStatus.PENDING, Pool.CORE, DANA)
        assert (run.requested_by, run.fence, run.attempt) == ("per_rep", 0, 0)
        assert run.job_id is not None
        assert waiting(place, Pool.CORE) == 1

    def test_that_is_rolled_back_leaves_nothing(self, place: Office, requests: Requests) -> None:
        """Neither the run nor its job outlives the unit that was not committed."""
        with place.app.units.write(records=False) as unit:
            answer = requests.request(unit, plan())
        assert isinstance(answer, RunAccepted)
        with place.app.units.read() as unit:
            assert unit.runs.get(answer.run_id) is None
        assert waiting(place, Pool.CORE) == 0

    def test_of_a_state_takes_any_object(self, place: Office, requests: Requests) -> None:
        """What a graph of states starts from is kept as it was given, floats among it."""
        state = {"share": 0.25, "rows": [1, None, "\ud800"]}
        answer = asked(place, requests, plan(capability="sums", input=state))
        assert isinstance(answer, RunAccepted)
        run = stored(place, answer.run_id)
        assert (run.request, run.contact_id, run.pool) == (state, None, Pool.ANALYTICS)

    def test_for_a_full_pool_stores_nothing(self, place: Office, requests: Requests) -> None:
        """A full pool says when to come back, and what it took before stays."""
        with place.app.units.write(records=False) as unit:
            unit.jobs.limit(Pool.CORE, PoolLimits(waiting_count_max=1))
            unit.commit()
        assert isinstance(asked(place, requests, plan()), RunAccepted)
        answer = asked(place, requests, plan())
        assert isinstance(answer, Full)
        assert answer.retry_after_seconds > 0
        with place.app.units.read() as unit:
            page = unit.runs.list(status=None, contact_id=None, cursor=None, size=9)
        assert len(page.items) == 1


REFUSED = {
    "unknown capability": (plan(capability="nonsense"), Why.UNKNOWN_CAPABILITY),
    "delegated capability": (plan(capability="reply"), Why.NOT_STARTED_BY_CALLERS),
    "no contact": (plan(input={}), Why.BAD_INPUT),
    "two ways at once": (plan(input={"contact_id": DANA, "message_id": "m"}), Why.BAD_INPUT),
    "contact that is no text": (plan(input={"contact_id": 7}), Why.BAD_INPUT),
    "unknown contact": (plan(input={"contact_id": "con_nobody"}), Why.UNKNOWN_ROW),
    "unknown mail": (plan(input={"message_id": "msg_nothing"}), Why.UNKNOWN_ROW),
    "infinity": (plan(capability="sums", input={"n": math.inf}), Why.BAD_INPUT),
    "huge state": (plan(capability="sums", input={"t": "x" * 262_144}), Why.TOO_LARGE),
    "long key": (plan(key="k" * 256), Why.BAD_INPUT),
    "priority beyond": (plan(priority=101), Why.BAD_INPUT),
}


class TestARefusedRequest:
    @pytest.mark.parametrize("name", REFUSED)
    def test_says_why_and_stores_nothing(
        self, place: Office, requests: Requests, name: str
    ) -> None:
        """Each refusal has its reason and a sentence, and there is no run of it."""
        wanted, why = REFUSED[name]
        answer = asked(place, requests, wanted)
        assert isinstance(answer, RequestRefused)
        assert answer.why is why
        assert len(answer.message) > 20
        with place.app.units.read() as unit:
            page = unit.runs.list(status=None, contact_id=None, cursor=None, size=9)
        assert not page.items


class TestAKey:
    def test_makes_a_repeated_request_the_same_run(self, place: Office, requests: Requests) -> None:
        """The second answer names the first run, and there is one job."""
        first = asked(place, requests, plan(key="monday"))
        second = asked(place, requests, plan(key="monday"))
        assert isinstance(first, RunAccepted)
        assert second == replace(first, fresh=False)
        assert waiting(place, Pool.CORE) == 1

    @pytest.mark.parametrize(
        "other",
        [plan(requested_by="per_x"), plan(capability="sums"), plan(thread_id="t")],
        ids=["by another", "of another capability", "on another thread"],
    )
    def test_cannot_name_two_requests(
        self, place: Office, requests: Requests, other: RunRequest
    ) -> None:
        """The key of one request is refused for another one, whoever asks."""
        asked(place, requests, plan(key="monday"))
        answer = asked(place, requests, replace(other, key="monday"))
        assert isinstance(answer, RequestRefused)
        assert answer.why is Why.KEY_TAKEN


class TestCancelling:
    def test_a_pending_run_takes_back_its_job(self, place: Office, requests: Requests) -> None:
        """Nobody is rung for it any more, and the run says who cancelled it."""
        answer = asked(place, requests, plan())
        assert isinstance(answer, RunAccepted)
        with place.app.units.write(records=False) as unit:
            run = requests.cancel(unit, answer.run_id, by="per_rep", reason="a mistake")
            unit.commit()
        assert run is not None
        assert run.status == RunStatus.CANCELLED
        assert run.reason == "cancelled by per_rep: a mistake"
        assert waiting(place, Pool.CORE) == 0

    def test_an_unknown_run_says_so(self, place: Office, requests: Requests) -> None:
        """There is nothing to cancel."""
        with place.app.units.write(records=False) as unit:
            assert requests.cancel(unit, RunId("run_0"), by="per_rep") is None
