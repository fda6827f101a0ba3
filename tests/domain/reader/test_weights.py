from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.message import Parse, ParsedMail
from bailiwick.domain.reader.concepts import ideas_of
from bailiwick.domain.reader.features import WORDS_READ_MAX, features_of
from bailiwick.domain.reader.view import view
from bailiwick.domain.reader.weights import probabilities
from bailiwick.domain.reading import Basis, Intent, Reading
from bailiwick.models.reply_labels import published_weights

ReadText = Callable[..., Reading]


def mail(text: str) -> ParsedMail:
    return ParsedMail(
        raw_sha256="0" * 64, parse=Parse.CLEAN, from_address="dana@acme.example", own_text=text
    )


@given(st.text(max_size=400))
def test_the_shares_of_any_text_add_up_to_one(text: str) -> None:
    """Whatever is written, ten labels share one whole."""
    found = features_of(mail(text), view(text), view(""))
    shares = probabilities(published_weights(), found)
    assert sum(shares.values()) == pytest.approx(1)
    assert all(0 <= one <= 1 for one in shares.values())


def test_a_long_mail_is_read_to_a_bound() -> None:
    """A mail of any length costs no more than its first words."""
    text = " ".join(f"word{'abcdefghij'[n % 10] * (n % 9)}" for n in range(5_000))
    found = features_of(mail(text), view(text), view(""))
    assert len(found.words) <= 3 * WORDS_READ_MAX


@pytest.mark.parametrize("word", ["rabatt", "remise", "sconto", "korting", "discounts"])
def test_one_idea_has_words_in_many_languages(word: str) -> None:
    """What was learned of an idea in one language holds in the others."""
    assert "discount" in ideas_of(word)


def test_a_stem_is_no_word_of_its_own() -> None:
    """A word that must stand alone is not found inside another."""
    assert "no" in ideas_of("no")
    assert "no" not in ideas_of("notary")


def test_a_doubtful_answer_is_none(read_text: ReadText) -> None:
    """Below the threshold the label is `other`, below the gate, whatever comes closest."""
    unsure = read_text("Our head of sales mentioned the fair and something about next spring.")
    assert unsure.intent is Intent.OTHER
    assert unsure.confidence_permille <= 500
    sure = read_text("Could you send us a price list for 40 users?")
    assert (sure.intent, sure.basis) == (Intent.INFO_REQUEST, Basis.CLASSIFIER)
    assert sure.confidence_permille >= published_weights().act_permille


def test_a_person_is_not_taken_for_a_machine(read_text: ReadText) -> None:
    """Words of receipt alone do not make a mail automatic; a ticket robot's do."""
    assert not read_text("We received the samples, thank you.").automatic
    assert read_text("Ticket #44 was created, we have received your request.").automatic
