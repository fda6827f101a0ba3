import asyncio
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, letter, mail_args, office, step
from tests.fakes.radicale_server import PASSWORD, USER, new_calendar, put, radicale

from bailiwick.connectors.egress.guarded import GuardedEgress
from bailiwick.domain.action import Action
from bailiwick.domain.approval import Approval
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import RunId
from bailiwick.domain.outbound import Claim, OutboundMail, from_args
from bailiwick.domain.plan import StepStatus
from bailiwick.graph.propose import plan_id
from bailiwick.policy.verdict import Refused
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
    ("moved", "refused"), [("", False), ("2026-07-15T10:00:00+01:00", True)], ids=["free", "taken"]
)
def test_the_law_asks_what_the_calendar_said(place: Office, moved: str, *, refused: bool) -> None:
    """A time that the calendar called taken is refused, though it is to come, at office hours."""
    _, mail = drafted(place)
    (first, *_) = [c for c in mail.claims if c.evidence.startswith("calendar:")]
    if moved:
        words = first.text.replace("12:30", "10:00")
        other = Claim(text=words, evidence=f"calendar:{moved}/Europe/London")
        said = mail.text.replace("Wednesday 15 July 2026, 12:30", "Wednesday 15 July 2026, 10:00")
        claims = tuple(other if claim == first else claim for claim in mail.claims)
        mail = replace(mail, text=said, claims=claims)
    assert judged(place, mail, run_of(place), stage="commit") is refused
    assert not judged(place, mail, run_of(place), stage="route"), "its run is not stored by then"


@pytest.mark.parametrize("place", [PASSWORD], indirect=True)
@pytest.mark.parametrize("start", ["2026-07-15T14:00:00+01:00", "2026-07-18T14:00:00+01:00"])
def test_a_time_of_nobodys_calendar_is_refused(place: Office, start: str) -> None:
    """Free or not, at office hours or not: a run that was told nothing offers nothing."""
    day = "Wednesday 15" if "15T" in start else "Saturday 18"
    when = f"{day} July 2026, 14:00"
    cited = Claim(text=when, evidence=f"calendar:{start}/Europe/London")
    args = {
        "contact_id": str(DANA),
        "mail": mail_args(text=f"Hello,\n\n{when}\n\nKind regards", claims=(cited,)),
    }
    plan = place.propose(step(args=args))
    with place.app.units.read() as unit:
        stored = unit.plans.get(plan.plan_id)
    assert stored is not None
    (status,) = stored[2].values()
    assert status is StepStatus.REFUSED


def run_of(place: Office) -> RunId:
    with place.app.units.read() as unit:
        runs = unit.runs.list(status=None, contact_id=None, cursor=None, size=100).items
    (reply,) = [run.run_id for run in runs if run.capability == "reply"]
    return reply


def judged(place: Office, mail: OutboundMail, run_id: RunId, *, stage: str) -> bool:
    """Tell whether the law refuses a mail of that run for what it says."""
    asked = step(args={"contact_id": str(DANA), "mail": mail.to_args()})
    with place.app.units.read() as unit:
        (found,) = [p for p in [unit.plans.get(plan_id(run_id))] if p is not None]
        ruling = place.app.court.judge(
            unit, found[0], asked, approval=None, stage=stage, at=place.clock.now()
        )
    return isinstance(ruling.verdict, Refused) and "mail/claims" in {
        rule.rule_id for rule in ruling.verdict.rules
    }
