"""One history of campaigns: what is known of it, what must hold in it, and how it runs out."""

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
)
from tests.fakes.campaign_deaths import StumblingClock
from tests.fakes.campaign_ledger import check_effects, check_recipients
from tests.fakes.campaign_oracle import (
    check_gap,
    check_limits,
    check_once,
    check_window,
)
from tests.fakes.campaign_wire import Arrived, Mood, Wire
from tests.fakes.campaign_world import ADMIN, BEFORE, PEOPLE, SERIES, Recipient, World, copied

from bailiwick.domain.approval import Approval
from bailiwick.domain.campaign.campaign import CampaignStatus
from bailiwick.domain.campaign.enrolment import End, EnrolmentId, Stage
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.ids import ContactId
from bailiwick.domain.receipt import EffectState
from bailiwick.engine.delivery.settle import Answer
from bailiwick.observe.chain import verify
from bailiwick.wiring.answers import halting

if TYPE_CHECKING:
    from datetime import date

TURNS_COUNT_MAX: Final = 200  # of the run-out; far more than touches and holidays take
EVERYWHERE: Final = "*"


class History(RuleBasedStateMachine):
    """One workspace with two campaigns; what is done in it is for who inherits to say."""

    wire: Wire
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="campaigns-"))
        copied(self.template, self.folder)
        self.wire.reset()
        clock = StumblingClock(BEFORE)
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

    def count(self, address: str) -> int:
        return sum(mail.to == address for mail in self.wire.arrived())

    def leave_alone(self, who: Recipient, name: str = EVERYWHERE) -> None:
        self.left_alone.setdefault((name, who.address), self.count(who.address))

    def answers(self, who: Recipient) -> bool:
        """Tell whether somebody's answer counts for their colleagues: they are in the campaign."""
        return who.contact_id in self.world.kept("Company")

    def status(self, name: str) -> CampaignStatus:
        with self.world.app.units.read() as unit:
            campaign = unit.campaigns.by_name(name)
        assert campaign is not None
        return campaign.status

    def card(self, index: int) -> Approval | None:
        cards = self.world.app.inbox.list(size=50).items
        return cards[index % len(cards)] if cards else None

    def approve(self, card: Approval | None) -> None:
        if card is not None and self.halted_at is None:
            self.world.app.inbox.approve(
                card.approval_id, person_id=ADMIN, shown_hash=card.payload_hash
            )

    def in_doubt(self) -> tuple[EffectRow, ...]:
        with self.world.app.units.read() as unit:
            return tuple(unit.effects.in_state(EffectState.IN_DOUBT, cursor=None, size=50).items)

    def under_way(self, contact_id: ContactId) -> bool:
        """Tell whether a mail to them is on its way: then an erasure has to wait."""
        with self.world.app.units.read() as unit:
            rows = [
                row
                for state in (EffectState.SENDING, EffectState.IN_DOUBT)
                for row in unit.effects.in_state(state, cursor=None, size=50).items
            ]
        return any(row.contact_id == contact_id for row in rows)

    def settle(self, row: EffectRow, answer: Answer) -> None:
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
            halting(self.world.app).lift(EVERYWHERE, person_id=ADMIN, reason="over")
            self.halted_at = None
        for name in SERIES:
            if self.status(name) is CampaignStatus.PAUSED:
                self.world.app.campaigns.administration.resume(name, by=ADMIN)
            for who in self._paused_by_a_person(name):
                self.world.app.campaigns.steering.resume(name, who, by=ADMIN)
        for _ in range(TURNS_COUNT_MAX):
            for row in self.in_doubt():
                self.settle(row, Answer.NOT_SENT)
            for card in self.world.app.inbox.list(size=50).items:
                self.approve(card)
            self.world.turn()
            if not self._open():
                break
            self.world.until_next()
        self.the_mails_keep_every_promise()
        self.the_rows_agree()
        assert not self._open(), f"no end: {self._open()[0]}"
        for name in SERIES:
            assert self.status(name) in {CampaignStatus.COMPLETED, CampaignStatus.STOPPED}
        assert verify(self.world.app.chain).breach is None

    def _paused_by_a_person(self, name: str) -> list[ContactId]:
        return [
            contact_id
            for contact_id, kept in self.world.kept(name).items()
            if kept.enrolment.stage is Stage.PAUSED and kept.enrolment.wake_at is None
        ]

    def _open(self) -> list[str]:
        kept = [k.enrolment for name in SERIES for k in self.world.kept(name).values()]
        return [str(one) for one in kept if one.stage is not Stage.ENDED]
