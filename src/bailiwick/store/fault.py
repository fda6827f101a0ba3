"""What can go wrong between us and the database.

SettingsFault
└── UnableToOpenDatabase      the address or the database's settings cannot be used
PortFault
├── UnableToReachDatabase     nobody answers, or the answer is an error
└── UnableToMigrate           the schema is missing, older or newer than this program
"""

from bailiwick.domain.fault import PortFault, SettingsFault


class UnableToOpenDatabase(SettingsFault):
    """The database's address or settings cannot be used."""


class UnableToReachDatabase(PortFault):
    """The database does not answer, is busy or answered with an error."""

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class UnableToMigrate(PortFault):
    """The schema is not the one this program works with."""
