"""A world in which each delivery can be watched and steered: fakes at both ends, the rest real."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bailiwick.connectors.smtp.compose import ComposeSettings
from bailiwick.connectors.smtp.fake import FakeMailWriter
from bailiwick.domain.action import Action
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.ids import RunId
from bailiwick.domain.receipt import EffectState, Outcome, Receipt
from bailiwick.engine.delivery.deliver import Delivered, Delivery, JudgeNow, Means
from bailiwick.kit.clock import FixedClock
from bailiwick.kit.hashing import Canonical, canonical_bytes, digest_bytes
from bailiwick.policy.permit import Permit
from bailiwick.policy.rulebook import Rulebook
from bailiwick.policy.verdict import Held
from bailiwick.ports.unit import Unit
from bench.reliability.world import DOMAIN, Law, World, open_world

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SETTINGS = ComposeSettings(domain=DOMAIN, unsubscribe_secret=b"s" * 32)


@dataclass
class FakeCrmWriter:
    """Notes what was applied and answers as told."""

    clock: FixedClock
    outcome: Outcome = Outcome.DONE
    applied: list[Action] = field(default_factory=list[Action])

    def apply(
        self,
        action: Action,
        args: Mapping[str, Canonical],
        *,
        run_id: RunId,
        at: datetime,
        permit: Permit,
    ) -> Receipt:
        """Note the action."""
        del run_id
        hashed = digest_bytes(canonical_bytes({"action": action.value, "args": args}))
        assert hashed == permit.payload_hash
        self.applied.append(action)
        return Receipt(
            outcome=self.outcome,
            effect_key=permit.effect_key,
            payload_hash=hashed,
            at=at,
            reason="noted",
        )


@dataclass
class Rig:
    """One world with a delivery that can be watched."""

    world: World
    clock: FixedClock
    mail: FakeMailWriter
    crm: FakeCrmWriter
    law: Law
    reopened: list[EffectRow] = field(default_factory=list[EffectRow])
    mourned: list[str] = field(default_factory=list[str])
    stopped: bool = False

    def delivery(self, *, holder: str = "worker", judge_now: JudgeNow | None = None) -> Delivery:
        """Return a delivery; each is another worker."""
        means = Means(
            units=self.world.units,
            mail=self.mail,
            crm=lambda _unit: self.crm,
            judge_now=judge_now or self.law,
            reopen=self._reopen,
            mourn=self.mourn,
            clock=self.clock,
            draw=lambda: 0.5,
            stopped=lambda: self.stopped,
        )
        return Delivery(means, holder=holder)

    def _reopen(self, unit: Unit, row: EffectRow, verdict: Held, at: datetime) -> None:
        del unit, at
        assert verdict.needs
        self.reopened.append(row)

    def mourn(self, unit: Unit, row: EffectRow, reason: str, at: datetime) -> None:
        """Note the reason of a dead letter."""
        del unit, row, at
        self.mourned.append(reason)

    def next(self, judge_now: JudgeNow | None = None) -> Delivered | None:
        """Deliver one row."""
        return self.delivery(judge_now=judge_now).next()

    def state(self, row: EffectRow) -> EffectState:
        """Return where a row stands."""
        return self.world.row(row.effect_id).state

    def later(self, seconds: int) -> None:
        """Let time pass."""
        self.clock.set(self.clock.now() + timedelta(seconds=seconds))


@contextmanager
def rigged(folder: Path, law: Rulebook) -> Generator[Rig]:
    """Open a rig on a fresh SQLite file."""
    clock = FixedClock(AT)
    world = open_world(f"sqlite:///{folder / 'app.db'}", clock=clock)
    mail = FakeMailWriter(headers=SETTINGS, clock=clock)
    try:
        yield Rig(world=world, clock=clock, mail=mail, crm=FakeCrmWriter(clock), law=Law(law))
    finally:
        world.close()
