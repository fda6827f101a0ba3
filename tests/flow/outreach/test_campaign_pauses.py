"""A pause never brings a touch forward, and never makes two of one (peers' acceptance 12)."""

from datetime import timedelta

import pytest
from tests.fakes.campaign_wire import Mood
from tests.fakes.campaign_world import ADMIN, PEOPLE, World

from bailiwick.domain.campaign.enrolment import Enrolment

DANA = PEOPLE[0]


def begun(world: World, name: str = "Company") -> Enrolment:
    """Send Dana the first of two touches, four working days apart, and return how she stands."""
    desk = world.app.campaigns.administration
    desk.enrol(name, [DANA.contact_id], by=ADMIN)
    desk.start(name, by=ADMIN)
    go_on(world, hours=2)
    assert len(world.wire.arrived()) == 1
    return world.kept(name)[DANA.contact_id].enrolment


def go_on(world: World, *, hours: int) -> None:
    """Turn every hour, and sign whatever waits."""
    for _ in range(hours):
        world.turn()
        for card in world.app.inbox.list(size=50).items:
            world.app.inbox.approve(card.approval_id, person_id=ADMIN, shown_hash=card.payload_hash)
        world.turn()
        world.later(hours=1)


def absence(world: World, *, days: int) -> None:
    """Let a machine say that Dana is back after so many days."""
    back = world.clock.now() + timedelta(days=days)
    text = f"I am out of the office and will be back on {back.strftime('%d %B %Y')}."
    world.receive(
        world.letter(
            DANA, text, subject="Automatic reply: Hello",
            more="Auto-Submitted: auto-replied\r\n",
        )
    )  # fmt: skip


class TestAShortPause:
    def test_12_of_an_absence_brings_no_touch_forward(self, world: World) -> None:
        """Peers 12: back tomorrow, and the next touch was planned for next week: it stays there."""
        planned = begun(world).wake_at
        assert planned is not None
        absence(world, days=1)
        go_on(world, hours=24 * 9)
        _, second = world.wire.arrived()
        assert second.at >= planned

    @pytest.mark.parametrize("hours", [0, 2])
    def test_12_of_a_person_brings_no_touch_forward(self, world: World, hours: int) -> None:
        """Peers 12: paused and let go on within the gap: the next touch keeps its distance."""
        planned = begun(world).wake_at
        assert planned is not None
        steering = world.app.campaigns.steering
        steering.pause("Company", DANA.contact_id, by=ADMIN, reason="a call")
        world.later(hours=hours)
        steering.resume("Company", DANA.contact_id, by=ADMIN)
        go_on(world, hours=24 * 9)
        _, second = world.wire.arrived()
        assert second.at.date() >= planned.date()

    def test_12_until_an_instant_brings_no_touch_forward(self, world: World) -> None:
        """Peers 12: paused until tomorrow, planned for next week: next week it is."""
        planned = begun(world).wake_at
        assert planned is not None
        until = world.clock.now() + timedelta(days=1)
        world.app.campaigns.steering.pause(
            "Company", DANA.contact_id, by=ADMIN, reason="a call", until=until
        )
        go_on(world, hours=24 * 9)
        _, second = world.wire.arrived()
        assert second.at >= planned


class TestAPauseInDoubt:
    def test_12_makes_no_second_try_of_a_touch_that_may_have_gone(self, world: World) -> None:
        """Peers 12: in doubt, away, back: the touch that arrived is not written a second time."""
        world.app.campaigns.administration.enrol("Company", [DANA.contact_id], by=ADMIN)
        world.app.campaigns.administration.start("Company", by=ADMIN)
        world.turn()
        for card in world.app.inbox.list(size=9).items:
            world.app.inbox.approve(card.approval_id, person_id=ADMIN, shown_hash=card.payload_hash)
        world.wire.mood(Mood.TAKES_AND_HANGS_UP)
        world.app.worker().drain(1)
        assert len(world.wire.arrived()) == 1
        world.wire.mood(Mood.TAKES)
        absence(world, days=1)
        back = world.kept("Company")[DANA.contact_id].enrolment.wake_at
        assert back is not None
        world.clock.set(back)
        world.app.campaigns.keep_going()  # nobody has asked the server yet
        go_on(world, hours=24 * 12)
        enrolled = world.kept("Company")[DANA.contact_id].enrolment
        numbers = [touch.number for touch in world.touches(enrolled.enrolment_id)]
        assert len(world.wire.arrived()) == 2, "the first and the second touch"
        assert numbers == [1, 2]
