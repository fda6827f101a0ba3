"""The sentences of a reply: thanks, topics, approved answers, who follows up, and a next step."""

from collections.abc import Mapping
from dataclasses import dataclass

from bailiwick.domain.drafting.merge import MissingField, merge
from bailiwick.domain.drafting.offers import offers_listed, offers_said
from bailiwick.domain.drafting.pack import Pack
from bailiwick.domain.drafting.request import DraftRequest, Snippet
from bailiwick.domain.drafting.templates import rotated
from bailiwick.domain.drafting.values import answers, day_agreed, joined, topics_asked
from bailiwick.domain.outbound import Claim
from bailiwick.domain.reading import Intent, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyText:
    """A reply before its footer, and what it rests on."""

    key: str
    text: str
    static: str
    fields: tuple[str, ...]
    claims: tuple[Claim, ...]
    asks_colleague: bool
    topics: tuple[str, ...]


def reply_text(
    request: DraftRequest, pack: Pack, texts: Mapping[str, str], *, answered: bool
) -> ReplyText | MissingField:
    """Write a reply; `answered` puts approved statements in, else a colleague answers all."""
    reading = request.reading
    intent = reading.intent if reading is not None else Intent.OTHER
    topics = topics_asked(reading)
    snippets = _snippets(request, pack, topics) if answered else {}
    pending = tuple(topic for topic in topics if topic not in snippets)
    named_day = day_agreed(reading, pack)
    day = named_day if intent is Intent.MEETING_SCHEDULED else ""
    offers = () if named_day else request.offers  # who named a day is not asked for another
    promise = _promise(request, pack, pending, topics)
    named = joined(topics, pack)
    opening = _pick(request, pack.thanks, "thanks")
    if named:
        opening = f"{opening} {_pick(request, pack.asked, 'asked')}"
    statics = (
        pack.greeting,
        opening,
        promise,
        _pick(request, pack.agreed, "agreed") if day else "",
        _pick(request, pack.offers if offers else pack.next_step(intent), "next"),
        pack.closing,
    )
    values = {**texts, "hook": day, "slots": offers_listed(offers, pack)}
    paragraphs: list[str] = []
    fields: list[str] = []
    for place, static in enumerate(statics):
        shown = joined(pending, pack) if static == promise else named
        merged = merge(static, {**values, "topics": shown})
        if isinstance(merged, MissingField):
            return merged
        paragraphs.append(merged.text)
        fields.extend(merged.fields)
        if place == 1:
            paragraphs.extend(snippet.text for snippet in snippets.values())
    return ReplyText(
        key=f"reply.{intent.value}",
        text="\n\n".join(paragraph for paragraph in paragraphs if paragraph),
        static="\n".join(statics),
        fields=tuple(fields),
        claims=(
            *_claims(request, named, day, tuple(snippets.values())),
            *(Claim(text=s, evidence=ref) for ref, s in offers_said(offers, pack).items()),
        ),
        asks_colleague=bool(promise),
        topics=topics,
    )


def message_ref(request: DraftRequest) -> str:
    """Return the evidence reference of the mail that is answered."""
    return request.message_ref or "message:inbound"


def _pick(request: DraftRequest, variants: tuple[str, ...], salt: str) -> str:
    return rotated(variants, request, salt=salt)[0]


def _snippets(request: DraftRequest, pack: Pack, topics: tuple[str, ...]) -> dict[str, Snippet]:
    found = ((topic, answers(request, topic, pack)) for topic in topics)
    return {topic: snippet for topic, snippet in found if snippet is not None}


def _promise(
    request: DraftRequest, pack: Pack, pending: tuple[str, ...], topics: tuple[str, ...]
) -> str:
    if not _is_asked(request.reading):
        return ""
    if joined(pending, pack):
        return _pick(request, pack.colleague, "colleague")
    unnamed = request.reading is not None and request.reading.questions_count > len(topics)
    return _pick(request, pack.question, "question") if unnamed or not topics else ""


def _is_asked(reading: Reading | None) -> bool:
    if reading is None:
        return False
    if reading.questions_count or reading.intent is Intent.INFO_REQUEST:
        return True
    return bool(reading.topics) and reading.intent is Intent.INTERESTED


def _claims(
    request: DraftRequest, named: str, day: str, snippets: tuple[Snippet, ...]
) -> tuple[Claim, ...]:
    read = tuple(Claim(text=text, evidence=message_ref(request)) for text in (named, day) if text)
    known = tuple(Claim(text=s.text, evidence=f"knowledge:{s.snippet_id}") for s in snippets)
    return (*read, *known)
