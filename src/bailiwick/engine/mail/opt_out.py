"""Our own opt-out by mail: the subject that our List-Unsubscribe header has a mail program send.

The token, not the sender, says who asks: mail programs answer from any account, and only we can
have made a genuine one (RFC 2369, section 3.2). Who holds it may opt out whom it names, no more.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bailiwick.domain.message import ParsedMail
from bailiwick.domain.reading import Intent, Reading

GenuineToken = Callable[[str], str | None]
"""Returns the address hash that a token of ours names, or None."""

TOKEN_CHARS_MAX: Final = 128  # ours: twice the length of a token
_SUBJECT: Final = re.compile(
    rf"unsubscribe\s+([A-Za-z0-9_-]{{1,{TOKEN_CHARS_MAX}}})", re.ASCII | re.IGNORECASE
)


def opted_out_hash(mail: ParsedMail, genuine: GenuineToken) -> str | None:
    """Return the address hash whose opt-out this mail is; None when it is any other text."""
    found = _SUBJECT.fullmatch(mail.subject.strip())
    return genuine(found.group(1)) if found is not None else None


def proven(reading: Reading) -> Reading:
    """Return the reading of a mail whose token proves what it asks."""
    return replace(
        reading,
        intent=Intent.UNSUBSCRIBE,
        opt_out=True,
        opt_out_certain=True,
        opt_out_proven=True,
    )
