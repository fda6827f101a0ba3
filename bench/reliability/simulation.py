"""Random histories of the effect ledger, with every invariant checked after each step.

    python -m bench.reliability.simulation --runs 100

Real store, law and delivery; the clock is virtual and the provider is a fake that may do what it
was asked and say otherwise (reliability, section 6).
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bailiwick.connectors.smtp.compose import message_id
from bailiwick.connectors.smtp.fake import Behaviour, FakeMailWriter
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.receipt import EffectState, Outcome, Receipt
from bailiwick.domain.record import RecordKind
from bailiwick.engine.delivery.deliver import JudgeNow
from bailiwick.engine.delivery.reaper import Reaper
from bailiwick.engine.delivery.settle import Answer, Settlement
from bailiwick.engine.outbox import ATTEMPTS_COUNT_MAX
from bailiwick.kit.clock import FixedClock
from bailiwick.policy.permit import Permit
from bailiwick.policy.rulebook import Rulebook, load
from bailiwick.policy.standing import Standing
from bailiwick.policy.verdict import Verdict
from bailiwick.ports.unit import Unit
from bench.reliability.account import written
from bench.reliability.rig import AT, SETTINGS, FakeCrmWriter, Rig
from bench.reliability.world import APPROVER, DOMAIN, Law, open_world
from bench.result_file import keep_result

LOOKUP_SECONDS = 100
BEHAVIOURS = (
    Behaviour(),
    Behaviour(outcome=Outcome.NOT_DONE_RETRY, accepted=False),
    Behaviour(outcome=Outcome.NOT_DONE_FINAL, accepted=False),
    Behaviour(outcome=Outcome.UNKNOWN, accepted=True),
    Behaviour(outcome=Outcome.UNKNOWN, accepted=False),
)


class KilledError(Exception):
    """The worker died here: whatever was not committed is gone."""


@dataclass
class Holders:
    """Knows which workers died."""

    ended: set[str] = field(default_factory=set[str])

    def mine(self) -> str:
        """Name the worker that never dies: the one that reaps."""
        return "reaper"

    def gone(self, holder: str, *, attempted_at: datetime, at: datetime) -> bool:
        """Tell whether a worker died."""
        del attempted_at, at
        return holder in self.ended


class DyingWriter(FakeMailWriter):
    """Dies after the provider has taken the mail."""

    def send(self, payload: bytes, *, permit: Permit) -> Receipt:
        """Send and die."""
        super().send(payload, permit=permit)
        raise KilledError


class Ledger(RuleBasedStateMachine):
    """One workspace through a random history."""

    law: Rulebook
    template: Path
    lie: bool | None = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="simulation-"))
        shutil.copy(self.template, self.folder / "app.db")
        clock = FixedClock(AT)
        mail = FakeMailWriter(headers=SETTINGS, clock=clock)
        world = open_world(f"sqlite:///{self.folder / 'app.db'}", clock=clock)
        self.rig = Rig(
            world=world, clock=clock, mail=mail, crm=FakeCrmWriter(clock), law=Law(self.law)
        )
        self.rows: list[EffectRow] = []
        self.said_sent: set[str] = set()
        self.holders = Holders()
        self.workers = 0

    def teardown(self) -> None:
        """Close and remove the database."""
        self.rig.world.close()
        shutil.rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        """Queue some mail, so that no history is empty."""
        self.rows += self.rig.world.queue(3)

    @rule()
    def queue(self) -> None:
        """Queue another mail."""
        self.rows += self.rig.world.queue(1)

    @rule(behaviour=st.sampled_from(BEHAVIOURS))
    def deliver(self, behaviour: Behaviour) -> None:
        """Deliver one row to a provider in this mood."""
        self._deliver(behaviour=behaviour)

    @rule(sent=st.booleans())
    def die(self, sent: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Let a worker die between claim and send, or after the provider has taken the mail."""

        def dies(unit: Unit, row: EffectRow, at: datetime) -> tuple[Verdict, Standing]:
            del unit, row, at
            raise KilledError

        if not sent:
            self._deliver(judge_now=dies)
            return
        real = self.rig.mail
        self.rig.mail = DyingWriter(headers=SETTINGS, clock=self.rig.clock)
        self.rig.mail.delivered = real.delivered
        try:
            self._deliver()
        finally:
            self.rig.mail = real

    @rule(seconds=st.sampled_from((1, 61, LOOKUP_SECONDS)), times=st.integers(1, 3))
    def recover(self, seconds: int, times: int) -> None:
        """Let time pass, reap, and ask the provider about what is in doubt."""
        for _ in range(times):
            self.rig.later(seconds)
            Reaper(
                units=self.rig.world.units,
                holders=self.holders,
                clock=self.rig.clock,
                holder=self.holders.mine(),
            ).reap()
            self._settlement().settle()

    @rule(index=st.integers(0, 99))
    def opt_out(self, index: int) -> None:
        """Let a contact ask to be left alone: from now on the law refuses."""
        self.rig.law.refused.add(self.rows[index % len(self.rows)].effect_id)

    @rule(index=st.integers(0, 99), answer=st.sampled_from((Answer.SENT, Answer.GIVE_UP)))
    def person_settles(self, index: int, answer: Answer) -> None:
        """Let a person, who cannot know better than the provider, settle one doubt."""
        rows = [r for r in self.rows if self.rig.state(r) is EffectState.IN_DOUBT]
        if rows:
            row = rows[index % len(rows)]
            self._settlement().settle_by_person(
                row.effect_id, answer, person_id=APPROVER, reason="asked"
            )
            if answer is Answer.SENT:
                self.said_sent.add(row.effect_id)

    @rule()
    def halt(self) -> None:
        """Pull the switch, see that nothing is claimed, and put it back."""
        at = self.rig.clock.now()
        with self.rig.world.units.write() as unit:
            unit.authority.halt("*", reason="drill", by=APPROVER, at=at)
            unit.commit()
        arrived = len(self.rig.mail.delivered)
        assert self.rig.next() is None, "halted means no new claim"
        assert len(self.rig.mail.delivered) == arrived
        with self.rig.world.units.write() as unit:
            unit.authority.resume("*", at=at)
            unit.commit()

    @invariant()
    def nothing_is_doubled_or_made_up(self) -> None:
        """Each mail arrives at most once, and what is called sent has arrived."""
        arrived = Counter(reference for reference, _ in self.rig.mail.delivered)
        assert all(count == 1 for count in arrived.values()), "a mail was doubled"
        for row in self.rows:
            now = self.rig.world.row(row.effect_id)
            reached = message_id(row.effect_key, domain=DOMAIN) in arrived
            if now.state is EffectState.SENT and row.effect_id not in self.said_sent:
                assert reached, "called sent, and lost"
            if now.state in {EffectState.READY, EffectState.SUPPRESSED}:
                assert not reached, "arrived, and not known"

    @invariant()
    def attempts_are_bounded_and_on_record(self) -> None:
        """At most five tries, each claim recorded, a receipt for each sent row."""
        with self.rig.world.units.read() as unit:
            for row in self.rows:
                records = unit.records.about(row.effect_id)
                claims = sum(r.kind is RecordKind.EFFECT_ATTEMPT for r in records)
                untried = sum(r.payload.get("tried") is False for r in records)
                assert claims - untried <= ATTEMPTS_COUNT_MAX
                now = unit.effects.get(row.effect_id)
                assert now is not None
                assert now.attempt == now.fence == claims

    def _deliver(
        self, *, behaviour: Behaviour | None = None, judge_now: JudgeNow | None = None
    ) -> None:
        self.workers += 1
        holder = f"worker-{self.workers}"
        refused_before = set(self.rig.law.refused)
        self.rig.mail.script = (behaviour or Behaviour(),)
        self.rig.mail.calls_count = 0
        arrived = len(self.rig.mail.delivered)
        try:
            delivered = self.rig.delivery(holder=holder, judge_now=judge_now).next()
        except KilledError:
            self.holders.ended.add(holder)
            delivered = None
        if delivered is not None and delivered.effect_id in refused_before:
            assert len(self.rig.mail.delivered) == arrived, "sent after the opt-out"

    def _settlement(self) -> Settlement:
        mail = self.rig.mail if self.lie is None else Liar(self.rig.mail, answer=self.lie)
        return Settlement(
            units=self.rig.world.units,
            mail=mail,
            holders=self.holders,
            clock=self.rig.clock,
            mourn=self.rig.mourn,
            holder=self.holders.mine(),
            lookup_seconds=LOOKUP_SECONDS,
        )


class Liar:
    """A provider that always gives the same answer, to prove that the simulation notices."""

    def __init__(self, mail: FakeMailWriter, *, answer: bool) -> None:
        self._mail = mail
        self._answer = answer

    def send(self, payload: bytes, *, permit: Permit) -> Receipt:
        """Send honestly."""
        return self._mail.send(payload, permit=permit)

    def was_sent(self, effect_key: str) -> bool | None:
        """Lie."""
        del effect_key
        return self._answer


def simulated(folder: Path, *, runs: int, steps: int, lie: bool | None = None) -> None:
    """Check so many random histories; raises AssertionError with the shortest that breaks."""
    template = folder / "template.db"
    open_world(f"sqlite:///{template}", clock=FixedClock(AT)).close()

    class Here(Ledger):
        pass

    Here.law, Here.template, Here.lie = load(), template, lie
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much),
        ),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--dry", action="store_true", help="print only, write no result")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        simulated(Path(name), runs=options.runs, steps=options.steps)
    figures = {
        "runs": options.runs,
        "steps_max": options.runs * options.steps,
        "seconds": round(time.monotonic() - began, 1),
        "violations": 0,
    }
    text = written("reliability-simulation", figures)
    print(text)
    if not options.dry:
        keep_result("reliability-simulation", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
