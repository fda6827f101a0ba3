"""How fast scores are told, beside bare scikit-learn in the same run."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bailiwick.domain.score.card import Card
from bailiwick.domain.score.sheet import Sheet
from bailiwick.domain.score.told import Mode
from bailiwick.models.scores.calibration import UNCALIBRATED
from bailiwick.models.scores.encoding import design
from bailiwick.models.scores.frame import frame_of, labels_of
from bailiwick.models.scores.learner import ScikitScorer
from bailiwick.models.scores.linear import Linear
from bailiwick.models.scores.recipes import RECIPES, Recipe
from bench.result_file import Plain

if TYPE_CHECKING:
    from bailiwick.ports.learner import Row

SINGLES: Final = 3_000
BATCHES: Final = 5
Floats = NDArray[np.float64]


def speed(sheet: Sheet) -> dict[str, Plain]:
    """Measure each kind of model in batches and one row at a time, by CPU and by the clock."""
    return {one.name: _kind(one, sheet) for one in (RECIPES[1], RECIPES[2])}


def _kind(recipe: Recipe, sheet: Sheet) -> dict[str, Plain]:
    count = len(sheet.labels)
    frame, labels = frame_of(sheet.columns, count=count), labels_of(sheet)
    model = recipe.fit(frame, labels)
    card = Card(
        mode=Mode.LEARNED, rows_count=count, positives_count=sheet.positives_count,
        ordered=False, data_hash="", columns=(), left_out=(), audit=(),
    )  # fmt: skip
    scorer = ScikitScorer(card, model, UNCALIBRATED)
    scaled = isinstance(model, Linear)
    cells = design(model.encoding, frame, scaled=scaled)
    bare: Callable[[Floats], object]
    if isinstance(model, Linear):
        bare = LogisticRegression(max_iter=1_000).fit(cells, labels).predict_proba
    else:
        bare = model.model.decision_function
    rows: list[Row] = [
        {one.name: one.values[at] for one in sheet.columns} for at in range(min(SINGLES, count))
    ]
    singles = [cells[at : at + 1] for at in range(len(rows))]
    return {
        "batch_records_per_cpu_second": round(count / _cpu(lambda: scorer.chances(sheet.columns))),
        "bare_batch_records_per_cpu_second": round(count / _cpu(lambda: bare(cells))),
        "single_with_reasons_microseconds": _singles(
            [lambda one=row: scorer.score(one) for row in rows]
        ),
        "bare_single_microseconds": _singles([lambda one=row: bare(one) for row in singles]),
    }


def _cpu(work: Callable[[], object]) -> float:
    """Return the least CPU seconds of a few runs."""
    found: list[float] = []
    for _ in range(BATCHES):
        before = time.process_time()
        work()
        found.append(time.process_time() - before)
    return min(found)


def _singles(works: list[Callable[[], object]]) -> dict[str, Plain]:
    """Return the median and the 99th percentile, by the clock and by CPU."""
    wall: list[float] = []
    cpu: list[float] = []
    for work in works:
        before, spent = time.perf_counter(), time.process_time()
        work()
        cpu.append(time.process_time() - spent)
        wall.append(time.perf_counter() - before)
    return {
        name: round(float(np.quantile(values, share)) * 1e6, 1)
        for name, values, share in (
            ("p50_wall", wall, 0.5), ("p99_wall", wall, 0.99),
            ("p50_cpu", cpu, 0.5), ("p99_cpu", cpu, 0.99),
        )
    }  # fmt: skip
