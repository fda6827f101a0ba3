"""One recipient moves on: saved by compare-and-swap, and put on record."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bailiwick.domain.campaign.enrolment import Enrolment, Stage
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import RunId
from bailiwick.domain.record import RecordKind
from bailiwick.engine.recipient.withdrawing import withdraw
from bailiwick.kit.hashing import Canonical
from bailiwick.ports.campaigns import Kept
from bailiwick.ports.unit import Unit


def series_of(unit: Unit, enrolment: Enrolment) -> Series:
    """Return the version of the series that a recipient gets. Raises IntegrityFault."""
    found = unit.campaigns.series(enrolment.campaign_id, enrolment.version)
    if found is None:
        message = f"version {enrolment.version} of the series is not stored"
        raise IntegrityFault(message)
    return found


def keep(
    unit: Unit,
    before: Kept,
    now: Enrolment,
    event: str,
    *,
    at: datetime,
    run_id: RunId | None = None,
    details: Mapping[str, Canonical] | None = None,
) -> Kept:
    """Save how a recipient stands now, with a record; `before` was read in this unit.

    Whoever ends, ends with the touch that was under way.
    """
    if now.stage is Stage.ENDED and before.enrolment.stage is not Stage.ENDED:
        withdraw(unit, now.enrolment_id, reason=now.reason, at=at)
    saved = unit.campaigns.save_enrolment(replace(before, enrolment=now))
    assert saved, "the recipient was read in this unit, and units for writing take turns"
    unit.records.append(
        RecordKind.RECIPIENT,
        subject=now.enrolment_id,
        payload={
            "event": event,
            "stage": now.stage.value,
            "end": now.end.value if now.end is not None else None,
            "touches": now.touches_count,
            "wake_at": now.wake_at.isoformat() if now.wake_at is not None else None,
            "reason": now.reason,
            **(details or {}),
        },
        at=at,
        run_id=run_id,
        contact_id=now.contact_id,
    )
    return replace(before, enrolment=now, row_version=before.row_version + 1)
