"""Two senders want the last place under a limit: one gets it, on real PostgreSQL."""

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from tests.fakes.office import Office, office
from tests.fakes.outreach import THREE, hire, recipient, run_campaign, sign, turn

from bailiwick.domain.campaign.enrolment import Stage
from bailiwick.domain.campaign.pace import Limit, Over
from bailiwick.domain.crm import Role
from bailiwick.domain.receipt import EffectState

PEOPLE: Final = 4
ONE_AN_HOUR: Final = replace(
    THREE, limits=(Limit(over=Over.MAILBOX, count=1, within=timedelta(hours=1)),)
)


def drain_twice(place: Office) -> list[EffectState]:
    """Let two senders claim side by side, until neither finds anything."""
    barrier = threading.Barrier(2)
    states: list[EffectState] = []

    def send() -> None:
        barrier.wait()
        while (delivered := place.app.delivery.next()) is not None:
            states.append(delivered.state)

    senders = [threading.Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return states


class TestTwoSenders:
    def test_share_a_limit(self, tmp_path: Path, postgres_url: str) -> None:
        """Of four signed mails one goes this hour, one the next; the others wait for their turn."""
        with office(tmp_path, url=postgres_url) as place:
            people = hire(place, PEOPLE, country="GB")
            campaign = run_campaign(place, *people, series=replace(THREE, limits=()))
            turn(place)
            assert sign(place) == PEOPLE
            place.app.campaigns.administration.change(
                "Spring", ONE_AN_HOUR, in_flight=True, by=place.person(Role.ADMIN)
            )
            assert drain_twice(place) == [EffectState.SENT]
            place.later(hours=1)
            assert drain_twice(place) == [EffectState.SENT]
            place.app.campaigns.settling.run()
            stages = [recipient(place, campaign, kim).stage for kim in people]
            assert sorted(stages) == sorted([Stage.WAITING] * 2 + [Stage.TOUCHING] * 2)
            assert len(place.mail.delivered) == 2
