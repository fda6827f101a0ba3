import io
from typing import TYPE_CHECKING

from bailiwick.connectors.mailbox.child import serve
from bailiwick.connectors.mailbox.parse import parse
from bailiwick.connectors.mailbox.wire import (
    LENGTH_BYTES,
    batch_content,
    batch_frame,
    frame_length,
    result_content,
)

if TYPE_CHECKING:
    from bailiwick.domain.message import ParsedMail

RAWS = [
    "From: Zoë <zoe@acme.example>\nDate: Tue, 14 Jul 2026 09:12:44 +0000\n\nhi 👍🏽\n".encode(),
    b"",
    b"\xff\x00" * 50,
    b"From: MAILER-DAEMON@x.example\nContent-Type: application/pdf; name=a.pdf\n\nx",
]


class TestWire:
    def test_carries_batches_unchanged(self) -> None:
        """Any bytes, none at all included, arrive as they were sent."""
        frame = batch_frame(RAWS)
        assert frame_length(frame[:LENGTH_BYTES]) == len(frame) - LENGTH_BYTES
        assert batch_content(frame[LENGTH_BYTES:]) == RAWS
        assert batch_content(batch_frame([])[LENGTH_BYTES:]) == []


class TestServe:
    def test_answers_each_mail_in_order(self) -> None:
        """Every result that comes over the wire equals the one that parsing here gives."""
        sink = io.BytesIO()
        serve(io.BytesIO(batch_frame(RAWS[:1]) + batch_frame(RAWS[1:])), sink, parse)
        content = sink.getvalue()
        results: list[ParsedMail] = []
        while content:
            length = frame_length(content[:LENGTH_BYTES])
            results.append(result_content(content[LENGTH_BYTES : LENGTH_BYTES + length]))
            content = content[LENGTH_BYTES + length :]
        assert results == [parse(raw) for raw in RAWS]
