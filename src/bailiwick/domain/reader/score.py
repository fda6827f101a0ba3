"""How near to a purchase a reply is: wish to buy, urgency and mood, each with the words for it.

The score orders a person's day. It never raises what may be done, so a text that claims a score
for itself gains nothing (capabilities 16).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import exp, log
from typing import Final

from bailiwick.domain.ids import MessageId
from bailiwick.domain.message import Message
from bailiwick.domain.reader.mood_words import BUYING, GLAD, SORRY, URGENT
from bailiwick.domain.reader.view import Clue, Hit, View, hits
from bailiwick.domain.reading import Intent, IntentScore, Reading, Span

INTENT_SHARE: Final = 0.5  # capabilities 16, as are the two below
URGENCY_SHARE: Final = 0.3
SENTIMENT_SHARE: Final = 0.2
HALF_LIFE_DAYS: Final = 7.0  # capabilities 16: what was said a week ago counts half
CUES_COUNT_MAX: Final = 3  # ours: a fourth cue of a kind adds nothing
SPANS_PER_KIND_MAX: Final = 4  # ours: evidence to show, not a list to read
MESSAGES_COUNT_MAX: Final = 50  # ours: what is older has decayed to nothing
_BUYING_STEP: Final = 0.15  # ours: three cues lift an open question to a wish
_URGENCY_STEP: Final = 0.4  # ours: two cues are urgent
_MOOD_STEP: Final = 0.35  # ours: three words settle a mood

_WISH: Final[Mapping[Intent, float]] = {  # ours: how far towards a purchase each label is
    Intent.INTERESTED: 0.8,
    Intent.MEETING_SCHEDULED: 0.8,
    Intent.INFO_REQUEST: 0.55,
    Intent.PARTNERSHIP: 0.2,
    Intent.OTHER: 0.15,
}
_DENIAL_REACH: Final = 14  # ours: "not really" and a space
_DENIAL: Final = re.compile(
    r"(?:\b(?:not|no|never|isn't|aren't|don't|nicht|kein\w{0,2}|pas|non|ne|sin|nao|niet|geen|nie)"
    r"(?: \w{1,6})? )$"
)
EVIDENCE_KINDS: Final = frozenset({"buying", "urgent", "glad", "sorry"})
_ENDS: Final = frozenset({Intent.NOT_INTERESTED, Intent.UNSUBSCRIBE})


def score_of(own: View, shares: Mapping[Intent, float]) -> tuple[IntentScore, tuple[Span, ...]]:
    """Return the score of a message and the places in it that speak for it."""
    buying, urgent = _found(BUYING, own), _found(URGENT, own)
    glad, sorry = _found(GLAD, own), _found(SORRY, own)
    wish = sum(_WISH.get(label, 0.0) * share for label, share in shares.items())
    open_share = 1 - sum(shares.get(label, 0.0) for label in _ENDS)
    purchase = min(1.0, wish + _BUYING_STEP * _counted(buying) * open_share)
    urgency = min(1.0, _URGENCY_STEP * _counted(urgent))
    mood = max(-1.0, min(1.0, _MOOD_STEP * (_counted(glad) - _counted(sorry))))
    whole = INTENT_SHARE * purchase + URGENCY_SHARE * urgency + SENTIMENT_SHARE * (mood + 1) / 2
    spans = (
        *_spans("buying", buying, own),
        *_spans("urgent", urgent, own),
        *_spans("glad", glad, own),
        *_spans("sorry", sorry, own),
    )
    return (
        IntentScore(
            purchase_permille=round(purchase * 1000),
            urgency_permille=round(urgency * 1000),
            sentiment_permille=round(mood * 1000),
            score_permille=round(whole * 1000),
        ),
        spans,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One received message of a conversation."""

    message_id: MessageId
    reading: Reading
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Warmth:
    """How near to a purchase a conversation is now, and the message that says so."""

    permille: int = 0
    message_id: MessageId | None = None
    """None where nobody said anything that counts."""
    evidence: tuple[Span, ...] = ()
    """Where in the sender's own text of that message."""
    words: tuple[str, ...] = ()
    """The evidence in the sender's words; empty until `quoted`, since planners never see them."""

    def quoted(self, own_text: str) -> "Warmth":
        """Return it with the words that the evidence stands for."""
        said = (own_text[one.start : one.end] for one in self.evidence)
        return replace(self, words=tuple(dict.fromkeys(one for one in said if one)))


NOTHING_HEARD: Final = Warmth()


def heard_in(messages: Iterable[Message]) -> tuple[Heard, ...]:
    """Return what was read of stored messages."""
    return tuple(
        Heard(message_id=one.message_id, reading=one.reading, at=one.received_at)
        for one in messages
        if one.reading is not None
    )


def conversation_warmth(heard: Iterable[Heard], *, now: datetime) -> Warmth:
    """Return how warm a conversation is: the best message, faded by age; a latest no ends it.

    An answer by a machine says nothing about its owner and is left out.
    """
    said = sorted(
        (one for one in heard if one.reading.score is not None and one.at <= now),
        key=lambda one: (one.at, one.message_id),
    )[-MESSAGES_COUNT_MAX:]
    if said and said[-1].reading.intent in _ENDS:
        said = said[-1:]
    best = max(said, key=lambda one: (_faded(one, now=now), one.at), default=None)
    if best is None:
        return NOTHING_HEARD
    return Warmth(
        permille=_faded(best, now=now),
        message_id=best.message_id,
        evidence=tuple(one for one in best.reading.spans if one.kind in EVIDENCE_KINDS),
    )


def _faded(one: Heard, *, now: datetime) -> int:
    assert one.reading.score is not None, "only scored messages fade"
    days = (now - one.at).total_seconds() / 86_400
    return round(one.reading.score.score_permille * exp(-log(2) * days / HALF_LIFE_DAYS))


def _found(table: Iterable[Clue], own: View) -> tuple[Hit, ...]:
    places = {hit.start: hit for hit in hits(table, own) if not _negated(own, hit)}
    return tuple(places[start] for start in sorted(places))


def _negated(own: View, hit: Hit) -> bool:
    """Tell whether a word of denial stands right before a cue."""
    before = own.latin[max(0, hit.start - _DENIAL_REACH) : hit.start]
    return _DENIAL.search(before) is not None


def _counted(found: tuple[Hit, ...]) -> int:
    return min(CUES_COUNT_MAX, len(found))


def _spans(kind: str, found: tuple[Hit, ...], own: View) -> tuple[Span, ...]:
    placed = (own.where(hit.start, hit.end) for hit in found[:SPANS_PER_KIND_MAX])
    return tuple(Span(kind=kind, start=start, end=end) for start, end in placed)
