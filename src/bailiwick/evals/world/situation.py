"""What a contact of the generated world is in the middle of."""

from enum import StrEnum
from typing import Final


class Situation(StrEnum):
    """One per contact; decides the last mails of the contact's thread."""

    SILENT = "silent"
    """Written to, no answer yet: a follow-up is due."""
    NEW = "new"
    """Never written to."""
    SETTLED = "settled"
    """A long conversation, answered."""
    ASKS = "asks"
    ASKS_PRICE = "asks_price"
    INTERESTED = "interested"
    MEETING = "meeting"
    NOT_INTERESTED = "not_interested"
    OPTS_OUT = "opts_out"
    AWAY = "away"
    BOUNCES = "bounces"
    HOSTILE = "hostile"
    COMPLAINS = "complains"


SHARES: Final[dict[Situation, int]] = {
    Situation.SETTLED: 330,
    Situation.SILENT: 40,
    Situation.NEW: 38,
    Situation.ASKS: 28,
    Situation.ASKS_PRICE: 8,
    Situation.INTERESTED: 12,
    Situation.MEETING: 8,
    Situation.NOT_INTERESTED: 6,
    Situation.OPTS_OUT: 10,
    Situation.AWAY: 6,
    Situation.BOUNCES: 6,
    Situation.HOSTILE: 6,
    Situation.COMPLAINS: 4,
}
"""How many of the contacts of a whole world are in each situation (ours)."""
CONTACTS_COUNT: Final = sum(SHARES.values())
CONTACTS_COUNT_MIN: Final = 60
"""Fewer, and follow-ups and first letters would not come in all four languages (ours)."""


def counts(contacts_count: int) -> dict[Situation, int]:
    """Share a number of contacts out in the same proportions, at least two to each situation."""
    assert CONTACTS_COUNT_MIN <= contacts_count <= CONTACTS_COUNT, contacts_count
    found = {
        situation: max(2, share * contacts_count // CONTACTS_COUNT)
        for situation, share in SHARES.items()
    }
    found[Situation.SETTLED] += contacts_count - sum(found.values())
    return found
