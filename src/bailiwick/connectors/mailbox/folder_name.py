"""What a folder's name says: which folders hold what we sent, in the languages of mail programs."""

from typing import Final

from bailiwick.domain.message import Direction
from bailiwick.kit.text import folded

SENT_NAMES: Final = (
    "sent", "sent items", "sent mail", "sent messages", "gesendet", "gesendete elemente",
    "gesendete objekte", "envoyés", "éléments envoyés", "messages envoyés", "enviados",
    "elementos enviados", "correo enviado", "inviati", "posta inviata", "itens enviados",
    "e-mails enviados", "verzonden", "verzonden items", "verzonden berichten", "skickat",
    "skickade objekt", "sendt", "sendte elementer", "sendt post", "lähetetyt", "wysłane",
    "elementy wysłane", "odeslané", "odeslaná pošta", "elküldött elemek", "trimise",
    "отправленные", "gönderilmiş öğeler", "送信済み", "送信済みアイテム", "已发送", "已发送邮件",
    "寄件備份", "보낸 편지함", "보낸편지함",
)  # fmt: skip
"""In order of preference when a server marks no folder as \\Sent (RFC 6154)."""

_FOLDED: Final = {folded(name): place for place, name in enumerate(SENT_NAMES)}
_PARTS_COUNT_MAX: Final = 8  # ours: deeper folder trees are compared by their last names


def sent_rank(name: str) -> int | None:
    """Return how likely a folder is the Sent folder, lower is likelier, or None."""
    last = name.replace("/", ".").rsplit(".", _PARTS_COUNT_MAX)[-1]
    return _FOLDED.get(folded(last))


def direction_of(name: str) -> Direction | None:
    """Return outbound for a Sent folder, inbound for an inbox, None for any other."""
    if sent_rank(name) is not None:
        return Direction.OUTBOUND
    return Direction.INBOUND if folded(name) in {"inbox", "posteingang"} else None
