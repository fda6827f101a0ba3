"""Where the story of each Ask is kept."""

from typing import Protocol

from bailiwick.domain.model_call import ModelCall


class ModelCallSink(Protocol):
    """Keeps model calls with their bodies, for audit and replay."""

    def save(self, call: ModelCall) -> None:
        """Keep one call. Raises PortFault when the store cannot."""
        ...
