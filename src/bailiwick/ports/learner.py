"""Who learns scores from outcomes, and who tells them afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from bailiwick.domain.score.audited import ColumnAudit, Known
from bailiwick.domain.score.card import Card
from bailiwick.domain.score.sheet import Sheet, SheetColumn
from bailiwick.domain.score.told import Score

ARTEFACT_BYTES_MAX: Final = 32_000_000  # ours: two hundred small trees take one
Row: TypeAlias = Mapping[str, float | str]
"""One row by column; what is left out is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What a training came to."""

    card: Card
    artefact: bytes
    """The model as it is kept; empty when there is none."""


class Scorer(Protocol):
    """A trained model."""

    @property
    def card(self) -> Card:
        """What is known of it."""
        ...

    def score(self, row: Row) -> Score:
        """Tell the chance of one row, and why."""
        ...

    def chances(self, columns: Sequence[SheetColumn]) -> Sequence[float]:
        """Tell the chances of many rows. Raises InputFault when a column is missing."""
        ...


class Learner(Protocol):
    """Learns from outcomes."""

    def audit(self, sheet: Sheet, *, after_shares: Mapping[str, float]) -> tuple[ColumnAudit, ...]:
        """Look for columns that may have been written after the outcome."""
        ...

    def train(
        self, sheet: Sheet, *, audit: Sequence[ColumnAudit], answers: Mapping[str, Known]
    ) -> Trained:
        """Learn a model, or say why there is none.

        Raises InputFault while a column that the audit asks about has no answer.
        """
        ...

    def open(self, artefact: bytes) -> Scorer:
        """Return a model. Raises IntegrityFault when it was changed or is not of ours."""
        ...
