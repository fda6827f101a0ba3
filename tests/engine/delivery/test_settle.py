from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from bench.reliability.rig import Rig, rigged
from bench.reliability.world import APPROVER, VIEWER

from bailiwick.connectors.smtp.fake import Behaviour
from bailiwick.domain.action import Action
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.ids import EffectId, PersonId
from bailiwick.domain.plan import StepStatus
from bailiwick.domain.receipt import EffectState, Outcome
from bailiwick.engine.delivery.deliver import Delivered
from bailiwick.engine.delivery.reaper import Reaper
from bailiwick.engine.delivery.settle import LOOKUPS_COUNT_MAX, Answer, Settlement, UnableToSettle
from bailiwick.policy.rulebook import Rulebook, load
from bailiwick.policy.standing import Standing
from bailiwick.policy.verdict import Verdict
from bailiwick.ports.unit import Unit

INTERVAL = 100


@dataclass
class FakeHolders:
    """Knows who has ended because the test says so."""

    ended: set[str] = field(default_factory=set[str])

    def mine(self) -> str:
        return "survivor"

    def gone(self, holder: str, *, attempted_at: datetime, at: datetime) -> bool:
        del attempted_at, at
        return holder in self.ended


@dataclass
class Aftermath:
    """A rig with a reaper and a settlement."""

    rig: Rig
    holders: FakeHolders
    mourned: list[str] = field(default_factory=list[str])

    def reap(self) -> int:
        return Reaper(
            units=self.rig.world.units,
            holders=self.holders,
            clock=self.rig.clock,
            holder="survivor",
        ).reap()

    @property
    def settlement(self) -> Settlement:
        return self.settlement_of("survivor")

    def settlement_of(self, worker: str) -> Settlement:
        """Return what one of several workers settles with."""
        return Settlement(
            units=self.rig.world.units,
            mail=self.rig.mail,
            holders=self.holders,
            clock=self.rig.clock,
            mourn=self._mourn,
            holder=worker,
            lookup_seconds=INTERVAL,
        )

    def _mourn(self, unit: Unit, row: EffectRow, reason: str, at: datetime) -> None:
        del unit, row, at
        self.mourned.append(reason)

    def claimed(self, holder: str = "dead", action: Action | None = None) -> EffectRow:
        """Queue an effect and let a worker die with it right after the claim."""
        if action is None:
            queued = self.rig.world.queue(1)[0]
        else:
            queued = self.rig.world.queue_action(action, {"contact_id": "con_1", "title": "x"})

        class KilledError(Exception):
            pass

        def dies(unit: Unit, row: EffectRow, at: datetime) -> tuple[Verdict, Standing]:
            del unit, row, at
            raise KilledError

        with pytest.raises(KilledError):
            self.rig.delivery(holder=holder, judge_now=dies).next()
        return queued

    def state(self, row: EffectRow) -> EffectState:
        return self.rig.state(row)


@pytest.fixture(scope="module")
def law() -> Rulebook:
    return load()


@pytest.fixture
def after(tmp_path: Path, law: Rulebook) -> Iterator[Aftermath]:
    with rigged(tmp_path, law) as rig:
        yield Aftermath(rig=rig, holders=FakeHolders())


class TestTheReaper:
    def test_leaves_a_live_send_alone(self, after: Aftermath) -> None:
        """A row within its lease whose holder may be alive is not touched."""
        row = after.claimed()
        assert after.reap() == 0
        assert after.state(row) is EffectState.SENDING

    def test_takes_a_row_whose_lease_is_over(self, after: Aftermath) -> None:
        """When the lease is over the row is in doubt, never ready."""
        row = after.claimed()
        after.rig.later(60)
        assert after.reap() == 1
        assert after.state(row) is EffectState.IN_DOUBT

    def test_takes_a_row_of_an_ended_worker_at_once(self, after: Aftermath) -> None:
        """An ended process holds nothing: no need to wait for the lease."""
        row = after.claimed()
        after.holders.ended.add("dead")
        assert after.reap() == 1
        assert after.state(row) is EffectState.IN_DOUBT

    def test_takes_what_its_own_worker_could_not_settle(self, after: Aftermath) -> None:
        """Between deliveries a row of this very worker is one that it failed to settle."""
        row = after.claimed(holder="survivor")
        assert after.reap() == 1
        assert after.state(row) is EffectState.IN_DOUBT

    def test_requeues_an_internal_effect(self, after: Aftermath) -> None:
        """An internal effect that is not settled was not done: it may run again, five times."""
        row = after.claimed(action=Action.CREATE_TASK)
        after.holders.ended.add("dead")
        after.reap()
        assert after.state(row) is EffectState.READY
        after.rig.next()
        assert after.state(row) is EffectState.SENT
        assert len(after.rig.crm.applied) == 1


class TestALookUp:
    def test_that_finds_the_mail_settles_it_as_sent(self, after: Aftermath) -> None:
        """Done, but the answer was lost: found, so sent, and never sent again."""
        after.rig.mail.script = (Behaviour(outcome=Outcome.UNKNOWN, accepted=True),)
        row = after.rig.world.queue(1)[0]
        after.rig.next()
        assert after.settlement.settle() == 1
        assert after.state(row) is EffectState.SENT
        assert after.rig.world.step_status(row) is StepStatus.DONE
        assert len(after.rig.mail.delivered) == 1

    def test_needs_two_absences_apart(self, after: Aftermath) -> None:
        """Not done, but the answer was lost: absent twice with time between, then sent once."""
        after.rig.mail.script = (Behaviour(outcome=Outcome.UNKNOWN, accepted=False),)
        row = after.rig.world.queue(1)[0]
        after.rig.next()
        assert after.settlement.settle() == 0
        assert after.settlement.settle() == 0
        assert after.rig.mail.lookups_count == 1
        after.rig.later(INTERVAL - 1)
        assert after.settlement.settle() == 0
        after.rig.later(1)
        assert after.settlement.settle() == 1
        assert after.state(row) is EffectState.READY
        delivered = after.rig.next()
        assert isinstance(delivered, Delivered)
        assert after.state(row) is EffectState.SENT
        assert len(after.rig.mail.delivered) == 1

    def test_does_not_count_while_the_holder_may_live(self, after: Aftermath) -> None:
        """A frozen worker may thaw and send: absence proves nothing until it is proven gone."""
        row = after.claimed()
        after.rig.later(60)
        after.reap()
        for _ in range(4):
            assert after.settlement.settle() == 0
            after.rig.later(INTERVAL)
        assert after.state(row) is EffectState.IN_DOUBT
        after.holders.ended.add("dead")
        assert after.settlement.settle() == 1
        assert after.state(row) is EffectState.READY

    def test_is_made_by_the_holder_itself_before_another_spends_the_turns(
        self, after: Aftermath
    ) -> None:
        """A worker that lives knows that it no longer writes, whoever asked the last time."""
        row = after.claimed(holder="thawed")
        after.rig.later(60)
        after.reap()
        assert after.settlement.settle() == 0
        after.rig.later(INTERVAL)
        assert after.settlement.settle() == 0  # just before the holder looked
        assert after.settlement_of("third").settle() == 0
        assert after.rig.mail.lookups_count == 2
        assert after.settlement_of("thawed").settle() == 1
        assert after.state(row) is EffectState.READY

    def test_without_an_answer_is_not_repeated_by_the_holder_before_its_time(
        self, after: Aftermath
    ) -> None:
        """A provider that cannot be asked is left alone until the next turn."""
        row = after.claimed(holder="thawed")
        after.rig.later(60)
        after.reap()
        assert after.settlement.settle() == 0
        after.rig.mail.findable = False
        after.rig.later(INTERVAL)
        for _ in range(3):
            assert after.settlement_of("thawed").settle() == 0
        assert after.rig.mail.lookups_count == 2
        assert after.state(row) is EffectState.IN_DOUBT

    def test_that_gets_no_answer_leaves_it_to_a_person(self, after: Aftermath) -> None:
        """A blind provider is asked ten times, then never again; nothing is resent."""
        after.rig.mail.findable = False
        row = after.claimed()
        after.holders.ended.add("dead")
        after.reap()
        for _ in range(LOOKUPS_COUNT_MAX + 5):
            assert after.settlement.settle() == 0
            after.rig.later(INTERVAL)
        assert after.rig.mail.lookups_count == LOOKUPS_COUNT_MAX
        kept = after.rig.world.row(row.effect_id)
        assert (kept.state, kept.due_at) == (EffectState.IN_DOUBT, None)
        assert "a person decides" in kept.reason

    def test_ends_poison_after_five_claims(self, after: Aftermath) -> None:
        """An input that kills every worker is a dead letter after five claims; others go out."""
        row = after.claimed()
        after.holders.ended.add("dead")
        for _ in range(20):
            after.reap()
            after.settlement.settle()
            after.rig.later(INTERVAL)
            if after.state(row) is EffectState.READY:
                with pytest.raises(ZeroDivisionError):
                    after.rig.delivery(holder="dead", judge_now=_explode).next()
        assert after.state(row) is EffectState.DEAD
        assert after.rig.world.row(row.effect_id).attempt == 5
        assert len(after.mourned) == 1
        other = after.rig.world.queue(1)[0]
        after.rig.next()
        assert after.state(other) is EffectState.SENT


def _explode(unit: Unit, row: EffectRow, at: datetime) -> tuple[Verdict, Standing]:
    del unit, row, at
    raise ZeroDivisionError


def in_doubt(after: Aftermath) -> EffectRow:
    after.rig.mail.script = (Behaviour(outcome=Outcome.UNKNOWN, accepted=False),)
    row = after.rig.world.queue(1)[0]
    after.rig.next()
    return row


class TestAPerson:
    @pytest.mark.parametrize(
        ("answer", "state"),
        [
            (Answer.SENT, EffectState.SENT),
            (Answer.NOT_SENT, EffectState.READY),
            (Answer.GIVE_UP, EffectState.DEAD),
        ],
    )
    def test_settles_a_doubt(self, after: Aftermath, answer: Answer, state: EffectState) -> None:
        """The person's word moves the row and is on record with name and reason."""
        row = in_doubt(after)
        moved = after.settlement.settle_by_person(
            row.effect_id, answer, person_id=APPROVER, reason="asked the customer"
        )
        assert moved is after.state(row) is state
        with after.rig.world.units.read() as unit:
            last = unit.records.about(row.effect_id)[-1]
        assert last.payload["by"] == APPROVER
        assert last.payload["reason"] == "asked the customer"

    def test_replays_a_dead_letter(self, after: Aftermath) -> None:
        """A replayed letter is judged again and sent."""
        after.rig.mail.script = (Behaviour(outcome=Outcome.NOT_DONE_FINAL),)
        row = after.rig.world.queue(1)[0]
        after.rig.next()
        after.settlement.replay(row.effect_id, person_id=APPROVER, reason="address repaired")
        after.rig.next()
        assert after.state(row) is EffectState.SENT

    def test_replays_past_no_law(self, after: Aftermath) -> None:
        """Replay means judged again: a contact that opted out meanwhile gets nothing."""
        after.rig.mail.script = (Behaviour(outcome=Outcome.NOT_DONE_FINAL),)
        row = after.rig.world.queue(1)[0]
        after.rig.next()
        after.settlement.replay(row.effect_id, person_id=APPROVER, reason="again")
        after.rig.law.facts = {"suppressed": True}
        after.rig.next()
        assert after.state(row) is EffectState.SUPPRESSED
        assert after.rig.mail.calls_count == 1

    def test_cannot_move_what_is_settled(self, after: Aftermath) -> None:
        """A sent mail is neither settled nor replayed, whoever asks."""
        row = after.rig.world.queue(1)[0]
        after.rig.next()
        with pytest.raises(UnableToSettle, match="must be in_doubt, but it is sent"):
            after.settlement.settle_by_person(
                row.effect_id, Answer.NOT_SENT, person_id=APPROVER, reason="x"
            )
        with pytest.raises(UnableToSettle, match="must be dead, but it is sent"):
            after.settlement.replay(row.effect_id, person_id=APPROVER, reason="x")
        with pytest.raises(UnableToSettle, match="not there"):
            after.settlement.replay(EffectId("eff_none"), person_id=APPROVER, reason="x")

    @pytest.mark.parametrize("person_id", [VIEWER, PersonId("per_nobody")])
    def test_must_be_an_approver(self, after: Aftermath, person_id: PersonId) -> None:
        """A viewer or a stranger settles nothing."""
        row = in_doubt(after)
        with pytest.raises(UnableToSettle, match="takes an approver"):
            after.settlement.settle_by_person(
                row.effect_id, Answer.NOT_SENT, person_id=person_id, reason="x"
            )
        assert after.state(row) is EffectState.IN_DOUBT

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 2_001])
    def test_gives_a_reason(self, after: Aftermath, reason: str) -> None:
        """An empty or endless reason is refused."""
        row = in_doubt(after)
        with pytest.raises(UnableToSettle, match="reason"):
            after.settlement.settle_by_person(
                row.effect_id, Answer.SENT, person_id=APPROVER, reason=reason
            )
