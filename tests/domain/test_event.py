"""Events are views of records, and told apart as records are."""

from dataclasses import replace
from datetime import UTC, datetime

from bailiwick.domain.event import Event, event_of
from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.record import Record, RecordKind, record_hash

NOW = datetime(2026, 11, 20, tzinfo=UTC)
HALT = Record(
    workspace_id=WorkspaceId("wsp_01k9c3xk2m4n6p8q0r2s4t6v8w"),
    seq=3_001,
    kind=RecordKind.HALT,
    run_id=None,
    contact_id=None,
    subject="*",
    payload={"event": "halted", "scope": "*"},
    at=NOW,
    prev_hash="0" * 64,
    hash="",
)


def told(record: Record) -> Event:
    found = event_of(replace(record, hash=record_hash(record)))
    assert found is not None
    return found


class TestEventId:
    def test_is_the_same_at_every_look(self) -> None:
        """A receiver recognises a repetition."""
        assert told(HALT).event_id == told(HALT).event_id

    def test_differs_after_a_restore_gave_the_number_out_again(self) -> None:
        """Else a receiver would take what happened after the restore for a repetition."""
        before = replace(HALT, payload={"event": "lifted", "scope": "*"})
        assert told(HALT).seq == told(before).seq
        assert told(HALT).event_id != told(before).event_id

    def test_fits_its_column(self) -> None:
        """The longest number of a chain leaves it below 80 characters."""
        assert len(told(replace(HALT, seq=2**63 - 1)).event_id) <= 80
