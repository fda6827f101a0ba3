"""Takes in what outside systems tell us: product events, web forms, anything with a signature.

What they say is data from outside: it is kept with the contact it names, wakes the orchestrator for
that contact, and is never answered automatically. Somebody unknown becomes a lead for a person.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.domain.crm import Activity
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, ActivityId, ContactId, SignalId
from bailiwick.domain.mail_address import normalised
from bailiwick.domain.provenance import Trust
from bailiwick.domain.record import RecordKind
from bailiwick.domain.signal import Signal, SignalKind
from bailiwick.kit.instant import EARLIEST, LATEST
from bailiwick.kit.text import one_line, without_controls
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Unit, Units

LINE_LENGTH_MAX: Final = 500  # ours: a subject, a name
NOTE_LENGTH_MAX: Final = 4_000  # capabilities 29a: size bounds of text
KEY_LENGTH_MAX: Final = 255  # reliability 5, as for idempotency keys


class UnableToTake(InputFault):
    """What was told cannot be kept; the message says what is missing and what would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an outside system says happened."""

    source: str
    """Who says so: the name of a source, or of an API key."""
    external_id: str
    """The source's own id of this event: told twice, it counts once."""
    kind: str
    """Such as `form.submitted` or `trial.started`."""
    address: str = ""
    contact_id: ContactId | None = None
    name: str = ""
    company: str = ""
    subject: str = ""
    note: str = ""
    at: datetime | None = None


class Fate(StrEnum):
    """What became of it."""

    SIGNALLED = "signalled"
    """Kept with the contact, who is planned for next."""
    LEAD = "lead"
    """Nobody knew the address: a lead, for a person to look at."""
    REPEATED = "repeated"
    """It was told before; nothing changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The answer to the outside system; the same again when it is told again."""

    fate: Fate
    signal_id: SignalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Keeps what is told, once."""

    units: Units
    clock: Clock
    ids: Ids

    def take(self, told: Told) -> Taken:
        """Keep it and wake the orchestrator, in one transaction. Raises UnableToTake."""
        address = _checked(told)
        signal_id = SignalId(self.ids.new(PREFIX["signal"]))
        with self.units.write() as unit:
            at = self.clock.now()
            contact_id = self._whose(unit, told, address)
            signal = Signal(
                signal_id=signal_id,
                kind=SignalKind.TOLD,
                contact_id=contact_id,
                message_id=None,
                trust=Trust.UNVERIFIED,
                received_at=at,
                dedupe_key=f"told/{told.source}/{told.external_id}",
            )
            if not unit.runs.add_signal(signal):
                return Taken(fate=Fate.REPEATED, signal_id=signal_id)
            fate = self._keep(unit, told, address, signal, at=at)
            unit.commit()
        return Taken(fate=fate, signal_id=signal_id)

    def _whose(self, unit: Unit, told: Told, address: str) -> ContactId | None:
        if told.contact_id is None:
            return unit.guards.address_owner(address)
        if unit.crm.contact(told.contact_id) is None:
            message = f"contact_id {told.contact_id!r} is nobody here; give an address instead"
            raise UnableToTake(message)
        return told.contact_id

    def _keep(self, unit: Unit, told: Told, address: str, signal: Signal, *, at: datetime) -> Fate:
        if signal.contact_id is None:
            lead_id = unit.inbound.add_lead(
                address=address,
                name=one_line(told.name)[:LINE_LENGTH_MAX],
                company=one_line(told.company)[:LINE_LENGTH_MAX],
                source=told.source,
                at=at,
            )
            unit.runs.close_signal(signal.signal_id, at=at)
            self._record(unit, told, signal, subject=lead_id, at=at)
            return Fate.LEAD
        activity_id = ActivityId(self.ids.new(PREFIX["activity"]))
        unit.inbound.add_activity(
            Activity(
                activity_id=activity_id,
                kind=told.kind,
                subject=one_line(told.subject)[:LINE_LENGTH_MAX],
                note=without_controls(told.note)[:NOTE_LENGTH_MAX],
                contact_id=signal.contact_id,
                at=told.at or at,
            )
        )
        self._record(unit, told, signal, subject=activity_id, at=at)
        return Fate.SIGNALLED

    def _record(
        self, unit: Unit, told: Told, signal: Signal, *, subject: str, at: datetime
    ) -> None:
        unit.records.append(
            RecordKind.SIGNAL_READ,
            subject=signal.signal_id,
            payload={
                "kind": signal.kind.value,
                "source": told.source,
                "kept_as": subject,
                "trust": signal.trust.value,
            },
            at=at,
            contact_id=signal.contact_id,
        )


def _checked(told: Told) -> str:
    """Return the address in its one form, or an empty one. Raises UnableToTake."""
    for name, value in (("external_id", told.external_id), ("kind", told.kind)):
        if not value.strip() or len(value) > KEY_LENGTH_MAX or one_line(value) != value:
            message = f"{name} must be one line of 1 to {KEY_LENGTH_MAX} characters"
            raise UnableToTake(message)
    if told.at is not None and not EARLIEST <= told.at <= LATEST:
        message = f"at must be between {EARLIEST:%Y} and {LATEST:%Y}"
        raise UnableToTake(message)
    if told.contact_id is not None:
        return ""
    address = normalised(told.address)
    if address is None:
        message = "give contact_id, or address as one mail address such as ada@example.com"
        raise UnableToTake(message)
    return address
