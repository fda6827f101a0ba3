"""Columns whose name sounds as if they said whom not to write to."""

import unicodedata
from typing import Final

STOP_WORDS: Final = (
    *("abgemeldet", "abmeld", "abbestell", "sperre", "gesperrt", "widerruf", "widerspr"),
    *("werbung", "newsletter", "einwillig", "unsubscri", "optout", "optedout", "donot", "dnc"),
    *("suppress", "blacklist", "consent", "gdpr", "dsgvo", "rgpd", "desabonn", "desinscri"),
    *("opposition", "debaja", "bounce"),
)
"""In the names of columns about whom not to write to, letters and digits only; ours."""


def may_say_stop(header: str) -> bool:
    """Tell whether a column of this name may say who must not be written to."""
    plain = unicodedata.normalize("NFKD", header.lower())
    folded = "".join(c for c in plain if c.isalnum())
    return any(word in folded for word in STOP_WORDS)
