"""Parsed mail and readings as canonical JSON, and back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bailiwick.domain.message import Attachment, Parse, ParsedMail
from bailiwick.domain.reading import Basis, Concern, Intent, IntentScore, Reading, Span
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.instant import instant, microseconds


def mail_to_json(mail: ParsedMail) -> Canonical:
    """Return the stored form of a parsed mail."""
    return {
        "raw_sha256": mail.raw_sha256,
        "parse": mail.parse.value,
        "defects": list(mail.defects),
        "rfc_message_id": mail.rfc_message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "from_address": mail.from_address,
        "from_name": mail.from_name,
        "reply_to": list(mail.reply_to),
        "to": list(mail.to),
        "cc": list(mail.cc),
        "subject": mail.subject,
        "sent_at": None if mail.sent_at is None else microseconds(mail.sent_at),
        "text": mail.text,
        "own_text": mail.own_text,
        "quoted_text": mail.quoted_text,
        "signature": mail.signature,
        "attachments": [
            {
                "name": a.name,
                "content_type": a.content_type,
                "size_bytes": a.size_bytes,
                "sha256": a.sha256,
            }
            for a in mail.attachments
        ],
        "headers": [[name, value] for name, value in mail.headers],
        "automatic": mail.automatic,
        "dsn_status": mail.dsn_status,
        "dsn_recipient": mail.dsn_recipient,
        "dsn_failed": mail.dsn_failed,
        "feedback": mail.feedback,
    }


def mail_from_json(stored: Canonical) -> ParsedMail:
    """Read a parsed mail back."""
    row = _mapping(stored)
    return ParsedMail(
        raw_sha256=_text(row["raw_sha256"]),
        parse=Parse(_text(row["parse"])),
        defects=_texts(row["defects"]),
        rfc_message_id=_text(row["rfc_message_id"]),
        in_reply_to=_texts(row["in_reply_to"]),
        references=_texts(row["references"]),
        from_address=_text(row["from_address"]),
        from_name=_text(row["from_name"]),
        reply_to=_texts(row["reply_to"]),
        to=_texts(row["to"]),
        cc=_texts(row["cc"]),
        subject=_text(row["subject"]),
        sent_at=_instant(row["sent_at"]),
        text=_text(row["text"]),
        own_text=_text(row["own_text"]),
        quoted_text=_text(row["quoted_text"]),
        signature=_text(row["signature"]),
        attachments=tuple(_attachment(a) for a in _list(row["attachments"])),
        headers=tuple(_header(pair) for pair in _list(row["headers"])),
        automatic=row["automatic"] is True,
        dsn_status=_text(row["dsn_status"]),
        dsn_recipient=_text(row["dsn_recipient"]),
        dsn_failed=row.get("dsn_failed") is True,
        feedback=_text(row.get("feedback", "")),
    )


def reading_to_json(reading: Reading) -> Canonical:
    """Return the stored form of a reading."""
    return {
        "intent": reading.intent.value,
        "confidence_permille": reading.confidence_permille,
        "language": reading.language,
        "basis": reading.basis.value,
        "opt_out": reading.opt_out,
        "opt_out_certain": reading.opt_out_certain,
        "opt_out_proven": reading.opt_out_proven,
        "concerns": sorted(concern.value for concern in reading.concerns),
        "topics": sorted(reading.topics),
        "spans": [
            {"kind": s.kind, "start": s.start, "end": s.end, "value": s.value}
            for s in reading.spans
        ],
        "questions_count": reading.questions_count,
        "automatic": reading.automatic,
        "return_on": reading.return_on,
        "bounce_permanent": reading.bounce_permanent,
        "bounced_address": reading.bounced_address,
        "unsure": reading.unsure,
        "score": None if reading.score is None else _score_to_json(reading.score),
    }


def reading_from_json(stored: Canonical) -> Reading:
    """Read a reading back."""
    row = _mapping(stored)
    return Reading(
        intent=Intent(_text(row["intent"])),
        confidence_permille=_number(row["confidence_permille"]),
        language=_text(row["language"]),
        basis=Basis(_text(row.get("basis", Basis.RULE.value))),
        opt_out=row["opt_out"] is True,
        opt_out_certain=row["opt_out_certain"] is True,
        opt_out_proven=row.get("opt_out_proven") is True,
        concerns=frozenset(Concern(name) for name in _texts(row["concerns"])),
        topics=frozenset(_texts(row["topics"])),
        spans=tuple(_span(span) for span in _list(row["spans"])),
        questions_count=_number(row["questions_count"]),
        automatic=row["automatic"] is True,
        return_on=_text(row["return_on"]),
        bounce_permanent=row["bounce_permanent"] is True,
        bounced_address=_text(row["bounced_address"]),
        unsure=row.get("unsure") is True,
        score=_score(row.get("score")),
    )


def _score_to_json(score: IntentScore) -> Canonical:
    return {
        "purchase_permille": score.purchase_permille,
        "urgency_permille": score.urgency_permille,
        "sentiment_permille": score.sentiment_permille,
        "score_permille": score.score_permille,
    }


def _score(stored: Canonical) -> IntentScore | None:
    if stored is None:
        return None
    row = _mapping(stored)
    return IntentScore(
        purchase_permille=_number(row["purchase_permille"]),
        urgency_permille=_number(row["urgency_permille"]),
        sentiment_permille=_number(row["sentiment_permille"]),
        score_permille=_number(row["score_permille"]),
    )


def _attachment(stored: Canonical) -> Attachment:
    row = _mapping(stored)
    return Attachment(
        name=_text(row["name"]),
        content_type=_text(row["content_type"]),
        size_bytes=_number(row["size_bytes"]),
        sha256=_text(row["sha256"]),
    )


def _span(stored: Canonical) -> Span:
    row = _mapping(stored)
    return Span(
        kind=_text(row["kind"]),
        start=_number(row["start"]),
        end=_number(row["end"]),
        value=_text(row["value"]),
    )


def _header(stored: Canonical) -> tuple[str, str]:
    name, value = _texts(stored)
    return name, value


# What is read here was written above, so another shape is a bug and not a fault.


def _mapping(value: Canonical) -> Mapping[str, Canonical]:
    assert isinstance(value, Mapping), type(value).__name__
    return value


def _list(value: Canonical) -> Sequence[Canonical]:
    assert isinstance(value, list), type(value).__name__
    return value


def _texts(value: Canonical) -> tuple[str, ...]:
    return tuple(_text(item) for item in _list(value))


def _text(value: Canonical) -> str:
    assert isinstance(value, str), type(value).__name__
    return value


def _number(value: Canonical) -> int:
    assert isinstance(value, int), type(value).__name__
    return value


def _instant(value: Canonical) -> datetime | None:
    return None if value is None else instant(_number(value))
