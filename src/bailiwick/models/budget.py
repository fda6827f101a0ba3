"""Ceilings on what models may use: one request, one run, one day of a capability and of all.

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
from bailiwick.ports.spending import EVERY, SpendLedger

BYTES_PER_TOKEN: Final = 3  # ours: English has 4, JSON and non-Latin text about 3
MESSAGE_TOKENS: Final = 16  # ours: role tokens and template of one message
RUNS_KNOWN_MAX: Final = 10_000  # ours: runs whose tokens are remembered; the oldest is forgotten
DAYS_KNOWN_MAX: Final = 1_000  # ours: workspaces x days


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLimits:
    """The ceilings; None for a day without one."""

    request_tokens_max: int = 20_000  # source articles, capabilities 28c
    run_tokens_max: int = 60_000  # capabilities 11, liveness; a capability's own may be lower
    day_picodollars_max: int | None = 5 * 10**12  # ours: five dollars for each workspace and day


DEFAULT_BUDGET: Final = BudgetLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLimits:
    """What one run of a capability may use."""

    tokens_max: int
    calls_max: int
    """Questions, whatever their attempts."""


def unlimited(_capability: str) -> RunLimits | None:
    """Return no limits of a capability's own."""
    return None


@dataclass(slots=True)
class _RunUse:
    """What a run has used and set aside."""

    tokens: int = 0
    calls: int = 0


@dataclass(slots=True, kw_only=True)
class Reservation:
    """What one attempt may use at most."""

    run_id: RunId
    capability: str
    day: tuple[WorkspaceId, date]
    tokens: int
    picodollars: int
    open: bool = True


def nothing_spent(_workspace: WorkspaceId, _day: date) -> int:
    """Return zero: a process that starts without a memory of the day."""
    return 0


class Budget:
    """Reserves and settles; one for all calls of a process.

    With a `ledger` the day is kept in the database and holds for all workers; without one,
    `spent_before` says what the stored calls of a day have cost, so that a restart forgets nothing.
    """

    def __init__(
        self,
        limits: BudgetLimits,
        *,
        spent_before: Callable[[WorkspaceId, date], int] = nothing_spent,
        run_limits: Callable[[str], RunLimits | None] = unlimited,
        ledger: SpendLedger | None = None,
    ) -> None:
        self.limits = limits
        self._spent_before = spent_before
        self._run_limits = run_limits
        self._ledger = ledger
        self._runs: OrderedDict[RunId, _RunUse] = OrderedDict()
        self._days: OrderedDict[tuple[WorkspaceId, date], int] = OrderedDict()

    def reserve(
        self,
        *,
        workspace_id: WorkspaceId,
        run_id: RunId,
        tokens: int,
        picodollars: int,
        at: datetime,
        capability: str = "",
        first: bool = True,
    ) -> Reservation | FallbackReason:
        """Set aside the worst case of one attempt, or say which ceiling it would cross.

        `first` tells that it is the first attempt of its question.
        """
        day = (workspace_id, at.astimezone(UTC).date())
        if tokens > self.limits.request_tokens_max:
            return FallbackReason.REQUEST_CEILING
        use = self._use(run_id)
        if not self._fits_run(use, capability, tokens=tokens, first=first):
            return FallbackReason.RUN_BUDGET
        reservation = Reservation(
            run_id=run_id, capability=capability, day=day, tokens=tokens, picodollars=picodollars
        )
        full = self._reserve_day(reservation, at)
        if full is not None:
            return full
        use.tokens += tokens
        use.calls += first
        return reservation

    def _fits_run(self, use: _RunUse, capability: str, *, tokens: int, first: bool) -> bool:
        own = self._run_limits(capability)
        tokens_max = self.limits.run_tokens_max
        if own is not None:
            tokens_max = min(tokens_max, own.tokens_max)
            if use.calls + first > own.calls_max:
                return False
        return use.tokens + tokens <= tokens_max

    def _reserve_day(self, reservation: Reservation, at: datetime) -> FallbackReason | None:
        if self._ledger is not None:
            full = self._ledger.reserve(
                capability=reservation.capability,
                run_id=reservation.run_id,
                picodollars=reservation.picodollars,
                at=at,
            )
            if full is None:
                return None
            return FallbackReason.DAY_BUDGET if full == EVERY else FallbackReason.CAPABILITY_BUDGET
        limit = self.limits.day_picodollars_max
        if limit is not None and self._spent(reservation.day) + reservation.picodollars > limit:
            return FallbackReason.DAY_BUDGET
        self._days[reservation.day] = self._spent(reservation.day) + reservation.picodollars
        return None

    def settle(self, reservation: Reservation, *, tokens: int, picodollars: int) -> None:
        """Replace a reservation by what was used; a second settlement changes nothing."""
        if reservation.open:
            reservation.open = False
            self._use(reservation.run_id).tokens += tokens - reservation.tokens
            change = picodollars - reservation.picodollars
            if self._ledger is None:
                self._days[reservation.day] = self._spent(reservation.day) + change
            elif change:
                _, day = reservation.day
                self._ledger.settle(capability=reservation.capability, day=day, change=change)

    def run_tokens(self, run_id: RunId) -> int:
        """Return tokens used and set aside by a run."""
        use = self._runs.get(run_id)
        return 0 if use is None else use.tokens

    def day_picodollars(self, workspace_id: WorkspaceId, day: date) -> int:
        """Return money used and set aside by a workspace on a day."""
        return self._spent((workspace_id, day))

    def _spent(self, day: tuple[WorkspaceId, date]) -> int:
        if day not in self._days:
            self._days[day] = self._spent_before(*day)
            if len(self._days) > DAYS_KNOWN_MAX:
                self._days.popitem(last=False)
        return self._days[day]

    def _use(self, run_id: RunId) -> _RunUse:
        """Return what a run has used; one that another process began is read from its calls."""
        if run_id not in self._runs:
            tokens, calls = self._ledger.of_run(run_id) if self._ledger else (0, 0)
            self._runs[run_id] = _RunUse(tokens, calls)
            if len(self._runs) > RUNS_KNOWN_MAX:
                self._runs.popitem(last=False)
        self._runs.move_to_end(run_id)
        return self._runs[run_id]


def prompt_tokens_estimate(messages: Sequence[ChatMessage]) -> int:
    """Return a cautious count for texts that no tokenizer of ours has seen."""
    return sum(
        -(-len(m.content.encode("utf-8", "replace")) // BYTES_PER_TOKEN) + MESSAGE_TOKENS
        for m in messages
    )
