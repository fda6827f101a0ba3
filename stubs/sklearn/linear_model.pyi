# The part of scikit-learn 1.9 that `training/`, `bench/` and `models/scores` use.

from collections.abc import Sequence

from numpy import float64
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

class LogisticRegression:
    coef_: NDArray[float64]
    intercept_: NDArray[float64]
    classes_: NDArray[float64]
    def __init__(
        self,
        *,
        C: float = ...,
        class_weight: str | None = ...,
        max_iter: int = ...,
        tol: float = ...,
        solver: str = ...,
    ) -> None: ...
    def fit(
        self,
        X: csr_matrix | NDArray[float64],
        y: Sequence[int] | NDArray[float64],
        sample_weight: Sequence[float] | None = ...,
    ) -> LogisticRegression: ...
    def predict_proba(self, X: NDArray[float64]) -> NDArray[float64]: ...
