"""How well a model tells outcomes on rows that it had not seen, and what follows from that."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

AUC_LOW_MIN: Final = 0.55  # benchmarks 2.4: at or below, there is no lift


class Family(StrEnum):
    """The kinds of model that are learned."""

    LOGISTIC = "logistic"
    TREES = "trees"


class Calibration(StrEnum):
    """How raw log-odds become a chance."""

    NONE = "none"
    PLATT = "platt"
    BETA = "beta"
    ISOTONIC = "isotonic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One row of the reliability table."""

    count: int
    told: float
    """Mean chance told."""
    happened: float
    """Share that ended well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured out of fold."""

    rows_count: int
    positives_count: int
    auc: Interval
    average_precision: float
    brier: float
    brier_skill: float
    """1 − Brier ÷ Brier of the base rate."""
    ece: float
    """Ten bins of equal width."""
    ece_equal_mass: float
    log_loss: float
    lift: float
    """Share that ended well in the top tenth, over the base rate."""
    precision: float
    """Share that ended well in the top tenth."""
    bins: tuple[Bin, ...]

    @property
    def base_rate(self) -> float:
        """The share of all rows that ended well."""
        return self.positives_count / self.rows_count

    @property
    def has_lift(self) -> bool:
        """Tell whether anything was learned at all."""
        return self.brier_skill > 0 and self.auc.low > AUC_LOW_MIN
