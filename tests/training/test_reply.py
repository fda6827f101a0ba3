from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from training.reply.__main__ import measured, of_part
from training.reply.families import LANGUAGES, Part, tongue
from training.reply.fit import (
    INVERSE_PENALTY,
    LABELS,
    Example,
    design,
    evened,
    examples,
)
from training.reply.mails import SEED, Sample, digest, samples

from bailiwick.domain.reader.weights import SCALE, Weights
from bailiwick.domain.reading import Intent
from bailiwick.models.reply_labels import published_reply_labels, published_weights

FAMILIES_ENGLISH_MIN = 30
SLOPE_MAX = 0.02
"""Share of the slope at zero that rounding to hundredths may leave."""


@pytest.fixture(scope="module")
def made() -> tuple[Sample, ...]:
    return samples()


def slope(weights: Weights, seen: Sequence[Example]) -> float:
    """Return how steep the trained loss still is, as a share of what it is with no weights."""
    places = {name: place for place, name in enumerate(sorted(weights.table))}
    rows = design(seen, places)
    table = np.array([weights.table[name] for name in sorted(weights.table)]) / SCALE
    truth = np.eye(len(LABELS))[[LABELS.index(one.label) for one in seen]]
    counts = np.array(evened(seen))[:, None]
    raw = rows @ table + np.array(weights.intercepts) / SCALE
    grown = np.exp(raw - raw.max(axis=1, keepdims=True))
    shares = grown / grown.sum(axis=1, keepdims=True)
    here = rows.T @ (counts * (shares - truth)) * INVERSE_PENALTY + table
    start = rows.T @ (counts * (1 / len(LABELS) - truth)) * INVERSE_PENALTY
    return float(np.linalg.norm(here) / np.linalg.norm(start))


def test_the_shipped_file_names_the_mails_it_came_from(made: tuple[Sample, ...]) -> None:
    """The same seed makes the same mails, whose hash the file states."""
    shipped = published_reply_labels()
    assert shipped.seed == SEED
    assert digest(made) == shipped.trained_on
    assert digest(samples(seed=SEED + 1, languages=("nl",))) != digest(samples(languages=("nl",)))


def test_the_shipped_figures_are_what_the_shipped_weights_reach(
    made: tuple[Sample, ...],
) -> None:
    """Accuracy, F1, calibration and coverage on held-out families are as the file says."""
    kept = [one for one in made if one.part is Part.HELD_OUT]
    found = measured(published_weights(), of_part(kept, examples(kept), Part.HELD_OUT))
    assert found == published_reply_labels().held_out_permille


def test_training_anew_would_find_the_shipped_weights(made: tuple[Sample, ...]) -> None:
    """The loss is convex and flat at the shipped weights, so any fit ends there; not elsewhere."""
    kept = [one for one in made if one.part is Part.TRAIN]
    seen = examples(kept)
    shipped = published_weights()
    assert slope(shipped, seen) < SLOPE_MAX
    moved = {name: (*row[1:], row[0]) for name, row in shipped.table.items()}
    other = Weights(
        version="moved", labels=shipped.labels, intercepts=shipped.intercepts, table=moved,
        temperature_permille=1000, act_permille=0, risk_permille=50, trained_on="",
    )  # fmt: skip
    assert slope(other, seen) > SLOPE_MAX * 10


def test_no_family_serves_two_parts(made: tuple[Sample, ...]) -> None:
    """What is held out was never seen in training in any form."""
    parts: dict[str, set[Part]] = {}
    for one in made:
        parts.setdefault(one.family, set()).add(one.part)
    assert all(len(found) == 1 for found in parts.values())


def test_each_label_is_told_in_many_ways() -> None:
    """English has thirty families a label at least, and every language knows every label."""
    english = Counter(one.label for one in tongue("en", seed=SEED).families if not one.mention)
    assert all(english[label] >= FAMILIES_ENGLISH_MIN for label in Intent)
    for language in LANGUAGES:
        assert {one.label for one in tongue(language, seed=SEED).families} == set(Intent)
