"""Spread, machine and command around a figure, and the file it is kept in.

Every figure is given with its runs, minimum, median and maximum, beside the load of the machine:
a wall time measured next to busy neighbours says little, CPU time and ratios say more.
"""

import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bench.result_file import Plain, keep_result, result_text

_WHOLE_FROM: Final = 1000
"""Above it a digit after the point is noise."""


@dataclass(frozen=True, slots=True)
class Spread:
    """One figure over several runs."""

    unit: str
    values: tuple[float, ...]

    def plain(self) -> dict[str, Plain]:
        """Return the figure as it is kept."""
        return {
            "unit": self.unit,
            "runs": len(self.values),
            "min": shown(min(self.values)),
            "median": shown(self.median),
            "max": shown(max(self.values)),
        }

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.values)

    def line(self) -> str:
        """Return the figure as it is printed."""
        ends = f"{shown(min(self.values)):,} – {shown(max(self.values)):,}"
        return f"{shown(self.median):,} {self.unit}  ({ends}, n={len(self.values)})"


@dataclass(frozen=True, slots=True)
class Timed:
    """What one piece of work took."""

    wall: float
    cpu: float
    """Seconds of this process."""


@dataclass(slots=True)
class Result:
    """What one bench found."""

    name: str
    figures: dict[str, Spread]
    facts: dict[str, Plain]
    """Sizes, ratios and what is needed to read the figures."""


def timed(work: Callable[[], object]) -> Timed:
    """Do some work once and time it."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Timed(time.perf_counter() - wall, time.process_time() - cpu)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that so large a share does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def shown(value: float) -> float:
    """Round to what the measurement can carry: four digits, or whole above a thousand."""
    return round(value) if abs(value) >= _WHOLE_FROM else float(f"{value:.4g}")


def peak_mib() -> float:
    """Return the most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def saved(result: Result, *, command: str, keep: bool) -> None:
    """Print a table, and keep the figures under bench/results."""
    print(f"\n{result.name}   $ {command}")
    for name, spread in result.figures.items():
        print(f"  {name:<44}{spread.line()}")
    for name, fact in result.facts.items():
        print(f"  {name:<44}{fact}")
    if not keep:
        return
    found = {
        "figures": {name: spread.plain() for name, spread in result.figures.items()},
        "facts": result.facts,
    }
    bench = f"core-{result.name}"
    keep_result(bench, result_text(bench, found, command=command))
