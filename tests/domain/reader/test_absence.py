from collections.abc import Callable

import pytest

from bailiwick.domain.reading import Intent, Reading

ReadText = Callable[..., Reading]


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office until 3 August 2026.",
        "I will be off from 20 July 2026 to 3 August 2026.",
        "Back in the office on August 3.",
        "Ich bin bis zum 3. August 2026 im Urlaub.",
        "Ich bin nicht im Büro und ab 20.7.2026 weg, wieder da am 3.8.2026.",
        "Je suis absente du bureau jusqu'au 3 août 2026.",
        "Estoy fuera de la oficina hasta el 3 de agosto de 2026.",
        "Sono fuori ufficio fino al 3 agosto 2026.",
        "Estou de férias até 3 de agosto de 2026.",
        "Ik ben afwezig tot 3 augustus 2026.",
        "Jestem nieobecny do 3 sierpnia 2026.",
    ],
)
def test_an_absence_names_its_end(read_text: ReadText, text: str) -> None:
    """In eight languages the last day of an absence is read, not its first."""
    away = read_text(text, automatic=True)
    assert away.intent is Intent.AUTO_REPLY
    assert away.return_on == "2026-08-03"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I am away and back on Thursday.", "2026-07-16"),
        ("I am away, back on Tuesday.", "2026-07-21"),
        ("Ich bin bis Freitag nicht im Büro.", "2026-07-17"),
        ("Je suis absent jusqu'à lundi.", "2026-07-20"),
    ],
)
def test_a_day_of_the_week_is_the_next_such_day(read_text: ReadText, text: str, day: str) -> None:
    """An absence that ends on a weekday ends on the next one; today's own name means next week."""
    assert read_text(text, automatic=True).return_on == day


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office.",
        "I was out of the office until 3 May 2026.",
        "I am out of the office. Our fair is on 3 August 2026.",
        "I am out of the office until 3 August 2031.",
        "We meet every Monday. I am away.",
    ],
)
def test_no_end_is_guessed(read_text: ReadText, text: str) -> None:
    """A past day, a day of something else or one that is years ahead ends no absence."""
    assert read_text(text, automatic=True).return_on == ""


def test_a_person_who_names_a_day_is_not_away(read_text: ReadText) -> None:
    """The same words in a mail that a person wrote pause nothing."""
    assert read_text("The offer is valid until 3 August 2026.").return_on == ""
