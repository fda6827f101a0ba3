# The part of scipy 1.17 that `training/` and `bench/outreach` use.

from collections.abc import Sequence

from numpy import float64
from numpy.typing import NDArray

class csr_matrix:
    T: csr_matrix
    def __init__(
        self,
        arg1: tuple[Sequence[float], Sequence[int], Sequence[int]],
        *,
        shape: tuple[int, int],
    ) -> None: ...
    def __matmul__(self, other: NDArray[float64]) -> NDArray[float64]: ...
