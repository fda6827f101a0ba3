"""Runs: ask for one, see what became of it, take it back, repeat it from its record."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Path, Query
from pydantic import Field, JsonValue
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page
from bailiwick.api.problem import present, refuse
from bailiwick.api.reach import require_input
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Changed, Given, Id, Reasoned, Told
from bailiwick.domain.ids import ContactId, RunId
from bailiwick.domain.right import Right
from bailiwick.domain.run import ENDED, RunStatus
from bailiwick.domain.signal import SignalKind
from bailiwick.engine.runs.requests import PRIORITY_MAX, RequestRefused, RunRequest, Why
from bailiwick.engine.whom import found_contact
from bailiwick.observe.run_story import told_runs
from bailiwick.ports.queue import Full
from bailiwick.wiring.answers import requests

SWEEP_CONTACTS_MAX: Final = 500  # ours: minutes of planning; a schedule takes more

router = own_router("runs")
Reading = Annotated[Caller, may(Right.READ)]
Running = Annotated[Caller, may(Right.RUN)]
Sweeping = Annotated[Caller, may(Right.RUN, whole=True)]
Auditing = Annotated[Caller, may(Right.AUDIT)]
RunName = Annotated[str, Path(alias="run_id", min_length=1, max_length=80)]


class RunBody(Told):
    """A run."""

    run_id: str
    status: str


class StoryBody(Told):
    """A run, and the runs it started: plans, verdicts, cards."""

    run_id: str
    status: str
    runs: list[object]


class NewRun(Given):
    """Which capability, and what it starts from (see the capability's `intake`)."""

    capability: Id
    input: Annotated[dict[str, JsonValue], Field(max_length=1_000)]
    priority: Annotated[int, Field(ge=-PRIORITY_MAX, le=PRIORITY_MAX)] = 0


class NewPlan(Given):
    """Whom to plan for now: an id or a mail address."""

    contact: Annotated[str, Field(min_length=1, max_length=320)]


class NewSweep(Given):
    """How many of the due contacts to plan for."""

    limit: Annotated[int, Field(ge=1, le=SWEEP_CONTACTS_MAX)] = SWEEP_CONTACTS_MAX


class Cancel(Reasoned):
    """Why a run is taken back."""


@router.get("/runs", responses={200: {"model": PageOf}})
def list_runs(
    caller: Reading,
    *,
    status: Annotated[RunStatus | None, Query()] = None,
    contact_id: Annotated[str | None, Query(max_length=80)] = None,
    cursor: Cursor = None,
    size: Size = PAGE_SIZE,
) -> Response:
    """List runs, newest first."""
    with caller.units.read() as unit:
        found = unit.runs.list(
            status=status,
            contact_id=ContactId(contact_id) if contact_id else None,
            cursor=cursor,
            size=size,
        )
    return page(found)


@router.post("/runs", status_code=202, responses={202: {"model": RunBody}})
def request_run(caller: Running, body: NewRun) -> Response:
    """Ask for a run; it is stored when this answers, and ends whatever happens."""
    wanted = RunRequest(
        capability=body.capability,
        input=body.input,
        requested_by=caller.person_id,
        priority=body.priority,
    )
    require_input(caller, lambda: body.input)
    with caller.units.write(records=False) as unit:
        answer = requests(caller.application).request(unit, wanted)
        if isinstance(answer, RequestRefused):
            raise refuse(_status(answer.why), answer.message)
        if isinstance(answer, Full):
            raise full(answer)
        unit.commit()
    return ready(
        {"run_id": answer.run_id, "status": answer.status},
        status=HTTPStatus.ACCEPTED,
        headers={"location": f"/api/v1/runs/{answer.run_id}"},
    )


@router.get("/runs/{run_id}", responses={200: {"model": StoryBody}})
def read_run(caller: Reading, run: RunName) -> Response:
    """Show a run with its plan, verdicts and cards, and the runs it started."""
    with caller.units.read() as unit:
        row = present(unit.runs.get(RunId(run)), "run", run)
        told = told_runs(unit, row.run_id)
    return ready(
        {
            "run_id": row.run_id,
            "capability": row.capability,
            "status": row.status,
            "reason": row.reason,
            "contact_id": row.contact_id,
            "started_at": row.started_at,
            "finished_at": row.finished_at,
            "result": row.result,
            "runs": told,
        }
    )


@router.post("/runs/{run_id}/cancel", responses={200: {"model": Changed}})
def cancel_run(caller: Running, run: RunName, body: Cancel) -> Response:
    """Take a run back: at once while it waits, within seconds while it is carried out."""
    with caller.units.write(records=False) as unit:
        row = present(unit.runs.get(RunId(run)), "run", run)
        if RunStatus(row.status) in ENDED:
            raise refuse(HTTPStatus.CONFLICT, f"run {run!r} has ended: {row.status}")
        stopped = requests(caller.application).cancel(
            unit, RunId(run), by=caller.person_id, reason=body.reason
        )
        unit.commit()
    status = stopped.status if stopped is not None else row.status
    return ready({"result": status, "run_id": run})


@router.post("/runs/{run_id}/replay", responses={200: {"model": Told}})
def replay_run(caller: Auditing, run: RunName) -> Response:
    """Run a recorded run again and compare the plan; nothing is written and nobody is asked."""
    with caller.units.read() as unit:
        present(unit.runs.get(RunId(run)), "run", run)
    replayed = asyncio.run(caller.application.replay.replay(RunId(run)))
    return ready(
        {
            "run_id": run,
            "equal": replayed.equal,
            "recorded": replayed.recorded_hash,
            "replayed": replayed.replayed_hash,
        }
    )


@router.post("/plans", responses={200: {"model": StoryBody}})
def make_plan(caller: Running, body: NewPlan) -> Response:
    """Plan the next best actions for one contact now, and say what became of each."""
    with caller.units.read() as unit:
        contact_id = found_contact(unit, body.contact)
    result = asyncio.run(caller.application.sweep.plan(contact_id, kind=SignalKind.MANUAL))
    with caller.units.read() as unit:
        told = told_runs(unit, result.run_id)
    return ready(
        {
            "run_id": result.run_id,
            "contact_id": contact_id,
            "status": result.status,
            "reason": result.reason,
            "runs": told,
        }
    )


@router.post("/sweeps", responses={200: {"model": Told}})
def sweep(caller: Sweeping, body: NewSweep) -> Response:
    """Plan for contacts that are due; what may not run by itself waits for a person."""
    report = asyncio.run(
        caller.application.sweep.run(contacts_max=body.limit, progress=lambda _done, _total: None)
    )
    return ready(report)


def full(answer: Full) -> Exception:
    """Return the 429 of a pool that takes no more now."""
    return refuse(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"pool {answer.pool.value} takes no more work now; nothing was stored",
        retry_after=str(answer.retry_after_seconds),
    )


def _status(why: Why) -> int:
    if why in {Why.UNKNOWN_CAPABILITY, Why.UNKNOWN_ROW}:
        return HTTPStatus.NOT_FOUND
    if why is Why.KEY_TAKEN:
        return HTTPStatus.CONFLICT
    if why is Why.TOO_LARGE:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return HTTPStatus.UNPROCESSABLE_ENTITY
