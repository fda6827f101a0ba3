"""The effect ledger: intents, leases and what became of them (reliability, section 4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, func, select, update

from bailiwick.domain.action import Action
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import ApprovalId, ContactId, EffectId, PlanId, RunId, StepId
from bailiwick.domain.receipt import EffectState, Receipt
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.instant import microseconds
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page, page_of
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, Value, key, own
from bailiwick.store.tables.ledger import EFFECTS
from bailiwick.store.tables.schema import WORKSPACES, Instant

_SIZE: Final = bindparam("size", type_=Integer)
_AT: Final = bindparam("at", type_=Instant)
_GET: Final = select(EFFECTS).where(own(EFFECTS), EFFECTS.c.id == key())
_FOR_STEP: Final = select(EFFECTS).where(own(EFFECTS), EFFECTS.c.step_id == key())
_OF_RUN: Final = (
    select(EFFECTS)
    .where(own(EFFECTS), EFFECTS.c.contact_id == key(), EFFECTS.c.run_id == key("run_id"))
    .order_by(EFFECTS.c.id)
    .limit(ROWS_COUNT_MAX)
)
_BY_KEY: Final = select(EFFECTS).where(own(EFFECTS), EFFECTS.c.effect_key == key())
_IN_STATE: Final = (
    select(EFFECTS)
    .where(own(EFFECTS), EFFECTS.c.state == key("state"), EFFECTS.c.id > key())
    .order_by(EFFECTS.c.id)
    .limit(_SIZE)
)
_OVERDUE: Final = (
    select(EFFECTS)
    .where(
        own(EFFECTS),
        EFFECTS.c.state == EffectState.SENDING.value,
        EFFECTS.c.lease_until <= _AT,
    )
    .order_by(EFFECTS.c.lease_until, EFFECTS.c.id)
    .limit(_SIZE)
)
_DUE_COUNT: Final = (
    select(func.count())
    .select_from(EFFECTS)
    .where(own(EFFECTS), EFFECTS.c.state == EffectState.READY.value, EFFECTS.c.due_at <= _AT)
)
_EPOCH: Final = select(WORKSPACES.c.epoch).where(WORKSPACES.c.id == key())


def workspace_epoch(scope: Scope) -> int:
    """Return how often the workspace was restored, plus one; older intents are never sent."""
    return scope.count(_EPOCH, key=scope.workspace_id)


class EffectRows:
    """Effects of one workspace, without the claim."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, row: EffectRow) -> EffectRow:
        """Store an intent.

        Returns the row that stands: the old one when the same effect key is there already. Raises
        IntegrityFault when the step has another effect.
        """
        known = self._scope.row(_BY_KEY, key=row.effect_key)
        if known is not None:
            return effect_row(known)
        values = {**_values(row), "epoch": max(row.epoch, workspace_epoch(self._scope))}
        values["created_at"] = row.created_at or self._scope.clock.now()
        if not self._scope.insert_new(EFFECTS, values, unique=("step_id",)):
            # A twin may have been faster by a moment: only another key is a contradiction.
            known = self._scope.row(_BY_KEY, key=row.effect_key)
            if known is not None:
                return effect_row(known)
            message = f"step {row.step_id!r} already has another effect; its arguments were changed"
            raise IntegrityFault(message)
        stored = self.get(row.effect_id)
        assert stored is not None, "it was just stored"
        return stored

    def get(self, effect_id: EffectId) -> EffectRow | None:
        """Return a row."""
        row = self._scope.row(_GET, key=effect_id)
        return None if row is None else effect_row(row)

    def for_step(self, step_id: StepId) -> EffectRow | None:
        """Return the row of a step."""
        row = self._scope.row(_FOR_STEP, key=step_id)
        return None if row is None else effect_row(row)

    def of_run(self, run_id: RunId, *, contact_id: ContactId) -> Sequence[EffectRow]:
        """Return the rows of a run about a contact."""
        return tuple(map(effect_row, self._scope.rows(_OF_RUN, key=contact_id, run_id=run_id)))

    def settle(
        self,
        row: EffectRow,
        state: EffectState,
        *,
        receipt: Receipt | None,
        reason: str,
        due_at: datetime | None,
    ) -> bool:
        """Move a row on if its state and fence are unchanged; False means the lease was lost."""
        values: dict[str, Value] = {
            "state": state.value,
            "reason": reason,
            "due_at": due_at,
            "lease_holder": "",
            "lease_until": None,
            "settled_at": None,
            "row_version": EFFECTS.c.row_version + 1,
        }
        if state is not EffectState.READY:
            values["settled_at"] = receipt.at if receipt else self._scope.clock.now()
        if receipt is not None:
            values["receipt"] = _receipt_values(receipt)
            values["provider_ref"] = receipt.provider_ref or row.provider_ref
        changed = self._scope.change(
            update(EFFECTS)
            .where(
                own(EFFECTS),
                EFFECTS.c.id == row.effect_id,
                EFFECTS.c.state == row.state.value,
                EFFECTS.c.fence == row.fence,
            )
            .values(**values)
        )
        return changed == 1

    def release(
        self, effect_id: EffectId, *, approval_id: ApprovalId | None, due_at: datetime
    ) -> bool:
        """Give a ready row that waits without a due time its approval and time; else False."""
        changed = self._scope.change(
            update(EFFECTS)
            .where(
                own(EFFECTS),
                EFFECTS.c.id == effect_id,
                EFFECTS.c.state == EffectState.READY.value,
                EFFECTS.c.due_at.is_(None),
            )
            .values(approval_id=approval_id, due_at=due_at, row_version=EFFECTS.c.row_version + 1)
        )
        return changed == 1

    def reword(self, effect_id: EffectId, row: EffectRow) -> bool:
        """Give a ready row that waits without a due time another row's payload; else False."""
        changed = self._scope.change(
            update(EFFECTS)
            .where(
                own(EFFECTS),
                EFFECTS.c.id == effect_id,
                EFFECTS.c.step_id == row.step_id,
                EFFECTS.c.state == EffectState.READY.value,
                EFFECTS.c.due_at.is_(None),
            )
            .values(
                args=row.args,
                payload_hash=row.payload_hash,
                effect_key=row.effect_key,
                address_hash=row.address_hash,
                address_domain=_domain(row),
                provider_ref="",
                row_version=EFFECTS.c.row_version + 1,
            )
        )
        return changed == 1

    def overdue(self, *, at: datetime, count_max: int) -> Sequence[EffectRow]:
        """Return rows being sent whose lease is over."""
        return tuple(effect_row(row) for row in self._scope.rows(_OVERDUE, at=at, size=count_max))

    def in_state(self, state: EffectState, *, cursor: str | None, size: int) -> Page[EffectRow]:
        """Return rows of a state, oldest first."""
        size = min(size, PAGE_SIZE_MAX)
        rows = self._scope.rows(_IN_STATE, state=state.value, key=cursor or "", size=size + 1)
        found = [effect_row(row) for row in rows]
        return page_of(found, size=size, key=lambda effect: effect.effect_id)

    def due_count(self, *, at: datetime) -> int:
        """Count ready rows that are due."""
        return self._scope.count(_DUE_COUNT, at=at)


def _values(row: EffectRow) -> dict[str, Value]:
    return {
        "id": row.effect_id,
        "plan_id": row.plan_id,
        "run_id": row.run_id,
        "step_id": row.step_id,
        "capability": row.capability,
        "action": row.action.value,
        "args": row.args,
        "payload_hash": row.payload_hash,
        "effect_key": row.effect_key,
        "approval_id": row.approval_id,
        "contact_id": row.contact_id,
        "address_hash": row.address_hash,
        "address_domain": _domain(row),
        "state": row.state.value,
        "attempt": row.attempt,
        "fence": row.fence,
        "lease_holder": row.lease_holder,
        "lease_until": row.lease_until,
        "due_at": row.due_at,
        "provider_ref": row.provider_ref,
        "reason": row.reason,
    }


def _domain(row: EffectRow) -> str:
    """Return the domain that a mail goes to, by which a limit counts; empty for anything else."""
    mail = row.args.get("mail")
    address = mail.get("to_address") if isinstance(mail, Mapping) else None
    return address.rpartition("@")[2] if isinstance(address, str) else ""


def _receipt_values(receipt: Receipt) -> Canonical:
    return {
        "outcome": receipt.outcome.value,
        "effect_key": receipt.effect_key,
        "payload_hash": receipt.payload_hash,
        "at": microseconds(receipt.at),
        "provider_ref": receipt.provider_ref,
        "reason": receipt.reason,
        "retry_after_seconds": receipt.retry_after_seconds,
    }


def effect_row(row: RowMapping) -> EffectRow:
    """Read a stored row."""
    return EffectRow(
        effect_id=EffectId(row["id"]),
        plan_id=PlanId(row["plan_id"]),
        run_id=RunId(row["run_id"]),
        step_id=StepId(row["step_id"]),
        capability=row["capability"],
        action=Action(row["action"]),
        args=row["args"],
        payload_hash=row["payload_hash"],
        effect_key=row["effect_key"],
        approval_id=ApprovalId(row["approval_id"]) if row["approval_id"] else None,
        contact_id=ContactId(row["contact_id"]) if row["contact_id"] else None,
        address_hash=row["address_hash"],
        state=EffectState(row["state"]),
        attempt=row["attempt"],
        fence=row["fence"],
        lease_holder=row["lease_holder"],
        lease_until=row["lease_until"],
        due_at=row["due_at"],
        provider_ref=row["provider_ref"],
        reason=row["reason"],
        epoch=row["epoch"],
        created_at=row["created_at"],
    )
