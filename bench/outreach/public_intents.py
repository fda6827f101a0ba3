"""The public sets of intents: our kind of classifier on their own labels, ours on their text."""

import csv
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from training.reply.figures import (
    Answer,
    accuracy,
    calibration_error,
    macro_f1,
    risk_coverage,
)
from training.reply.fit import Example, design, vocabulary

from bailiwick.domain.message import Parse, ParsedMail
from bailiwick.domain.reader.features import features_of
from bailiwick.domain.reader.read import read
from bailiwick.domain.reader.view import view
from bailiwick.domain.reader.weights import probabilities
from bailiwick.domain.reading import Intent
from bailiwick.kit.clock import SystemClock
from bailiwick.models.reply_labels import published_weights
from bench.result_file import Plain

SEED: Final = 20_261_120
FOLDS: Final = 5
_ASKING: Final = frozenset(
    {Intent.INFO_REQUEST, Intent.MEETING_SCHEDULED, Intent.UNSUBSCRIBE, Intent.PARTNERSHIP}
)
"""Labels of a mail that wants something done."""

Told = tuple[str, str]
"""A text and what is true of it."""


def measured_public(folder: Path) -> dict[str, Plain]:
    """Return the figures of every set that is there."""
    banking = _banking(folder / "intent" / "banking77_train.csv")
    clinc = json.loads((folder / "intent" / "clinc150_train_val.json").read_text("utf-8"))
    train: list[Told] = [(text, label) for text, label in clinc["train"]]
    checked: list[Told] = [(text, label) for text, label in clinc["val"]]
    strange: list[Told] = [(text, label) for text, label in clinc["oos_val"]]
    asked = _asked(folder / "email" / "parakweet_requests_train.tsv")
    one, four = _fold(banking, 0)
    return {
        "banking77_one_fold_of_five": _trained(four, one),
        "clinc150_train_to_val": {
            **_trained(train, checked),
            "out_of_scope_auroc": _strangers(train, checked, strange),
        },
        "parakweet_requests_five_folds": _five(asked),
        "parakweet_requests_shipped_unfitted": {"auc": _auc_shipped(asked)},
        "shipped_on_text_that_is_no_reply": {
            "banking77": _acts(banking),
            "clinc150": _acts(checked),
            "clinc150_out_of_scope": _acts(strange),
        },
    }


def _trained(train: Sequence[Told], checked: Sequence[Told]) -> dict[str, Plain]:
    labels = sorted({label for _, label in train})
    shares = _shares(train, checked, labels)
    answers = [
        Answer(truth=label, given=labels[int(row.argmax())], confidence=float(row.max()))
        for (_, label), row in zip(checked, shares, strict=True)
    ]
    common = Counter(label for _, label in train).most_common(1)[0][0]
    curve = risk_coverage(answers, risk_max=0.05)
    return {
        "classes": len(labels),
        "trained_on": len(train),
        "checked_on": len(checked),
        "accuracy": round(accuracy(answers), 4),
        "macro_f1": round(macro_f1(answers), 4),
        "ece_15_bins": round(calibration_error(answers), 4),
        "aurc": round(curve.area, 4),
        "coverage_at_5_percent_risk": round(curve.coverage, 4),
        "majority_accuracy": round(sum(label == common for _, label in checked) / len(checked), 4),
    }


def _shares(
    train: Sequence[Told], checked: Sequence[Told], labels: Sequence[str]
) -> NDArray[np.float64]:
    """Fit our features on one part and return the shares of each label on the other."""
    seen, asked = _examples(train), _examples(checked)
    places = vocabulary(seen)
    place = {label: number for number, label in enumerate(labels)}
    model = LogisticRegression(C=30.0, max_iter=150, tol=1e-3)
    model.fit(design(seen, places), [place[label] for _, label in train])
    raw = design(asked, places) @ model.coef_.T + model.intercept_
    if len(labels) == 2:  # noqa: PLR2004 - the library keeps one row for two labels
        positive = 1 / (1 + np.exp(-raw[:, 0]))
        return np.stack([1 - positive, positive], axis=1)
    grown = np.exp(raw - raw.max(axis=1, keepdims=True))
    return grown / grown.sum(axis=1, keepdims=True)


def _strangers(train: Sequence[Told], checked: Sequence[Told], strange: Sequence[Told]) -> Plain:
    """Return how well the surest share tells known questions from strange ones."""
    labels = sorted({label for _, label in train})
    shares = _shares(train, [*checked, *strange], labels).max(axis=1)
    known = [True] * len(checked) + [False] * len(strange)
    return round(_auc(list(map(float, shares)), known), 4)


def _five(told: Sequence[Told]) -> dict[str, Plain]:
    answers: list[Answer] = []
    labels = sorted({label for _, label in told})
    scores: list[float] = []
    for number in range(FOLDS):
        checked, train = _fold(told, number)
        rows = _shares(train, checked, labels)
        for (_, label), row in zip(checked, rows, strict=True):
            best = int(row.argmax())
            answers.append(Answer(truth=label, given=labels[best], confidence=float(row[best])))
            scores.append(float(row[labels.index("Yes")]))
    curve = risk_coverage(answers, risk_max=0.05)
    common = Counter(label for _, label in told).most_common(1)[0][1]
    return {
        "sentences": len(told),
        "accuracy": round(accuracy(answers), 4),
        "macro_f1": round(macro_f1(answers), 4),
        "auc": round(_auc(scores, [one.truth == "Yes" for one in answers]), 4),
        "ece_15_bins": round(calibration_error(answers), 4),
        "aurc": round(curve.area, 4),
        "coverage_at_5_percent_risk": round(curve.coverage, 4),
        "majority_accuracy": round(common / len(told), 4),
    }


def _auc_shipped(told: Sequence[Told]) -> Plain:
    weights = published_weights()
    scores = [
        sum(
            share
            for intent, share in probabilities(weights, example.features).items()
            if intent in _ASKING
        )
        for example in _examples(told)
    ]
    return round(_auc(scores, [label == "Yes" for _, label in told]), 4)


def _acts(told: Sequence[Told]) -> dict[str, Plain]:
    """Return what the shipped reader makes of text that answers no mail of ours."""
    now, weights = SystemClock().now(), published_weights()
    found = Counter(read(_mail(text), now=now, weights=weights).intent.value for text, _ in told)
    return {name: round(count / len(told), 4) for name, count in found.most_common()}


def _auc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    ranks = np.argsort(np.argsort(scores, kind="stable"), kind="stable") + 1
    chosen = np.array(positive)
    count, rest = int(chosen.sum()), int((~chosen).sum())
    return float((ranks[chosen].sum() - count * (count + 1) / 2) / (count * rest))


def _examples(told: Sequence[Told]) -> list[Example]:
    return [
        Example(
            features=features_of(_mail(text), view(text), view("")),
            label=Intent.OTHER,
            family=str(number),
        )
        for number, (text, _) in enumerate(told)
    ]


def _mail(text: str) -> ParsedMail:
    return ParsedMail(
        raw_sha256="0" * 64, parse=Parse.CLEAN, from_address="a@theirs.example", own_text=text
    )


def _fold(told: Sequence[Told], number: int) -> tuple[list[Told], list[Told]]:
    """Return one fifth and the other four, dealt by the seed."""
    order = list(told)
    random.Random(SEED).shuffle(order)
    return order[number::FOLDS], [one for n, one in enumerate(order) if n % FOLDS != number]


def _banking(file: Path) -> list[Told]:
    with file.open(encoding="utf-8", newline="") as rows:
        return [(row["text"], row["category"]) for row in csv.DictReader(rows)]


def _asked(file: Path) -> list[Told]:
    lines = file.read_text("utf-8", errors="replace").splitlines()
    pairs = (line.partition("\t") for line in lines)
    return [(text, label) for label, _, text in pairs if label in {"Yes", "No"}]
