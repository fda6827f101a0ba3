# The part of scikit-learn 1.9 that `models/scores` uses.

from numpy import float64
from numpy.typing import NDArray

class IsotonicRegression:
    X_thresholds_: NDArray[float64]
    y_thresholds_: NDArray[float64]
    def __init__(self, *, out_of_bounds: str = ...) -> None: ...
    def fit(self, X: NDArray[float64], y: NDArray[float64]) -> IsotonicRegression: ...
