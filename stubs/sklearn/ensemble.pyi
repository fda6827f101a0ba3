# The part of scikit-learn 1.9 that `models/scores` uses.

from collections.abc import Sequence

from numpy import float64
from numpy.typing import NDArray

class HistGradientBoostingClassifier:
    _baseline_prediction: NDArray[float64]
    n_iter_: int
    def __init__(
        self,
        *,
        learning_rate: float = ...,
        max_iter: int = ...,
        max_leaf_nodes: int | None = ...,
        max_depth: int | None = ...,
        min_samples_leaf: int = ...,
        l2_regularization: float = ...,
        max_features: float = ...,
        categorical_features: Sequence[int] | None = ...,
        monotonic_cst: Sequence[int] | None = ...,
        early_stopping: bool = ...,
        random_state: int = ...,
    ) -> None: ...
    def fit(self, X: NDArray[float64], y: NDArray[float64]) -> HistGradientBoostingClassifier: ...
    def decision_function(self, X: NDArray[float64]) -> NDArray[float64]: ...
