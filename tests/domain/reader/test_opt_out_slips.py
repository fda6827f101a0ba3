from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.reader.opt_out_slips import mended
from bailiwick.domain.reading import Reading

ReadText = Callable[..., Reading]


@pytest.mark.parametrize(
    "text",
    [
        "How do I unnsubscribe from these mails?",
        "Dear Grace,\n\nnsubscribe me.",
        "Plaese take my address out of your dtaabase.",
        "Schreiebn Sie mir nicht mehr.",
        "Merci de me suppprimer de votre liste.",
        "Non cntattatemi più.",
        "Não me contactem maais.",
        "schrifj mij uit.",
        "Proszę się ze mną więcej nie koontaktować.",
    ],
)
def test_a_slip_of_the_finger_is_heard_in_doubt(read_text: ReadText, text: str) -> None:
    """A mistyped request stops all mail until a person has looked, and suppresses nobody itself."""
    reading = read_text(text)
    assert reading.opt_out
    assert not reading.opt_out_certain


@pytest.mark.parametrize(
    "text",
    [
        "Please remove the draft, I will send another one.",
        "Can you reprove that the list is leased?",
        "The mails of last week were helpful, thanks.",
        "We plan a move of our main office to Leeds.",
        "Bitte senden Sie uns weitere Unterlagen.",
        "Wir möchten uns für den Newsletter anmelden.",
        "Please send us no more contracts before Friday.",
    ],
)
def test_words_that_are_near_are_no_request(read_text: ReadText, text: str) -> None:
    """A word that is a letter away from one of a request makes none."""
    assert not read_text(text).opt_out


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("unsubscirbe", "unsubscribe"),
        ("unsubscrib", "unsubscribe"),
        ("unsubscriibe", "unsubscribe"),
        ("unsubxcribe", "unsubscribe"),
        ("main", "main"),
        ("unsubxxribe", "unsubxxribe"),
        ("nie", "nie"),
    ],
)
def test_one_slip_is_mended(written: str, meant: str) -> None:
    """A letter left out, twice, swapped, or another in a long word; two slips are none of ours."""
    assert mended(f"please {written} me") == f"please {meant} me"


@given(st.text(max_size=200))
def test_mending_ends(text: str) -> None:
    """What was mended needs no mending, whatever it was."""
    once = mended(text)
    assert mended(once) == once
