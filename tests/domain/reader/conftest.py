from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bailiwick.domain.message import Parse, ParsedMail
from bailiwick.domain.reader.read import read
from bailiwick.domain.reading import Reading
from bailiwick.models.reply_labels import published_weights

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)

ReadText = Callable[..., Reading]


@pytest.fixture
def read_text() -> ReadText:
    def from_text(
        text: str,
        *,
        subject: str = "",
        from_address: str = "dana@acme.example",
        from_name: str = "Dana Whitfield",
        quoted: str = "",
        automatic: bool = False,
        dsn_status: str = "",
        dsn_recipient: str = "",
    ) -> Reading:
        mail = ParsedMail(
            raw_sha256="0" * 64,
            parse=Parse.CLEAN,
            from_address=from_address,
            from_name=from_name,
            subject=subject,
            own_text=text,
            quoted_text=quoted,
            automatic=automatic,
            dsn_status=dsn_status,
            dsn_recipient=dsn_recipient,
            dsn_failed=bool(dsn_recipient),
        )
        return read(mail, now=NOW, weights=published_weights())

    return from_text
