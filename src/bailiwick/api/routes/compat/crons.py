"""Crons: runs again and again, in a time zone."""

from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.compat.answers import compat_router, done, paged
from bailiwick.api.compat.bodies import CronChange, CronMade, CronSearch
from bailiwick.api.compat.cron import cron_shown, crons_like
from bailiwick.api.compat.naming import capability_of, cron_id_of, thread_id_of
from bailiwick.api.compat.wire import selected
from bailiwick.api.problem import refuse
from bailiwick.api.reach import require_input
from bailiwick.api.reply import ready
from bailiwick.domain.cron import Cron
from bailiwick.domain.right import Right
from bailiwick.domain.thread import GraphThreadId, Multitask
from bailiwick.engine.crons import NewCron

router = compat_router("langgraph: crons")
Reader = Annotated[Caller, may(Right.READ)]
Runner = Annotated[Caller, may(Right.RUN)]


@router.post("/runs/crons", operation_id="compat_cron_create")
def create(caller: Runner, made: CronMade) -> Response:
    """Keep a run that comes again and again, each time on a thread of its own."""
    return _create(caller, made, None)


@router.post("/threads/{thread_id}/runs/crons", operation_id="compat_thread_cron_create")
def create_on_thread(caller: Runner, thread_id: str, made: CronMade) -> Response:
    """Keep a run that comes again and again on one thread."""
    thread = caller.application.threads.get(thread_id_of(thread_id))
    return _create(caller, made, thread.thread_id)


@router.post("/runs/crons/search", operation_id="compat_crons_search")
def search(caller: Reader, query: CronSearch) -> Response:
    """Find crons."""
    found = crons_like(caller.application.crons.all(seen=caller.units), query)
    page = found[query.offset : query.offset + query.limit]
    shown = [selected(cron_shown(cron), query.select) for cron in page]
    return paged(shown, total=len(found), offset=query.offset, limit=query.limit)


@router.post("/runs/crons/count", operation_id="compat_crons_count")
def count(caller: Reader, query: CronSearch) -> Response:
    """Count crons."""
    return ready(len(crons_like(caller.application.crons.all(seen=caller.units), query)))


@router.patch("/runs/crons/{cron_id}", operation_id="compat_cron_update")
def update(caller: Runner, cron_id: str, change: CronChange) -> Response:
    """Change a cron; what is not given stays, and its next occurrence is counted from now."""
    require_input(caller, lambda: change.input)

    def changed(cron: Cron) -> Cron:
        return replace(
            cron,
            schedule=change.schedule or cron.schedule,
            zone=cron.zone if change.timezone is None else change.timezone,
            input=cron.input if change.input is None else change.input,
            metadata={**cron.metadata, **(change.metadata or {})},
            end_time=_aware(change.end_time) or cron.end_time,
            enabled=cron.enabled if change.enabled is None else change.enabled,
            made_by=caller.person_id,
        )

    return ready(cron_shown(caller.application.crons.change(cron_id_of(cron_id), changed)))


@router.delete("/runs/crons/{cron_id}", operation_id="compat_cron_delete", status_code=204)
def delete(caller: Runner, cron_id: str) -> Response:
    """Forget a cron; runs that it has started stay."""
    caller.application.crons.delete(cron_id_of(cron_id))
    return done()


def _create(caller: Caller, made: CronMade, thread_id: GraphThreadId | None) -> Response:
    if made.webhook is not None:
        detail = "webhook is not taken here; register an endpoint under /api/v1/webhooks"
        raise refuse(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    require_input(caller, lambda: made.input)
    cron = caller.application.crons.make(
        NewCron(
            capability=capability_of(made.assistant_id),
            schedule=made.schedule,
            zone=made.timezone or "",
            input=made.input,
            metadata=made.metadata,
            thread_id=thread_id,
            thread_kept=made.on_run_completed == "keep",
            multitask=Multitask(made.multitask_strategy),
            enabled=made.enabled,
            end_time=_aware(made.end_time),
            made_by=caller.person_id,
        )
    )
    return ready(cron_shown(cron))


def _aware(at: datetime | None) -> datetime | None:
    """Return an instant; one without a zone is in UTC."""
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
