"""Leasing the next effect, and stopping effects whose recipient asked to be left alone.

The claim commits only if no opt-out of the recipient committed before it (T18, reliability section
4). On PostgreSQL it tries, and never waits for, the locks of the contact and of the recipient's
address, so it can neither deadlock with an opt-out in progress nor slip past it.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Integer, String, and_, bindparam, or_, select, update

from bailiwick.domain.action import TERMS, Effect
from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.breaker import HALT
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.ids import ContactId, StepId
from bailiwick.domain.plan import StepStatus
from bailiwick.domain.plan_standing import plan_status
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.record import RecordKind
from bailiwick.store.repositories.effects import EffectRows, effect_row, workspace_epoch
from bailiwick.store.repositories.guards import MARKETED
from bailiwick.store.repositories.records import SqlRecords
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, key, own
from bailiwick.store.tables.knowledge import SUPPRESSIONS
from bailiwick.store.tables.ledger import EFFECTS
from bailiwick.store.tables.schema import Instant
from bailiwick.store.tables.work import APPROVALS, HALTS, PLANS, STEPS

CANDIDATES_MAX: Final = 64  # ours: rows looked at in one claim before the worker asks again
_AT: Final = bindparam("at", type_=Instant)
_OTHER: Final = EFFECTS.alias("other")
_CONTACT_BUSY: Final = (
    select(_OTHER.c.id)
    .where(
        _OTHER.c.workspace_id == EFFECTS.c.workspace_id,
        _OTHER.c.contact_id == EFFECTS.c.contact_id,
        _OTHER.c.state == EffectState.SENDING.value,
    )
    .exists()
)
_PROTECTING: Final = tuple(
    action.value for action, terms in TERMS.items() if terms.effect is Effect.PROTECT
)
_HALTED: Final = (
    select(HALTS.c.id)
    .where(
        HALTS.c.workspace_id == EFFECTS.c.workspace_id,
        HALTS.c.lifted_at.is_(None),
        or_(
            HALTS.c.scope == "*",
            HALTS.c.scope == "capability:" + EFFECTS.c.capability,
            HALTS.c.scope == "action:" + EFFECTS.c.action,
            and_(HALTS.c.scope == HALT, MARKETED),
        ),
    )
    .exists()
)
_NEXT: Final = (
    select(EFFECTS)
    .where(
        own(EFFECTS),
        EFFECTS.c.state == EffectState.READY.value,
        EFFECTS.c.due_at <= _AT,
        EFFECTS.c.epoch >= bindparam("epoch", type_=Integer),
        EFFECTS.c.id.not_in(bindparam("passed", expanding=True, type_=String)),
        ~_CONTACT_BUSY,
        or_(EFFECTS.c.action.in_(_PROTECTING), ~_HALTED),
    )
    .order_by(EFFECTS.c.due_at, EFFECTS.c.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=EFFECTS)
)
_SUPPRESSION: Final = select(SUPPRESSIONS.c.reason).where(
    own(SUPPRESSIONS), SUPPRESSIONS.c.address_hash == key()
)
_STEPS_OF_PLAN: Final = select(STEPS.c.id, STEPS.c.status).where(
    own(STEPS), STEPS.c.plan_id == key()
)
_READY_OF_CONTACT: Final = (
    select(EFFECTS)
    .where(
        own(EFFECTS),
        EFFECTS.c.contact_id == key(),
        EFFECTS.c.state == EffectState.READY.value,
        EFFECTS.c.action.in_(
            tuple(a.value for a, terms in TERMS.items() if terms.effect is Effect.OUTWARD)
        ),
    )
    .order_by(EFFECTS.c.id)
    .limit(ROWS_COUNT_MAX)
    .with_for_update()
)


class SqlEffects(EffectRows):
    """The effect ledger of one workspace."""

    def __init__(self, scope: Scope, records: SqlRecords) -> None:
        super().__init__(scope)
        self._records = records

    def claim(self, *, holder: str, at: datetime, lease_seconds: int) -> EffectRow | None:
        """Lease the next due ready row whose contact has no other row being sent.

        Attempt and fence rise by one in the same statement. Rows whose recipient is suppressed are
        moved to `suppressed`, with a record, on the way.
        """
        epoch = workspace_epoch(self._scope)
        passed = [""]
        for _ in range(CANDIDATES_MAX):
            found = self._scope.row(_NEXT, at=at, epoch=epoch, passed=passed)
            if found is None:
                return None
            row = effect_row(found)
            passed.append(row.effect_id)
            if not self._may_lock(row):
                continue
            if self._stopped(row, at):
                continue
            if self._lease(row, holder=holder, until=at + timedelta(seconds=lease_seconds)):
                return self.get(row.effect_id)
        return None

    def stop_ready_mail(self, contact_id: ContactId, *, reason: str, at: datetime) -> int:
        """Suppress every mail to a contact that is ready to go; return how many there were."""
        rows = self._scope.rows(_READY_OF_CONTACT, key=contact_id)
        for found in rows:
            self._suppress(effect_row(found), reason=reason, at=at)
        return len(rows)

    def _may_lock(self, row: EffectRow) -> bool:
        if row.contact_id and not self._scope.try_lock("contact", row.contact_id):
            return False
        return not row.address_hash or self._scope.try_lock(
            "address", row.address_hash, shared=True
        )

    def _stopped(self, row: EffectRow, at: datetime) -> bool:
        if not row.address_hash:
            return False
        suppression = self._scope.row(_SUPPRESSION, key=row.address_hash)
        if suppression is None:
            return False
        self._suppress(row, reason="the recipient is suppressed", at=at)
        return True

    def _suppress(self, row: EffectRow, *, reason: str, at: datetime) -> None:
        settled = self.settle(row, EffectState.SUPPRESSED, receipt=None, reason=reason, due_at=None)
        assert settled, "the row is locked by this transaction"
        self._records.append(
            RecordKind.EFFECT_SETTLED,
            subject=row.effect_id,
            payload={
                "state": EffectState.SUPPRESSED.value,
                "reason": reason,
                "step": row.step_id,
                "payload_hash": row.payload_hash,
            },
            at=at,
            run_id=row.run_id,
            contact_id=row.contact_id,
        )
        self._follow(row, reason=reason)

    def _follow(self, row: EffectRow, *, reason: str) -> None:
        """Bring step, plan and card in line; after the record, whose lock every writer takes."""
        self._scope.change(
            update(STEPS)
            .where(own(STEPS), STEPS.c.id == row.step_id)
            .values(status=StepStatus.SKIPPED.value, status_reason=reason)
        )
        steps = self._scope.rows(_STEPS_OF_PLAN, key=row.plan_id)
        status = plan_status({StepId(s["id"]): StepStatus(s["status"]) for s in steps})
        self._scope.change(
            update(PLANS).where(own(PLANS), PLANS.c.id == row.plan_id).values(status=status.value)
        )
        self._scope.change(
            update(APPROVALS)
            .where(
                own(APPROVALS),
                APPROVALS.c.id == row.approval_id,
                APPROVALS.c.status == ApprovalStatus.APPROVED.value,
            )
            .values(
                status=ApprovalStatus.STALE.value,
                closed_reason=reason,
                row_version=APPROVALS.c.row_version + 1,
            )
        )

    def _lease(self, row: EffectRow, *, holder: str, until: datetime) -> bool:
        """Lease the row, asking again whether its contact is busy now that its lock is held."""
        changed = self._scope.change(
            update(EFFECTS)
            .where(
                and_(own(EFFECTS), EFFECTS.c.id == row.effect_id),
                EFFECTS.c.state == EffectState.READY.value,
                EFFECTS.c.fence == row.fence,
                ~_CONTACT_BUSY,
            )
            .values(
                state=EffectState.SENDING.value,
                attempt=EFFECTS.c.attempt + 1,
                fence=EFFECTS.c.fence + 1,
                lease_holder=holder,
                lease_until=until,
                row_version=EFFECTS.c.row_version + 1,
            )
        )
        return changed == 1
