# The part of threadpoolctl 3 that `models/scores` uses.

from types import TracebackType
from typing import Self

class threadpool_limits:
    def __init__(self, *, limits: int) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
