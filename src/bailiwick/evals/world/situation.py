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
    Situation.SETTLED: 250,
    Situation.SILENT: 60,
    Situation.NEW: 60,
    Situation.ASKS: 40,
    Situation.ASKS_PRICE: 14,
    Situation.INTERESTED: 18,
    Situation.MEETING: 10,
    Situation.NOT_INTERESTED: 12,
    Situation.OPTS_OUT: 12,
    Situation.AWAY: 8,
    Situation.BOUNCES: 8,
    Situation.HOSTILE: 6,
    Situation.COMPLAINS: 4,
}
"""How many of 502 contacts are in each situation (ours)."""
