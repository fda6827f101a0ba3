"""Looks for columns that may have been written after the outcome, and for those of the date.

A finding is a question to a person, never a decision: an honest column can be that good.
"""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from bailiwick.domain.score.audited import (
    AFTER_SHARE_MIN,
    ALONE_AUC_MIN,
    GAIN_AUC_MIN,
    ORDER_SHARE_MIN,
    ColumnAudit,
    Sign,
)
from bailiwick.domain.score.sheet import Sheet
from bailiwick.models.scores.folds import shuffled
from bailiwick.models.scores.frame import Field, Floats, Frame, Places, frame_of, labels_of
from bailiwick.models.scores.linear import fit_linear
from bailiwick.models.scores.measuring import auc

SEED: Final = 0
BINS_COUNT: Final = 32  # ours: a curve over a column, not a table of its values
GAIN_ROWS_MAX: Final = 6_000  # ours: evenly spaced; the gain is known to a hundredth
NAMED_AUC_MIN: Final = 0.55  # ours: a late-sounding column that tells nothing leaks nothing
_PULL: Final = 10.0  # ours: rows of the base rate that each bin is mixed with
_LATE: Final = frozenset({
    "status", "quality", "tag", "tags", "duration", "outcome", "result", "reason", "closed",
    "won", "lost", "converted", "churned", "disposition", "signed", "invoice", "paid",
})  # fmt: skip
"""Words in names of what is known late: benchmarks 2.2, and ours."""
_PARTS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def audited(
    sheet: Sheet, *, after_shares: Mapping[str, float] | None = None
) -> tuple[ColumnAudit, ...]:
    """Return what was found of each column; both outcomes are among the labels."""
    frame = frame_of(sheet.columns, count=len(sheet.labels))
    labels = labels_of(sheet)
    gains = _gains(frame, labels)
    late = after_shares or {}
    return tuple(
        _column(one, labels, gain=gains.get(one.name, 0.0), ordered=sheet.ordered, late=late)
        for one in frame.fields
    )


def _column(
    field: Field, labels: Floats, *, gain: float, ordered: bool, late: Mapping[str, float]
) -> ColumnAudit:
    alone = _alone(field, labels)
    order = _order_share(field, len(labels)) if ordered else 0.0
    telling = not _LATE.isdisjoint(part.lower() for part in _PARTS.findall(field.name))
    after = late.get(field.name)
    signs = {
        Sign.ALONE: alone >= ALONE_AUC_MIN,
        Sign.GAIN: gain >= GAIN_AUC_MIN,
        Sign.NAME: telling and alone >= NAMED_AUC_MIN,
        Sign.AFTER: after is not None and after >= AFTER_SHARE_MIN,
        Sign.ORDER: order >= ORDER_SHARE_MIN,
    }
    return ColumnAudit(
        column=field.name,
        alone_auc=alone,
        gain_auc=gain,
        order_share=order,
        after_share=after,
        telling_name=telling,
        signs=tuple(sign for sign, found in signs.items() if found),
    )


def _alone(field: Field, labels: Floats) -> float:
    """Return the out-of-fold AUC of one column: the share that ended well in its bin."""
    told = np.zeros(len(labels))
    for fold in shuffled(labels, seed=SEED):
        edges = _edges(field, fold.train)
        bins = _bins(field, edges)
        count = int(bins.max()) + 1
        base = float(labels[fold.train].mean())
        rows = np.bincount(bins[fold.train], minlength=count)
        good = np.bincount(bins[fold.train], weights=labels[fold.train], minlength=count)
        told[fold.told] = ((good + _PULL * base) / (rows + _PULL))[bins[fold.told]]
    return auc(told, labels)


def _order_share(field: Field, count: int) -> float:
    """Return how much of the place in the file is told by the column (correlation ratio)."""
    bins = _bins(field, _edges(field, np.arange(count)))
    rows = np.bincount(bins)
    if not rows.size or int((rows > 0).sum()) > count // 2:
        return 0.0  # each row a value of its own: a name, which is not learned from
    place = np.arange(count, dtype=np.float64)
    means = np.bincount(bins, weights=place) / np.maximum(rows, 1)
    between = float((rows * (means - place.mean()) ** 2).sum())
    return between / float(((place - place.mean()) ** 2).sum() or 1.0)


def _edges(field: Field, train: Places) -> Floats:
    if field.numbers is None:
        return np.zeros(0)
    known = field.numbers[train]
    known = known[~np.isnan(known)]
    if not known.size:
        return np.zeros(0)
    return np.unique(np.quantile(known, np.linspace(0, 1, BINS_COUNT + 1)[1:-1]))


def _bins(field: Field, edges: Floats) -> Places:
    if field.numbers is None:
        return field.codes + 1
    found = np.searchsorted(edges, field.numbers, side="right") + 1
    return np.where(np.isnan(field.numbers), 0, found).astype(np.int64)


def _gains(frame: Frame, labels: Floats) -> Mapping[str, float]:
    """Return how much AUC each column adds to a regression over the others."""
    step = max(1, -(-len(labels) // GAIN_ROWS_MAX))
    places = np.arange(0, len(labels), step)
    frame, labels = frame.take(places), labels[places]
    names = frozenset(one.name for one in frame.fields)
    whole = _joint(frame, labels)
    return {name: whole - _joint(frame.only(names - {name}), labels) for name in sorted(names)}


def _joint(frame: Frame, labels: Floats) -> float:
    told = np.zeros(len(labels))
    for fold in shuffled(labels, seed=SEED):
        model = fit_linear(frame.take(fold.train), labels[fold.train], inverse_penalty=1.0)
        told[fold.told] = model.log_odds(frame.take(fold.told))
    return auc(told, labels)
