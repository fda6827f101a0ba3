"""What a person who is written to may do alone: be left alone."""

from datetime import datetime
from typing import Protocol

from bailiwick.domain.ids import ContactId


class OptOuts(Protocol):
    """Opt-outs that came by a link of ours."""

    def opt_out(
        self, address_hash: str, *, source: str, at: datetime
    ) -> tuple[bool, ContactId | None]:
        """Suppress every address of whoever has this one, and what is ready to go there.

        Nothing is sent to them from the commit on. Returns whether that is new, and who it is;
        an address without a contact is suppressed as well.
        """
        ...
