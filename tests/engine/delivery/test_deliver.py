from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from bench.reliability.rig import AT, Rig, rigged
from bench.reliability.world import mail_args

from bailiwick.connectors.smtp.fake import Behaviour
from bailiwick.domain.action import Action
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.fault import IntegrityFault, PortFault
from bailiwick.domain.plan import StepStatus
from bailiwick.domain.receipt import EffectState, Outcome
from bailiwick.kit.hashing import Canonical
from bailiwick.policy.rulebook import Rulebook, load
from bailiwick.policy.standing import Standing
from bailiwick.policy.verdict import Verdict
from bailiwick.ports.unit import Unit

TASK: dict[str, Canonical] = {"contact_id": "con_1", "title": "Call back"}


@pytest.fixture(scope="module")
def law() -> Rulebook:
    return load()


@pytest.fixture
def rig(tmp_path: Path, law: Rulebook) -> Iterator[Rig]:
    with rigged(tmp_path, law) as opened:
        yield opened


class TestAQueuedMail:
    def test_is_sent_once(self, rig: Rig) -> None:
        """A due row goes out, its step and records say so, and then nothing is due."""
        row = rig.world.queue(1)[0]
        delivered = rig.next()
        assert delivered is not None
        assert delivered.state is EffectState.SENT
        assert rig.next() is None
        assert len(rig.mail.delivered) == 1
        after = rig.world.row(row.effect_id)
        assert (after.attempt, after.fence) == (1, 1)
        assert after.provider_ref == rig.mail.delivered[0][0]
        assert rig.world.step_status(row) is StepStatus.DONE
        assert rig.world.findings(row) == ["effect.attempt", "effect.receipt"]

    def test_waits_for_its_time(self, rig: Rig) -> None:
        """A row that is put off is not touched before it is due."""
        rig.mail.script = (Behaviour(outcome=Outcome.NOT_DONE_RETRY),)
        row = rig.world.queue(1)[0]
        rig.next()
        assert rig.state(row) is EffectState.READY
        assert rig.next() is None
        rig.later(2)
        rig.next()
        assert rig.state(row) is EffectState.SENT

    def test_becomes_a_dead_letter_after_five_attempts(self, rig: Rig) -> None:
        """Five refusals for now end it; a person is told once."""
        rig.mail.script = (Behaviour(outcome=Outcome.NOT_DONE_RETRY),) * 9
        row = rig.world.queue(1)[0]
        for _ in range(9):
            rig.next()
            rig.later(60)
        assert rig.state(row) is EffectState.DEAD
        assert rig.mail.calls_count == 5
        assert len(rig.mourned) == 1
        assert rig.world.step_status(row) is StepStatus.FAILED

    def test_becomes_a_dead_letter_at_once_when_refused_for_good(self, rig: Rig) -> None:
        """A definite no is not repeated, and does not stop the next mail."""
        rig.mail.script = (Behaviour(outcome=Outcome.NOT_DONE_FINAL),)
        first, second = rig.world.queue(2)
        rig.next()
        rig.next()
        assert rig.state(first) is EffectState.DEAD
        assert rig.state(second) is EffectState.SENT

    def test_stays_in_doubt_when_nobody_knows(self, rig: Rig) -> None:
        """An unknown outcome is kept as such: the next claims leave it alone."""
        rig.mail.script = (Behaviour(outcome=Outcome.UNKNOWN),)
        row = rig.world.queue(1)[0]
        rig.next()
        rig.later(86_400)
        assert rig.next() is None
        assert rig.state(row) is EffectState.IN_DOUBT
        assert rig.mail.calls_count == 1

    def test_does_not_overtake_another_to_the_same_contact(self, rig: Rig) -> None:
        """While one mail to a contact is in flight the contact's next one waits."""
        args = mail_args("con_same")
        rig.world.queue_action(Action.SEND_MESSAGE, args)
        rig.world.queue_action(Action.SEND_MESSAGE, {**args})
        with rig.world.units.write() as unit:
            assert unit.effects.claim(holder="other", at=rig.clock.now(), lease_seconds=60)
            unit.commit()
        assert rig.next() is None


class TestTheGate:
    def test_stops_an_opt_out_made_after_queueing(self, rig: Rig) -> None:
        """A contact suppressed at the last moment gets nothing; the rules are on record."""
        row = rig.world.queue(1)[0]
        rig.law.facts = {"suppressed": True}
        delivered = rig.next()
        assert delivered is not None
        assert delivered.state is EffectState.SUPPRESSED
        assert rig.mail.calls_count == 0
        assert rig.world.step_status(row) is StepStatus.REFUSED
        with rig.world.units.read() as unit:
            last = unit.records.about(row.effect_id)[-1]
        assert last.payload["rules"]
        assert last.payload["tried"] is False

    def test_puts_a_mail_that_is_held_again_back(self, rig: Rig) -> None:
        """Held at the last moment: ready without a due time, and its card is opened again."""
        row = rig.world.queue(1)[0]
        rig.law.facts = {"level_granted": 0}
        rig.next()
        after = rig.world.row(row.effect_id)
        assert (after.state, after.due_at) == (EffectState.READY, None)
        assert rig.reopened[0].effect_id == row.effect_id
        assert rig.world.step_status(row) is StepStatus.HELD
        rig.later(86_400)
        assert rig.next() is None
        assert rig.mail.calls_count == 0

    def test_brings_a_halted_mail_back_soon(self, rig: Rig) -> None:
        """A halt between claim and judgement puts the row off; it goes out once lifted."""
        row = rig.world.queue(1)[0]
        rig.law.facts = {"halted": True}
        for _ in range(8):
            rig.next()
            assert rig.state(row) is EffectState.READY
            rig.later(31)
        rig.law.facts = {}
        rig.next()
        assert rig.state(row) is EffectState.SENT
        assert rig.mail.calls_count == 1

    @pytest.mark.parametrize("scope", ["*", "action:send_message", "capability:specimen"])
    def test_lets_nothing_be_claimed_while_halted(self, rig: Rig, scope: str) -> None:
        """A stored halt stops claims at once; lifting it lets them go on."""
        row = rig.world.queue(1)[0]
        with rig.world.units.write() as unit:
            unit.authority.halt(scope, reason="test", by="per_1", at=rig.clock.now())
            unit.commit()
        assert rig.next() is None
        assert rig.world.row(row.effect_id).attempt == 0
        with rig.world.units.write() as unit:
            unit.authority.resume(scope, at=rig.clock.now())
            unit.commit()
        rig.next()
        assert rig.state(row) is EffectState.SENT

    def test_stands_behind_the_outer_kill_switch(self, rig: Rig) -> None:
        """The switch outside the database stops claims, too."""
        row = rig.world.queue(1)[0]
        rig.stopped = True
        assert rig.next() is None
        assert rig.state(row) is EffectState.READY
        rig.stopped = False
        rig.next()
        assert rig.state(row) is EffectState.SENT

    def test_counts_a_switch_thrown_after_the_claim(self, rig: Rig) -> None:
        """A switch thrown while the row is being judged still stops it."""
        row = rig.world.queue(1)[0]

        def judged(unit: Unit, claimed: EffectRow, at: datetime) -> tuple[Verdict, Standing]:
            rig.stopped = True
            return rig.law(unit, claimed, at)

        rig.next(judged)
        assert rig.state(row) is EffectState.READY
        assert rig.mail.calls_count == 0


class TestAFaultyRow:
    def test_is_a_dead_letter_when_its_step_is_gone(self, rig: Rig) -> None:
        """Stored data that contradicts itself is never sent."""
        row = rig.world.queue(1)[0]

        def broken(unit: Unit, claimed: EffectRow, at: datetime) -> tuple[Verdict, Standing]:
            del unit, claimed, at
            message = "the step is gone"
            raise IntegrityFault(message)

        rig.next(broken)
        assert rig.state(row) is EffectState.DEAD
        assert rig.mail.calls_count == 0

    def test_is_tried_again_when_standing_cannot_be_read(self, rig: Rig) -> None:
        """Unreadable standing means not executed, recorded, tried again, at most five times."""
        row = rig.world.queue(1)[0]

        def unreadable(unit: Unit, claimed: EffectRow, at: datetime) -> tuple[Verdict, Standing]:
            del unit, claimed, at
            message = "no answer"
            raise PortFault(message)

        for _ in range(6):
            rig.next(unreadable)
            rig.later(60)
        assert rig.state(row) is EffectState.DEAD
        assert rig.mail.calls_count == 0

    def test_is_not_sent_when_too_little_lease_is_left(self, rig: Rig) -> None:
        """A worker frozen between claim and send does not send on an old ruling."""
        row = rig.world.queue(1)[0]

        def frozen(unit: Unit, claimed: EffectRow, at: datetime) -> tuple[Verdict, Standing]:
            rig.later(50)
            return rig.law(unit, claimed, at)

        rig.next(frozen)
        assert rig.mail.calls_count == 0
        assert rig.state(row) is EffectState.READY


class TestALostLease:
    def test_writes_nothing_more(self, rig: Rig) -> None:
        """A worker whose row was taken over records no outcome of its own."""
        row = rig.world.queue(1)[0]

        def stolen(unit: Unit, claimed: EffectRow, at: datetime) -> tuple[Verdict, Standing]:
            settled = unit.effects.settle(
                claimed, EffectState.IN_DOUBT, receipt=None, reason="reaped", due_at=None
            )
            assert settled
            return rig.law(unit, claimed, at)

        delivered = rig.next(stolen)
        assert delivered is not None
        assert delivered.state is EffectState.SENDING
        assert rig.state(row) is EffectState.IN_DOUBT
        assert rig.world.findings(row) == ["effect.attempt"]

    def test_rolls_an_internal_change_back(self, rig: Rig) -> None:
        """An internal effect whose row was taken over is not applied."""
        row = rig.world.queue_action(Action.CREATE_TASK, TASK)

        def stolen(unit: Unit, claimed: EffectRow, at: datetime) -> tuple[Verdict, Standing]:
            assert unit.effects.settle(
                claimed, EffectState.READY, receipt=None, reason="reaped", due_at=at
            )
            return rig.law(unit, claimed, at)

        delivered = rig.next(stolen)
        assert delivered is not None
        assert delivered.state is EffectState.SENDING
        # The settle in the same unit was rolled back with everything else.
        assert rig.state(row) is EffectState.SENDING


class TestAnInternalEffect:
    def test_is_applied_and_settled_in_one_transaction(self, rig: Rig) -> None:
        """The caller's commit makes both durable; without it neither happened."""
        row = rig.world.queue_action(Action.CREATE_TASK, TASK)
        delivery = rig.delivery()
        with rig.world.units.write() as unit:
            assert delivery.apply_internal(unit, row, AT).outcome is Outcome.DONE
        assert rig.state(row) is EffectState.READY
        with rig.world.units.write() as unit:
            delivery.apply_internal(unit, row, AT)
            unit.commit()
        assert rig.state(row) is EffectState.SENT
        assert rig.world.step_status(row) is StepStatus.DONE

    def test_can_be_carried_out_by_the_worker(self, rig: Rig) -> None:
        """A queued internal effect is claimed, judged and applied like any other."""
        row = rig.world.queue_action(Action.CREATE_TASK, TASK)
        rig.next()
        assert rig.crm.applied == [Action.CREATE_TASK]
        assert rig.state(row) is EffectState.SENT

    def test_is_not_applied_without_a_permit(self, rig: Rig) -> None:
        """What the law holds or refuses is not applied, and the receipt says skipped."""
        row = rig.world.queue_action(Action.CREATE_TASK, TASK)
        rig.law.facts = {"level_granted": 0}
        with rig.world.units.write() as unit:
            receipt = rig.delivery().apply_internal(unit, row, AT)
            unit.commit()
        assert receipt.outcome is Outcome.SKIPPED
        assert rig.crm.applied == []
        assert len(rig.reopened) == 1

    def test_ends_when_it_cannot_be_applied(self, rig: Rig) -> None:
        """A row that is gone is a dead letter with the writer's reason."""
        rig.crm.outcome = Outcome.NOT_DONE_FINAL
        row = rig.world.queue_action(Action.CREATE_TASK, TASK)
        rig.next()
        assert rig.world.row(row.effect_id).reason == "noted"
        assert rig.state(row) is EffectState.DEAD

    def test_is_never_a_delegation(self, rig: Rig) -> None:
        """A delegated action in the ledger is a contradiction: a dead letter, not a crash."""
        row = rig.world.queue_action(Action.ENRICH, {"contact_id": "con_1"})
        rig.next()
        assert rig.state(row) is EffectState.DEAD
