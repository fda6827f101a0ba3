"""Three ceilings on what models may use: one request, one run, one workspace's day.

Each attempt reserves its worst case before it starts and is settled with what it used, so a
crossing overshoots by at most one call. It stops that workflow, nothing else (capabilities 28c).
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from bailiwick.domain.ids import RunId, WorkspaceId
from bailiwick.domain.model_call import FallbackReason
from bailiwick.models.exchange import ChatMessage

BYTES_PER_TOKEN: Final = 3  # ours: English has 4, JSON and non-Latin text about 3
MESSAGE_TOKENS: Final = 16  # ours: role tokens and template of one message
RUNS_KNOWN_MAX: Final = 10_000  # ours: runs whose tokens are remembered; the oldest is forgotten
DAYS_KNOWN_MAX: Final = 1_000  # ours: workspaces x days


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLimits:
    """The ceilings; None for a day without one."""

    request_tokens_max: int = 20_000  # source articles, capabilities 28c
    run_tokens_max: int = 60_000  # capabilities 11, liveness
    day_picodollars_max: int | None = 5 * 10**12  # ours: five dollars for each workspace and day


DEFAULT_BUDGET: Final = BudgetLimits()


@dataclass(slots=True, kw_only=True)
class Reservation:
    """What one attempt may use at most."""

    run_id: RunId
    day: tuple[WorkspaceId, date]
    tokens: int
    picodollars: int
    open: bool = True


def nothing_spent(_workspace: WorkspaceId, _day: date) -> int:
    """Return zero: a process that starts without a memory of the day."""
    return 0


class Budget:
    """Reserves and settles; one for all calls of a process.

    `spent_before` says what the stored calls of a day have cost, so that a restart forgets nothing.
    """

    def __init__(
        self,
        limits: BudgetLimits,
        *,
        spent_before: Callable[[WorkspaceId, date], int] = nothing_spent,
    ) -> None:
        self.limits = limits
        self._spent_before = spent_before
        self._runs: OrderedDict[RunId, int] = OrderedDict()
        self._days: OrderedDict[tuple[WorkspaceId, date], int] = OrderedDict()

    def reserve(
        self,
        *,
        workspace_id: WorkspaceId,
        run_id: RunId,
        tokens: int,
        picodollars: int,
        at: datetime,
    ) -> Reservation | FallbackReason:
        """Set aside the worst case of one attempt, or say which ceiling it would cross."""
        day = (workspace_id, at.astimezone(UTC).date())
        if tokens > self.limits.request_tokens_max:
            return FallbackReason.REQUEST_CEILING
        if self.run_tokens(run_id) + tokens > self.limits.run_tokens_max:
            return FallbackReason.RUN_BUDGET
        spent = self._spent(day)
        limit = self.limits.day_picodollars_max
        if limit is not None and spent + picodollars > limit:
            return FallbackReason.DAY_BUDGET
        reservation = Reservation(run_id=run_id, day=day, tokens=tokens, picodollars=picodollars)
        self._add(reservation, tokens, picodollars)
        return reservation

    def settle(self, reservation: Reservation, *, tokens: int, picodollars: int) -> None:
        """Replace a reservation by what was used; a second settlement changes nothing."""
        if reservation.open:
            reservation.open = False
            self._add(
                reservation, tokens - reservation.tokens, picodollars - reservation.picodollars
            )

    def run_tokens(self, run_id: RunId) -> int:
        """Return tokens used and set aside by a run."""
        return self._runs.get(run_id, 0)

    def day_picodollars(self, workspace_id: WorkspaceId, day: date) -> int:
        """Return money used and set aside by a workspace on a day."""
        return self._spent((workspace_id, day))

    def _spent(self, day: tuple[WorkspaceId, date]) -> int:
        if day not in self._days:
            self._days[day] = self._spent_before(*day)
            if len(self._days) > DAYS_KNOWN_MAX:
                self._days.popitem(last=False)
        return self._days[day]

    def _add(self, reservation: Reservation, tokens: int, picodollars: int) -> None:
        self._runs[reservation.run_id] = self.run_tokens(reservation.run_id) + tokens
        self._runs.move_to_end(reservation.run_id)
        if len(self._runs) > RUNS_KNOWN_MAX:
            self._runs.popitem(last=False)
        self._days[reservation.day] = self._spent(reservation.day) + picodollars


def prompt_tokens_estimate(messages: Sequence[ChatMessage]) -> int:
    """Return a cautious count for texts that no tokenizer of ours has seen."""
    return sum(
        -(-len(m.content.encode("utf-8", "replace")) // BYTES_PER_TOKEN) + MESSAGE_TOKENS
        for m in messages
    )
