"""Keeps model calls in memory: for tests, simulations, and one process's own replay."""

from bailiwick.domain.model_call import ModelCall


class MemoryModelCalls:
    """A sink that a reader can look into."""

    def __init__(self) -> None:
        self.calls: list[ModelCall] = []

    def save(self, call: ModelCall) -> None:
        """Keep one call."""
        self.calls.append(call)
