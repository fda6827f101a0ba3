"""Makes campaigns, changes what they send, starts, pauses and stops them; each change on record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bailiwick.domain.campaign.campaign import MOVES, NAME_LENGTH_MAX, Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import CampaignId, End, enrolled
from bailiwick.domain.campaign.series import DEFAULT, Series
from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, ContactId, PersonId
from bailiwick.domain.record import RecordKind
from bailiwick.engine.people.roles import require_role
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.text import one_line
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Unit, Units

REASON_LENGTH_MAX: Final = 2_000  # ours, as for grants: read by people
CONTACTS_COUNT_MAX: Final = 1_000  # ours: one transaction holds the writer for so long


class UnableToChangeCampaign(InputFault):
    """The change cannot be made; the message says why and what would work."""


class UnableToFindCampaign(UnableToChangeCampaign):
    """There is no campaign of this name or id."""


class UnableToChangeStaleCampaign(UnableToChangeCampaign):
    """Somebody changed it after it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A campaign after a change, and how many recipients the change reached."""

    campaign: Campaign
    recipients_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A campaign after an enrolment."""

    campaign: Campaign
    new_count: int
    known_count: int
    """Who was enrolled already and stays where they are."""


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
            _require(unit, by, Role.REP, what="make campaigns")
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
            _require(unit, by, role, what="change what a campaign sends")
            campaign = _open(_matched(found_campaign(unit, which), seen=seen))
            at, version = self.clock.now(), campaign.version + 1
            unit.campaigns.add_series(
                replace(campaign, made_by=by), replace(series, version=version)
            )
            count = unit.campaigns.repin(campaign.campaign_id, version) if in_flight else 0
            now = _save(unit, replace(campaign, version=version))
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
        """End a campaign and every recipient in it, for good. Raises as `start`."""
        with self.units.write() as unit:
            _require(unit, by, Role.REP, what="stop campaigns")
            campaign = _matched(found_campaign(unit, which), seen=seen)
            if CampaignStatus.STOPPED not in MOVES[campaign.status]:
                message = f"{campaign.name!r} is {campaign.status.value}: there is nothing to stop"
                raise UnableToChangeCampaign(message)
            at, why = self.clock.now(), reason_of(reason)
            stopped = replace(
                campaign, status=CampaignStatus.STOPPED, status_reason=why, ended_at=at
            )
            now = _save(unit, stopped)
            count = unit.campaigns.end_all(now.campaign_id, End.STOPPED, reason=why, at=at)
            record(unit, now, "stopped", by=by, at=at, reason=why, recipients=count)
            unit.commit()
        return Changed(campaign=now, recipients_count=count)

    def enrol(
        self, which: str, contacts: Sequence[ContactId], *, by: PersonId, seen: int | None = None
    ) -> Enrolled:
        """Make contacts recipients; who is one already stays where they are.

        A campaign that was completed goes on. Raises UnableToChangeCampaign.
        """
        if not 1 <= len(contacts) <= CONTACTS_COUNT_MAX:
            message = f"{len(contacts)} contacts: 1 to {CONTACTS_COUNT_MAX} are enrolled at once"
            raise UnableToChangeCampaign(message)
        with self.units.write() as unit:
            _require(unit, by, Role.REP, what="enrol recipients")
            campaign = _open(_matched(found_campaign(unit, which), seen=seen))
            _require_contacts(unit, contacts)
            at = self.clock.now()
            new_count = unit.campaigns.enrol(
                [
                    enrolled(campaign.campaign_id, one, version=campaign.version, wake_at=at)
                    for one in dict.fromkeys(contacts)
                ],
                at=at,
            )
            if new_count:
                campaign = _reopened(unit, campaign)
                record(unit, campaign, "enrolled", by=by, at=at, recipients=new_count)
            unit.commit()
        return Enrolled(
            campaign=campaign,
            new_count=new_count,
            known_count=len(dict.fromkeys(contacts)) - new_count,
        )

    def _switch(
        self, which: str, switch: _Switch, *, by: PersonId, seen: int | None, reason: str = ""
    ) -> Campaign:
        with self.units.write() as unit:
            _require(unit, by, switch.role, what=f"{switch.verb} campaigns")
            campaign = _matched(found_campaign(unit, which), seen=seen)
            if campaign.status is not switch.before:
                message = (
                    f"{campaign.name!r} is {campaign.status.value}; "
                    f"only what is {switch.before.value} can be {switch.event}"
                )
                raise UnableToChangeCampaign(message)
            if switch is _START and unit.campaigns.open_count(campaign.campaign_id) == 0:
                message = f"nobody is enrolled in {campaign.name!r}; enrol somebody first"
                raise UnableToChangeCampaign(message)
            now = _save(unit, replace(campaign, status=switch.after, status_reason=reason))
            record(unit, now, switch.event, by=by, at=self.clock.now(), reason=reason)
            unit.commit()
        return now


def found_campaign(unit: Unit, which: str) -> Campaign:
    """Return the campaign of this id or name. Raises UnableToFindCampaign."""
    found = unit.campaigns.get(CampaignId(which)) or unit.campaigns.by_name(one_line(which))
    if found is None:
        message = f"there is no campaign {which!r}; `bailiwick campaign list` shows them"
        raise UnableToFindCampaign(message)
    return found


def reason_of(text: str) -> str:
    """Return a reason as it goes on record. Raises UnableToChangeCampaign."""
    if not text.strip() or len(text) > REASON_LENGTH_MAX:
        message = f"a reason of 1 to {REASON_LENGTH_MAX} characters is needed: it is recorded"
        raise UnableToChangeCampaign(message)
    return text.strip()


def record(
    unit: Unit,
    campaign: Campaign,
    event: str,
    *,
    by: PersonId,
    at: datetime,
    **details: Canonical,
) -> None:
    """Put a change of a campaign on record."""
    unit.records.append(
        RecordKind.CAMPAIGN,
        subject=campaign.campaign_id,
        payload={"event": event, "by": by, "version": campaign.version, **details},
        at=at,
    )


def _require(unit: Unit, person_id: PersonId, role: Role, *, what: str) -> None:
    require_role(unit, person_id, role, what=what, fault=UnableToChangeCampaign)


def _matched(campaign: Campaign, *, seen: int | None) -> Campaign:
    """Return a campaign that is as its reader saw it. Raises UnableToChangeStaleCampaign."""
    if seen is not None and seen != campaign.row_version:
        message = (
            f"{campaign.name!r} was changed meanwhile (row version {campaign.row_version}, "
            f"not {seen}); look at it again"
        )
        raise UnableToChangeStaleCampaign(message)
    return campaign


def _open(campaign: Campaign) -> Campaign:
    """Return a campaign that was not stopped. Raises UnableToChangeCampaign."""
    if campaign.status is CampaignStatus.STOPPED:
        message = f"{campaign.name!r} was stopped, which is for good; make another campaign"
        raise UnableToChangeCampaign(message)
    return campaign


def _reopened(unit: Unit, campaign: Campaign) -> Campaign:
    """Return a campaign that goes on when it was completed."""
    if campaign.status is not CampaignStatus.COMPLETED:
        return campaign
    return _save(
        unit, replace(campaign, status=CampaignStatus.RUNNING, status_reason="", ended_at=None)
    )


def _require_contacts(unit: Unit, contacts: Sequence[ContactId]) -> None:
    missing = [one for one in contacts if unit.crm.contact(one) is None]
    if missing:
        message = f"{len(missing)} of {len(contacts)} are no contacts here, such as {missing[0]!r}"
        raise UnableToChangeCampaign(message)


def _save(unit: Unit, campaign: Campaign) -> Campaign:
    """Store a change; in a transaction that writes, nobody is faster."""
    if not unit.campaigns.save(campaign):
        message = f"{campaign.name!r} was changed meanwhile; look at it again"
        raise UnableToChangeStaleCampaign(message)
    return replace(campaign, row_version=campaign.row_version + 1)
