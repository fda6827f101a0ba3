import asyncio
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, letter, mail_args, office, step
from tests.fakes.radicale_server import PASSWORD, USER, new_calendar, put, radicale

from bailiwick.connectors.egress.guarded import GuardedEgress
from bailiwick.domain.action import Action
from bailiwick.domain.approval import Approval
from bailiwick.domain.crm import Role
from bailiwick.domain.outbound import Claim, OutboundMail, from_args
from bailiwick.domain.plan import StepStatus
from bailiwick.settings import CalendarSettings

ASKS = "Yes, I am interested. Can we schedule a short call next week?"
OFFERED = ("Wednesday 15 July 2026, 12:30", "Thursday 16 July 2026, 14:00")


@pytest.fixture(params=[PASSWORD, "wrong"])
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Generator[Office]:
    """An office with a real calendar; once its password is wrong."""
    with radicale(tmp_path) as server:
        allowed = f"127.0.0.1:{server.server_port}"
        egress = GuardedEgress(allowed=frozenset({allowed}))
        url = new_calendar(server, egress)
        put(egress, url, "long", "DTSTART:20260715T090000Z\nDTEND:20260715T113000Z")
        named = CalendarSettings(url=url, user=USER, password=str(request.param))
        with office(tmp_path, calendar=named, allowed=(allowed,)) as opened:
            yield opened


def drafted(place: Office) -> tuple[Approval, OutboundMail]:
    place.receive(letter(ASKS))
    place.sweep()
    place.drain()
    card = next(card for card in place.pending() if card.action is Action.SEND_MESSAGE)
    args = card.args["mail"]
    assert isinstance(args, dict)
    return card, from_args(args)


@pytest.mark.parametrize("place", [PASSWORD], indirect=True)
def test_times_of_a_real_calendar_reach_the_card(place: Office) -> None:
    """The law finds every time supported, and the run replays with the server unasked."""
    card, mail = drafted(place)
    assert "mail/claims" not in card.rules
    assert all(time in mail.text for time in OFFERED), mail.text
    assert "secret" not in mail.text
    with place.app.units.read() as unit:
        runs = unit.runs.list(status=None, contact_id=None, cursor=None, size=100).items
    (reply,) = [run for run in runs if run.capability == "reply"]
    assert asyncio.run(place.app.replay.replay(reply.run_id)).equal


@pytest.mark.parametrize("place", ["wrong"], indirect=True)
def test_a_calendar_that_refuses_us_costs_the_times_only(place: Office) -> None:
    """The draft is made as without a calendar."""
    card, mail = drafted(place)
    assert "mail/claims" not in card.rules
    assert "2026" not in mail.text


@pytest.mark.parametrize("place", [PASSWORD], indirect=True)
@pytest.mark.parametrize(("hours", "mails"), [(25, 1), (26, 0)])
def test_a_time_that_is_past_is_offered_no_longer(place: Office, hours: int, mails: int) -> None:
    """Approved in time the mail leaves; once a time in it is over, the law stops it."""
    card, _ = drafted(place)
    place.later(hours=hours)
    place.app.inbox.approve(
        card.approval_id, person_id=place.person(Role.APPROVER), shown_hash=card.payload_hash
    )
    place.drain()
    assert len(place.mail.delivered) == mails


@pytest.mark.parametrize("place", [PASSWORD], indirect=True)
@pytest.mark.parametrize(
    ("start", "refused"),
    [("2026-07-15T14:00:00+01:00", False), ("2026-07-18T14:00:00+01:00", True)],
)
def test_the_law_knows_an_offer_from_a_wish(place: Office, start: str, *, refused: bool) -> None:
    """A time outside the recipient's office hours is unsupported, whoever put it into a plan."""
    when = "Wednesday 15 July 2026, 14:00" if not refused else "Saturday 18 July 2026, 14:00"
    cited = Claim(text=when, evidence=f"calendar:{start}/Europe/London")
    text = f"Hello,\n\n{when}\n\nKind regards"
    args = {"contact_id": str(DANA), "mail": mail_args(text=text, claims=(cited,))}
    plan = place.propose(step(args=args))
    with place.app.units.read() as unit:
        stored = unit.plans.get(plan.plan_id)
    assert stored is not None
    (status,) = stored[2].values()
    assert (status is StepStatus.REFUSED) is refused
