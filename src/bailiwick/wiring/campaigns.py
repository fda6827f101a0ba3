"""Puts together what makes, changes and moves campaigns."""

import random
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from bailiwick.domain.spend import CostBy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bailiwick.domain.campaign.campaign import Campaign
    from bailiwick.engine.campaign.administration import Administration
    from bailiwick.engine.campaign.enrolling import Enrolling
    from bailiwick.engine.campaign.filtering import Filtering
    from bailiwick.engine.campaign.in_line import Waiting
    from bailiwick.engine.campaign.pacing import Pacing
    from bailiwick.engine.campaign.preview import Previewing
    from bailiwick.engine.campaign.settling import SettleReport, Settling
    from bailiwick.engine.campaign.steering import Steering
    from bailiwick.engine.campaign.tallying import Tallying
    from bailiwick.engine.campaign.ticking import Tick, TickReport
    from bailiwick.engine.delivery.worker import Drained, Worker
    from bailiwick.ports.timetable import Timetable
    from bailiwick.wiring.doubles import Doubles
    from bailiwick.wiring.grounds import Grounds
    from bailiwick.wiring.runs import Runs


CAPABILITY: Final = "campaign"
PRICED_LATELY: Final = timedelta(days=30)  # ours: prices and prompts change
CHANGED_COUNT: Final = 200  # ours: one commit for two hundred recipients
MAILS_COUNT_MAX: Final = 10_000  # ours: far more than the limits of a mailbox let out


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnReport:
    """What one turn of the whole machine did."""

    tick: "TickReport"
    runs_count: int
    drained: "Drained"
    settled: "SettleReport"


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What of a workspace's application campaigns need, each made when it is first asked for."""

    runs: "Callable[[], Runs]"
    worker: "Callable[[], Worker]"
    """Raises SettingsFault when no mail server is set."""


class Campaigns:
    """The campaigns of one workspace, each part made when first asked for."""

    def __init__(self, grounds: "Grounds", doubles: "Doubles", means: Means) -> None:
        self._app = grounds
        self._doubles = doubles
        self._means = means

    @cached_property
    def administration(self) -> "Administration":
        """Makes, changes, starts, pauses and stops campaigns, and enrols recipients."""
        from bailiwick.engine.campaign.administration import Administration

        app = self._app
        return Administration(units=app.units, clock=app.clock, ids=app.ids)

    @cached_property
    def filtering(self) -> "Filtering":
        """Saves filters over contacts."""
        from bailiwick.engine.campaign.filtering import Filtering

        app = self._app
        return Filtering(units=app.units, clock=app.clock, ids=app.ids)

    @cached_property
    def enrolling(self) -> "Enrolling":
        """Enrols whom conditions select."""
        from bailiwick.engine.campaign.enrolling import Enrolling

        return Enrolling(units=self._app.units, clock=self._app.clock)

    @cached_property
    def previewing(self) -> "Previewing":
        """Foretells what an enrolment would do."""
        from bailiwick.engine.campaign.preview import Previewing
        from bailiwick.wiring.warming import warm_up

        app = self._app
        return Previewing(
            units=app.units,
            clock=app.clock,
            timetable=self._new_timetable,
            warm_up=warm_up(app.settings.mail),
            touches_max=app.settings.policy.touches_max,
            touches_days=app.settings.policy.touches_days,
            picodollars_of_touch=self._picodollars_of_touch,
        )

    @cached_property
    def steering(self) -> "Steering":
        """Pauses, moves, skips and stops single recipients."""
        from bailiwick.engine.campaign.steering import Steering

        app = self._app
        return Steering(units=app.units, clock=app.clock, timetable=self.timetable)

    @cached_property
    def tallying(self) -> "Tallying":
        """Counts what became of whom."""
        from bailiwick.engine.campaign.tallying import Tallying

        return Tallying(units=self._app.units)

    @cached_property
    def timetable(self) -> "Timetable":
        """Says when touches may go."""
        return self._new_timetable()

    def _new_timetable(self) -> "Timetable":
        doubles = self._doubles
        if doubles.timetable is not None:
            return doubles.timetable
        from bailiwick.domain.campaign.pace import DAY, Limit, Over
        from bailiwick.engine.campaign.timetable import Timetable
        from bailiwick.wiring.warming import warm_up

        settings = self._app.settings
        policy = settings.policy
        person = Limit(
            over=Over.CONTACT, count=policy.touches_max, within=policy.touches_days * DAY
        )
        return Timetable(
            draw=doubles.draw or random.SystemRandom().random,
            warm_up=warm_up(settings.mail),
            person=person,
        )

    def _picodollars_of_touch(self) -> int | None:
        """Return what drafting a touch cost lately; None when a model is set and drafted none."""
        if not self._app.settings.model.base_url:
            return 0
        until = self._app.clock.now()
        rows = self._app.observation.costs.by(
            CostBy.CAPABILITY, since=until - PRICED_LATELY, until=until
        )
        found = next((row for row in rows if row.key == CAPABILITY and row.runs_count), None)
        return None if found is None else found.picodollars // found.runs_count

    @cached_property
    def tick(self) -> "Tick":
        """Begins the touches that are due."""
        from bailiwick.engine.campaign.ticking import Tick

        app = self._app
        return Tick(
            units=app.units,
            clock=app.clock,
            ids=app.ids,
            requests=self._means.runs().requests,
            timetable=self.timetable,
        )

    @cached_property
    def settling(self) -> "Settling":
        """Reads what became of touches under way, and moves their recipients."""
        from bailiwick.engine.campaign.settling import Settling

        app = self._app
        return Settling(units=app.units, clock=app.clock, timetable=self.timetable)

    @cached_property
    def pacing(self) -> "Pacing":
        """Puts mail back that may not go yet."""
        from bailiwick.engine.campaign.pacing import Pacing

        return Pacing(self.timetable)

    def lines_of(self, campaign: "Campaign") -> "Sequence[Waiting]":
        """Return who of a campaign waits in line for room in the mailbox. Raises IntegrityFault."""
        from bailiwick.engine.campaign.in_line import lines_of

        with self._app.units.read() as unit:
            return lines_of(unit, self._new_timetable(), campaign, at=self._app.clock.now())

    def look_again(self) -> int:
        """End whom an import ended: another owner, a deal that moved, a flag; return how many."""
        from bailiwick.engine.recipient.stopping import look_at

        count, after = 0, ""
        while True:  # ends with the recipients, whose ids only grow
            with self._app.units.write() as unit:
                found = unit.campaigns.changed(after=after, count_max=CHANGED_COUNT)
                if not found:
                    return count
                after = found[-1].enrolment.enrolment_id
                count += look_at(unit, found, at=self._app.clock.now())
                unit.commit()

    def keep_going(self) -> "tuple[SettleReport, TickReport]":
        """Settle what ended, then begin what is due: each minute, where pools carry the runs."""
        return self.settling.run(), self.tick.run()

    async def turn(self) -> TurnReport:
        """Do all of it here: settle, tick, carry out the runs, deliver and settle again.

        Raises SettingsFault when no mail server is set, and PortFault.
        """
        from bailiwick.wiring.mail_runs import carry_mail_runs

        worker = self._means.worker()
        self.settling.run()
        ticked = self.tick.run()
        runs_count = await carry_mail_runs(self._app, self._means.runs())
        drained = worker.drain(MAILS_COUNT_MAX)
        settled = self.settling.run()
        return TurnReport(tick=ticked, runs_count=runs_count, drained=drained, settled=settled)
