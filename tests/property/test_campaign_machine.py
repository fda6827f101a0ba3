"""Campaigns through random histories: the real machine, a virtual clock, a server with moods.

Whatever recipients, people, clocks, crashes and mail servers do in whatever order, the mails that
arrived keep every promise, judged from the server's side (reliability, section 6).
"""

import shutil
import tempfile
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.fakes.campaign_ledger import check_effects, check_recipients
from tests.fakes.campaign_oracle import (
    check_gap,
    check_limits,
    check_once,
    check_window,
)
from tests.fakes.campaign_wire import Arrived, Mood, Wire, wired
from tests.fakes.campaign_world import (
    ADMIN,
    PEOPLE,
    SERIES,
    Recipient,
    StumblingClock,
    World,
    copied,
    founded,
    granted,
)

from bailiwick.domain.approval import Approval
from bailiwick.domain.campaign.campaign import CampaignStatus
from bailiwick.domain.campaign.enrolment import End, EnrolmentId, Stage
from bailiwick.domain.campaign.series import Touch
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.ids import ContactId
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.receipt import EffectState
from bailiwick.engine.delivery.settle import Answer
from bailiwick.engine.mail.one_click import OptingOut
from bailiwick.observe.chain import verify
from bailiwick.wiring.answers import halting
from bailiwick.wiring.application import Application
from bailiwick.wiring.persons import erase_person

STARTS: Final = (
    datetime(2026, 7, 14, 9, 30, tzinfo=UTC),
    datetime(2026, 10, 22, 9, 30, tzinfo=UTC),  # Europe's clocks go back on the 25th
    datetime(2026, 12, 22, 9, 30, tzinfo=UTC),  # before holidays
    datetime(2027, 3, 11, 9, 30, tzinfo=UTC),  # America's clocks go forward on the 14th
)
TURNS_COUNT_MAX: Final = 200  # of the run-out; far more than touches and holidays take
EVERYWHERE: Final = "*"
INDEX = st.integers(0, 9)
WHO = st.sampled_from(PEOPLE)
NAMES = st.sampled_from(sorted(SERIES))


class Outreach(RuleBasedStateMachine):
    """One workspace with two campaigns through a random history."""

    wire: Wire
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="campaigns-"))
        copied(self.template, self.folder)
        self.wire.reset()
        clock = StumblingClock(STARTS[0])
        self.world = World(folder=self.folder, wire=self.wire, clock=clock)
        self.left_alone: dict[tuple[str, str], int] = {}
        """Campaign, or all, and address: how many mails had arrived when it was committed."""
        self.away: dict[str, tuple[int, date]] = {}
        self.ends: dict[EnrolmentId, End] = {}
        self.gaps = {name: [s] for name, s in SERIES.items()}
        """Every version of a series that was ever there."""
        self.halted_at: int | None = None
        self.checked_at = -1
        self.said_sent: set[str] = set()
        self.said_lost: set[str] = set()
        self.touch_of: dict[str, tuple[str, EnrolmentId, int]] = {}

    def teardown(self) -> None:
        """Let the history run out: everybody comes to an end, and the chain holds."""
        try:
            self._run_out()
        finally:
            self.world.close()
            shutil.rmtree(self.folder)

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
        self._leave_alone(who)
        for other in PEOPLE:
            if other.account == who.account and self._answers(who):
                self._leave_alone(other, "Company")

    @rule(who=WHO)
    def ask_to_stop(self, who: Recipient) -> None:
        """Opt out in words."""
        text = "Please take me off your mailing list and do not write to me again."
        self.world.receive(self.world.letter(who, text))
        self._leave_alone(who)

    @rule(who=WHO, twice=st.booleans())
    def click(self, who: Recipient, twice: bool) -> None:  # noqa: FBT001 - drawn
        """Opt out by the link, once or again."""
        desk = OptingOut(self.world.app.units, self.world.clock)
        for _ in range(1 + twice):
            desk.opt_out(address_hash(who.address))
        self._leave_alone(who)

    @rule(who=WHO, status=st.sampled_from(("5.1.1", "4.2.2", "4.4.1")))
    def bounce(self, who: Recipient, status: str) -> None:
        """Let a mail come back, for good or for now."""
        report = self.world.report(who, status)
        if report is not None:
            self.world.receive(report)
            if status.startswith("5"):
                self._leave_alone(who)

    @rule(who=WHO, days=st.integers(2, 12))
    def be_away(self, who: Recipient, days: int) -> None:
        """Let a machine answer that they are away until a day."""
        back = (self.world.clock.now() + timedelta(days=days)).date()
        text = f"I am out of the office and will be back on {back.strftime('%d %B %Y')}."
        more = "Auto-Submitted: auto-replied\r\n"
        subject = "Automatic reply: Hello"
        self.world.receive(self.world.letter(who, text, subject=subject, more=more))
        self.away[who.address] = (self._count(who.address), back)

    # What people of the workspace do.

    @rule(index=INDEX, twice=st.booleans())
    def sign(self, index: int, twice: bool) -> None:  # noqa: FBT001 - drawn
        """Approve a card, once or again."""
        card = self._card(index)
        for _ in range(1 + twice if card else 0):
            self._sign(card)

    @rule(index=INDEX)
    def edit(self, index: int) -> None:
        """Change the words of a card, which makes another one."""
        card = self._card(index)
        if card is not None:
            self.world.app.inbox.edit(
                card.approval_id, person_id=ADMIN, changes={"subject": "A word from us"}
            )

    @rule(index=INDEX)
    def reject(self, index: int) -> None:
        """Say no to a card."""
        card = self._card(index)
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
        status = self._status(name)
        if status is CampaignStatus.RUNNING:
            desk.pause(name, by=ADMIN, reason="drill")
        elif status is CampaignStatus.PAUSED:
            desk.resume(name, by=ADMIN)

    @rule(name=NAMES, sure=st.integers(0, 5))
    def stop(self, name: str, sure: int) -> None:
        """Stop a campaign for good, now and then."""
        if sure == 0 and self._status(name) in {CampaignStatus.RUNNING, CampaignStatus.PAUSED}:
            self.world.app.campaigns.administration.stop(name, by=ADMIN, reason="drill")
            for who in PEOPLE:
                self._leave_alone(who, name)

    @rule(name=NAMES, in_flight=st.booleans(), longer=st.booleans())
    def change(self, name: str, in_flight: bool, longer: bool) -> None:  # noqa: FBT001 - drawn
        """Change what a campaign sends, for those under way or for new ones only."""
        if self._status(name) is CampaignStatus.STOPPED:
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
        if sure == 0 and there and not self._under_way(who.contact_id):
            erase_person(self.world.app, who.contact_id, person_id=ADMIN, reason="asked")
            self._leave_alone(who)

    @rule(answer=st.sampled_from((Answer.SENT, Answer.NOT_SENT, Answer.GIVE_UP)))
    def settle_a_doubt(self, answer: Answer) -> None:
        """Let a person say what became of a mail in doubt; nobody says that a sent one was not."""
        for row in self._in_doubt()[:1]:
            self._settle(row, answer)

    # What must hold.

    @invariant()
    def the_mails_keep_every_promise(self) -> None:
        """Once, in office hours, within every limit, in order, to nobody who is left alone."""
        mails = self.wire.arrived()
        check_once(mails)
        check_limits(mails)
        for mail in mails:
            check_window(mail)
        if self.halted_at is not None:
            assert len(mails) == self.halted_at, "halted, and something went"
        self._find_touches()
        for (name, address), count in self.left_alone.items():
            later = [m for m in mails if m.to == address][count:]
            late = [m for m in later if name in {EVERYWHERE, self.touch_of[m.message_id][0]}]
            assert not late, f"{address} was to be left alone by {name}: {late[0].at}"
        self._check_absences(mails)
        self._check_order(mails)

    @invariant()
    def the_rows_agree(self) -> None:
        """Recipients, touches, effects and records say the same, and an end stays."""
        head = self.world.head()
        if head == self.checked_at:
            return  # every change of a recipient or an effect goes on record
        self.checked_at = head
        check_recipients(self.world)
        check_effects(self.world, said_sent=self.said_sent, said_lost=self.said_lost)
        for name in SERIES:
            for kept in self.world.kept(name).values():
                one = kept.enrolment
                if one.end is not None:
                    first = self.ends.setdefault(one.enrolment_id, one.end)
                    assert first is one.end, f"an end was overwritten: {first} by {one.end}"
                else:
                    assert one.enrolment_id not in self.ends, "came back after the end"

    def _check_absences(self, mails: list[Arrived]) -> None:
        for address, (count, back) in self.away.items():
            zone = next(ZoneInfo(w.zones[0]) for w in PEOPLE if w.address == address)
            for mail in [m for m in mails if m.to == address][count:]:
                day = mail.at.astimezone(zone).date()
                assert day >= back, f"{address} is away until {back}, and was written to on {day}"

    def _check_order(self, mails: list[Arrived]) -> None:
        """One mail for each touch, each as long after the one before as some version says."""
        before: dict[EnrolmentId, tuple[Arrived, int]] = {}
        for mail in mails:
            name, enrolled, number = self.touch_of[mail.message_id]
            if enrolled in before:
                former, last = before[enrolled]
                assert number > last, f"touch {number} of {enrolled} after touch {last}"
                shortest = min(
                    series.touches[number - 1].gap_days
                    for series in self.gaps[name]
                    if len(series.touches) >= number
                )
                check_gap(former, mail, gap_days=shortest)
            before[enrolled] = (mail, number)

    def _find_touches(self) -> None:
        if all(mail.message_id in self.touch_of for mail in self.wire.arrived()):
            return
        for name in SERIES:
            for kept in self.world.kept(name).values():
                enrolled = kept.enrolment.enrolment_id
                for touch in self.world.touches(enrolled):
                    for found in self.world.message_ids(touch):
                        self.touch_of[found] = (name, enrolled, touch.number)
        for mail in self.wire.arrived():
            assert mail.message_id in self.touch_of, "a mail that no touch explains"

    # Means.

    def _count(self, address: str) -> int:
        return sum(mail.to == address for mail in self.wire.arrived())

    def _leave_alone(self, who: Recipient, name: str = EVERYWHERE) -> None:
        self.left_alone.setdefault((name, who.address), self._count(who.address))

    def _answers(self, who: Recipient) -> bool:
        """Tell whether somebody's answer counts for their colleagues: they are in the campaign."""
        return who.contact_id in self.world.kept("Company")

    def _status(self, name: str) -> CampaignStatus:
        with self.world.app.units.read() as unit:
            campaign = unit.campaigns.by_name(name)
        assert campaign is not None
        return campaign.status

    def _card(self, index: int) -> Approval | None:
        cards = self.world.app.inbox.list(size=50).items
        return cards[index % len(cards)] if cards else None

    def _sign(self, card: Approval | None) -> None:
        if card is not None and self.halted_at is None:
            self.world.app.inbox.approve(
                card.approval_id, person_id=ADMIN, shown_hash=card.payload_hash
            )

    def _in_doubt(self) -> tuple[EffectRow, ...]:
        with self.world.app.units.read() as unit:
            return tuple(unit.effects.in_state(EffectState.IN_DOUBT, cursor=None, size=50).items)

    def _under_way(self, contact_id: ContactId) -> bool:
        """Tell whether a mail to them is on its way: then an erasure has to wait."""
        with self.world.app.units.read() as unit:
            rows = [
                row
                for state in (EffectState.SENDING, EffectState.IN_DOUBT)
                for row in unit.effects.in_state(state, cursor=None, size=50).items
            ]
        return any(row.contact_id == contact_id for row in rows)

    def _settle(self, row: EffectRow, answer: Answer) -> None:
        there = self.world.writer.was_sent(row.effect_key)
        if answer is Answer.NOT_SENT and there:
            answer = Answer.SENT
        if answer is Answer.SENT and not there:
            self.said_sent.add(row.effect_id)
        if answer is Answer.GIVE_UP and there:
            self.said_lost.add(row.effect_id)
        self.world.app.settlement.settle_by_person(
            row.effect_id, answer, person_id=ADMIN, reason="asked the recipient"
        )

    # The end.

    def _run_out(self) -> None:
        """Put everything right and let time pass until nobody waits any more."""
        self.wire.mood(Mood.TAKES)
        if self.halted_at is not None:
            self.pull_the_switch()
        for name in SERIES:
            if self._status(name) is CampaignStatus.PAUSED:
                self.pause_or_resume(name)
        for _ in range(TURNS_COUNT_MAX):
            for row in self._in_doubt():
                self._settle(row, Answer.NOT_SENT)
            for card in self.world.app.inbox.list(size=50).items:
                self._sign(card)
            self.world.turn()
            if not self._open():
                break
            self.world.until_next()
        self.the_mails_keep_every_promise()
        self.the_rows_agree()
        assert not self._open(), f"no end: {self._open()[0]}"
        for name in SERIES:
            assert self._status(name) in {CampaignStatus.COMPLETED, CampaignStatus.STOPPED}
        assert verify(self.world.app.chain).breach is None

    def _open(self) -> list[str]:
        kept = [k.enrolment for name in SERIES for k in self.world.kept(name).values()]
        return [str(one) for one in kept if one.stage is not Stage.ENDED]


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
