"""What a restore does to mail and webhooks under way: nothing is sent again by itself.

After the backup a ready mail may have gone out, a waiting card may have been approved, and whoever
waits in a campaign may have got their touch. None of that can be known from the restored rows, so
the first becomes doubtful, the second is closed, and the third waits until a person goes on
(reliability, section 4; decision 0029).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bailiwick.domain.action import TERMS, Effect
from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.campaign.campaign import CampaignStatus
from bailiwick.domain.plan import StepStatus
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.record import RecordKind
from bailiwick.domain.webhook import DeliveryState
from bailiwick.engine.card import close_plan, record_closed, save_card
from bailiwick.engine.outbox import Finding, Move, is_outward, write_finding
from bailiwick.engine.recipient.withdrawing import withdraw
from bailiwick.engine.webhook.carry import disable
from bailiwick.ports.care import Manifest
from bailiwick.ports.unit import Unit

BATCH_COUNT: Final = 100  # ours: rows read at a time
RESTORER: Final = "restore"
"""Who is named as the one who stopped everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """How much became doubtful."""

    effects_count: int
    cards_count: int
    endpoints_count: int
    """Webhook endpoints that are told nothing until a person enables them."""
    campaigns_count: int
    """Campaigns that pause until a person lets them go on."""


def doubt_the_past(unit: Unit, manifest: Manifest, *, at: datetime) -> Doubts:
    """Make doubtful what may have happened after the backup, and stop all effects.

    The caller raises the epoch and commits.
    """
    reason = f"restored from the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC"
    cards = _close_cards(unit, reason=reason, at=at)
    effects = sum(
        _doubt(unit, state, reason=reason, at=at)
        for state in (EffectState.READY, EffectState.SENDING)
    )
    endpoints = _silence(unit, reason=reason, at=at)
    campaigns = _pause_campaigns(unit, reason=reason, at=at)
    _withdraw_touches(unit, reason=reason, at=at)
    if "*" not in unit.authority.halts():
        unit.authority.halt("*", reason=reason, by=RESTORER, at=at)
        unit.records.append(
            RecordKind.HALT,
            subject="*",
            payload={"event": "halted", "scope": "*", "reason": reason, "by": RESTORER},
            at=at,
        )
    return Doubts(
        effects_count=effects,
        cards_count=cards,
        endpoints_count=endpoints,
        campaigns_count=campaigns,
    )


def record_restored(
    unit: Unit, manifest: Manifest, doubts: Doubts, *, epoch: int, erased: int, at: datetime
) -> None:
    """Record the restore as the first record after those of the backup's."""
    unit.records.append(
        RecordKind.RESTORED,
        subject=manifest.backup_id,
        payload={
            "made_at": manifest.made_at.isoformat(),
            "schema": manifest.schema,
            "epoch": epoch,
            "doubtful": doubts.effects_count,
            "closed": doubts.cards_count,
            "silenced": doubts.endpoints_count,
            "campaigns": doubts.campaigns_count,
            "erased": erased,
        },
        at=at,
    )


def _close_cards(unit: Unit, *, reason: str, at: datetime) -> int:
    told = f"{reason}: it may have been approved and sent since; it is planned anew"
    closed = 0
    cursor: str | None = None
    while True:  # ends with the pages
        page = unit.approvals.list(status=ApprovalStatus.PENDING, cursor=cursor, size=BATCH_COUNT)
        for card in page.items:
            if TERMS[card.action].effect is not Effect.OUTWARD:
                continue
            stale = replace(card, status=ApprovalStatus.STALE, decided_at=at, closed_reason=told)
            save_card(unit, stale, card)
            close_plan(unit, card, StepStatus.STALE, reason=told, at=at)
            record_closed(unit, stale, by=None, at=at)
            if card.contact_id is not None:
                unit.runs.set_due(card.contact_id, at)
            closed += 1
        cursor = page.next_cursor
        if cursor is None:
            return closed


def _silence(unit: Unit, *, reason: str, at: datetime) -> int:
    """Tell nobody anything of itself: what waits may have been told after the backup."""
    told = f"{reason}: it may have been told since; replay it to tell it again"
    while True:  # ends with those that wait
        page = unit.webhooks.deliveries(
            None, state=DeliveryState.WAITING, cursor=None, size=BATCH_COUNT
        )
        for delivery in page.items:
            dead = replace(delivery, state=DeliveryState.DEAD, reason=told)
            settled = unit.webhooks.settle(dead, before_tries=delivery.tries)
            assert settled, "nobody else sees the rows before the restore ends"
        if page.next_cursor is None:
            break
    endpoints = unit.webhooks.active()
    for endpoint in endpoints:
        disable(unit, endpoint, reason=reason, by=RESTORER, at=at)
    return len(endpoints)


def _pause_campaigns(unit: Unit, *, reason: str, at: datetime) -> int:
    """Begin no touch by itself: whoever was due since the backup may have got it already."""
    told = f"{reason}: whoever was due since may have got their touch; look before you resume"
    count = 0
    cursor: str | None = None
    while True:  # ends with the pages
        page = unit.campaigns.list(status=CampaignStatus.RUNNING, cursor=cursor, size=BATCH_COUNT)
        for campaign in page.items:
            waits = replace(campaign, status=CampaignStatus.PAUSED, status_reason=told)
            saved = unit.campaigns.save(waits)
            assert saved, "nobody else sees the rows before the restore ends"
            unit.records.append(
                RecordKind.CAMPAIGN,
                subject=campaign.campaign_id,
                payload={"event": "paused", "by": RESTORER, "reason": told},
                at=at,
            )
            count += 1
        cursor = page.next_cursor
        if cursor is None:
            return count


def _withdraw_touches(unit: Unit, *, reason: str, at: datetime) -> None:
    """Take back what was being drafted; it may have been drafted and sent since."""
    after = ""
    while True:  # ends with the touches, whose ids only grow
        found = unit.touches.under_way(after=after, count_max=BATCH_COUNT)
        if not found:
            return
        after = found[-1].touch.touch_id
        for one in found:
            withdraw(unit, one.touch.enrolment_id, reason=reason, at=at)


def _doubt(unit: Unit, state: EffectState, *, reason: str, at: datetime) -> int:
    doubted = 0
    cursor: str | None = None
    while True:  # ends with the pages
        page = unit.effects.in_state(state, cursor=cursor, size=BATCH_COUNT)
        for row in page.items:
            if is_outward(row):
                move = Move(state=EffectState.IN_DOUBT, reason=reason, due_at=at)
                moved = write_finding(unit, row, move, Finding.RESTORED, at=at)
                assert moved, "nobody else sees the rows before the restore ends"
                doubted += 1
        cursor = page.next_cursor
        if cursor is None:
            return doubted
