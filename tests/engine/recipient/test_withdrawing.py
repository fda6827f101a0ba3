"""What is under way to a recipient is taken back: the run, its card, its mail; and nothing else."""

from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.fakes.office import DANA, Office, office, step
from tests.fakes.outreach import (
    DAY,
    StillTimetable,
    hire,
    recipient,
    run_campaign,
    sign,
    turn,
)

from bailiwick.connectors.smtp.fake import Behaviour
from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.campaign.campaign import Campaign
from bailiwick.domain.campaign.touch import Fate, Touch
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.ids import ContactId
from bailiwick.domain.plan import StepStatus
from bailiwick.domain.receipt import EffectState, Outcome
from bailiwick.domain.run import RunRow, RunStatus
from bailiwick.engine.recipient.withdrawing import withdraw
from bailiwick.store.scope import own
from bailiwick.store.tables.ledger import EFFECTS
from bailiwick.store.tables.work import RUNS


@pytest.fixture
def place(tmp_path: Path) -> Generator[Office]:
    with office(tmp_path, timetable=StillTimetable(gap=DAY)) as found:
        yield found


@pytest.fixture
def campaign(place: Office) -> Campaign:
    return run_campaign(place)


def take_back(place: Office, campaign: Campaign, contact_id: ContactId = DANA) -> None:
    """Take back what is under way to a recipient."""
    which = recipient(place, campaign, contact_id).enrolment_id
    with place.app.units.write() as unit:
        withdraw(unit, which, reason="no more", at=place.clock.now())
        unit.commit()


def under_way(place: Office, campaign: Campaign) -> tuple[Touch, RunRow, list[EffectRow]]:
    """Return Dana's latest touch with its run and its effects."""
    with place.app.units.read() as unit:
        *_, touch = unit.touches.touches(recipient(place, campaign).enrolment_id)
        run = unit.runs.get(touch.run_id)
        assert run is not None
        return touch, run, list(unit.effects.of_run(touch.run_id, contact_id=DANA))


def put(place: Office, state: EffectState) -> None:
    """Let the mail to Dana stand somewhere else."""
    with place.app.units.write() as unit:
        unit.scope.change(
            update(EFFECTS)
            .where(own(EFFECTS), EFFECTS.c.contact_id == DANA)
            .values(state=state.value)
        )
        unit.commit()


class TestARun:
    def test_that_nobody_began_ends_with_its_job(self, place: Office, campaign: Campaign) -> None:
        """Nobody drafts it any more, and no job is left that would ring for it."""
        place.app.campaigns.tick.run()
        take_back(place, campaign)
        _, run, _ = under_way(place, campaign)
        assert (run.status, run.reason) == (RunStatus.CANCELLED, "no more")
        assert turn(place).runs_count == 0
        assert place.cards() == ()

    def test_that_somebody_carries_is_asked_to_stop(
        self, place: Office, campaign: Campaign
    ) -> None:
        """Who holds it ends it: it is not ended under them."""
        place.app.campaigns.tick.run()
        touch, _, _ = under_way(place, campaign)
        with place.app.units.write() as unit:
            unit.scope.change(
                update(RUNS)
                .where(own(RUNS), RUNS.c.id == touch.run_id)
                .values(status=RunStatus.RUNNING.value)
            )
            unit.commit()
        take_back(place, campaign)
        _, run, _ = under_way(place, campaign)
        assert (run.status, run.cancel_asked_at) == (RunStatus.RUNNING, place.clock.now())


class TestACard:
    def test_goes_stale_with_its_step(self, place: Office, campaign: Campaign) -> None:
        """Nobody can sign it any more; the reason is on it."""
        turn(place)
        take_back(place, campaign)
        (card,) = place.cards()
        with place.app.units.read() as unit:
            stored = unit.plans.get(card.plan_id)
        assert stored is not None
        assert (card.status, card.closed_reason) == (ApprovalStatus.STALE, "no more")
        assert stored[2][card.step_id] is StepStatus.STALE

    def test_of_somebody_else_waits_on(self, place: Office) -> None:
        """A colleague's touch, and another agent's mail to the same person, are not touched."""
        (kim,) = hire(place, 1)
        campaign = run_campaign(place, DANA, kim)
        turn(place)
        reply = step(requires_approval=True)
        take_back(place, campaign)
        place.propose(reply)
        take_back(place, campaign)
        assert {card.contact_id: card.capability for card in place.pending()} == {
            kim: "campaign",
            DANA: "reply",
        }


class TestAMail:
    def test_that_is_ready_is_not_sent(self, place: Office, campaign: Campaign) -> None:
        """Signed and queued, it is suppressed with the reason; the touch then went nowhere."""
        turn(place)
        sign(place)
        take_back(place, campaign)
        _, _, (row,) = under_way(place, campaign)
        assert (row.state, row.reason) == (EffectState.SUPPRESSED, "no more")
        place.drain()
        assert place.mail.delivered == []
        assert place.app.campaigns.settling.run().fates == {Fate.PUT_OFF: 1}

    @pytest.mark.parametrize(
        "state", [EffectState.SENDING, EffectState.IN_DOUBT, EffectState.DEAD, EffectState.SENT]
    )
    def test_that_is_past_calling_back_stays(
        self, place: Office, campaign: Campaign, state: EffectState
    ) -> None:
        """What a mail server has, or may have, is not called unsent."""
        turn(place)
        sign(place)
        put(place, state)
        take_back(place, campaign)
        _, _, (row,) = under_way(place, campaign)
        assert row.state is state

    def test_that_waits_for_another_try_is_not_tried(
        self, place: Office, campaign: Campaign
    ) -> None:
        """A server that was busy is not asked a second time."""
        place.mail.script = (Behaviour(outcome=Outcome.NOT_DONE_RETRY, reason="busy"),)
        turn(place)
        sign(place)
        place.drain()
        take_back(place, campaign)
        place.later(hours=1)
        place.drain()
        assert (place.mail.calls_count, place.mail.delivered) == (1, [])


class TestATouchBefore:
    def test_that_is_settled_keeps_its_run(self, place: Office, campaign: Campaign) -> None:
        """Only what is under way is taken back: what went stays as it went."""
        turn(place)
        sign(place)
        turn(place)
        take_back(place, campaign)
        touch, run, (row,) = under_way(place, campaign)
        assert (touch.fate, run.status, row.state) == (
            Fate.ACCEPTED,
            RunStatus.HELD,
            EffectState.SENT,
        )

    def test_is_none_for_who_was_never_touched(self, place: Office, campaign: Campaign) -> None:
        """Nothing is taken back of nothing, and nothing is on record."""
        with place.app.units.read() as unit:
            head = unit.records.head()
        take_back(place, campaign)
        with place.app.units.read() as unit:
            assert unit.records.head() == head
