"""One fault that may be planted, and which tests must notice it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One fault."""

    name: str
    file: str
    """Below `src`."""
    old: str
    new: str
    tests: tuple[str, ...]
    """Which must notice, as pytest names them, quickest first."""
