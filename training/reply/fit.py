"""Fits the classifier of replies: a multinomial logistic regression over features of our own.

Only a feature that two families share is learned, so that no template is known by a word of its
own. Temperature and threshold come from families that training did not see.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bailiwick.domain.reader.features import Features, features_of
from bailiwick.domain.reader.intent import ANSWERED, certainty
from bailiwick.domain.reader.view import view
from bailiwick.domain.reader.weights import SCALE, Weights, probabilities, shares_of
from bailiwick.domain.reading import Intent
from training.reply.figures import Answer, risk_coverage
from training.reply.mails import Sample

LABELS: Final = tuple(Intent)
INVERSE_PENALTY: Final = 8.0  # ours: least log loss on the calibrating families of 1 … 30
FAMILIES_MIN: Final = 2  # ours: a feature of one family tells the template, not the label
FEATURES_MAX: Final = 6_000  # ours: the file stays below half a megabyte
RISK_MAX: Final = 0.05  # the named risk: at most one kept answer in twenty is wrong
_TEMPERATURES: Final = tuple(range(500, 3_001, 25))


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One mail as features."""

    features: Features
    label: Intent
    family: str


def examples(made: Sequence[Sample]) -> tuple[Example, ...]:
    """Return the features of mails."""
    return tuple(
        Example(
            features=features_of(one.mail, view(one.mail.own_text), view(one.mail.subject)),
            label=one.label,
            family=one.family,
        )
        for one in made
    )


def vocabulary(seen: Sequence[Example], *, families_min: int = FAMILIES_MIN) -> dict[str, int]:
    """Return the features that enough families share, in a fixed order."""
    families: dict[str, set[str]] = {}
    for one in seen:
        for name in (*one.features.words, *one.features.ideas, *one.features.marks):
            families.setdefault(name, set()).add(one.family)
    kept = sorted(name for name, of in families.items() if len(of) >= families_min)
    return {name: place for place, name in enumerate(kept)}


def design(seen: Sequence[Example], places: dict[str, int]) -> csr_matrix:
    """Return the rows that `probabilities` adds up, one per mail."""
    values: list[float] = []
    columns: list[int] = []
    starts = [0]
    for one in seen:
        word_share, idea_share = shares_of(one.features)
        for names, value in (
            (one.features.words, word_share),
            (one.features.ideas, idea_share),
            (one.features.marks, 1.0),
        ):
            known = [places[name] for name in names if name in places]
            columns.extend(known)
            values.extend([value] * len(known))
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(seen), max(1, len(places))))


def evened(seen: Sequence[Example]) -> list[float]:
    """Weigh mails so that each label counts the same, however many families it has."""
    counts = Counter(one.label for one in seen)
    return [len(seen) / len(counts) / counts[one.label] for one in seen]


def fit(
    train: Sequence[Example], calibrate: Sequence[Example], *, version: str, trained_on: str
) -> Weights:
    """Return the trained, calibrated classifier with its threshold."""
    places = vocabulary(train)
    first = _regressed(train, places)
    spread = first.coef_.max(axis=0) - first.coef_.min(axis=0)
    best = sorted(places, key=lambda name: (-float(spread[places[name]]), name))[:FEATURES_MAX]
    kept = {name: place for place, name in enumerate(sorted(best))}
    found = first if len(kept) == len(places) else _regressed(train, kept)
    raw = Weights(
        version=version,
        labels=LABELS,
        intercepts=tuple(round(float(one) * SCALE) for one in found.intercept_),
        table={
            name: tuple(round(float(one) * SCALE) for one in found.coef_[:, place])
            for name, place in kept.items()
        },
        temperature_permille=1000,
        act_permille=0,
        risk_permille=round(RISK_MAX * 1000),
        trained_on=trained_on,
    )
    return _calibrated(raw, calibrate)


def answers(weights: Weights, seen: Sequence[Example]) -> tuple[Answer, ...]:
    """Return what the classifier answers to each mail, however unsure it is."""
    given: list[Answer] = []
    for one in seen:
        shares = probabilities(weights, one.features)
        label = max(shares, key=lambda intent: shares[intent])
        given.append(Answer(truth=one.label, given=label, confidence=shares[label]))
    return tuple(given)


def deeds(weights: Weights, seen: Sequence[Example]) -> tuple[Answer, ...]:
    """Return the answers that something would follow from; `other` is read by a person anyway.

    A wish that is answered is no error when it is told as another wish that is answered.
    """
    done: list[Answer] = []
    for one in seen:
        shares = probabilities(weights, one.features)
        label = max(shares, key=lambda intent: shares[intent])
        if label is not Intent.OTHER:
            alike = one.label in ANSWERED and label in ANSWERED
            truth = label if alike else one.label
            sure = min(1.0, certainty(shares, label))
            done.append(Answer(truth=truth, given=label, confidence=sure))
    return tuple(done)


def _regressed(train: Sequence[Example], places: dict[str, int]) -> LogisticRegression:
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=2_000, tol=1e-5)
    return model.fit(
        design(train, places), [LABELS.index(one.label) for one in train], evened(train)
    )


def _calibrated(raw: Weights, calibrate: Sequence[Example]) -> Weights:
    """Soften the answers to the least log loss, then find the threshold of the named risk."""
    best = min(_TEMPERATURES, key=lambda heat: _loss(_with(raw, heat, 0), calibrate))
    warm = _with(raw, best, 0)
    curve = risk_coverage(deeds(warm, calibrate), risk_max=RISK_MAX)
    return _with(raw, best, min(1000, int(curve.threshold * 1000) + 1))


def _with(raw: Weights, heat: int, act: int) -> Weights:
    return Weights(
        version=raw.version,
        labels=raw.labels,
        intercepts=raw.intercepts,
        table=raw.table,
        temperature_permille=heat,
        act_permille=act,
        risk_permille=raw.risk_permille,
        trained_on=raw.trained_on,
    )


def _loss(weights: Weights, seen: Sequence[Example]) -> float:
    return -sum(
        log(max(1e-12, probabilities(weights, one.features)[one.label])) for one in seen
    ) / max(1, len(seen))
