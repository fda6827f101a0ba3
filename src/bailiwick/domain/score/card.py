"""What is known of a trained model: on what, how, how well, and what followed."""

from dataclasses import dataclass

from bailiwick.domain.score.audited import ColumnAudit
from bailiwick.domain.score.figures import Calibration, Family, Figures
from bailiwick.domain.score.told import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One training. Without a model, `mode` says why there is none."""

    mode: Mode
    rows_count: int
    positives_count: int
    ordered: bool
    data_hash: str
    columns: tuple[str, ...]
    left_out: tuple[str, ...]
    """Columns that a person said are written after the outcome."""
    audit: tuple[ColumnAudit, ...]
    family: Family | None = None
    recipe: str = ""
    calibration: Calibration = Calibration.NONE
    figures: Figures | None = None
    tried: tuple[tuple[str, float], ...] = ()
    """Recipes with their log loss on rows that they had not seen."""

    @property
    def base_rate(self) -> float:
        """The share of all rows that ended well."""
        return self.positives_count / self.rows_count if self.rows_count else 0.0
