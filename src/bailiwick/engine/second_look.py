"""Has a model look at the few new mails whose label the classifier did not know.

The mail is kept and acted on by then, so nobody waits for an answer: one that comes in time changes
the reading, in a transaction of its own, and any other leaves it as it was.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bailiwick.domain.ids import RunId, SignalId
from bailiwick.domain.reader.read import relabelled
from bailiwick.domain.reading import Intent
from bailiwick.domain.record import RecordKind
from bailiwick.domain.run import RunRow, RunStatus
from bailiwick.engine.mail.intake import Unsure
from bailiwick.engine.mail.reacting import Reactions
from bailiwick.engine.runner import RunResult
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.mail_archive import MailArchives
from bailiwick.ports.unit import Units

ASKED_COUNT_MAX: Final = 16  # ours: of a batch of a hundred; two rounds of the gateway's eight
FRESH: Final = timedelta(days=2)  # ours: what is older somebody has read by now
CAPABILITY: Final = "second_reading"
ASKED_BY: Final = "mail"

Carry = Callable[[RunRow], Awaitable[RunResult]]
"""Carries out one run; a fault of its graph ends the run and is not raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """Asks about unsure mails side by side, each in a run of its own, and keeps the answers."""

    units: Units
    archives: MailArchives
    clock: Clock
    ids: Ids
    reactions: Reactions
    carry: Carry

    def look(self, unsure: Sequence[Unsure]) -> int:
        """Ask about the newest of them; return how many got a label. Raises PortFault."""
        since = self.clock.now() - FRESH
        fresh = sorted(
            (one for one in unsure if one.received_at >= since),
            key=lambda one: one.received_at,
            reverse=True,
        )[:ASKED_COUNT_MAX]
        return asyncio.run(self._look(fresh)) if fresh else 0

    async def _look(self, fresh: Sequence[Unsure]) -> int:
        runs = [self._row(one) for one in fresh]
        ended = await asyncio.gather(*(self.carry(run) for run in runs))
        return sum(
            self._keep(one, label, run.run_id)
            for one, run, result in zip(fresh, runs, ended, strict=True)
            if (label := _label(result)) is not None
        )

    def _row(self, one: Unsure) -> RunRow:
        now = self.clock.now()
        return RunRow(
            run_id=RunId(self.ids.new("run")),
            capability=CAPABILITY,
            capability_version="",
            signal_id=SignalId(self.ids.new("sig")),
            parent_run_id=None,
            contact_id=one.contact_id,
            depth=0,
            status=RunStatus.RUNNING.value,
            reason="",
            inputs=None,
            outcome=None,
            started_at=now,
            finished_at=None,
            requested_at=now,
            requested_by=ASKED_BY,
            request={"message_id": one.message_id},
        )

    def _keep(self, one: Unsure, label: Intent, run_id: RunId) -> bool:
        """Keep a label, unless the mail is gone or another was faster."""
        with self.units.write() as unit:
            archive = self.archives.within(unit)
            message = archive.message(one.message_id)
            if message is None or message.reading is None or not message.reading.unsure:
                return False
            at = self.clock.now()
            reading = relabelled(message.reading, label, message.mail.own_text)
            archive.read_again(one.message_id, reading)
            unit.records.append(
                RecordKind.READ_AGAIN,
                subject=one.message_id,
                payload={"label": label.value, "by": reading.basis.value, "run": run_id},
                at=at,
                run_id=run_id,
                contact_id=one.contact_id,
            )
            self.reactions.react(
                unit, reading, message_id=one.message_id, contact_id=one.contact_id, at=at
            )
            unit.commit()
        return True


def _label(result: RunResult) -> Intent | None:
    """Return the label that a run came to; None where the classifier's word stands."""
    meta = result.outcome.get("graph_meta")
    label = meta.get("label") if isinstance(meta, Mapping) else None
    return Intent(label) if isinstance(label, str) and label else None
