"""Rounds that alternate between candidates, so that busy neighbours hit all of them."""

import statistics
from collections.abc import Callable, Mapping, Sequence

from bench.core.figures import shown
from bench.result_file import Plain


def alternated(
    candidates: Mapping[str, Callable[[], Mapping[str, float]]], rounds: int
) -> dict[str, dict[str, list[float]]]:
    """Run each candidate in turn, so many times, and return its figures by name."""
    found: dict[str, dict[str, list[float]]] = {name: {} for name in candidates}
    for turn in range(rounds):
        for name, measure in candidates.items():
            figures = measure()
            for figure, value in figures.items():
                found[name].setdefault(figure, []).append(value)
            told = ", ".join(f"{figure} {shown(value)}" for figure, value in figures.items())
            print(f"  {turn + 1}/{rounds} {name}: {told}", flush=True)
    return found


def spread(values: Sequence[float]) -> dict[str, Plain]:
    """Return the middle and the ends."""
    return {
        "n": len(values),
        "min": shown(min(values)),
        "median": shown(statistics.median(values)),
        "max": shown(max(values)),
    }


def spreads(found: Mapping[str, Mapping[str, Sequence[float]]]) -> dict[str, Plain]:
    """Return the spread of each figure of each candidate."""
    return {
        name: {figure: spread(values) for figure, values in figures.items()}
        for name, figures in found.items()
    }


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, Plain]:
    """Return the spread of the quotients of values that were measured side by side."""
    return spread([one / other for one, other in zip(ours, theirs, strict=True) if other])
