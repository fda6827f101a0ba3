"""Where what became of each Ask is kept."""

from collections.abc import Sequence
from typing import Protocol

from bailiwick.domain.ids import RunId
from bailiwick.domain.model_call import ModelCall


class ModelCallSink(Protocol):
    """Keeps model calls with their bodies, for audit and replay."""

    def save(self, call: ModelCall) -> None:
        """Keep one call. Raises PortFault when the store cannot."""
        ...


class ModelCalls(Protocol):
    """What was asked of models."""

    def save(self, call: ModelCall) -> None:
        """Store one call with its bodies."""
        ...

    def of_run(self, run_id: RunId) -> Sequence[ModelCall]:
        """Return the calls of a run, in order."""
        ...
