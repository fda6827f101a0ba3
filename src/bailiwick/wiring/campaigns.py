"""Puts together what makes, changes and moves campaigns."""

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bailiwick.engine.campaign.administration import Administration
    from bailiwick.wiring.grounds import Grounds


class Campaigns:
    """The campaigns of one workspace, each part made when first asked for."""

    def __init__(self, grounds: "Grounds") -> None:
        self._grounds = grounds

    @cached_property
    def administration(self) -> "Administration":
        """Makes, changes, starts, pauses and stops campaigns, and enrols recipients."""
        from bailiwick.engine.campaign.administration import Administration

        grounds = self._grounds
        return Administration(units=grounds.units, clock=grounds.clock, ids=grounds.ids)
