"""Boosted trees: scikit-learn grows them; each row's path says which column moved it.

Each node is worth the mean of the leaves below it, weighed by the training rows that reached them.
Going down, the change of worth belongs to the column that was asked: along a path the changes add
up to the log-odds exactly.
"""

from collections.abc import MutableSequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from bailiwick.models.scores.encoding import Encoding, design, learned_encoding
from bailiwick.models.scores.frame import Floats, Frame

DEPTH_MAX: Final = 64  # ours: deeper than scikit-learn grows with the leaves below


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How trees are grown."""

    rate: float
    trees_count: int
    leaves_count: int
    rows_min: int
    shrink: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """One tree by node."""

    cells: tuple[int, ...]
    thresholds: tuple[float, ...]
    gap_left: tuple[bool, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    leaf: tuple[bool, ...]
    worth: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Boosted:
    """Fitted trees."""

    encoding: Encoding
    model: HistGradientBoostingClassifier
    baseline: float
    trees: tuple[Tree, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that contributions are told for."""
        return tuple(one.name for one in self.encoding.columns)

    def log_odds(self, frame: Frame) -> Floats:
        """Return the raw log-odds of each row."""
        return self.model.decision_function(design(self.encoding, frame, scaled=False))

    def contributions(self, frame: Frame) -> Floats:
        """Return what each column moved each row by, against the average row of the training."""
        cells = design(self.encoding, frame, scaled=False)
        owners = self.encoding.owners
        made: list[list[float]] = []
        for row in cells.tolist():
            added = [0.0] * len(self.encoding.columns)
            for tree in self.trees:
                walk(tree, row, owners, added)
            made.append(added)
        return np.asarray(made)


def fit_trees(frame: Frame, labels: Floats, *, growth: Growth, seed: int) -> Boosted:
    """Grow trees; the same rows and seed give the same trees."""
    encoding = learned_encoding(frame, bent=False)
    model = HistGradientBoostingClassifier(
        learning_rate=growth.rate,
        max_iter=growth.trees_count,
        max_leaf_nodes=growth.leaves_count,
        min_samples_leaf=growth.rows_min,
        l2_regularization=growth.shrink,
        monotonic_cst=[int(one) for one in encoding.slopes],
        early_stopping=False,
        random_state=seed,
    )
    model.fit(design(encoding, frame, scaled=False), labels)
    return opened(encoding, model)


def opened(encoding: Encoding, model: HistGradientBoostingClassifier) -> Boosted:
    """Return fitted trees with their nodes laid open."""
    fitted: Any = model
    trees = tuple(_tree(one[0].nodes) for one in fitted._predictors)  # noqa: SLF001 - no public way to the nodes
    return Boosted(
        encoding=encoding,
        model=model,
        baseline=float(np.ravel(fitted._baseline_prediction)[0]),  # noqa: SLF001 - as above
        trees=trees,
    )


def _tree(nodes: Any) -> Tree:  # noqa: ANN401 - a record array
    worth: list[float] = [float(one) for one in nodes["value"]]
    leaf: list[bool] = [bool(one) for one in nodes["is_leaf"]]
    count: list[int] = [int(one) for one in nodes["count"]]
    left: list[int] = [int(one) for one in nodes["left"]]
    right: list[int] = [int(one) for one in nodes["right"]]
    for at in range(len(worth) - 1, -1, -1):  # a child stands after its parent
        if not leaf[at]:
            first, second = left[at], right[at]
            worth[at] = (worth[first] * count[first] + worth[second] * count[second]) / count[at]
    return Tree(
        cells=tuple(int(one) for one in nodes["feature_idx"]),
        thresholds=tuple(float(one) for one in nodes["num_threshold"]),
        gap_left=tuple(bool(one) for one in nodes["missing_go_to_left"]),
        left=tuple(left),
        right=tuple(right),
        leaf=tuple(leaf),
        worth=tuple(worth),
    )


def walk(
    tree: Tree, row: list[float], owners: tuple[int, ...], added: MutableSequence[float]
) -> None:
    """Go down one tree and add what each column asked moved the row by."""
    at = 0
    for _ in range(DEPTH_MAX):
        if tree.leaf[at]:
            return
        cell = tree.cells[at]
        value = row[cell]
        goes_left = tree.gap_left[at] if value != value else value <= tree.thresholds[at]  # noqa: PLR0124 - NaN is not itself
        child = tree.left[at] if goes_left else tree.right[at]
        added[owners[cell]] += tree.worth[child] - tree.worth[at]
        at = child
    assert tree.leaf[at], "a tree ends"
