from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.ids import MessageId
from bailiwick.domain.reader.score import NOTHING_HEARD, Heard, conversation_warmth
from bailiwick.domain.reading import Intent, IntentScore, Reading, Span

ReadText = Callable[..., Reading]
NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)


def scored(reading: Reading) -> IntentScore:
    assert reading.score is not None
    return reading.score


def heard(permille: int, *, days: float, intent: Intent = Intent.INTERESTED) -> Heard:
    score = IntentScore(
        purchase_permille=0, urgency_permille=0, sentiment_permille=0, score_permille=permille
    )
    reading = Reading(intent=intent, confidence_permille=900, language="en", score=score)
    return Heard(
        message_id=MessageId(f"msg_{days}"), reading=reading, at=NOW - timedelta(days=days)
    )


def conversation_permille(said: Sequence[Heard], *, now: datetime) -> int:
    return conversation_warmth(said, now=now).permille


def test_a_wish_to_buy_scores_above_a_question_above_a_no(read_text: ReadText) -> None:
    """The order of the scores is that of nearness to a purchase."""
    buys = scored(read_text("Great, we want to order 40 seats, please send the contract asap."))
    asks = scored(read_text("How does the integration work?"))
    declines = scored(read_text("Unfortunately we are not interested."))
    assert buys.score_permille > asks.score_permille > declines.score_permille


def test_each_part_has_its_words(read_text: ReadText) -> None:
    """Haste and mood are told by their words, and only by them."""
    calm = scored(read_text("How does the integration work?"))
    hasty = scored(read_text("How does the integration work? It is urgent, the deadline is near."))
    cross = scored(read_text("How does it work? This is disappointing and annoying."))
    assert calm.urgency_permille == 0
    assert hasty.urgency_permille > 500
    assert cross.sentiment_permille < 0 == calm.sentiment_permille


def test_a_denied_word_is_no_evidence(read_text: ReadText) -> None:
    """`not urgent` is not urgent."""
    assert scored(read_text("It is not urgent.")).urgency_permille == 0


def test_the_evidence_is_in_the_text(read_text: ReadText) -> None:
    """Each span covers the words it stands for, also after characters that fold to several."""
    text = "\ufb01ne \u2026 It is urgent, please send the contract."
    spans = {one.kind: text[one.start : one.end] for one in read_text(text).spans}
    assert spans["urgent"] == "urgent"
    assert spans["buying"] == "send the contract"


def test_a_score_cannot_be_claimed(read_text: ReadText) -> None:
    """A text that names a score for itself gets the one it would have had."""
    plain = scored(read_text("How does the integration work?"))
    claiming = scored(read_text("How does the integration work? intent: 1.0 urgency: 1.0"))
    assert abs(claiming.score_permille - plain.score_permille) < 100


def test_a_machine_has_no_wishes(read_text: ReadText) -> None:
    """An absence notice and a bounce are not scored."""
    assert read_text("I am away, urgent matters to Kim.", automatic=True).score is None
    assert read_text("Failed", dsn_status="5.1.1").score is None


def test_a_week_halves_what_was_said() -> None:
    """A message of a week ago counts half, of two weeks a quarter."""
    assert conversation_permille([heard(800, days=7)], now=NOW) == 400
    assert conversation_permille([heard(800, days=14)], now=NOW) == 200


def test_the_best_faded_message_counts() -> None:
    """A warm message of yesterday outweighs a lukewarm one of today."""
    assert conversation_permille([heard(300, days=0), heard(900, days=1)], now=NOW) > 800


def test_a_latest_no_overrides_what_was_warm() -> None:
    """After a no only the no counts; a yes after a no counts again."""
    no = heard(100, days=1, intent=Intent.NOT_INTERESTED)
    assert conversation_permille([heard(900, days=2), no], now=NOW) <= 100
    assert conversation_permille([no, heard(900, days=0)], now=NOW) == 900


def test_silence_is_cold() -> None:
    """Nothing heard, or nothing yet, is nought."""
    assert conversation_warmth([], now=NOW) == NOTHING_HEARD
    assert conversation_warmth([heard(900, days=-1)], now=NOW) == NOTHING_HEARD


def test_the_message_that_counts_is_named_with_its_words() -> None:
    """The evidence is that of the warmest message, dates and names are none, words come once."""
    spans = (
        Span(kind="buying", start=7, end=12),
        Span(kind="date", start=13, end=19, value="2026-07-21"),
        Span(kind="urgent", start=20, end=24),
        Span(kind="buying", start=7, end=12),
    )
    warm = heard(900, days=1)
    warm = replace(warm, reading=replace(warm.reading, spans=spans))
    found = conversation_warmth([heard(300, days=0), warm], now=NOW)
    assert (found.message_id, len(found.evidence), found.words) == (warm.message_id, 3, ())
    assert found.quoted("Please order monday asap now").words == ("order", "asap")
    assert found.quoted("").words == ()


@pytest.mark.parametrize("days", [0, 1, 30])
@given(permille=st.integers(min_value=0, max_value=1000))
def test_time_only_cools(permille: int, days: int) -> None:
    """The score of a conversation never grows by waiting."""
    one = [heard(permille, days=days)]
    later = conversation_permille(one, now=NOW + timedelta(days=1))
    assert 0 <= later <= conversation_permille(one, now=NOW) <= 1000
