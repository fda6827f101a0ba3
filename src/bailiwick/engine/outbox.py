"""The states of the effect ledger as pure rules, and the one function that writes a move.

What an attempt leads to is decided here from values; what happened before is read from the records,
which are the evidence (reliability, section 4; decision 0014).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from bailiwick.domain.action import TERMS, Effect
from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.plan import StepStatus
from bailiwick.domain.plan_standing import plan_status
from bailiwick.domain.receipt import EffectState, Outcome, Receipt
from bailiwick.domain.record import Record, RecordKind
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.retry import full_jitter_seconds
from bailiwick.ports.unit import Unit

LEASE_SECONDS: Final = 60  # reliability, section 4: send 20 s, lease 60 s
ATTEMPTS_COUNT_MAX: Final = 5  # reliability, R8
RETRY_AFTER_SECONDS_MAX: Final = 86_400  # ours: a provider may put us off for a day at a time
HALT_RECHECK_SECONDS: Final = 30  # ours: a scoped halt is looked at twice a minute

MOVES: Final[dict[EffectState, frozenset[EffectState]]] = {
    EffectState.READY: frozenset({EffectState.SENT, EffectState.SUPPRESSED, EffectState.READY,
                                  EffectState.DEAD, EffectState.IN_DOUBT}),
    EffectState.SENDING: frozenset({EffectState.SENT, EffectState.READY, EffectState.DEAD,
                                    EffectState.IN_DOUBT, EffectState.SUPPRESSED}),
    EffectState.IN_DOUBT: frozenset({EffectState.SENT, EffectState.READY, EffectState.DEAD,
                                     EffectState.IN_DOUBT}),
    EffectState.DEAD: frozenset({EffectState.READY}),
    EffectState.SENT: frozenset(),
    EffectState.SUPPRESSED: frozenset(),
}  # fmt: skip
"""Moves beside the claim. Ready goes straight on for internal effects only: they are applied in the
transaction that settles them. It goes to `in_doubt` only when a backup is restored."""

_STEP: Final = {
    EffectState.SENT: StepStatus.DONE,
    EffectState.DEAD: StepStatus.FAILED,
    EffectState.SUPPRESSED: StepStatus.SKIPPED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where a row goes, and why."""

    state: EffectState
    reason: str
    due_at: datetime | None = None
    """When to look at it again; None in `ready` or `in_doubt` means a person has to act."""
    step: StepStatus | None = None
    """The step's new status, when it is not the one that follows from the state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the records say about one effect."""

    tries_count: int = 0
    """Attempts that may have reached the provider, since a person last replayed the row."""
    holder: str = ""
    """Who made the latest attempt."""
    attempted_at: datetime | None = None
    ended: bool = True
    """The latest attempt was seen to end: its holder cannot send any more."""
    absences: tuple[datetime, ...] = ()
    """When the provider said, after the latest attempt, that it has no such mail."""
    lookups_count: int = 0


def past_of(records: Iterable[Record]) -> Past:
    """Fold the records about one effect, in order, into what matters for the next move."""
    past = Past()
    for record in records:
        if record.kind is RecordKind.EFFECT_ATTEMPT:
            past = Past(
                tries_count=past.tries_count + 1,
                holder=str(record.payload.get("holder", "")),
                attempted_at=record.at,
                ended=False,
            )
        elif record.kind is RecordKind.EFFECT_RECEIPT:
            untried = record.payload.get("tried") is False
            past = replace(past, ended=True, tries_count=past.tries_count - untried)
        elif record.kind is RecordKind.EFFECT_SETTLED:
            past = _settled(past, record)
    return past


def _settled(past: Past, record: Record) -> Past:
    finding = record.payload.get("finding")
    if finding == Finding.REPLAYED:
        return replace(past, tries_count=0)
    if finding == Finding.ABSENT:
        return replace(
            past,
            absences=(*past.absences, record.at),
            lookups_count=past.lookups_count + 1,
        )
    if finding == Finding.UNANSWERED:
        return replace(past, lookups_count=past.lookups_count + 1)
    return past


class Finding:
    """Words of the `finding` in a settlement record."""

    LEASE_OVER: Final = "lease_over"
    NOT_APPLIED: Final = "not_applied"
    PRESENT: Final = "present"
    ABSENT: Final = "absent"
    UNANSWERED: Final = "unanswered"
    PERSON_SENT: Final = "person_sent"
    PERSON_NOT_SENT: Final = "person_not_sent"
    PERSON_GAVE_UP: Final = "person_gave_up"
    REPLAYED: Final = "replayed"
    WITHDRAWN: Final = "withdrawn"
    RESTORED: Final = "restored"
    TOO_EARLY: Final = "too_early"


def is_outward(row: EffectRow) -> bool:
    """Tell whether the effect leaves our database."""
    return TERMS[row.action].effect is Effect.OUTWARD


def after_receipt(receipt: Receipt, *, tries_count: int, at: datetime, draw: float) -> Move:
    """Return where a row goes after an attempt; `draw` is uniform in [0, 1)."""
    match receipt.outcome:
        case Outcome.DONE:
            return Move(state=EffectState.SENT, reason=receipt.reason)
        case Outcome.NOT_DONE_RETRY:
            return try_again(
                receipt.reason,
                tries_count=tries_count,
                at=at,
                draw=draw,
                wait_seconds_min=receipt.retry_after_seconds or 0,
            )
        case Outcome.NOT_DONE_FINAL:
            return Move(state=EffectState.DEAD, reason=receipt.reason)
        case Outcome.UNKNOWN:
            return Move(state=EffectState.IN_DOUBT, reason=receipt.reason, due_at=at)
        case Outcome.SKIPPED:
            return Move(state=EffectState.SUPPRESSED, reason=receipt.reason)
        case _:
            assert_never(receipt.outcome)


def try_again(
    reason: str, *, tries_count: int, at: datetime, draw: float, wait_seconds_min: int = 0
) -> Move:
    """Return to ready with a jittered wait, or to the dead letters after the last attempt."""
    if tries_count >= ATTEMPTS_COUNT_MAX:
        return Move(state=EffectState.DEAD, reason=f"{tries_count} attempts, the last: {reason}")
    jitter = full_jitter_seconds(max(1, tries_count), draw=draw)
    wait = max(jitter, min(wait_seconds_min, RETRY_AFTER_SECONDS_MAX))
    return Move(state=EffectState.READY, reason=reason, due_at=at + timedelta(seconds=wait))


def write_attempt(unit: Unit, row: EffectRow, *, at: datetime) -> None:
    """Record a claim, in the transaction that made it."""
    unit.records.append(
        RecordKind.EFFECT_ATTEMPT,
        subject=row.effect_id,
        payload={
            "attempt": row.attempt,
            "fence": row.fence,
            "holder": row.lease_holder,
            "payload": row.payload_hash,
            "key": row.effect_key,
        },
        at=at,
        run_id=row.run_id,
        contact_id=row.contact_id,
    )


def write_receipt(
    unit: Unit,
    row: EffectRow,
    move: Move,
    receipt: Receipt,
    *,
    tried: bool,
    rules: tuple[str, ...] = (),
) -> bool:
    """Move a row on after an attempt, with its receipt; False when the lease was lost.

    After False nothing has been written: the caller leaves the unit without a commit.
    """
    payload: dict[str, Canonical] = {
        "outcome": receipt.outcome.value,
        "reference": receipt.provider_ref,
        "rules": list(rules),
        "tried": tried,
    }
    return _write(
        unit,
        row,
        move,
        kind=RecordKind.EFFECT_RECEIPT,
        payload=payload,
        receipt=receipt,
        at=receipt.at,
    )


def write_finding(
    unit: Unit, row: EffectRow, move: Move, finding: str, *, at: datetime, by: str = ""
) -> bool:
    """Move a row on by evidence or by a person; False when somebody was faster."""
    receipt = None
    if move.state is EffectState.SENT:
        receipt = Receipt(
            outcome=Outcome.DONE,
            effect_key=row.effect_key,
            payload_hash=row.payload_hash,
            at=at,
            provider_ref=row.provider_ref,
            reason=move.reason,
        )
    payload: dict[str, Canonical] = {"finding": finding, "by": by}
    return _write(
        unit,
        row,
        move,
        kind=RecordKind.EFFECT_SETTLED,
        payload=payload,
        receipt=receipt,
        at=at,
    )


def _write(
    unit: Unit,
    row: EffectRow,
    move: Move,
    *,
    kind: RecordKind,
    payload: dict[str, Canonical],
    receipt: Receipt | None,
    at: datetime,
) -> bool:
    assert move.state in MOVES[row.state], f"{row.state.value} does not go to {move.state.value}"
    if not unit.effects.settle(
        row, move.state, receipt=receipt, reason=move.reason, due_at=move.due_at
    ):
        return False
    unit.records.append(
        kind,
        subject=row.effect_id,
        payload={
            **payload,
            "from": row.state.value,
            "state": move.state.value,
            "fence": row.fence,
            "reason": move.reason,
            "payload": row.payload_hash,
            "key": row.effect_key,
        },
        at=at,
        run_id=row.run_id,
        contact_id=row.contact_id,
    )
    _follow(unit, row, move, at=at)
    return True


def _follow(unit: Unit, row: EffectRow, move: Move, *, at: datetime) -> None:
    """Bring step, plan, approval and contact in line with the row's new state."""
    status = move.step or _STEP.get(move.state)
    if status is not None:
        unit.plans.set_step(row.step_id, status, reason=move.reason)
        stored = unit.plans.get(row.plan_id)
        if stored is not None:
            unit.plans.set_status(row.plan_id, plan_status(stored[2]))
    if move.state is EffectState.SENT and is_outward(row):
        unit.sent.keep(row, at=at)
        close_card_of(unit, row, ApprovalStatus.EXECUTED, reason="")
    if move.state is EffectState.SUPPRESSED and is_outward(row):
        close_card_of(unit, row, ApprovalStatus.STALE, reason=move.reason)


def close_card_of(unit: Unit, row: EffectRow, status: ApprovalStatus, *, reason: str) -> None:
    """Close the card of a queued effect; cards of internal effects are closed by who decides."""
    card = unit.approvals.get(row.approval_id) if row.approval_id else None
    if card is None or card.status is not ApprovalStatus.APPROVED:
        return
    saved = unit.approvals.save(
        replace(card, status=status, closed_reason=reason), row_version=card.row_version
    )
    assert saved, "the card was read in this transaction"
