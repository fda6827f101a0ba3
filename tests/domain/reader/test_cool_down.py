from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bailiwick.domain.ids import ContactId, MessageId, ThreadId
from bailiwick.domain.message import Direction, Message, Parse, ParsedMail
from bailiwick.domain.reader.cool_down import COOL_DOWN_DAYS, left_alone_until
from bailiwick.domain.reading import Intent, Reading

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)


def heard(intent: Intent, *, days: int) -> Message:
    return Message(
        message_id=MessageId(f"msg_{days}"),
        thread_id=ThreadId("thr_1"),
        direction=Direction.INBOUND,
        contact_id=ContactId("con_1"),
        mail=ParsedMail(raw_sha256="0" * 64, parse=Parse.CLEAN),
        reading=Reading(
            intent=intent,
            confidence_permille=900,
            language="en",
            automatic=intent is Intent.AUTO_REPLY,
        ),
        received_at=NOW - timedelta(days=days),
    )


def test_a_no_is_kept_for_ninety_days() -> None:
    """Until its last day, and not beyond."""
    said = heard(Intent.NOT_INTERESTED, days=10)
    assert left_alone_until([said], now=NOW) == said.received_at + timedelta(days=COOL_DOWN_DAYS)
    assert left_alone_until([heard(Intent.NOT_INTERESTED, days=91)], now=NOW) is None


def test_a_wish_after_a_no_lifts_it() -> None:
    """Who asks again is answered; a no after a wish counts."""
    no, wish = heard(Intent.NOT_INTERESTED, days=10), heard(Intent.INFO_REQUEST, days=3)
    assert left_alone_until([no, wish], now=NOW) is None
    later = heard(Intent.NOT_INTERESTED, days=1)
    assert left_alone_until([no, wish, later], now=NOW) is not None


def test_machines_and_doubt_lift_nothing() -> None:
    """An absence notice or a mail that nobody understands takes no no back."""
    no = heard(Intent.NOT_INTERESTED, days=10)
    unread = replace(heard(Intent.OTHER, days=1), reading=None)
    for after in (heard(Intent.AUTO_REPLY, days=2), heard(Intent.OTHER, days=2), unread):
        assert left_alone_until([no, after], now=NOW) is not None


def test_nobody_who_said_no_no_is_left_alone() -> None:
    """Silence and wishes ask for no rest."""
    assert left_alone_until([], now=NOW) is None
    assert left_alone_until([heard(Intent.INTERESTED, days=1)], now=NOW) is None
