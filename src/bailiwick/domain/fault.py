"""Anticipated failures.

    BailiwickFault
    ├── PortFault              an adapter could not do what it was asked
    ├── InputFault             what the user gave cannot be used; says what, which and how to fix
    ├── SettingsFault          the configuration cannot be used
    ├── IntegrityFault         stored data contradicts itself; nothing more is done
    │   └── UnableToReplay     a recorded run cannot be repeated from what was kept of it
    └── HaltedFault            a kill switch is on

Refusals are values (`policy/verdict.py`), bugs are assertions.
"""


class BailiwickFault(Exception):
    """Root of all faults. `str()` is one sentence for the operator: what, which, how to fix."""

    retryable: bool = False


class PortFault(BailiwickFault):
    """An adapter could not do what it was asked."""


class InputFault(BailiwickFault):
    """What the user gave cannot be used."""


class SettingsFault(BailiwickFault):
    """The configuration cannot be used."""


class IntegrityFault(BailiwickFault):
    """Stored data contradicts itself."""


class UnableToReplay(IntegrityFault):
    """A run asks for something that was not recorded, or the record is damaged."""


class HaltedFault(BailiwickFault):
    """A kill switch is on."""
