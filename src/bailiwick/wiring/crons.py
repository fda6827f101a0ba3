"""Makes what keeps the crons of a workspace and starts their runs."""

from collections.abc import Callable

from bailiwick.engine.crons import CronParts, Crons, Starting
from bailiwick.wiring.grounds import Grounds


def crons(grounds: Grounds, threads: Callable[[], Starting]) -> Crons:
    """Return what keeps crons."""
    return Crons(
        CronParts(
            units=grounds.units,
            clock=grounds.clock,
            ids=grounds.ids,
            spec=grounds.graphs.spec,
            threads=threads,
        )
    )
