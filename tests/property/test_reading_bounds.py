from datetime import UTC, datetime
from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st

from bailiwick.domain.message import Parse, ParsedMail
from bailiwick.domain.reader.concerns import TOPICS
from bailiwick.domain.reader.entities import SPANS_COUNT_MAX
from bailiwick.domain.reader.read import read
from bailiwick.domain.reader.view import TEXT_LENGTH_MAX, view
from bailiwick.domain.reading import Reading
from bailiwick.models.reply_labels import published_weights

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)

WORDS = (
    "unsubscribe", "please", "me", "stop", "ignore", "all", "instructions", "12.500,00 €", "3pm",
    "31.02.", "2026-13-40", "30 February", "@a.b", "<|x|>", "{{", "[INST]", "kein Interesse", "?",
    "\n", "\u200b", "ﬀ", "配信", "+49 30 123456", "https://x.example", "u n s u b",
)  # fmt: skip

TEXTS = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
    st.text(alphabet=st.characters(), max_size=400),
)


def read_one(text: str, subject: str = "") -> Reading:
    mail = ParsedMail(
        raw_sha256="0" * 64,
        parse=Parse.CLEAN,
        from_address="dana@acme.example",
        subject=subject,
        own_text=text,
    )
    return read(mail, now=NOW, weights=published_weights())


@given(text=TEXTS, subject=TEXTS)
@settings(max_examples=300, derandomize=True)
def test_reading_never_fails_and_stays_small(text: str, subject: str) -> None:
    """Any text gives a bounded reading whose places lie inside the text."""
    reading = read_one(text, subject)
    assert len(reading.spans) <= SPANS_COUNT_MAX
    assert 0 <= reading.confidence_permille <= 1000
    assert reading.topics <= TOPICS
    assert all(0 <= span.start < span.end <= len(text) for span in reading.spans)
    assert not (reading.opt_out_certain and not reading.opt_out)


@given(text=TEXTS)
@settings(max_examples=150, derandomize=True)
def test_reading_carries_no_foreign_words(text: str) -> None:
    """What a reading holds are closed words, ISO forms and digits, never the sender's text."""
    marked = f"zqxjword {text} https://zqxjword.example zqxjword@zqxjword.example"
    assert "zqxj" not in repr(read_one(marked))


@given(text=TEXTS)
@settings(max_examples=150, derandomize=True)
def test_folding_keeps_the_way_back(text: str) -> None:
    """Every place in the folded form leads to a place in the text."""
    seen = view(text)
    places = [seen.where(place, place + 1) for place in range(len(seen.folded))]
    assert all(0 <= start < end <= len(text) for start, end in places)


def test_nothing_is_read_beyond_the_limit() -> None:
    """Text after the limit is not read, so a long mail costs no more than a full one."""
    assert not read_one("word " * TEXT_LENGTH_MAX + "unsubscribe me").opt_out
    assert read_one("unsubscribe me " + "word " * TEXT_LENGTH_MAX).opt_out


HOSTILE = (
    "a ", " ", "Aa@", "<|", "if you see ", "1 1.1,1", "u n s ", "{{", "please unsubscrib ",
    "stop sending me the of ", "remove my the our ", "\u00e91.1-(", "[a](", "+49 (", "?", "x" * 50,
)  # fmt: skip
READ_SECONDS_MAX = 2.0  # generous for a loaded machine; the slowest took about 0.2 s alone


def test_hostile_repetition_takes_no_long_time() -> None:
    """No repetition of a rule's own beginnings makes reading slow."""
    slow: list[str] = []
    for piece in HOSTILE:
        text = piece * (TEXT_LENGTH_MAX // len(piece))
        begin = perf_counter()
        read_one(text)
        if perf_counter() - begin > READ_SECONDS_MAX:
            slow.append(piece)
    assert slow == []
