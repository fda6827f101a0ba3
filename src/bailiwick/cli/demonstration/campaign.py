"""The seventh act: a campaign with its time running fast, in a workspace and a time of its own.

Its clock begins weeks before the demo's and stands still between two looks, so that what takes
weeks is seen in seconds and nothing on record lies ahead.
"""

import asyncio
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bailiwick.cli.demonstration.play import Play
from bailiwick.domain.action import Action
from bailiwick.domain.campaign.enrolment import End
from bailiwick.domain.campaign.series import DEFAULT
from bailiwick.domain.campaign.series_text import series_with
from bailiwick.domain.campaign.touch import Truth
from bailiwick.domain.filter.filter_text import condition_of
from bailiwick.domain.jurisdiction import is_quiet, zones
from bailiwick.evals.world.company import Somebody
from bailiwick.evals.world.letters import INBOUND
from bailiwick.evals.world.post import letter
from bailiwick.evals.world.situation import Situation
from bailiwick.kit.clock import FixedClock

if TYPE_CHECKING:
    from bailiwick.domain.approval import Approval
    from bailiwick.engine.campaign.tallying import TableRow
    from bailiwick.wiring.application import Application
    from bailiwick.wiring.staging import Staff

NAME: Final = "Spring letter"
WORKSPACE: Final = "campaign"
WEEKS: Final = 5
STEP: Final = timedelta(hours=6)  # ours: a look in the working hours of every country
RECIPIENTS_COUNT: Final = 6  # what the hourly limit of a mailbox lets begin at once
GAPS: Final = (0, 3, 5)
LEVELS: Final = (2, 3)
GRANT_DAYS: Final = 28


@dataclass(slots=True, kw_only=True)
class Fast:
    """The campaign's workspace, its clock, and when which mail was taken."""

    play: Play
    app: "Application"
    clock: FixedClock
    staff: "Staff"
    people: Sequence[Somebody]
    taken: list[tuple[datetime, str]] = field(default_factory=list[tuple[datetime, str]])
    """Instant and recipient of every mail that the local server took."""

    def turn(self) -> None:
        """Look once at everything that is due, and note what was sent."""
        before = len(self.play.sink.delivered)
        asyncio.run(self.app.campaigns.turn())
        for raw in self.play.sink.delivered[before:]:
            mail = message_from_bytes(raw, policy=default)
            self.taken.append((self.clock.now(), parseaddr(str(mail["To"]))[1]))

    def run_until(self, at: datetime) -> None:
        """Let time pass, a step at a time."""
        while self.clock.now() < at:
            self.clock.set(min(self.clock.now() + STEP, at))
            self.turn()

    def cards(self) -> "Sequence[Approval]":
        """Return the letters that wait."""
        found = self.app.inbox.list(size=RECIPIENTS_COUNT).items
        return [card for card in found if card.action is Action.SEND_MESSAGE]

    def to(self, somebody: Somebody) -> list[datetime]:
        """Return when somebody got a mail."""
        return [at for at, address in self.taken if address == somebody.address]

    def hear(self, somebody: Somebody, text: str) -> None:
        """Let somebody write to us now."""
        path = self.play.folder / "exports" / f"campaign-{somebody.number}.eml"
        mailbox, now = self.app.workspace.mailbox, self.clock.now()
        path.write_bytes(letter(somebody, text, subject=NAME, mailbox=mailbox, now=now))
        self.app.mail_intake.take(self.app.mail_source(path), progress=lambda _: None)

    def row(self, somebody: Somebody) -> "TableRow":
        """Return where somebody is."""
        page = self.app.campaigns.tallying.table(NAME, cursor=None, size=RECIPIENTS_COUNT)
        return next(row for row in page.items if row.address == somebody.address)


def run_a_campaign(play: Play) -> None:
    """Foretell, enrol, start; sign the first letters; let weeks pass, an answer and an opt-out."""
    play.act(f"7  A campaign, {WEEKS} weeks of it, in a workspace of its own")
    with _stage(play) as fast:
        _begin(fast)
        left_over = _sign_the_first(fast)
        answers, leaves = _weeks(fast, besides=left_over)
        _tell(fast)
        _hold_to_account(fast, answers=answers, leaves=leaves)


@contextmanager
def _stage(play: Play) -> Generator[Fast]:
    from bailiwick.wiring.staging import beside, invited, staffed

    clock = FixedClock(play.app.clock.now() - timedelta(weeks=WEEKS))
    people = _invited(play)
    app = beside(play.app, name=WORKSPACE, clock=clock)
    try:
        invited(app, people, now=clock.now())
        yield Fast(play=play, app=app, clock=clock, staff=staffed(app), people=people)
    finally:
        app.close()


def _invited(play: Play) -> Sequence[Somebody]:
    """Choose people who consent to marketing, each of another company, in many countries."""
    found: dict[str, Somebody] = {}
    names: set[str] = set()
    for somebody in play.world.people:
        if somebody.consents and somebody.name not in names:
            found.setdefault(somebody.firm.name, somebody)
            names.add(somebody.name)
    return tuple(found.values())[:RECIPIENTS_COUNT]


def _begin(fast: Fast) -> None:
    desk, staff = fast.app.campaigns, fast.staff
    everybody = (condition_of("created_at known"),)
    saved = desk.filtering.put("everybody", everybody, by=staff.approver.person_id)
    series = series_with(DEFAULT, {"touches": [{"gap_days": days} for days in GAPS]})
    desk.administration.create(NAME, series, by=staff.approver.person_id)
    told = desk.previewing.preview(saved.conditions, campaign=NAME)
    fast.play.output.say(
        f"{fast.clock.now():%A %Y-%m-%d}: the filter {saved.name!r} matches "
        f"{told.reception.matched_count}, of whom {told.reception.enrolled_count} can be enrolled; "
        f"at most {told.mails_count_max} mails, the last not before {told.last_on}."
    )
    desk.enrolling.matching(
        NAME, saved.conditions, source=saved.filter_id, by=staff.approver.person_id
    )
    desk.administration.start(NAME, by=staff.approver.person_id)


def _sign_the_first(fast: Fast) -> "Approval":
    """Let Kim sign all first letters but one; return that one."""
    fast.turn()
    cards = fast.cards()
    fast.play.promise(
        "every first letter of a campaign waits for a person, and none was sent",
        kept=len(cards) == RECIPIENTS_COUNT and not fast.taken,
    )
    fast.play.output.say(f"{len(cards)} first letters wait in the inbox; Kim signs all but one.")
    *signed, left_over = cards
    for card in signed:
        fast.app.inbox.approve(
            card.approval_id,
            person_id=fast.staff.approver.person_id,
            shown_hash=card.payload_hash,
        )
    return left_over


def _weeks(fast: Fast, *, besides: "Approval") -> tuple[Somebody, Somebody]:
    """Let the weeks pass; one recipient answers, one asks to stop."""
    from bailiwick.engine.granting import Granting, Wish

    app = fast.app
    granting = Granting(units=app.units, clock=app.clock, ids=app.ids, spec=app.graphs.spec)
    for level in LEVELS:
        granting.add(
            Wish(
                capability="campaign", action=Action.SEND_MESSAGE, level=level, segment="*",
                days=GRANT_DAYS, evidence="the first letters were signed as they were",
                reason="the demo shows touches that go out by themselves",
            ),
            person_id=fast.staff.admin.person_id,
        )  # fmt: skip
    began = fast.clock.now()
    fast.run_until(began + timedelta(days=2))
    held = _address(besides)
    reached = [one for one in fast.people if fast.to(one) and one.address != held]
    answers, leaves = reached[0], reached[1]
    language = answers.firm.locale.language
    fast.hear(answers, INBOUND[Situation.INTERESTED][language][0])
    fast.play.output.say(f"After two days {answers.name} answers.", mark="ok")
    fast.run_until(began + timedelta(days=8))
    fast.hear(leaves, INBOUND[Situation.OPTS_OUT][leaves.firm.locale.language][0])
    fast.play.output.say(f"After eight days {leaves.name} asks to stop.", mark="held")
    fast.run_until(began + timedelta(weeks=WEEKS) - STEP)
    return answers, leaves


def _tell(fast: Fast) -> None:
    funnel = fast.app.campaigns.tallying.funnel(NAME)
    page = fast.app.campaigns.tallying.table(NAME, cursor=None, size=RECIPIENTS_COUNT)
    rows = [
        (
            one.name,
            one.truth.value.replace("_", " "),
            ", ".join(f"{at:%d %b %H:%M}" for at, to in fast.taken if to == one.address) or "-",
        )
        for one in page.items
    ]
    fast.play.output.table(
        f"{NAME}, {WEEKS} weeks later", ("recipient", "where", "mails, UTC"), rows
    )
    fast.play.figures["campaign"] = {
        "recipients": funnel.recipients_count,
        "mails": len(fast.taken),
        "held": len(fast.cards()),
        "where": {one.value: count for one, count in funnel.truths.items() if count},
    }


def _hold_to_account(fast: Fast, *, answers: Somebody, leaves: Somebody) -> None:
    play, funnel = fast.play, fast.app.campaigns.tallying.funnel(NAME)
    answered, left = fast.row(answers), fast.row(leaves)
    play.promise(
        "whoever answers a campaign gets no touch after it",
        kept=answered.end is End.REPLIED and len(fast.to(answers)) == 1,
    )
    play.promise(
        "whoever asks to stop in the middle gets no touch after it",
        kept=left.end is End.OPTED_OUT
        and left.ended_at is not None
        and all(at <= left.ended_at for at in fast.to(leaves)),
    )
    play.promise(
        "every touch goes in the recipient's own working hours",
        kept=all(not is_quiet(at, _clock_of(fast, to)) for at, to in fast.taken),
    )
    play.promise(
        "nobody gets more touches than the series has, and some get all of them",
        kept=max(len(fast.to(one)) for one in fast.people) == len(GAPS),
    )
    play.promise("a letter that nobody signs is not sent, and waits", kept=bool(fast.cards()))
    play.promise(
        "the funnel of the campaign adds up to its recipients",
        kept=sum(funnel.truths.values()) == funnel.recipients_count == len(fast.people)
        and funnel.truths[Truth.REPLIED] == funnel.truths[Truth.OPTED_OUT] == 1,
    )


def _clock_of(fast: Fast, address: str) -> tuple[ZoneInfo, ...]:
    somebody = next(one for one in fast.people if one.address == address)
    return zones("", (somebody.firm.locale.country,), default=fast.app.workspace.timezone)


def _address(card: "Approval") -> str:
    mail = card.args["mail"]
    assert isinstance(mail, dict), "a letter has a mail"
    return str(mail["to_address"])
