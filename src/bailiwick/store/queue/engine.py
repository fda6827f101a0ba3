"""What an engine that delivers jobs is asked for, inside the transaction that changes our row.

The engine's row is a ticket: one for each job, good for any job of the same pool, workspace and
priority. Our row says which job a ticket is for, and carries attempt and fence.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Connection


class Engine(Protocol):
    """Tickets. Each call is part of the connection's transaction."""

    def add(self, connection: Connection, line: str, *, rank: int, wait: timedelta) -> int:
        """Put a ticket into a line and return its number."""
        ...

    def take(self, connection: Connection, line: str, *, count_max: int) -> list[int]:
        """Take due tickets of a line, by priority; none that another worker is taking."""
        ...

    def keep(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Say that the holders of these tickets are alive."""
        ...

    def finish(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Forget tickets whose jobs are done."""
        ...

    def cancel(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Forget tickets whose jobs were taken back."""
        ...

    def put_back(self, connection: Connection, numbers: Sequence[int], *, wait: timedelta) -> None:
        """Let taken tickets wait again."""
        ...

    def give_up(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Forget tickets whose jobs were buried; one that is replayed gets a new one."""
        ...

    def tidy(self, connection: Connection) -> None:
        """Remove what the engine keeps of long finished tickets."""
        ...


def line_of(pool: str, workspace_id: str) -> str:
    """Name the line of a pool in a workspace."""
    return f"{pool}/{workspace_id}"
