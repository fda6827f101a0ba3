from collections.abc import Callable

import pytest

from bailiwick.domain.reading import Reading

ReadText = Callable[..., Reading]


def found(reading: Reading, kind: str) -> list[str]:
    return [span.value for span in reading.spans if span.kind == kind]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on 2026-08-05", "2026-08-05"),
        ("am 5.8.2026", "2026-08-05"),
        ("am 05.08.", "2026-08-05"),
        ("on 5 August 2026", "2026-08-05"),
        ("on August 5th, 2026", "2026-08-05"),
        ("le 5 août 2026", "2026-08-05"),
        ("el 5 de agosto de 2026", "2026-08-05"),
        ("am 5. August", "2026-08-05"),
        ("08/25/2026", "2026-08-25"),
        ("25/08/2026", "2026-08-25"),
        ("2026年8月5日", "2026-08-05"),
        ("on 5 January", "2027-01-05"),
    ],
)
def test_a_date_is_read_into_one_form(read_text: ReadText, text: str, value: str) -> None:
    """Dates of several languages become ISO dates, in the nearest year when none is given."""
    assert found(read_text(text), "date") == [value]


@pytest.mark.parametrize("text", ["version 1.2.3.4", "31.02.2026", "99/99/2026", "call 555"])
def test_what_is_no_date_is_not_one(read_text: ReadText, text: str) -> None:
    """Impossible days and version numbers give no date."""
    assert found(read_text(text), "date") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.500,00 €", "1250000 EUR"),
        ("$12,500.00", "1250000 USD"),
        ("£99", "9900 GBP"),
        ("15k EUR", "1500000 EUR"),
        ("CHF 1'200.50", "120050 CHF"),
        ("¥1200", "1200 JPY"),
        ("40 dollars", "4000 USD"),
    ],
)
def test_money_becomes_minor_units(read_text: ReadText, text: str, value: str) -> None:
    """Amounts keep no fraction and no separator."""
    assert found(read_text(f"It is {text} in all."), "money") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [("3pm", "15:00"), ("14:30", "14:30"), ("14 Uhr", "14:00"), ("9h15", "09:15")],
)
def test_a_time_is_on_the_24_hour_clock(read_text: ReadText, text: str, value: str) -> None:
    """Times of several habits become HH:MM."""
    assert found(read_text(f"at {text} please"), "time") == [value]


def test_links_and_addresses_are_places_without_a_value(read_text: ReadText) -> None:
    """A link is inert: the reading tells where it stands and does not carry it."""
    text = "See https://evil.example/a?b=c, or write to kim@acme.example."
    reading = read_text(text)
    places = {s.kind: text[s.start : s.end] for s in reading.spans if s.kind in {"url", "address"}}
    assert places == {"url": "https://evil.example/a?b=c", "address": "kim@acme.example"}
    assert found(reading, "url") == [""]


def test_an_international_phone_is_normalised(read_text: ReadText) -> None:
    """A number with a country code is E.164; a local one has a place and no value."""
    assert found(read_text("Call +44 20 7946 0958 now"), "phone") == ["+442079460958"]
    assert found(read_text("Call 020 7946 0958 now"), "phone") == [""]


def test_questions_are_counted_where_they_stand(read_text: ReadText) -> None:
    """Each question mark ends a question, full-width ones too."""
    text = "Hello. What does it cost? いつですか\uff1f Fine."
    reading = read_text(text)
    questions = [text[s.start : s.end] for s in reading.spans if s.kind == "question"]
    assert questions == ["What does it cost?", "いつですか\uff1f"]
    assert reading.questions_count == 2


def test_places_survive_folding(read_text: ReadText) -> None:
    """Full-width and zero-width characters do not shift where a value stands."""
    text = "\u200b\u200b\uff28\uff45\uff4c\uff4c\uff4f\u3000on 5\u200b August 2026, ok"
    span = next(s for s in read_text(text).spans if s.kind == "date")
    assert text[span.start : span.end] == "5\u200b August 2026"
