"""Runs, signals and verdicts, and which contacts the next sweep looks at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, or_, select, update

from bailiwick.domain.action import Action
from bailiwick.domain.ids import PREFIX, ContactId, MessageId, RunId, SignalId, StepId
from bailiwick.domain.provenance import Trust
from bailiwick.domain.signal import Signal, SignalKind
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page
from bailiwick.ports.unit import RunRow, VerdictRow
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, key, own
from bailiwick.store.tables.crm import CONTACT_ADDRESSES, CONTACTS
from bailiwick.store.tables.knowledge import SUPPRESSIONS
from bailiwick.store.tables.schema import Instant, instant, microseconds
from bailiwick.store.tables.work import RUNS, SIGNALS, VERDICTS

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
_OPEN_SIGNALS: Final = (
    select(SIGNALS)
    .where(own(SIGNALS), SIGNALS.c.handled_at.is_(None))
    .order_by(SIGNALS.c.id)
    .limit(_SIZE)
)
_SUPPRESSED: Final = (
    select(CONTACT_ADDRESSES.c.id)
    .join(
        SUPPRESSIONS,
        (SUPPRESSIONS.c.workspace_id == CONTACT_ADDRESSES.c.workspace_id)
        & (SUPPRESSIONS.c.address_hash == CONTACT_ADDRESSES.c.address_hash),
    )
    .where(
        CONTACT_ADDRESSES.c.workspace_id == CONTACTS.c.workspace_id,
        CONTACT_ADDRESSES.c.contact_id == CONTACTS.c.id,
    )
    .exists()
)
_DUE: Final = (
    select(CONTACTS.c.id)
    .where(
        own(CONTACTS),
        CONTACTS.c.due_at <= _AT,
        CONTACTS.c.deleted_at.is_(None),
        CONTACTS.c.do_not_contact.is_(False),
        CONTACTS.c.unsubscribed.is_(False),
        CONTACTS.c.bounced.is_(False),
        ~_SUPPRESSED,
    )
    .order_by(CONTACTS.c.due_at, CONTACTS.c.id)
    .limit(_SIZE)
)


class SqlRuns:
    """Runs of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def start(self, run: RunRow) -> bool:
        """Store a run; False when it is there already."""
        return self._scope.insert_new(
            RUNS,
            {
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
                "created_at": run.started_at,
            },
            unique=("id",),
        )

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
        return None if row is None else _run(row)

    def children(self, run_id: RunId) -> Sequence[RunRow]:
        """Return the runs that a run started."""
        return tuple(_run(row) for row in self._scope.rows(_CHILDREN, key=run_id))

    def add_verdict(self, verdict: VerdictRow) -> None:
        """Store one judgement."""
        self._scope.insert(
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

    def verdicts_since(self, at: datetime, *, cursor: str | None, size: int) -> Page[VerdictRow]:
        """Return judgements from an instant on, oldest first."""
        size = min(size, PAGE_SIZE_MAX)
        after, _, last = (cursor or "").partition(":")
        start = instant(int(after)) if after else at
        rows = self._scope.rows(_VERDICTS, at=start, key=last, size=size + 1)
        items = tuple(_verdict(row) for row in rows[:size])
        if len(rows) <= size:
            return Page(items=items)
        end = rows[size - 1]
        return Page(items=items, next_cursor=f"{microseconds(end['at'])}:{end['id']}")

    def add_signal(self, signal: Signal) -> bool:
        """Store a signal; False when its dedupe key is known."""
        return self._scope.insert_new(
            SIGNALS,
            {
                "id": signal.signal_id,
                "kind": signal.kind.value,
                "contact_id": signal.contact_id,
                "message_id": signal.message_id,
                "trust": signal.trust.value,
                "dedupe_key": signal.dedupe_key,
                "received_at": signal.received_at,
                "created_at": self._scope.clock.now(),
            },
            unique=("dedupe_key",),
        )

    def open_signals(self, *, count_max: int) -> Sequence[Signal]:
        """Return signals that nobody has handled, oldest first."""
        return tuple(_signal(row) for row in self._scope.rows(_OPEN_SIGNALS, size=count_max))

    def close_signal(self, signal_id: SignalId, *, at: datetime) -> None:
        """Mark a signal handled."""
        changed = self._scope.change(
            update(SIGNALS).where(own(SIGNALS), SIGNALS.c.id == signal_id).values(handled_at=at)
        )
        assert changed == 1, f"signal {signal_id!r} is not stored"

    def due_contacts(self, *, at: datetime, count_max: int) -> Sequence[ContactId]:
        """Select, as one set, contacts whose `due_at` has come; suppressed ones left out."""
        return tuple(ContactId(row["id"]) for row in self._scope.rows(_DUE, at=at, size=count_max))

    def set_due(self, contact_id: ContactId, due_at: datetime | None) -> None:
        """Say when the next sweep should look at a contact."""
        self._scope.change(
            update(CONTACTS).where(own(CONTACTS), CONTACTS.c.id == contact_id).values(due_at=due_at)
        )


def _run(row: RowMapping) -> RunRow:
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
    )


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


def _signal(row: RowMapping) -> Signal:
    return Signal(
        signal_id=SignalId(row["id"]),
        kind=SignalKind(row["kind"]),
        contact_id=ContactId(row["contact_id"]) if row["contact_id"] else None,
        message_id=MessageId(row["message_id"]) if row["message_id"] else None,
        trust=Trust(row["trust"]),
        received_at=row["received_at"],
        dedupe_key=row["dedupe_key"],
    )
