"""Makes campaigns, changes what they send, starts, pauses and stops them; each change on record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bailiwick.domain.campaign.campaign import MOVES, NAME_LENGTH_MAX, Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import CampaignId, End, ended
from bailiwick.domain.campaign.series import DEFAULT, Series
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import PREFIX, ContactId, PersonId
from bailiwick.engine.campaign.changing import (
    UnableToChangeCampaign,
    as_seen,
    found_campaign,
    not_stopped,
    reason_of,
    record,
    require,
    saved,
)
from bailiwick.engine.campaign.enrolling import CONTACTS_COUNT_MAX, Enrolled, enrol_in
from bailiwick.engine.recipient.keeping import keep
from bailiwick.kit.text import one_line
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Unit, Units

WITHDRAWN_COUNT_MAX: Final = 200  # ours: touches of one transaction, each with run, card and mail
WITHDRAWALS_COUNT_MAX: Final = 1_000  # ours: far more than wait for people


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A campaign after a change, and how many recipients the change reached."""

    campaign: Campaign
    recipients_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Switch:
    """One move from a status to another, and who may make it."""

    verb: str
    event: str
    before: CampaignStatus
    after: CampaignStatus
    role: Role


_START: Final = _Switch(
    verb="start",
    event="started",
    before=CampaignStatus.DRAFT,
    after=CampaignStatus.RUNNING,
    role=Role.APPROVER,
)
_PAUSE: Final = _Switch(
    verb="pause",
    event="paused",
    before=CampaignStatus.RUNNING,
    after=CampaignStatus.PAUSED,
    role=Role.REP,
)
_RESUME: Final = _Switch(
    verb="resume",
    event="resumed",
    before=CampaignStatus.PAUSED,
    after=CampaignStatus.RUNNING,
    role=Role.APPROVER,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """Changes the campaigns of one workspace.

    Making and stopping takes a rep; what lets mail go, or changes it on its way, an approver.
    """

    units: Units
    clock: Clock
    ids: Ids

    def create(self, name: str, series: Series = DEFAULT, *, by: PersonId) -> Campaign:
        """Store a draft; its series is version 1. Raises UnableToChangeCampaign."""
        shown = one_line(name)
        if not 1 <= len(shown) <= NAME_LENGTH_MAX:
            message = f"a campaign has a name of 1 to {NAME_LENGTH_MAX} characters"
            raise UnableToChangeCampaign(message)
        with self.units.write() as unit:
            require(unit, by, Role.REP, what="make campaigns")
            campaign = Campaign(
                campaign_id=CampaignId(self.ids.new(PREFIX["campaign"])),
                name=shown,
                status=CampaignStatus.DRAFT,
                made_by=by,
                created_at=self.clock.now(),
            )
            if not unit.campaigns.add(campaign, replace(series, version=1)):
                message = f"there is a campaign {shown!r} already; choose another name"
                raise UnableToChangeCampaign(message)
            record(unit, campaign, "made", by=by, at=campaign.created_at)
            unit.commit()
        return campaign

    def change(
        self,
        which: str,
        series: Series,
        *,
        in_flight: bool = False,
        by: PersonId,
        seen: int | None = None,
    ) -> Changed:
        """Store another version of what is sent.

        New recipients get it; with `in_flight` those who are under way go on with it, too.
        Raises UnableToChangeCampaign.
        """
        with self.units.write() as unit:
            role = Role.APPROVER if in_flight else Role.REP
            require(unit, by, role, what="change what a campaign sends")
            campaign = not_stopped(as_seen(found_campaign(unit, which), seen=seen))
            at, version = self.clock.now(), campaign.version + 1
            unit.campaigns.add_series(
                replace(campaign, made_by=by), replace(series, version=version)
            )
            count = unit.campaigns.repin(campaign.campaign_id, version) if in_flight else 0
            now = saved(unit, replace(campaign, version=version))
            record(unit, now, "changed", by=by, at=at, in_flight=in_flight, recipients=count)
            unit.commit()
        return Changed(campaign=now, recipients_count=count)

    def start(self, which: str, *, by: PersonId, seen: int | None = None) -> Campaign:
        """Let a draft run that somebody is enrolled in. Raises UnableToChangeCampaign."""
        return self._switch(which, _START, by=by, seen=seen)

    def pause(self, which: str, *, by: PersonId, reason: str, seen: int | None = None) -> Campaign:
        """Begin nothing new until it is resumed. Raises UnableToChangeCampaign."""
        return self._switch(which, _PAUSE, by=by, seen=seen, reason=reason_of(reason))

    def resume(self, which: str, *, by: PersonId, seen: int | None = None) -> Campaign:
        """Go on after a pause; what was due meanwhile is planned anew.

        Raises UnableToChangeCampaign.
        """
        return self._switch(which, _RESUME, by=by, seen=seen)

    def stop(self, which: str, *, by: PersonId, reason: str, seen: int | None = None) -> Changed:
        """End a campaign and every recipient in it, for good, and withdraw what is under way.

        Asked again after a crash it ends those who are left. Raises UnableToChangeCampaign.
        """
        why = reason_of(reason)
        with self.units.write() as unit:
            require(unit, by, Role.REP, what="stop campaigns")
            campaign = as_seen(found_campaign(unit, which), seen=seen)
            left = unit.campaigns.open_count(campaign.campaign_id)
            halfway = campaign.status is CampaignStatus.STOPPED and left > 0
            if CampaignStatus.STOPPED not in MOVES[campaign.status] and not halfway:
                message = f"{campaign.name!r} is {campaign.status.value}: there is nothing to stop"
                raise UnableToChangeCampaign(message)
            at = self.clock.now()
            now = saved(
                unit,
                replace(campaign, status=CampaignStatus.STOPPED, status_reason=why, ended_at=at),
            )
            count = unit.campaigns.end_all(now.campaign_id, End.STOPPED, reason=why, at=at)
            record(unit, now, "stopped", by=by, at=at, reason=why, recipients=left)
            unit.commit()
        return Changed(campaign=now, recipients_count=count + self._withdrawn(now, reason=why))

    def _withdrawn(self, campaign: Campaign, *, reason: str) -> int:
        """End those of whom a touch is under way, a bounded number at a time."""
        count = 0
        for _ in range(WITHDRAWALS_COUNT_MAX):
            with self.units.write() as unit:
                found = unit.campaigns.touching(campaign.campaign_id, count_max=WITHDRAWN_COUNT_MAX)
                at = self.clock.now()
                for kept in found:
                    over = ended(kept.enrolment, End.STOPPED, reason=reason, at=at)
                    keep(unit, kept, over, "ended", at=at)
                unit.commit()
            count += len(found)
            if len(found) < WITHDRAWN_COUNT_MAX:
                break
        return count

    def enrol(
        self, which: str, contacts: Sequence[ContactId], *, by: PersonId, seen: int | None = None
    ) -> Enrolled:
        """Make contacts recipients, by their ids; a campaign that was completed goes on.

        Raises UnableToChangeCampaign.
        """
        named = tuple(dict.fromkeys(contacts))
        if not 1 <= len(named) <= CONTACTS_COUNT_MAX:
            message = f"{len(named)} contacts: 1 to {CONTACTS_COUNT_MAX} are enrolled at once"
            raise UnableToChangeCampaign(message)
        with self.units.write() as unit:
            done = enrol_in(unit, which, named, by=by, at=self.clock.now(), seen=seen)
            unit.commit()
        return done

    def _switch(
        self, which: str, switch: _Switch, *, by: PersonId, seen: int | None, reason: str = ""
    ) -> Campaign:
        with self.units.write() as unit:
            require(unit, by, switch.role, what=f"{switch.verb} campaigns")
            campaign = as_seen(found_campaign(unit, which), seen=seen)
            if campaign.status is not switch.before:
                message = (
                    f"{campaign.name!r} is {campaign.status.value}; "
                    f"only what is {switch.before.value} can be {switch.event}"
                )
                raise UnableToChangeCampaign(message)
            if switch is _START:
                _require_ready(unit, campaign)
            now = saved(unit, replace(campaign, status=switch.after, status_reason=reason))
            record(unit, now, switch.event, by=by, at=self.clock.now(), reason=reason)
            unit.commit()
        return now


def _require_ready(unit: Unit, campaign: Campaign) -> None:
    """Let nobody start what could do nothing. Raises UnableToChangeCampaign."""
    if unit.campaigns.open_count(campaign.campaign_id) == 0:
        message = f"nobody is enrolled in {campaign.name!r}; enrol somebody first"
        raise UnableToChangeCampaign(message)
    if not unit.crm.workspace().postal_address:
        message = (
            "the workspace has no postal address, which most countries ask for under advertising; "
            "`bailiwick workspace set --postal-address …`"
        )
        raise UnableToChangeCampaign(message)
