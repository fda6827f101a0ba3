"""The only sender: claims a row, judges it on fresh standing, passes the gate, calls the writer.

Claim and settlement are two transactions with the writer's call between them, so a crash leaves a
row in `sending` and never an effect without an attempt on record (reliability, section 4).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

from bailiwick.domain.action import TERMS, Effect
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.fault import IntegrityFault, PortFault
from bailiwick.domain.ids import EffectId
from bailiwick.domain.plan import StepStatus
from bailiwick.domain.receipt import EffectState, Outcome, Receipt
from bailiwick.engine.outbox import (
    HALT_RECHECK_SECONDS,
    LEASE_SECONDS,
    Finding,
    Move,
    after_receipt,
    past_of,
    write_attempt,
    write_finding,
    write_receipt,
)
from bailiwick.engine.placing import delivering
from bailiwick.kit.hashing import canonical_bytes, digest_bytes
from bailiwick.policy.gate import pass_gate
from bailiwick.policy.permit import Permit
from bailiwick.policy.standing import Standing
from bailiwick.policy.verdict import Allowed, Held, Refused, Verdict
from bailiwick.ports.clock import Clock
from bailiwick.ports.outbound.crm import CrmWriter
from bailiwick.ports.outbound.mail import MailWriter
from bailiwick.ports.timetable import Slot
from bailiwick.ports.trace import UNTRACED, CallShape, SpanName, Tracer
from bailiwick.ports.unit import Unit, Units

PUT_BACK_COUNT_MAX: Final = 100  # ours: rows of one claim; the worker asks again at once
SEND_SECONDS_MAX: Final = 20  # reliability, section 4: well under the lease

JudgeNow = Callable[[Unit, EffectRow, datetime], tuple[Verdict, Standing]]
"""Reads standing afresh, asks the law, and records the ruling, all in the given unit.

Raises IntegrityFault when the stored step is gone or is another one, PortFault when standing cannot
be read.
"""
Reopen = Callable[[Unit, EffectRow, Held, datetime], None]
"""Puts an effect that is held again back into the inbox."""
Later = Callable[[Unit, EffectRow, datetime], Slot | None]
"""Tells when a row may go, in the claim's own transaction; None when it may now."""
Mourn = Callable[[Unit, EffectRow, str, datetime], None]
"""Tells a person, as a task, that an effect became a dead letter and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What became of one claimed row."""

    effect_id: EffectId
    state: EffectState
    """Where it stands now; `sending` when the lease was lost and the reaper has it."""
    reason: str
    tried: bool = False
    """The writer was called; False when the law or a halt kept the row back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What delivery works with; wiring puts it together."""

    units: Units
    mail: MailWriter
    crm: Callable[[Unit], CrmWriter]
    judge_now: JudgeNow
    reopen: Reopen
    mourn: Mourn
    clock: Clock
    draw: Callable[[], float]
    """Uniform in [0, 1): the chance in the jitter."""
    applied: Callable[[Unit, EffectRow, datetime], None] = lambda _unit, _row, _at: None
    """Is told of a change of the customers' records, in the transaction that made it."""
    later: Later = lambda _unit, _row, _at: None
    """Tells of a claimed row when it may go; None for now."""
    stopped: Callable[[], bool] = lambda: False
    """The kill switch outside the database."""
    tracer: Tracer = UNTRACED


class Delivery:
    """Carries effects out, one at a time."""

    def __init__(
        self,
        means: Means,
        *,
        holder: str,
        lease_seconds: int = LEASE_SECONDS,
        send_seconds_max: float = SEND_SECONDS_MAX,
    ) -> None:
        assert send_seconds_max < lease_seconds, "a send ends well before its lease does"
        self._means = means
        self._units = means.units
        self._clock = means.clock
        self._holder = holder
        self._lease_seconds = lease_seconds
        self._send_seconds_max = send_seconds_max

    def next(self) -> Delivered | None:
        """Claim the next due row and carry it to its next state; None when nothing is due.

        Raises PortFault when the store fails; the row is then found by the reaper.
        """
        began = self._clock.monotonic()
        claimed = self._claim()
        if claimed is None:
            return None
        with delivering(self._means.tracer, self._units, claimed) as span:
            delivered = self._carry(claimed, began=began)
            span.set({CallShape.STATUS: delivered.state.value})
        return delivered

    def _carry(self, claimed: EffectRow, *, began: float) -> Delivered:
        match TERMS[claimed.action].effect:
            case Effect.OUTWARD:
                return self._send(claimed, began=began)
            case Effect.DELEGATE:
                reason = f"{claimed.action.value} is a run of its own, not an effect"
                receipt = self._receipt(claimed, Outcome.NOT_DONE_FINAL, reason)
                return self._settled(claimed, receipt, tried=False)
            case Effect.READ | Effect.DRAFT | Effect.WRITE | Effect.IRREVERSIBLE | Effect.PROTECT:
                with self._units.write() as unit:
                    _, delivered = self._apply(unit, claimed, self._clock.now())
                    return _committed(unit, delivered)

    def apply_internal(self, unit: Unit, row: EffectRow, at: datetime) -> Receipt:
        """Judge, gate, apply and settle an internal effect in the caller's transaction.

        A receipt with outcome SKIPPED tells that the law did not let it pass.
        """
        receipt, delivered = self._apply(unit, row, at)
        assert delivered.state is not EffectState.SENDING, (
            "the caller's own row has no other holder"
        )
        return receipt

    def _apply(self, unit: Unit, row: EffectRow, at: datetime) -> tuple[Receipt, Delivered]:
        try:
            verdict, standing = self._means.judge_now(unit, row, at)
        except IntegrityFault as fault:
            receipt = self._receipt(row, Outcome.NOT_DONE_FINAL, str(fault))
            return receipt, self._settle(unit, row, receipt, tried=False)
        permit = _gated(row, verdict, _payload(row))
        if permit is None:
            delivered = self._denied(unit, row, verdict, standing=standing, at=at)
            return self._receipt(row, Outcome.SKIPPED, delivered.reason), delivered
        receipt = self._means.crm(unit).apply(
            row.action, row.args, run_id=row.run_id, at=at, permit=permit
        )
        if receipt.outcome is Outcome.DONE:
            self._means.applied(unit, row, at)
        return receipt, self._settle(unit, row, receipt, tried=True)

    def _claim(self) -> EffectRow | None:
        """Lease a row: halts and suppression are read under lock in the claim's own commit."""
        if self._means.stopped():
            return None
        with self._units.write() as unit:
            at = self._clock.now()
            row = self._leased(unit, at)
            if row is not None:
                write_attempt(unit, row, at=at)
            unit.commit()  # also when nothing was claimed: suppressed rows were closed on the way
        return row

    def _leased(self, unit: Unit, at: datetime) -> EffectRow | None:
        """Lease the next row that may go now; what may not yet is put back until it may."""
        for _ in range(PUT_BACK_COUNT_MAX):
            row = unit.effects.claim(holder=self._holder, at=at, lease_seconds=self._lease_seconds)
            slot = self._means.later(unit, row, at) if row is not None else None
            if row is None or slot is None:
                return row
            move = Move(state=EffectState.READY, reason=slot.reason, due_at=slot.at)
            put_back = write_finding(unit, row, move, Finding.TOO_EARLY, at=at)
            assert put_back, "leased just now"
        return None

    def _send(self, row: EffectRow, *, began: float) -> Delivered:
        payload = _payload(row)
        try:
            permit = self._permit(row, payload)
        except IntegrityFault as fault:
            receipt = self._receipt(row, Outcome.NOT_DONE_FINAL, str(fault))
            return self._settled(row, receipt, tried=False)
        except PortFault as fault:
            receipt = self._receipt(row, Outcome.NOT_DONE_RETRY, str(fault))
            return self._settled(row, receipt, tried=True)
        if isinstance(permit, Delivered):
            return permit
        spent = self._clock.monotonic() - began
        if spent > self._lease_seconds - self._send_seconds_max:
            # Frozen or starved since the claim: the ruling is old and the lease may be lost.
            reason = "too little of the lease was left to send"
            receipt = self._receipt(row, Outcome.NOT_DONE_RETRY, reason)
        else:
            with self._means.tracer.span(SpanName.SEND) as span:
                receipt = self._means.mail.send(payload, permit=permit)
                span.set({CallShape.STATUS: receipt.outcome.value})
        return self._settled(row, receipt, tried=True)

    def _permit(self, row: EffectRow, payload: bytes) -> Permit | Delivered:
        """Judge on fresh standing, record the ruling, and get a permit or settle the row."""
        if digest_bytes(payload) != row.payload_hash:
            message = f"effect {row.effect_id!r}: the stored payload is not the one that was judged"
            raise IntegrityFault(message)
        with self._units.write() as unit:
            at = self._clock.now()
            verdict, standing = self._means.judge_now(unit, row, at)
            permit = _gated(row, verdict, payload)
            if permit is not None and not self._means.stopped():
                unit.commit()
                return permit
            delivered = self._denied(unit, row, verdict, standing=standing, at=at)
            return _committed(unit, delivered)

    def _denied(
        self, unit: Unit, row: EffectRow, verdict: Verdict, *, standing: Standing, at: datetime
    ) -> Delivered:
        """Settle a row that got no permit: nothing went out."""
        halted = standing.halted or self._means.stopped()
        move = _after_denial(verdict, halted=halted, row=row, at=at)
        receipt = self._receipt(row, Outcome.SKIPPED, move.reason)
        rules = tuple(rule.rule_id for rule in verdict.rules)
        if not write_receipt(unit, row, move, receipt, tried=False, rules=rules):
            return _lost(row)
        if isinstance(verdict, Held):
            self._means.reopen(unit, row, verdict, at)
        return Delivered(effect_id=row.effect_id, state=move.state, reason=move.reason)

    def _settled(self, row: EffectRow, receipt: Receipt, *, tried: bool) -> Delivered:
        with self._units.write() as unit:
            return _committed(unit, self._settle(unit, row, receipt, tried=tried))

    def _settle(self, unit: Unit, row: EffectRow, receipt: Receipt, *, tried: bool) -> Delivered:
        """Write where an attempt leads, where the fence is still ours."""
        tries_count = past_of(unit.records.about(row.effect_id)).tries_count
        move = after_receipt(
            receipt, tries_count=tries_count, at=receipt.at, draw=self._means.draw()
        )
        if not write_receipt(unit, row, move, receipt, tried=tried):
            return _lost(row)
        if move.state is EffectState.DEAD:
            self._means.mourn(unit, row, move.reason, receipt.at)
        return Delivered(effect_id=row.effect_id, state=move.state, reason=move.reason, tried=tried)

    def _receipt(self, row: EffectRow, outcome: Outcome, reason: str) -> Receipt:
        return Receipt(
            outcome=outcome,
            effect_key=row.effect_key,
            payload_hash=row.payload_hash,
            at=self._clock.now(),
            reason=reason,
        )


def _committed(unit: Unit, delivered: Delivered) -> Delivered:
    """Commit unless the lease was lost: then the unit rolls back, with all that was applied."""
    if delivered.state is not EffectState.SENDING:
        unit.commit()
    return delivered


def _lost(row: EffectRow) -> Delivered:
    reason = "the lease was lost: the reaper settles this row"
    return Delivered(effect_id=row.effect_id, state=EffectState.SENDING, reason=reason)


def _gated(row: EffectRow, verdict: Verdict, payload: bytes) -> Permit | None:
    return pass_gate(
        verdict,
        step_id=row.step_id,
        payload_hash=digest_bytes(payload),
        effect_key=row.effect_key,
        attended=row.approval_id is not None,
    )


def _after_denial(verdict: Verdict, *, halted: bool, row: EffectRow, at: datetime) -> Move:
    reasons = "; ".join(f"{rule.rule_id}: {rule.reason}" for rule in verdict.rules)
    match verdict:
        case Held():
            return Move(state=EffectState.READY, reason=reasons, step=StepStatus.HELD)
        case Allowed() | Refused() if halted:
            due = at + timedelta(seconds=HALT_RECHECK_SECONDS)
            return Move(state=EffectState.READY, reason=reasons or "halted", due_at=due)
        case Refused():
            status = StepStatus.STALE if row.approval_id else StepStatus.REFUSED
            return Move(state=EffectState.SUPPRESSED, reason=reasons, step=status)
        case Allowed():
            message = "an allowed payload gets a permit unless everything is stopped"
            raise AssertionError(message)
        case _:
            assert_never(verdict)


def _payload(row: EffectRow) -> bytes:
    return canonical_bytes({"action": row.action.value, "args": row.args})
