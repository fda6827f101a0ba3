"""How good answers are, and how well they know it: accuracy, macro-F1, ECE, risk by coverage."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

BINS: Final = 15  # the common number of bins of the expected calibration error


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer with what was true."""

    truth: str
    given: str
    confidence: float


def accuracy(answers: Sequence[Answer]) -> float:
    """Return the share of right answers."""
    return sum(one.given == one.truth for one in answers) / max(1, len(answers))


def macro_f1(answers: Sequence[Answer]) -> float:
    """Return the mean F1 of all labels that occur in truth."""
    true, given, right = Counter[str](), Counter[str](), Counter[str]()
    for one in answers:
        true[one.truth] += 1
        given[one.given] += 1
        right[one.truth] += one.given == one.truth
    scores = [2 * right[label] / (true[label] + given[label]) for label in true]
    return sum(scores) / max(1, len(scores))


def calibration_error(answers: Sequence[Answer]) -> float:
    """Return the expected calibration error over equal bins of confidence."""
    bins: dict[int, list[Answer]] = {}
    for one in answers:
        bins.setdefault(min(BINS - 1, int(one.confidence * BINS)), []).append(one)
    return sum(
        abs(sum(one.confidence for one in within) / len(within) - accuracy(within)) * len(within)
        for within in bins.values()
    ) / max(1, len(answers))


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCoverage:
    """What is wrong among the kept, as ever less sure answers are kept."""

    area: float
    """The mean risk over all coverages; smaller is better."""
    coverage: float
    """The largest share that can be kept within the risk."""
    threshold: float
    """The least sure answer that is kept at that coverage; above 1 when none may be."""


def risk_coverage(answers: Sequence[Answer], *, risk_max: float) -> RiskCoverage:
    """Return the curve's area, and how much may be kept at a risk."""
    ordered = sorted(answers, key=lambda one: -one.confidence)
    wrong, area, kept, threshold = 0, 0.0, 0, 1.001
    for count, one in enumerate(ordered, start=1):
        wrong += one.given != one.truth
        area += wrong / count
        last = count == len(ordered) or ordered[count].confidence < one.confidence
        if last and wrong / count <= risk_max:
            kept, threshold = count, one.confidence
    size = max(1, len(ordered))
    return RiskCoverage(area=area / size, coverage=kept / size, threshold=threshold)
