"""What a unit can do with the crons of its workspace; when they come is a schedule's."""

from collections.abc import Sequence
from typing import Protocol

from bailiwick.domain.cron import Cron, CronId


class Crons(Protocol):
    """Crons of one workspace."""

    def put(self, cron: Cron) -> None:
        """Store a cron, in the place of the one of its id."""
        ...

    def get(self, cron_id: CronId) -> Cron | None:
        """Return a cron."""
        ...

    def all(self) -> Sequence[Cron]:
        """Return crons, newest first; a workspace has as many as it may have schedules."""
        ...

    def delete(self, cron_id: CronId) -> bool:
        """Forget a cron; False when there is none."""
        ...
