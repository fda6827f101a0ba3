"""What the leak audit says of a column, and what a person answered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ALONE_AUC_MIN: Final = 0.75  # benchmarks 2.2
GAIN_AUC_MIN: Final = 0.03  # benchmarks 2.2
AFTER_SHARE_MIN: Final = 0.05  # ours: more than a few late corrections
ORDER_SHARE_MIN: Final = 0.50  # ours: half of where a row stands is told by the column alone


class Sign(StrEnum):
    """Why a column may have been written after the outcome, or stand for the date."""

    ALONE = "alone"
    """It tells the outcome by itself better than an honest column usually can."""
    GAIN = "gain"
    """The others together know much less without it."""
    NAME = "name"
    """Its name is that of something that is known late, and it tells something."""
    AFTER = "after"
    """It was filled after the outcome."""
    ORDER = "order"
    """It follows the order of the rows, so it stands for the date."""


class Known(StrEnum):
    """What a person said about when a column is written."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnAudit:
    """What was measured of one column."""

    column: str
    alone_auc: float
    gain_auc: float
    order_share: float
    after_share: float | None
    """None when nobody knows when the values were written."""
    telling_name: bool
    signs: tuple[Sign, ...]

    @property
    def question(self) -> str:
        """What a person is asked; empty when nothing is."""
        if not self.signs:
            return ""
        why = "; ".join(_WHY[sign] for sign in self.signs)
        return (
            f"Is {self.column!r} known at the moment of scoring? {why} "
            f"(alone AUC {self.alone_auc:.3f}, gain {self.gain_auc:+.3f})."
        )


_WHY: Final[Mapping[Sign, str]] = {
    Sign.ALONE: "it nearly tells the outcome by itself",
    Sign.GAIN: "the others know much less without it",
    Sign.NAME: "its name is that of something known late",
    Sign.AFTER: "it was filled after the outcome",
    Sign.ORDER: "it follows the order of the rows and may stand for the date",
}


def unanswered(
    found: Collection[ColumnAudit], answers: Mapping[str, Known]
) -> tuple[ColumnAudit, ...]:
    """Return the columns that somebody has to be asked about."""
    return tuple(one for one in found if one.signs and one.column not in answers)


def left_out(answers: Mapping[str, Known]) -> frozenset[str]:
    """Return the columns that a person said are written after the outcome."""
    return frozenset(name for name, known in answers.items() if known is Known.AFTER)
