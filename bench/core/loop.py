"""One event loop for a whole bench: making one for each run would be measured too."""

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


class Loop:
    """Runs coroutines to their end."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()

    def run(self, work: "Coroutine[object, object, T]") -> T:
        """Run one to its end."""
        return self._runner.run(work)

    def close(self) -> None:
        """End the loop."""
        self._runner.close()
