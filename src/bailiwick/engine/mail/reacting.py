"""What a mail of a contact sets off at once, in the transaction that keeps what was read of it."""

from dataclasses import dataclass
from datetime import datetime

from bailiwick.domain.ids import ContactId, MessageId, SignalId
from bailiwick.domain.provenance import Trust
from bailiwick.domain.reading import Reading
from bailiwick.domain.record import RecordKind
from bailiwick.domain.signal import Signal, SignalKind
from bailiwick.engine.recipient.stopping import heard_from
from bailiwick.ports.ids import Ids
from bailiwick.ports.timetable import Timetable
from bailiwick.ports.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactions:
    """Stops campaigns, holds mail back and has the contact looked at; the caller commits."""

    timetable: Timetable
    ids: Ids

    def react(
        self,
        unit: Unit,
        reading: Reading,
        *,
        message_id: MessageId,
        contact_id: ContactId,
        at: datetime,
    ) -> None:
        """Act on what a mail of this contact says."""
        unit.runs.set_due(contact_id, at)
        heard_from(unit, self.timetable, contact_id, reading, at=at)
        if not reading.opt_out:
            return
        # Nothing is sent from now on; the run that follows suppresses, or asks a person.
        unit.guards.mark_doubtful(contact_id, doubtful=True)
        unit.records.append(
            RecordKind.FLAGGED,
            subject=contact_id,
            payload={"flag": "opt_out_doubtful", "value": True, "message": message_id},
            at=at,
            contact_id=contact_id,
        )
        unit.runs.add_signal(
            Signal(
                signal_id=SignalId(self.ids.new("sig")),
                kind=SignalKind.MAIL_RECEIVED,
                contact_id=contact_id,
                message_id=message_id,
                trust=Trust.UNVERIFIED,
                received_at=at,
                dedupe_key=f"mail:{message_id}",
            )
        )
