"""How well outcomes are told: Telco in shuffled folds, the bank in the order of time."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bailiwick.domain.score.audited import ColumnAudit
from bailiwick.domain.score.sheet import Sheet
from bailiwick.models.scores.audit import audited
from bailiwick.models.scores.calibration import log_loss, rolling_calibrator
from bailiwick.models.scores.folds import recent, shuffled
from bailiwick.models.scores.frame import Frame, frame_of, labels_of
from bailiwick.models.scores.learning import learn
from bailiwick.models.scores.measuring import auc, average_precision, expected_error
from bailiwick.models.scores.recipes import SEED, recipes_for
from bench.result_file import Plain
from bench.scores.plain import BASELINES, plain_log_odds
from bench.scores.resampling import chances_of, intervals, within_blocks

FIRST: Final = 8_000  # benchmarks 2.3
BLOCK: Final = 1_000  # benchmarks 2.3
LAST: Final = 4_119  # benchmarks 2.3
OURS: Final = "bailiwick"
ROLLING: Final = "bailiwick, rolling recalibration"
Floats = NDArray[np.float64]


def shuffled_folds(sheet: Sheet) -> dict[str, Plain]:
    """Measure five shuffled folds."""
    frame, labels = frame_of(sheet.columns, count=len(sheet.labels)), labels_of(sheet)
    learned = learn(frame, labels, ordered=False)
    assert learned is not None, "the set has both outcomes"
    parts = tuple(shuffled(labels, seed=SEED))
    places = np.concatenate([part.told for part in parts])
    told = {OURS: learned.told}
    for name in BASELINES:
        told[name] = np.concatenate(
            [
                chances_of(
                    plain_log_odds(
                        name, frame.take(part.train), labels[part.train], frame.take(part.told)
                    )
                )
                for part in parts
            ]
        )
    outcomes = labels[places]
    figures, less = intervals(told, outcomes, ours=OURS)
    return {
        "rows": len(labels),
        "base_rate": round(float(labels.mean()), 4),
        "recipe": learned.recipe.name,
        "calibration": learned.calibrator.kind.value,
        "tried_log_loss": {name: round(loss, 4) for name, loss in learned.tried},
        "average_precision": {
            name: round(average_precision(chances, outcomes), 4) for name, chances in told.items()
        },
        "figures": figures,
        "ours_less_theirs": less,
    }


def prequential(sheet: Sheet, asked: Sequence[ColumnAudit]) -> dict[str, Plain]:
    """Measure blocks of a stream, each told by what was known before it."""
    kept = sheet.without(frozenset(one.column for one in asked))
    late = sheet.without(frozenset({"duration"}))
    count = len(sheet.labels)
    labels = labels_of(sheet)
    frame = frame_of(kept.columns, count=count)
    whole = frame_of(late.columns, count=count)
    raw, leaders = _led(frame, labels)
    outcomes = labels[FIRST:]
    told = {OURS: chances_of(raw), ROLLING: _recalibrated(raw, outcomes)}
    for name in BASELINES:
        told[f"{name}, all past, all columns"] = chances_of(_all_past(name, whole, labels))
    last = slice(-LAST, None)
    figures, less = intervals(told, outcomes, ours=ROLLING)
    return {
        "rows_told": len(outcomes),
        "base_rate": round(float(outcomes.mean()), 4),
        "left_out": [one.column for one in asked],
        "leaders": {name: leaders.count(name) for name in sorted(set(leaders))},
        "figures": figures,
        "within_block_auc": {
            name: within_blocks(chances, outcomes, block=BLOCK) for name, chances in told.items()
        },
        "ece_last_tenth": {
            name: round(expected_error(chances[last], outcomes[last]), 4)
            for name, chances in told.items()
        },
        "rolling_less_theirs": less,
    }


def leaks(sheet: Sheet) -> tuple[dict[str, Plain], tuple[ColumnAudit, ...]]:
    """Return what the audit found, and the columns that it asks about."""
    found = audited(sheet)
    asked = tuple(one for one in found if one.signs)
    return {
        "asked": {one.column: [sign.value for sign in one.signs] for one in asked},
        "alone_auc": {one.column: round(one.alone_auc, 3) for one in found},
        "gain_auc": {one.column: round(one.gain_auc, 3) for one in found},
    }, asked


def _led(frame: Frame, labels: Floats) -> tuple[Floats, list[str]]:
    """Tell each block by the recipe that lost least on the blocks before it."""
    recipes = recipes_for(int(labels[:FIRST].sum()))
    losses = dict.fromkeys((one.name for one in recipes), 0.0)
    leaders: list[str] = []
    told: list[Floats] = []
    for start in range(FIRST, len(labels), BLOCK):
        rows = np.arange(start, min(len(labels), start + BLOCK))
        past = recent(start)
        block = {
            one.name: one.fit(frame.take(past), labels[past]).log_odds(frame.take(rows))
            for one in recipes
        }
        leader = min(losses, key=lambda name: losses[name])
        leaders.append(leader)
        told.append(block[leader])
        for name, log_odds in block.items():
            losses[name] += float(log_loss(chances_of(log_odds), labels[rows]).sum())
    return np.concatenate(told), leaders


def _recalibrated(log_odds: Floats, labels: Floats) -> Floats:
    told: list[Floats] = []
    for start in range(0, len(labels), BLOCK):
        fitted = rolling_calibrator(log_odds[:start], labels[:start])
        told.append(fitted.chances(log_odds[start : start + BLOCK]))
    return np.concatenate(told)


def _all_past(name: str, frame: Frame, labels: Floats) -> Floats:
    told: list[Floats] = []
    for start in range(FIRST, len(labels), BLOCK):
        rows = np.arange(start, min(len(labels), start + BLOCK))
        past = np.arange(start)
        told.append(plain_log_odds(name, frame.take(past), labels[past], frame.take(rows)))
    return np.concatenate(told)


def permuted(sheet: Sheet, *, trials: int) -> dict[str, Plain]:
    """Count how often shuffled outcomes abstain, beside the true ones."""
    frame, labels = frame_of(sheet.columns, count=len(sheet.labels)), labels_of(sheet)
    silent = 0
    highest = 0.0
    for seed in range(trials):
        mixed = np.random.default_rng(seed).permutation(labels)
        learned = learn(frame, mixed, ordered=False)
        assert learned is not None, "the set has both outcomes"
        silent += not learned.figures.has_lift
        highest = max(highest, auc(learned.told, learned.outcomes))
    true = learn(frame, labels, ordered=False)
    assert true is not None, "the set has both outcomes"
    return {
        "trials": trials,
        "seeds": f"0 to {trials - 1}",
        "abstained": silent,
        "highest_permuted_auc": round(highest, 4),
        "true_labels_have_lift": true.figures.has_lift,
    }
