"""Campaigns through random histories: the real machine, a virtual clock, a server with moods.

Whatever recipients, people, clocks, crashes and mail servers do in whatever order, the mails that
arrived keep every promise, judged from the server's side (reliability, section 6).
"""

import contextlib
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from tests.fakes.campaign_history import EVERYWHERE, History
from tests.fakes.campaign_wire import Mood, wired
from tests.fakes.campaign_world import (
    ADMIN,
    PEOPLE,
    SERIES,
    Recipient,
    founded,
    granted,
)

from bailiwick.domain.campaign.campaign import CampaignStatus
from bailiwick.domain.campaign.enrolment import Stage
from bailiwick.domain.campaign.series import Touch
from bailiwick.domain.mail_address import address_hash
from bailiwick.engine.campaign.changing import UnableToChangeCampaign
from bailiwick.engine.delivery.settle import Answer
from bailiwick.engine.permission.one_click import OptingOut
from bailiwick.wiring.answers import halting
from bailiwick.wiring.application import Application
from bailiwick.wiring.persons import erase_person

STARTS: Final = (
    datetime(2026, 7, 14, 9, 30, tzinfo=UTC),
    datetime(2026, 10, 22, 9, 30, tzinfo=UTC),  # Europe's clocks go back on the 25th
    datetime(2026, 12, 22, 9, 30, tzinfo=UTC),  # before holidays
    datetime(2027, 3, 11, 9, 30, tzinfo=UTC),  # America's clocks go forward on the 14th
)
INDEX = st.integers(0, 9)
WHO = st.sampled_from(PEOPLE)
NAMES = st.sampled_from(sorted(SERIES))


class Outreach(History):
    """What machine, recipients, people and mail server do, in any order."""

    @initialize(start=st.sampled_from(STARTS), alone=st.booleans(), others=st.sets(WHO, min_size=1))
    def begin(self, start: datetime, alone: bool, others: set[Recipient]) -> None:  # noqa: FBT001 - drawn
        """Enrol everybody in one campaign and some in the other; with a grant or without."""
        self.world.clock.set(start)
        if alone:
            granted(self.world.app, start)
        desk = self.world.app.campaigns.administration
        desk.enrol("Personal", [who.contact_id for who in PEOPLE], by=ADMIN)
        desk.enrol("Company", sorted(who.contact_id for who in others), by=ADMIN)
        for name in SERIES:
            desk.start(name, by=ADMIN)

    # What the machine does.

    @rule()
    def turn(self) -> None:
        """Settle, tick, draft, deliver."""
        self.world.turn()

    @rule(readings=st.integers(0, 80))
    def turn_and_die(self, readings: int) -> None:
        """Die at some look at the clock, and start again."""
        self.world.clock.readings_left = readings
        self.world.survive(self.world.turn)

    @rule(when=st.sampled_from(("before", "after")))
    def die_at_the_send(self, when: str) -> None:
        """Die between the claim and the mail, or between the mail and its receipt."""
        self.world.writer.die = when
        self.world.survive(self.world.turn)

    @rule()
    def only_deliver(self) -> None:
        """Let the process that delivers be the only one that runs."""
        self.world.app.worker().drain(50)

    @rule()
    def only_tick(self) -> None:
        """Let the process that settles and ticks be the only one that runs."""
        keep_going(self.world.app)

    @rule()
    def two_at_once(self) -> None:
        """Let two processes tick and settle at the same moment."""
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(keep_going, (self.world.app, self.world.twin)))

    @rule(hours=st.sampled_from((0.1, 1, 3, 7, 16, 24, 72)))
    def wait(self, hours: float) -> None:
        """Let time pass, and turn."""
        self.world.later(hours=hours)
        self.world.turn()

    @rule(seconds=st.integers(1, 60))
    def step_back(self, seconds: int) -> None:
        """Set the clock back, by no more than a lease."""
        self.world.later(seconds=-seconds)

    @rule(mood=st.sampled_from(Mood))
    def change_mood(self, mood: Mood) -> None:
        """Let the mail server behave otherwise."""
        self.wire.mood(mood)

    # What recipients do.

    @rule(who=WHO)
    def reply(self, who: Recipient) -> None:
        """Answer; a colleague's answer ends a campaign that stops for a company."""
        self.world.receive(self.world.letter(who, "Thanks, could you call me tomorrow?"))
        self.leave_alone(who)
        for other in PEOPLE:
            if other.account == who.account and self.answers(who):
                self.leave_alone(other, "Company")

    @rule(who=WHO)
    def ask_to_stop(self, who: Recipient) -> None:
        """Opt out in words."""
        text = "Please take me off your mailing list and do not write to me again."
        self.world.receive(self.world.letter(who, text))
        self.leave_alone(who)

    @rule(who=WHO, twice=st.booleans())
    def click(self, who: Recipient, twice: bool) -> None:  # noqa: FBT001 - drawn
        """Opt out by the link, once or again."""
        desk = OptingOut(self.world.app.units, self.world.clock)
        for _ in range(1 + twice):
            desk.opt_out(address_hash(who.address))
        self.leave_alone(who)

    @rule(who=WHO, status=st.sampled_from(("5.1.1", "4.2.2", "4.4.1")))
    def bounce(self, who: Recipient, status: str) -> None:
        """Let a mail come back, for good or for now."""
        report = self.world.report(who, status)
        if report is not None:
            self.world.receive(report)
            if status.startswith("5"):
                self.leave_alone(who)

    @rule(who=WHO, days=st.integers(2, 12))
    def be_away(self, who: Recipient, days: int) -> None:
        """Let a machine answer that they are away until a day."""
        back = (self.world.clock.now() + timedelta(days=days)).date()
        text = f"I am out of the office and will be back on {back.strftime('%d %B %Y')}."
        more = "Auto-Submitted: auto-replied\r\n"
        subject = "Automatic reply: Hello"
        self.world.receive(self.world.letter(who, text, subject=subject, more=more))
        self.away[who.address] = (self.count(who.address), back)

    # What people of the workspace do.

    @rule(index=INDEX, twice=st.booleans())
    def sign(self, index: int, twice: bool) -> None:  # noqa: FBT001 - drawn
        """Approve a card, once or again."""
        card = self.card(index)
        for _ in range(1 + twice if card else 0):
            self.approve(card)

    @rule(index=INDEX)
    def edit(self, index: int) -> None:
        """Change the words of a card, which makes another one."""
        card = self.card(index)
        if card is not None:
            self.world.app.inbox.edit(
                card.approval_id, person_id=ADMIN, changes={"subject": "A word from us"}
            )

    @rule(index=INDEX)
    def reject(self, index: int) -> None:
        """Say no to a card."""
        card = self.card(index)
        if card is not None:
            self.world.app.inbox.reject(card.approval_id, person_id=ADMIN, reason="not this one")

    @rule()
    def pull_the_switch(self) -> None:
        """Stop everything, or let it go on."""
        desk = halting(self.world.app)
        if self.halted_at is None:
            desk.halt(EVERYWHERE, person_id=ADMIN, reason="drill")
            self.halted_at = len(self.wire.arrived())
        else:
            desk.lift(EVERYWHERE, person_id=ADMIN, reason="over")
            self.halted_at = None

    @rule(name=NAMES)
    def pause_or_resume(self, name: str) -> None:
        """Pause a campaign that runs, or let it go on."""
        desk = self.world.app.campaigns.administration
        status = self.status(name)
        if status is CampaignStatus.RUNNING:
            desk.pause(name, by=ADMIN, reason="drill")
        elif status is CampaignStatus.PAUSED:
            desk.resume(name, by=ADMIN)

    @rule(name=NAMES, who=WHO, hours=st.none() | st.integers(1, 200))
    def pause_one(self, name: str, who: Recipient, hours: int | None) -> None:
        """Pause one recipient, until an instant or for good; or let them go on."""
        steering, kept = self.world.app.campaigns.steering, self.world.kept(name)
        one = kept.get(who.contact_id)
        if one is None or one.enrolment.stage is Stage.ENDED:
            return
        if one.enrolment.stage is Stage.PAUSED:
            steering.resume(name, who.contact_id, by=ADMIN)
            self.away.pop(who.address, None)  # a person knows better
            return
        until = self.world.clock.now() + timedelta(hours=hours) if hours else None
        steering.pause(name, who.contact_id, by=ADMIN, reason="drill", until=until)

    @rule(name=NAMES, who=WHO)
    def stop_one(self, name: str, who: Recipient) -> None:
        """Stop a campaign for one recipient."""
        one = self.world.kept(name).get(who.contact_id)
        if one is not None and one.enrolment.stage is not Stage.ENDED:
            steering = self.world.app.campaigns.steering
            steering.stop(name, who.contact_id, by=ADMIN, reason="drill")
            self.leave_alone(who, name)

    @rule(name=NAMES, who=WHO)
    def skip_one(self, name: str, who: Recipient) -> None:
        """Leave the next touch of one recipient out, where one is left."""
        one = self.world.kept(name).get(who.contact_id)
        waits = {Stage.WAITING, Stage.PAUSED}
        if one is not None and one.enrolment.stage in waits:
            with contextlib.suppress(UnableToChangeCampaign):
                self.world.app.campaigns.steering.skip(name, who.contact_id, by=ADMIN)
                self.away.pop(who.address, None)

    @rule(name=NAMES, sure=st.integers(0, 5))
    def stop(self, name: str, sure: int) -> None:
        """Stop a campaign for good, now and then."""
        if sure == 0 and self.status(name) in {CampaignStatus.RUNNING, CampaignStatus.PAUSED}:
            self.world.app.campaigns.administration.stop(name, by=ADMIN, reason="drill")
            for who in PEOPLE:
                self.leave_alone(who, name)

    @rule(name=NAMES, in_flight=st.booleans(), longer=st.booleans())
    def change(self, name: str, in_flight: bool, longer: bool) -> None:  # noqa: FBT001 - drawn
        """Change what a campaign sends, for those under way or for new ones only."""
        if self.status(name) is CampaignStatus.STOPPED:
            return
        last = self.gaps[name][-1]
        touches = (*last.touches[:4], Touch(gap_days=1)) if longer else last.touches[:2]
        changed = replace(last, touches=touches)
        self.gaps[name].append(changed)
        self.world.app.campaigns.administration.change(name, changed, in_flight=in_flight, by=ADMIN)

    @rule(who=WHO, sure=st.integers(0, 5))
    def erase(self, who: Recipient, sure: int) -> None:
        """Erase somebody, now and then."""
        with self.world.app.units.read() as unit:
            there = unit.crm.contact(who.contact_id) is not None
        if sure == 0 and there and not self.under_way(who.contact_id):
            erase_person(self.world.app, who.contact_id, person_id=ADMIN, reason="asked")
            self.leave_alone(who)

    @rule(answer=st.sampled_from((Answer.SENT, Answer.NOT_SENT, Answer.GIVE_UP)))
    def settle_a_doubt(self, answer: Answer) -> None:
        """Let a person say what became of a mail in doubt; nobody says that a sent one was not."""
        for row in self.in_doubt()[:1]:
            self.settle(row, answer)


def keep_going(app: Application) -> None:
    """Do what each process does every minute."""
    app.campaigns.keep_going()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Generator[type[Outreach]]:
    """The machine with one server and one template for all histories."""
    template = tmp_path_factory.mktemp("template")
    founded(template)
    with wired() as wire:

        class Here(Outreach):
            pass

        Here.wire, Here.template = wire, template
        yield Here


def run(machine: type[RuleBasedStateMachine], *, histories: int, steps: int) -> None:
    """Try so many histories, always the same ones."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=histories,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much),
        ),
    )


class TestRandomHistories:
    def test_break_no_promise(self, machine: type[Outreach]) -> None:
        """Two campaigns, five recipients, twenty-five acts; the same histories each time."""
        run(machine, histories=8, steps=25)
