"""The plain baselines: scikit-learn as it comes, on one-hot and scaled columns."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from bailiwick.models.scores.encoding import design, learned_encoding
from bailiwick.models.scores.frame import Frame

Floats = NDArray[np.float64]
BASELINES: Final = ("plain LR", "plain HGB")


def plain_log_odds(name: str, train: Frame, labels: Floats, told: Frame) -> Floats:
    """Return what a baseline that was fitted on some rows says of others."""
    encoding = learned_encoding(train, bent=False)
    if name == "plain HGB":
        trees = HistGradientBoostingClassifier(random_state=0)
        trees.fit(design(encoding, train, scaled=False), labels)
        return trees.decision_function(design(encoding, told, scaled=False))
    line = LogisticRegression(max_iter=1_000)
    line.fit(design(encoding, train, scaled=True), labels)
    return design(encoding, told, scaled=True) @ line.coef_[0] + float(line.intercept_[0])
