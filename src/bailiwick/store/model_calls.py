"""Keeping a model call at once, in a transaction of its own, whatever becomes of its run."""

from bailiwick.domain.model_call import ModelCall
from bailiwick.store.unit import SqlUnits


class SqlModelCallSink:
    """Where the gateway's calls go."""

    def __init__(self, units: SqlUnits) -> None:
        self._units = units

    def save(self, call: ModelCall) -> None:
        """Keep one call. Raises PortFault when the store cannot."""
        with self._units.write() as unit:
            unit.model_calls.save(call)
            unit.commit()
