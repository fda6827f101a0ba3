"""Runs of capabilities and the judgements made in them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, or_, select, update

from bailiwick.domain.action import Action
from bailiwick.domain.ids import PREFIX, ContactId, RunId, StepId
from bailiwick.domain.run import RunRow, VerdictRow
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.instant import instant, microseconds
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page, page_of
from bailiwick.store.repositories.queued_runs import QueuedRuns, run_of, values_of
from bailiwick.store.scope import ROWS_COUNT_MAX, key, own
from bailiwick.store.tables.schema import Instant
from bailiwick.store.tables.work import RUNS, VERDICTS

_SIZE: Final = bindparam("size", type_=Integer)
_AT: Final = bindparam("at", type_=Instant)
_RUN: Final = select(RUNS).where(own(RUNS), RUNS.c.id == key())
_CHILDREN: Final = (
    select(RUNS)
    .where(own(RUNS), RUNS.c.parent_run_id == key())
    .order_by(RUNS.c.id)
    .limit(ROWS_COUNT_MAX)
)
_VERDICTS: Final = (
    select(VERDICTS)
    .where(
        own(VERDICTS),
        or_(VERDICTS.c.at > _AT, (VERDICTS.c.at == _AT) & (VERDICTS.c.id > key())),
    )
    .order_by(VERDICTS.c.at, VERDICTS.c.id)
    .limit(_SIZE)
)
_OF_RUN: Final = (
    select(VERDICTS)
    .where(own(VERDICTS), VERDICTS.c.run_id == key())
    .order_by(VERDICTS.c.at, VERDICTS.c.id)
    .limit(ROWS_COUNT_MAX)
)
_TRACEPARENT: Final = select(RUNS.c.traceparent).where(own(RUNS), RUNS.c.id == key())
_NEWEST: Final = select(RUNS).where(own(RUNS)).order_by(RUNS.c.id.desc()).limit(_SIZE)


class SqlRuns(QueuedRuns):
    """Runs, verdicts and signals of one workspace."""

    def start(self, run: RunRow) -> bool:
        """Store a run; False when it is there already."""
        return self._scope.insert_new(RUNS, values_of(run), unique=("id",))

    def finish(
        self, run_id: RunId, *, status: str, reason: str, outcome: Canonical, at: datetime
    ) -> None:
        """Close a run."""
        changed = self._scope.change(
            update(RUNS)
            .where(own(RUNS), RUNS.c.id == run_id)
            .values(status=status, reason=reason, outcome=outcome, finished_at=at)
        )
        assert changed == 1, f"run {run_id!r} is not stored"

    def get(self, run_id: RunId) -> RunRow | None:
        """Return a run."""
        row = self._scope.row(_RUN, key=run_id)
        return None if row is None else run_of(row)

    def traceparent(self, run_id: RunId) -> str:
        """Return the place of a run in its trace; empty when there is none."""
        row = self._scope.row(_TRACEPARENT, key=run_id)
        return "" if row is None else row["traceparent"]

    def children(self, run_id: RunId) -> Sequence[RunRow]:
        """Return the runs that a run started."""
        return tuple(run_of(row) for row in self._scope.rows(_CHILDREN, key=run_id))

    def add_verdict(self, verdict: VerdictRow) -> None:
        """Store one judgement."""
        self._scope.insert_soon(
            VERDICTS,
            {
                "id": self._scope.ids.new(PREFIX["verdict"]),
                "step_id": verdict.step_id,
                "run_id": verdict.run_id,
                "capability": verdict.capability,
                "action": verdict.action.value,
                "contact_id": verdict.contact_id,
                "stage": verdict.stage,
                "answer": verdict.answer,
                "rules": list(verdict.rules),
                "rulebook_hash": verdict.rulebook_hash,
                "standing": verdict.standing,
                "payload_hash": verdict.payload_hash,
                "at": verdict.at,
                "created_at": verdict.at,
            },
        )

    def verdicts_of(self, run_id: RunId) -> Sequence[VerdictRow]:
        """Return the judgements of a run, in the order in which they were made."""
        return tuple(_verdict(row) for row in self._scope.rows(_OF_RUN, key=run_id))

    def list(
        self,
        *,
        status: str | None,
        contact_id: ContactId | None,
        cursor: str | None,
        size: int,
        thread_id: str | None = None,
    ) -> Page[RunRow]:
        """Return runs, newest first, without their inputs."""
        size = min(size, PAGE_SIZE_MAX)
        statement = _NEWEST
        if status is not None:
            statement = statement.where(RUNS.c.status == status)
        if contact_id is not None:
            statement = statement.where(RUNS.c.contact_id == contact_id)
        if thread_id is not None:
            statement = statement.where(RUNS.c.thread_id == thread_id)
        if cursor is not None:
            statement = statement.where(RUNS.c.id < cursor)
        rows = self._scope.rows(statement, size=size + 1)
        found = [replace(run_of(row), inputs=None) for row in rows]
        return page_of(found, size=size, key=lambda run: run.run_id)

    def verdicts_since(self, at: datetime, *, cursor: str | None, size: int) -> Page[VerdictRow]:
        """Return judgements from an instant on, oldest first."""
        size = min(size, PAGE_SIZE_MAX)
        after, _, last = (cursor or "").partition(":")
        start = instant(int(after)) if after else at
        rows = self._scope.rows(_VERDICTS, at=start, key=last, size=size + 1)
        found = page_of(rows, size=size, key=lambda row: f"{microseconds(row['at'])}:{row['id']}")
        return Page(items=tuple(map(_verdict, found.items)), next_cursor=found.next_cursor)


def _verdict(row: RowMapping) -> VerdictRow:
    return VerdictRow(
        step_id=StepId(row["step_id"]),
        run_id=RunId(row["run_id"]),
        capability=row["capability"],
        action=Action(row["action"]),
        contact_id=ContactId(row["contact_id"]) if row["contact_id"] else None,
        stage=row["stage"],
        answer=row["answer"],
        rules=tuple(row["rules"]),
        rulebook_hash=row["rulebook_hash"],
        standing=row["standing"],
        payload_hash=row["payload_hash"],
        at=row["at"],
    )
