"""Exit codes: one number, one meaning, for scripts that call the command line."""

from enum import IntEnum


class Exit(IntEnum):
    """What the number that a command ends with says."""

    OK = 0
    FAULT = 1
    """Something could not be reached or done; the message says what to do."""
    INPUT = 2
    """What was given cannot be used."""
    SETTINGS = 3
    """The configuration cannot be used."""
    HELD = 4
    """Nothing was refused, but a person has to decide."""
    REFUSED = 5
    """The law refused it, or the card is stale or expired."""
    DAMAGED = 6
    """Stored data contradicts itself: a broken audit chain, a payload other than approved."""
    HALTED = 7
    """A kill switch is on."""
