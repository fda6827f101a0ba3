"""What a campaign promises, by the numbers of its acceptance list (A-CAMP-1 to A-CAMP-12)."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.fakes.campaign_wire import Mood
from tests.fakes.campaign_world import ADMIN, LIMITS, PEOPLE, SERIES, World, granted

from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.campaign.campaign import CampaignStatus
from bailiwick.domain.campaign.enrolment import End, Enrolment, Stage
from bailiwick.domain.fault import PortFault
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.message import Direction
from bailiwick.domain.receipt import EffectState
from bailiwick.engine.permission.one_click import OptingOut
from bailiwick.wiring.answers import halting

DANA = PEOPLE[0]
AIKO = PEOPLE[4]


def begin(world: World, *names: str, everybody: bool = False) -> None:
    """Enrol Dana, or everybody, and start."""
    desk = world.app.campaigns.administration
    for name in names or ("Personal",):
        whom = [who.contact_id for who in (PEOPLE if everybody else (DANA,))]
        desk.enrol(name, whom, by=ADMIN)
        desk.start(name, by=ADMIN)


def sign_all(world: World) -> int:
    """Sign every card, and tell how many there were."""
    cards = world.app.inbox.list(size=50).items
    for card in cards:
        world.app.inbox.approve(card.approval_id, person_id=ADMIN, shown_hash=card.payload_hash)
    return len(cards)


def go_on(world: World, *, days: float) -> None:
    """Turn every two hours, and sign whatever waits."""
    for _ in range(round(days * 12)):
        world.turn()
        if sign_all(world):
            world.turn()
        world.later(hours=2)


def in_doubt_count(world: World) -> int:
    """Count the mails of which nobody knows whether they went."""
    with world.app.units.read() as unit:
        return len(unit.effects.in_state(EffectState.IN_DOUBT, cursor=None, size=9).items)


def standing(world: World, name: str = "Personal") -> Enrolment:
    """Return how Dana stands."""
    return world.kept(name)[DANA.contact_id].enrolment


class TestACamp1:
    @pytest.mark.parametrize("readings", range(0, 60, 6))
    def test_1_a_process_that_dies_between_draft_and_send_sends_once(
        self, world: World, readings: int
    ) -> None:
        """A-CAMP-1: dead at any look at the clock; one mail, or none and a person is asked."""
        begin(world)
        world.turn()
        sign_all(world)
        world.clock.readings_left = readings
        world.survive(world.turn)
        for _ in range(4):
            world.later(minutes=10)
            world.turn()
            sign_all(world)
        assert len(world.wire.arrived()) + in_doubt_count(world) == 1

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_1_nor_does_it_when_it_dies_at_the_send(self, world: World, when: str) -> None:
        """A-CAMP-1: what may have gone is asked for, never sent again blindly."""
        begin(world)
        world.turn()
        sign_all(world)
        world.writer.die = when
        assert not world.survive(world.turn)
        for _ in range(6):
            world.later(minutes=30)
            world.turn()
        assert len(world.wire.arrived()) == (1 if when == "after" else 0)
        assert in_doubt_count(world) == (0 if when == "after" else 1), "and a person is asked"


class TestACamp2:
    def test_2_an_answer_one_second_before_the_touch_is_in_time(self, world: World) -> None:
        """A-CAMP-2: signed, queued, due in a second, and then they answer: no mail."""
        begin(world)
        world.turn()
        sign_all(world)
        world.later(seconds=1)
        world.receive(world.letter(DANA, "Yes, please call me."))
        go_on(world, days=14)
        assert world.wire.arrived() == []
        assert standing(world).end is End.REPLIED

    def test_2_also_before_a_later_touch(self, world: World) -> None:
        """A-CAMP-2: the second touch is due, an answer is a second earlier: it stays at one."""
        begin(world)
        go_on(world, days=1)
        assert len(world.wire.arrived()) == 1
        due = standing(world).wake_at
        assert due is not None
        world.clock.set(due - timedelta(seconds=1))
        world.receive(world.letter(DANA, "Yes, please call me."))
        go_on(world, days=14)
        assert len(world.wire.arrived()) == 1


class TestACamp3:
    def test_3_nothing_goes_while_suppressions_cannot_be_read(self, world: World) -> None:
        """A-CAMP-3: the table is away: no mail; it is back: the mail that was signed goes."""
        begin(world)
        world.turn()
        sign_all(world)
        with away(world, "suppressions"), pytest.raises(PortFault):
            world.turn()
        assert world.wire.arrived() == []
        world.turn()
        assert len(world.wire.arrived()) == 1

    def test_3_nor_while_nobody_knows_who_stands_where(self, world: World) -> None:
        """A-CAMP-3: the same of the recipients: what is signed is not sent without looking."""
        begin(world)
        world.turn()
        sign_all(world)
        with away(world, "enrolments"), pytest.raises(PortFault):
            world.app.worker().drain(10)
        assert world.wire.arrived() == []


@contextmanager
def away(world: World, table: str) -> Generator[None]:
    """Take a table away."""
    with world.app.database.writing() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO taken"))
        connection.commit()
    try:
        yield
    finally:
        with world.app.database.writing() as connection:
            connection.execute(text(f"ALTER TABLE taken RENAME TO {table}"))
            connection.commit()


class TestACamp4:
    def test_4_an_opt_out_between_signature_and_send_is_in_time(self, world: World) -> None:
        """A-CAMP-4: signed and queued, then the link is clicked: no mail, now or later."""
        begin(world)
        world.turn()
        assert sign_all(world) == 1
        OptingOut(world.app.units, world.clock).opt_out(address_hash(DANA.address))
        go_on(world, days=14)
        assert world.wire.arrived() == []
        assert standing(world).end is End.OPTED_OUT


class TestWhatStops:
    @pytest.mark.parametrize("readings", range(1, 7))
    def test_4_a_stopped_campaign_is_asked_about_under_the_claim(
        self, world: World, readings: int
    ) -> None:
        """A-CAMP-4: signed and queued, then stopped, and the process dies at any point of that."""
        begin(world)
        world.turn()
        sign_all(world)
        desk = world.app.campaigns.administration
        world.clock.readings_left = readings
        world.survive(lambda: desk.stop("Personal", by=ADMIN, reason="drill"))
        with world.app.units.read() as unit:
            campaign = unit.campaigns.by_name("Personal")
        assert campaign is not None
        stopped = campaign.status is CampaignStatus.STOPPED  # even if it died before the recipients
        world.app.worker().drain(10)
        assert len(world.wire.arrived()) == (0 if stopped else 1)

    def test_2_an_absence_is_waited_for(self, world: World) -> None:
        """A-CAMP-2: a machine says that they are away for ten days: the next touch is after."""
        begin(world)
        go_on(world, days=1)
        assert len(world.wire.arrived()) == 1
        back = world.clock.now() + timedelta(days=10)
        text_ = f"I am out of the office and will be back on {back.strftime('%d %B %Y')}."
        world.receive(
            world.letter(
                DANA, text_, subject="Automatic reply: Hello",
                more="Auto-Submitted: auto-replied\r\n",
            )
        )  # fmt: skip
        go_on(world, days=16)
        second = world.wire.arrived()[1]
        assert second.at.date() > back.date()
        assert standing(world).end is None, "and it is no answer"

    def test_12_a_refused_touch_is_the_same_touch_later(self, world: World) -> None:
        """A-CAMP-12: what the server refused for days was no touch: all three come after it."""
        begin(world)
        world.wire.mood(Mood.PUTS_OFF)
        go_on(world, days=3)
        assert world.wire.arrived() == []
        assert standing(world).touches_count == 0
        world.wire.mood(Mood.TAKES)
        go_on(world, days=30)
        assert len(world.wire.arrived()) == len(SERIES["Personal"].touches)


class TestACamp6:
    def test_6_the_first_touch_is_held_too(self, world: World) -> None:
        """A-CAMP-6: with or without a grant nothing goes until somebody signs the first touch."""
        granted(world.app, world.clock.now())
        begin(world)
        for _ in range(24):
            world.turn()
            world.later(hours=1)
        assert world.wire.arrived() == []
        (card,) = world.app.inbox.list(size=9).items
        assert card.status is ApprovalStatus.PENDING
        assert card.capability == "campaign"


class TestACamp7:
    def test_7_two_campaigns_keep_one_cap(self, world: World) -> None:
        """A-CAMP-7: one recipient of two campaigns gets one mail a day, and no more in an hour."""
        begin(world, "Personal", "Company")
        go_on(world, days=40)
        times = sorted(mail.at for mail in world.wire.arrived())
        assert len(times) == sum(len(series.touches) for series in SERIES.values())
        for first, second in pairwise(times):
            assert second - first >= timedelta(days=1)


class TestACamp8:
    def test_8_a_recipient_whose_series_cannot_be_read_is_set_aside(self, world: World) -> None:
        """A-CAMP-8: parked with a reason; others go on, and nothing is sent by guess."""
        begin(world, everybody=True)
        with world.app.database.writing() as connection:
            connection.execute(
                text("UPDATE enrolments SET version = 99 WHERE contact_id = :c"),
                {"c": DANA.contact_id},
            )
            connection.commit()
        go_on(world, days=7)
        one = standing(world)
        assert (one.stage, one.wake_at) == (Stage.PAUSED, None)
        assert "99" in one.reason
        reached = {mail.to for mail in world.wire.arrived()}
        assert DANA.address not in reached
        assert AIKO.address in reached


class TestACamp9:
    def test_9_two_robots_do_not_talk_to_each_other(self, world: World) -> None:
        """A-CAMP-9: a robot answers each mail at once; it gets one mail a day at most."""
        begin(world)
        answered = 0
        for _ in range(12 * 21):
            world.turn()
            sign_all(world)
            mine = world.wire.arrived()
            if len(mine) > answered:
                answered = len(mine)
                world.receive(
                    world.letter(
                        DANA, "Thank you, we will read your mail.", subject="Re: Hello",
                        more="Auto-Submitted: auto-replied\r\n",
                    ),
                    direction=Direction.INBOUND,
                )  # fmt: skip
            world.later(hours=2)
        days = [mail.at.date() for mail in world.wire.arrived()]
        assert days
        assert len(days) == len(set(days))
        assert len(days) <= len(SERIES["Personal"].touches)


class TestACamp10:
    def test_10_a_server_that_takes_and_does_not_say_so_gets_no_second_one(
        self, world: World
    ) -> None:
        """A-CAMP-10: in doubt first, then asked, then called sent; one mail."""
        begin(world)
        world.turn()
        sign_all(world)
        world.wire.mood(Mood.TAKES_AND_HANGS_UP)
        world.turn()
        assert in_doubt_count(world) == 1
        world.wire.mood(Mood.TAKES)
        for _ in range(12):
            world.later(minutes=30)
            world.turn()
        assert len(world.wire.arrived()) == 1
        assert standing(world).touches_count == 1


class TestACamp12:
    def test_12_the_switch_stops_within_a_second_and_lifts_without_a_burst(
        self, world: World
    ) -> None:
        """A-CAMP-12: signed mails stay while it is pulled; then they go as the limits say."""
        begin(world, everybody=True)
        for _ in range(24):
            world.turn()
            world.later(hours=1)
        assert sign_all(world) >= 3, "one of each company, at least"
        desk = halting(world.app)
        desk.halt("*", person_id=ADMIN, reason="drill")
        world.later(seconds=1)
        for _ in range(48):
            world.turn()
            world.later(hours=1)
        assert world.wire.arrived() == []
        desk.lift("*", person_id=ADMIN, reason="over")
        go_on(world, days=30)
        times = sorted(mail.at for mail in world.wire.arrived())
        assert len(times) == len(PEOPLE) * len(SERIES["Personal"].touches)
        hourly = LIMITS[0]
        for first, later in zip(times, times[hourly.count :], strict=False):
            assert later - first >= hourly.within


class TestARealDeath:
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_1_of_the_process_that_sends_is_survived(
        self, world: World, tmp_path: Path, when: str
    ) -> None:
        """A-CAMP-1: `kill -9` before the exchange or after the server's yes; exactly one mail."""
        begin(world)
        world.turn()
        sign_all(world)
        words = [str(tmp_path), str(world.wire.endpoint.port), when]
        with subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "tests.flow.outreach.dying_turn", *words],
            cwd=Path(__file__).parents[3],
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"here\n"
            os.kill(process.pid, signal.SIGKILL)
            process.wait(timeout=20)
        for _ in range(12):
            world.later(minutes=30)
            world.turn()
        assert len(world.wire.arrived()) == 1
        assert standing(world).touches_count == 1
