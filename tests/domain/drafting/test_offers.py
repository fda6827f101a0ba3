from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bailiwick.domain.drafting.offers import offer_of, offer_read, offers_listed, offers_said
from bailiwick.domain.drafting.templates import PACKS

START = datetime(2026, 7, 15, 17, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
OFFER = offer_of(START, ZONE)


def test_an_offer_reads_back() -> None:
    """The reference holds instant and zone, and nothing else is needed."""
    assert OFFER == "calendar:2026-07-15T13:00:00-04:00/America/New_York"
    assert offer_read(OFFER) == (START, ZONE)


@pytest.mark.parametrize(
    "reference",
    [
        "", "calendar:", "calendar:soon/Europe/Berlin", "message:msg_1",
        "calendar:2026-07-15T13:00:00/America/New_York",
        "calendar:2026-07-15T13:00:00-05:00/America/New_York",
        "calendar:2026-07-15T13:00:00-04:00/America/Nowhere",
        "calendar:2026-07-15T13:00:00-04:00/../../etc/passwd",
        "calendar:0001-01-01T00:00:00+14:00/America/New_York",
    ],
)  # fmt: skip
def test_another_form_is_no_offer(reference: str) -> None:
    """What `offer_of` would not write says nothing."""
    assert offer_read(reference) is None
    assert offers_said((reference,), PACKS["en"]) == {}
    assert offers_listed((reference,), PACKS["en"]) == ""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Wednesday 15 July 2026, 13:00 (America/New York)"),
        ("de", "Mittwoch, 15. Juli 2026, 13:00 Uhr (America/New York)"),
        ("fr", "mercredi 15 juillet 2026 à 13:00 (America/New York)"),
        ("es", "miércoles 15 de julio de 2026 a las 13:00 (America/New York)"),
    ],
)
def test_an_offer_is_said_in_the_language_of_the_mail(language: str, said: str) -> None:
    """Weekday, day, time and zone stand in the words of the language."""
    assert offers_said((OFFER,), PACKS[language]) == {OFFER: said}
    assert offers_listed((OFFER,), PACKS[language]) == said
