"""How columns become the numbers that a model reads; learned from the rows it is trained on."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from bailiwick.domain.score.sheet import Slope
from bailiwick.models.scores.frame import Field, Floats, Frame

LEVEL_ROWS_MIN: Final = 10  # ours: a word of fewer rows is unknown; so are names and ids
LEVELS_COUNT_MAX: Final = 60  # ours: the commonest; a column of more is an address or a note
_TWO: Final = 2  # a yes and a no have nothing between
KNOTS: Final = (0.10, 0.25, 0.50, 0.75, 0.90)  # ours: shares of the rows where a line may bend
SPIKE_SHARE_MIN: Final = 0.20  # ours: a value of so many rows, such as "never", means itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Knot:
    """Where a line may bend: what is above it, scaled."""

    at: float
    mean: float
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """One column as the model reads it: a number, and whether it is known; or one cell a word."""

    name: str
    slope: Slope
    mean: float
    scale: float
    gaps: bool
    levels: tuple[str, ...] | None
    """None: it is a number."""
    spike: float | None = None
    """A value that many rows share, with a weight of its own."""
    knots: tuple[Knot, ...] = ()

    @property
    def width(self) -> int:
        """How many cells of the design it takes."""
        if self.levels is not None:
            return len(self.levels)
        return 1 + self.gaps + (self.spike is not None) + len(self.knots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """The columns that say something, in order."""

    columns: tuple[Coded, ...]

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return sum(one.width for one in self.columns)

    @property
    def owners(self) -> tuple[int, ...]:
        """Which column each cell belongs to."""
        return tuple(at for at, one in enumerate(self.columns) for _ in range(one.width))

    @property
    def slopes(self) -> tuple[Slope, ...]:
        """What was declared of each cell."""
        return tuple(
            one.slope if cell == 0 else Slope.FREE
            for one in self.columns
            for cell in range(one.width)
        )


def learned_encoding(frame: Frame, *, bent: bool) -> Encoding:
    """Return how the rows of a frame are coded; columns that are one value are left out.

    With `bent` a number without a declared slope may have spikes and bends, for a model of lines.
    """
    found = (
        _numeric(one, bent=bent) if one.numbers is not None else _worded(one)
        for one in frame.fields
    )
    return Encoding(columns=tuple(one for one in found if one is not None))


def design(encoding: Encoding, frame: Frame, *, scaled: bool) -> Floats:
    """Return the rows as numbers: scaled with gaps filled, or as they are with NaN for gaps."""
    known = {one.name: one for one in frame.fields}
    made = np.zeros((frame.count, encoding.width), dtype=np.float64)
    cell = 0
    for coded in encoding.columns:
        field = known[coded.name]
        if coded.levels is None:
            assert field.numbers is not None, "a column keeps its kind"
            made[:, cell : cell + coded.width] = _lines(coded, field.numbers, scaled=scaled)
        else:
            place = {word: at for at, word in enumerate(coded.levels)}
            moved = np.asarray([place.get(word, -1) for word in field.words] + [-1])
            codes = moved[field.codes]
            rows = np.flatnonzero(codes >= 0)
            made[rows, cell + codes[rows]] = 1.0
        cell += coded.width
    return made


def _lines(coded: Coded, numbers: Floats, *, scaled: bool) -> Floats:
    missing = np.isnan(numbers)
    whole = np.where(missing, coded.mean, numbers)
    cells = [(whole - coded.mean) / coded.scale if scaled else numbers]
    if coded.gaps:
        cells.append(missing.astype(np.float64))
    if coded.spike is not None:
        cells.append((whole == coded.spike).astype(np.float64))
    cells.extend(
        (np.maximum(whole - knot.at, 0.0) - knot.mean) / knot.scale for knot in coded.knots
    )
    return np.column_stack(cells)


def _numeric(field: Field, *, bent: bool) -> Coded | None:
    assert field.numbers is not None, "asked for numbers only"
    known = field.numbers[~np.isnan(field.numbers)]
    spread = float(known.std()) if known.size else 0.0
    if not spread:
        return None
    bends = bent and field.slope is Slope.FREE
    return Coded(
        name=field.name,
        slope=field.slope,
        mean=float(known.mean()),
        scale=spread,
        gaps=known.size < field.numbers.size,
        levels=None,
        spike=_spike(known) if bends else None,
        knots=_knots(known) if bends else (),
    )


def _spike(known: Floats) -> float | None:
    values, counts = np.unique(known, return_counts=True)
    often = int(counts.argmax())
    common = values.size > _TWO and counts[often] > SPIKE_SHARE_MIN * known.size
    return float(values[often]) if common else None


def _knots(known: Floats) -> tuple[Knot, ...]:
    found: list[Knot] = []
    low, high = float(known.min()), float(known.max())
    places: list[float] = np.unique(np.quantile(known, KNOTS)).tolist()
    for at in places:
        if low < at < high:
            above = np.maximum(known - at, 0.0)
            found.append(Knot(at=at, mean=float(above.mean()), scale=float(above.std())))
    return tuple(found)


def _worded(field: Field) -> Coded | None:
    known = field.codes[field.codes >= 0]
    counts: list[int] = np.bincount(known, minlength=len(field.words)).tolist()
    common = sorted(range(len(counts)), key=lambda at: (-counts[at], at))[:LEVELS_COUNT_MAX]
    levels = tuple(sorted(field.words[at] for at in common if counts[at] >= LEVEL_ROWS_MIN))
    if not levels or (len(levels) == 1 and max(counts) == field.codes.size):
        return None
    return Coded(name=field.name, slope=Slope.FREE, mean=0.0, scale=1.0, gaps=False, levels=levels)
