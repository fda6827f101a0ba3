"""Reads a mail that came in: its typed reading, and whom a token of ours in it names."""

from collections.abc import Callable
from datetime import datetime

from bailiwick.domain.message import ParsedMail
from bailiwick.domain.reader.read import read
from bailiwick.domain.reader.weights import Weights
from bailiwick.domain.reading import Reading
from bailiwick.engine.mail.opt_out import GenuineToken, opted_out_hash, proven


class MailReader:
    """Joins the classifier of replies, loaded when first needed, with the tokens that we signed."""

    def __init__(self, *, weights: Callable[[], Weights], genuine: GenuineToken) -> None:
        self._weights = weights
        self._genuine = genuine

    def named(self, mail: ParsedMail) -> str | None:
        """Return the address hash that a token of ours names; None when there is none."""
        return opted_out_hash(mail, self._genuine)

    def reading(self, mail: ParsedMail, *, at: datetime) -> Reading:
        """Return what the mail says; a token proves what its subject asks."""
        found = read(mail, now=at, weights=self._weights())
        return proven(found) if self.named(mail) is not None else found
