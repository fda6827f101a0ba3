"""One pass over what waits: expired cards, open signals, and the contacts that are due.

Due contacts are selected as one set by the database; a contact that is not due starts no run.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bailiwick.domain.ids import ContactId, SignalId
from bailiwick.domain.provenance import Trust
from bailiwick.domain.run import BROKEN
from bailiwick.domain.signal import Signal, SignalKind
from bailiwick.engine.inbox.approvals import Inbox
from bailiwick.engine.runner import Runner, RunResult
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Units

SIGNALS_COUNT_MAX: Final = 1_000  # ours: one pass; the next takes the rest
SWEEP_COUNT_MAX: Final = 500  # ours: contacts of one pass; minutes of planning


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepReport:
    """What a pass did."""

    expired_count: int
    signals_count: int
    contacts_count: int
    statuses: dict[str, int] = field(default_factory=dict[str, int])
    """Runs by how they ended."""
    failures: tuple[str, ...] = ()
    """Run ids that failed; `bailiwick audit explain` tells why."""


class Sweep:
    """Runs the orchestrator for everything that waits in one workspace."""

    def __init__(
        self, *, units: Units, runner: Runner, inbox: Inbox, clock: Clock, ids: Ids
    ) -> None:
        self._units = units
        self._runner = runner
        self._inbox = inbox
        self._clock = clock
        self._ids = ids

    async def run(self, *, contacts_max: int, progress: Callable[[int, int], None]) -> SweepReport:
        """Work through signals, then due contacts; `progress` gets done and total."""
        expired = self._inbox.expire()
        with self._units.read() as unit:
            signals = list(unit.runs.open_signals(count_max=SIGNALS_COUNT_MAX))
        results = [await self._runner.run(signal) for signal in signals]
        with self._units.read() as unit:
            due = unit.runs.due_contacts(at=self._clock.now(), count_max=contacts_max)
        for done, contact_id in enumerate(due):
            progress(done, len(due))
            results.append(await self.plan(contact_id))
        progress(len(due), len(due))
        return SweepReport(
            expired_count=expired,
            signals_count=len(signals),
            contacts_count=len(due),
            statuses=dict(sorted(Counter(r.status for r in results).items())),
            failures=tuple(r.run_id for r in results if r.status in BROKEN),
        )

    async def plan(
        self, contact_id: ContactId, *, kind: SignalKind = SignalKind.CONTACT_DUE
    ) -> RunResult:
        """Plan for one contact now."""
        signal_id = SignalId(self._ids.new("sig"))
        return await self._runner.run(
            Signal(
                signal_id=signal_id,
                kind=kind,
                contact_id=contact_id,
                message_id=None,
                trust=Trust.FIRST_PARTY,
                received_at=self._clock.now(),
                dedupe_key=signal_id,
            )
        )
