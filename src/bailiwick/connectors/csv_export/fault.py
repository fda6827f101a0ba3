"""What can be wrong with a file as a whole; each fault names the option that settles it."""

from bailiwick.domain.fault import InputFault


class UnableToReadExport(InputFault):
    """The file cannot be read with certainty."""
