"""Runs that a caller asked for and a pool carries: claimed by fence, settled by fence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, String, bindparam, select, update

from bailiwick.domain.ids import ContactId, JobId, RunId, SignalId
from bailiwick.domain.pool import Pool
from bailiwick.domain.run import ENDED, OPEN, RunRow, RunStatus
from bailiwick.kit.json_value import Json
from bailiwick.ports.queue import JobState
from bailiwick.store.queue.bell import RUNS_ENDED
from bailiwick.store.repositories.signals import SignalRows
from bailiwick.store.scope import ROWS_COUNT_MAX, Value, key, own
from bailiwick.store.tables.queue import JOBS
from bailiwick.store.tables.work import RUNS

_OPEN: Final = [status.value for status in sorted(OPEN)]
_ENDED: Final = [status.value for status in sorted(ENDED)]
_BY_KEY: Final = select(RUNS).where(own(RUNS), RUNS.c.request_key == key())
_RUN: Final = select(RUNS).where(own(RUNS), RUNS.c.id == key())
_IDS: Final = bindparam("ids", type_=String, expanding=True)
_ENDED_OF: Final = (
    select(RUNS)
    .where(own(RUNS), RUNS.c.id.in_(_IDS), RUNS.c.status.in_(_ENDED))
    .limit(ROWS_COUNT_MAX)
)
_STOPPED_OF: Final = (
    select(RUNS.c.id)
    .where(
        own(RUNS),
        RUNS.c.id.in_(_IDS),
        RUNS.c.status.in_(_ENDED) | RUNS.c.cancel_asked_at.is_not(None),
    )
    .limit(ROWS_COUNT_MAX)
)

_ABANDONED: Final = (
    select(RUNS, JOBS.c.reason.label("job_reason"), JOBS.c.attempt.label("job_attempt"))
    .join(JOBS, (JOBS.c.workspace_id == RUNS.c.workspace_id) & (JOBS.c.id == RUNS.c.job_id))
    .where(own(RUNS), RUNS.c.status.in_(_OPEN), JOBS.c.state == JobState.BURIED.value)
    .order_by(RUNS.c.id)
    .limit(bindparam("size", type_=Integer))
)
_CLAIM: Final = (
    update(RUNS)
    .where(own(RUNS), RUNS.c.id == key(), RUNS.c.status.in_(_OPEN))
    .values(
        status=RunStatus.RUNNING.value,
        fence=RUNS.c.fence + 1,
        attempt=bindparam("to_attempt"),
        started_at=bindparam("claimed_at"),
        deadline_at=bindparam("to_deadline"),
    )
    .returning(*RUNS.c)
)
_FREE: Final = select(RUNS.c.id).where(own(RUNS), RUNS.c.id == key()).correlate(None)
_CLAIM_FREE: Final = _CLAIM.where(
    RUNS.c.id == _FREE.with_for_update(skip_locked=True).scalar_subquery()
)
_SETTLE: Final = (
    update(RUNS)
    .where(
        own(RUNS),
        RUNS.c.id == key(),
        RUNS.c.fence == bindparam("held_fence", type_=Integer),
        RUNS.c.status == RunStatus.RUNNING.value,
    )
    .values(
        status=bindparam("to_status"),
        reason=bindparam("to_reason"),
        result=bindparam("to_result"),
        finished_at=bindparam("ended_at"),
    )
)
_OF_JOB: Final = select(RUNS).where(own(RUNS), RUNS.c.job_id == key())


class QueuedRuns(SignalRows):
    """What a run goes through between its request and its end."""

    def by_request_key(self, request_key: str) -> RunRow | None:
        """Return the run that was requested under this key.

        Within a unit for writing nobody else can use the key until that unit ends.
        """
        self._scope.lock("request", request_key)
        row = self._scope.row(_BY_KEY, key=request_key)
        return None if row is None else run_of(row)

    def add_all(self, runs: Sequence[RunRow]) -> None:
        """Store runs that have already ended, together with others of the unit."""
        for run in runs:
            self._scope.insert_soon(RUNS, values_of(run))

    def claim(
        self,
        run_id: RunId,
        *,
        attempt: int,
        at: datetime,
        deadline_at: datetime,
        waits: bool = True,
    ) -> RunRow | None:
        """Take an open run under a new fence; None when it has ended or is not there."""
        found = self._scope.changed(
            _CLAIM if waits else _CLAIM_FREE,
            key=run_id,
            to_attempt=attempt,
            claimed_at=at,
            to_deadline=deadline_at,
        )
        return run_of(found[0]) if found else None

    def keep_inputs(self, run: RunRow) -> bool:
        """Write what a claimed run read and where its span is; False when it is not held, or ended.

        Until then its place is that of whoever asked for it, so another attempt stands there, too.
        """
        self._scope.rung.add(RUNS_ENDED)  # a run keeps its inputs in the unit that ends it
        changed = self._scope.change(
            update(RUNS)
            .where(
                own(RUNS),
                RUNS.c.id == run.run_id,
                RUNS.c.fence == run.fence,
                RUNS.c.status == RunStatus.RUNNING.value,
            )
            .values(
                inputs=run.inputs,
                capability_version=run.capability_version,
                traceparent=run.traceparent,
            )
        )
        return changed == 1

    def settle(
        self,
        run_id: RunId,
        *,
        fence: int,
        status: RunStatus,
        reason: str,
        result: Json,
        at: datetime,
    ) -> bool:
        """End a claimed run; False when it is held under another fence, or has ended."""
        self._scope.rung.add(RUNS_ENDED)
        changed = self._scope.change(
            _SETTLE,
            key=run_id,
            held_fence=fence,
            to_status=status.value,
            to_reason=reason,
            to_result=result,
            ended_at=at,
        )
        return changed == 1

    def cancel(self, run_id: RunId, *, reason: str, at: datetime) -> RunRow | None:
        """End a pending run, or ask the pool that holds it to stop; return how it stands now."""
        ended = self._scope.change(
            update(RUNS)
            .where(own(RUNS), RUNS.c.id == run_id, RUNS.c.status == RunStatus.PENDING.value)
            .values(status=RunStatus.CANCELLED.value, reason=reason, finished_at=at)
        )
        if ended:
            self._scope.rung.add(RUNS_ENDED)
        else:
            self._scope.change(
                update(RUNS)
                .where(
                    own(RUNS),
                    RUNS.c.id == run_id,
                    RUNS.c.status == RunStatus.RUNNING.value,
                    RUNS.c.cancel_asked_at.is_(None),
                )
                .values(cancel_asked_at=at, reason=reason)
            )
        row = self._scope.row(_RUN, key=run_id)
        return None if row is None else run_of(row)

    def ended(self, run_ids: Sequence[RunId]) -> Sequence[RunRow]:
        """Return those of these runs that have ended, without their inputs."""
        rows = self._scope.rows(_ENDED_OF, ids=tuple(run_ids))
        return tuple(replace(run_of(row), inputs=None) for row in rows)

    def stopped(self, run_ids: Sequence[RunId]) -> frozenset[RunId]:
        """Return those of these runs that should not go on: ended, or asked to stop."""
        rows = self._scope.rows(_STOPPED_OF, ids=tuple(run_ids))
        return frozenset(RunId(row["id"]) for row in rows)

    def abandoned(self, *, count_max: int) -> Sequence[tuple[RunRow, str]]:
        """Return open runs whose job was set aside, each with the reason."""
        rows = self._scope.rows(_ABANDONED, size=count_max)
        return tuple(
            (run_of(row), f"set aside after {row['job_attempt']} attempts: {row['job_reason']}")
            for row in rows
        )

    def abandon(self, run: RunRow, *, reason: str, at: datetime) -> bool:
        """End such a run as failed; False when somebody took it since."""
        self._scope.rung.add(RUNS_ENDED)
        changed = self._scope.change(
            update(RUNS)
            .where(
                own(RUNS),
                RUNS.c.id == run.run_id,
                RUNS.c.fence == run.fence,
                RUNS.c.status.in_(_OPEN),
            )
            .values(status=RunStatus.FAILED.value, reason=reason, finished_at=at)
        )
        return changed == 1

    def reopen(self, job_id: JobId) -> RunRow | None:
        """Make the failed run of a job pending again; None when there is none, or it has ended."""
        changed = self._scope.change(
            update(RUNS)
            .where(own(RUNS), RUNS.c.job_id == job_id, RUNS.c.status == RunStatus.FAILED.value)
            .values(status=RunStatus.PENDING.value, reason="", finished_at=None, attempt=0)
        )
        row = self._scope.row(_OF_JOB, key=job_id) if changed else None
        return None if row is None else run_of(row)


def values_of(run: RunRow) -> dict[str, Value]:
    """Return the columns of a run."""
    return {
        "id": run.run_id,
        "capability": run.capability,
        "capability_version": run.capability_version,
        "signal_id": run.signal_id,
        "parent_run_id": run.parent_run_id,
        "contact_id": run.contact_id,
        "depth": run.depth,
        "status": run.status,
        "reason": run.reason,
        "inputs": run.inputs,
        "outcome": run.outcome,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "traceparent": run.traceparent,
        "pool": run.pool.value if run.pool else "",
        "requested_by": run.requested_by,
        "request": run.request,
        "request_key": run.request_key or None,
        "result": run.result,
        "thread_id": run.thread_id,
        "job_id": run.job_id,
        "attempt": run.attempt,
        "fence": run.fence,
        "deadline_at": run.deadline_at,
        "cancel_asked_at": run.cancel_asked_at,
        "created_at": run.requested_at or run.started_at,
    }


def run_of(row: RowMapping) -> RunRow:
    """Return a run from its columns."""
    return RunRow(
        run_id=RunId(row["id"]),
        capability=row["capability"],
        capability_version=row["capability_version"],
        signal_id=SignalId(row["signal_id"]) if row["signal_id"] else None,
        parent_run_id=RunId(row["parent_run_id"]) if row["parent_run_id"] else None,
        contact_id=ContactId(row["contact_id"]) if row["contact_id"] else None,
        depth=row["depth"],
        status=row["status"],
        reason=row["reason"],
        inputs=row["inputs"],
        outcome=row["outcome"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        traceparent=row["traceparent"],
        pool=Pool(row["pool"]) if row["pool"] else None,
        requested_at=row["created_at"],
        requested_by=row["requested_by"],
        request=row["request"],
        request_key=row["request_key"] or "",
        result=row["result"],
        thread_id=row["thread_id"],
        job_id=JobId(row["job_id"]) if row["job_id"] else None,
        attempt=row["attempt"],
        fence=row["fence"],
        deadline_at=row["deadline_at"],
        cancel_asked_at=row["cancel_asked_at"],
    )
