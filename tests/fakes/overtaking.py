"""Somebody else is faster: units between whose first reading and writing something happens."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from bailiwick.ports.unit import Unit, Units


@dataclass(kw_only=True)
class Overtaken:
    """Units of which the first for writing is opened only after something else was done."""

    units: Units
    meanwhile: Callable[[], object] | None

    def read(self) -> AbstractContextManager[Unit]:
        """Open a unit for reading."""
        return self.units.read()

    def write(self, *, records: bool = True) -> AbstractContextManager[Unit]:
        """Open a unit for writing; before the first, let the other go first."""
        act, self.meanwhile = self.meanwhile, None
        if act is not None:
            act()
        return self.units.write(records=records)
