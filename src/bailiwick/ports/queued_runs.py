"""Runs that a caller asked for and a pool carries: what a unit can do with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bailiwick.domain.ids import JobId, RunId
from bailiwick.domain.run import RunRow, RunStatus
from bailiwick.kit.json_value import Json


class QueuedRuns(Protocol):
    """What a run goes through between its request and its end.

    The row is the truth: whoever writes to a claimed run says under which fence, and a fence that
    is no longer the row's writes nothing (decision 0030).
    """

    def by_request_key(self, request_key: str) -> RunRow | None:
        """Return the run that was requested under this key.

        Within a unit for writing nobody else can use the key until that unit ends.
        """
        ...

    def add_all(self, runs: Sequence[RunRow]) -> None:
        """Store runs that have already ended, together. Raises IntegrityFault when one is there."""
        ...

    def claim(
        self,
        run_id: RunId,
        *,
        attempt: int,
        at: datetime,
        deadline_at: datetime,
        waits: bool = True,
    ) -> RunRow | None:
        """Take an open run under a new fence; None when it has ended or is not there.

        Who does not wait gets None too while another transaction writes the run.
        """
        ...

    def keep_inputs(self, run: RunRow) -> bool:
        """Write what a claimed run read; False when it is held under another fence, or ended."""
        ...

    def settle(
        self,
        run_id: RunId,
        *,
        fence: int,
        status: RunStatus,
        reason: str,
        result: Json,
        at: datetime,
    ) -> bool:
        """End a claimed run; False when it is held under another fence, or has ended."""
        ...

    def cancel(self, run_id: RunId, *, reason: str, at: datetime) -> RunRow | None:
        """End a pending run, or ask the pool that holds it to stop; return how it stands now."""
        ...

    def ended(self, run_ids: Sequence[RunId]) -> Sequence[RunRow]:
        """Return those of these runs that have ended, without their inputs."""
        ...

    def stopped(self, run_ids: Sequence[RunId]) -> frozenset[RunId]:
        """Return those of these runs that should not go on: ended, or asked to stop."""
        ...

    def abandoned(self, *, count_max: int) -> Sequence[tuple[RunRow, str]]:
        """Return open runs whose job was set aside, each with the reason."""
        ...

    def abandon(self, run: RunRow, *, reason: str, at: datetime) -> bool:
        """End such a run as failed; False when somebody took it since."""
        ...

    def reopen(self, job_id: JobId) -> RunRow | None:
        """Make the failed run of a job pending again; None when there is none, or it has ended."""
        ...
