"""Turns raw log-odds into chances that come true, by rows later than those of the training."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.isotonic import IsotonicRegression

from bailiwick.domain.score.figures import Calibration
from bailiwick.domain.score.told import HIGHEST, LOWEST
from bailiwick.models.scores.frame import Floats

ROLLING_COUNT: Final = 2_000  # benchmarks 2.3: Platt on the last 2,000 predictions
POSITIVES_COUNT_MIN: Final = 10  # ours: below, the two numbers of Platt are noise
BETA_ROWS_MIN: Final = 1_000  # ours: three numbers
ISOTONIC_ROWS_MIN: Final = 5_000  # ours: as many numbers as it likes
_STILL: Final = 1e-8
STEPS_COUNT_MAX: Final = 50  # ours: Newton needs under ten
_RIDGE: Final = 1e-3  # ours: keeps the numbers finite where classes are told apart entirely
_HELD: Final = (50.0, 5.0)  # ours: slope and level, as rows that say to change nothing
EDGE: Final = 1e-6  # ours: no logarithm of nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrator:
    """A monotone map from log-odds to chances, as plain numbers."""

    kind: Calibration
    numbers: tuple[float, ...] = ()
    """Platt: slope, intercept. Beta: slope of ln p, slope of −ln(1 − p), intercept."""
    steps: tuple[tuple[float, float], ...] = ()
    """Isotonic: raw chance to chance, between which is interpolated."""

    def chances(self, log_odds: Floats) -> Floats:
        """Return chances, never 0 nor 1."""
        return np.clip(self._raw(log_odds), LOWEST, HIGHEST)

    def _raw(self, log_odds: Floats) -> Floats:
        match self.kind:
            case Calibration.NONE:
                return expit(log_odds)
            case Calibration.PLATT:
                slope, intercept = self.numbers
                return expit(slope * log_odds + intercept)
            case Calibration.BETA:
                low, high, intercept = self.numbers
                features = _beta_features(log_odds)
                return expit(features @ np.asarray([low, high]) + intercept)
            case Calibration.ISOTONIC:
                told = [step[0] for step in self.steps]
                happened = [step[1] for step in self.steps]
                return np.asarray(np.interp(expit(log_odds), told, happened), dtype=np.float64)


UNCALIBRATED: Final = Calibrator(kind=Calibration.NONE)


def rolling_calibrator(log_odds: Floats, labels: Floats) -> Calibrator:
    """Fit Platt on the latest predictions in order of time, held near to changing nothing.

    Held, since two thousand rows tell the level of today well and the slope badly.
    """
    seen, happened = log_odds[-ROLLING_COUNT:], labels[-ROLLING_COUNT:]
    positives = int(happened.sum())
    if min(positives, len(happened) - positives) < POSITIVES_COUNT_MIN:
        return UNCALIBRATED
    middle = float(seen.mean())
    cells = np.column_stack([seen - middle, np.ones(len(seen))])
    turn, shift = map(float, _newton(cells, happened, start=seen, pull=np.asarray(_HELD)))
    turn = max(turn, -1.0)
    return Calibrator(kind=Calibration.PLATT, numbers=(1 + turn, shift - turn * middle))


def fit_calibrator(kind: Calibration, log_odds: Floats, labels: Floats) -> Calibrator:
    """Fit one kind; without a few rows of each outcome nothing is changed."""
    positives = int(labels.sum())
    if min(positives, len(labels) - positives) < POSITIVES_COUNT_MIN:
        return UNCALIBRATED
    match kind:
        case Calibration.NONE:
            return UNCALIBRATED
        case Calibration.PLATT:
            slope, intercept = _rising(log_odds[:, None], labels)
            return Calibrator(kind=kind, numbers=(slope, intercept))
        case Calibration.BETA:
            return Calibrator(kind=kind, numbers=_rising(_beta_features(log_odds), labels))
        case Calibration.ISOTONIC:
            fitted = IsotonicRegression(out_of_bounds="clip").fit(expit(log_odds), labels)
            pairs = zip(fitted.X_thresholds_, fitted.y_thresholds_, strict=True)
            return Calibrator(kind=kind, steps=tuple((float(x), float(y)) for x, y in pairs))


def allowed_kinds(rows_count: int) -> tuple[Calibration, ...]:
    """Return the kinds that so many rows bear."""
    kinds = [Calibration.PLATT]
    if rows_count >= BETA_ROWS_MIN:
        kinds.append(Calibration.BETA)
    if rows_count >= ISOTONIC_ROWS_MIN:
        kinds.append(Calibration.ISOTONIC)
    return tuple(kinds)


def expit(log_odds: Floats) -> Floats:
    """Return chances of log-odds, without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * log_odds))


def log_loss(chances: Floats, labels: Floats) -> Floats:
    """Return the loss of each row."""
    kept = np.clip(chances, EDGE, 1 - EDGE)
    return -(labels * np.log(kept) + (1 - labels) * np.log(1 - kept))


def _beta_features(log_odds: Floats) -> Floats:
    chances = np.clip(expit(log_odds), EDGE, 1 - EDGE)
    return np.column_stack([np.log(chances), -np.log1p(-chances)])


def _rising(features: Floats, labels: Floats) -> tuple[float, ...]:
    """Fit slopes that are not below zero, and an intercept; a slope below zero is dropped."""
    kept = np.ones(features.shape[1], dtype=np.bool_)
    slopes = np.zeros(features.shape[1])
    intercept = 0.0
    for _ in range(features.shape[1] + 1):
        cells = np.column_stack([features[:, kept], np.ones(len(features))])
        pull = np.full(cells.shape[1], _RIDGE)
        found = _newton(cells, labels, start=np.zeros(len(labels)), pull=pull)
        slopes = np.zeros(features.shape[1])
        slopes[kept] = found[:-1]
        intercept = float(found[-1])
        if not (slopes < 0).any():
            break
        kept &= slopes >= 0
    return (*map(float, slopes), intercept)


def _newton(cells: Floats, labels: Floats, *, start: Floats, pull: Floats) -> Floats:
    """Return the weights of least loss, each pulled to zero, on top of log-odds to start from."""
    found = np.zeros(cells.shape[1])
    for _ in range(STEPS_COUNT_MAX):
        chances = expit(start + cells @ found)
        slope = cells.T @ (labels - chances) - pull * found
        curve = (cells * (chances * (1 - chances) + EDGE)[:, None]).T @ cells
        step = np.linalg.solve(curve + np.diag(pull), slope)
        found = found + np.clip(step, -5.0, 5.0)
        if float(np.abs(step).max()) < _STILL:
            break
    return found
