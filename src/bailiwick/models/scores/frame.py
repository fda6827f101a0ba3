"""A sheet as arrays, so that rows can be taken by place."""

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bailiwick.domain.score.sheet import Sheet, SheetColumn, Slope, Words

Floats: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column: numbers, or codes into its own words (−1 is unknown)."""

    name: str
    slope: Slope
    numbers: Floats | None
    codes: Places
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Columns of one length."""

    fields: tuple[Field, ...]
    count: int

    def take(self, places: Places) -> "Frame":
        """Return some rows."""
        taken = tuple(
            replace(
                one,
                numbers=None if one.numbers is None else one.numbers[places],
                codes=one.codes[places] if one.numbers is None else one.codes,
            )
            for one in self.fields
        )
        return Frame(fields=taken, count=len(places))

    def only(self, names: frozenset[str]) -> "Frame":
        """Return some columns."""
        kept = tuple(one for one in self.fields if one.name in names)
        return Frame(fields=kept, count=self.count)


def frame_of(columns: tuple[SheetColumn, ...], *, count: int) -> Frame:
    """Return columns as arrays."""
    return Frame(fields=tuple(map(_field, columns)), count=count)


def labels_of(sheet: Sheet) -> Floats:
    """Return the outcomes as ones and zeros."""
    return np.asarray(sheet.labels, dtype=np.float64)


def _field(column: SheetColumn) -> Field:
    nothing = np.zeros(0, dtype=np.int64)
    if isinstance(column, Words):
        words = tuple(sorted({word for word in column.values if word}))
        place = {word: at for at, word in enumerate(words)}
        codes = np.asarray([place.get(word, -1) for word in column.values], dtype=np.int64)
        return Field(name=column.name, slope=Slope.FREE, numbers=None, codes=codes, words=words)
    numbers = np.asarray(column.values, dtype=np.float64)
    return Field(name=column.name, slope=column.slope, numbers=numbers, codes=nothing, words=())
