"""Campaigns, their recipients, and where each recipient is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, Update, and_, bindparam, func, or_, select, update

from bailiwick.domain.campaign.campaign import Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import CampaignId, End, Enrolment, EnrolmentId, Stage
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.campaign.series_text import UnableToReadSeries, series_args, series_from
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import AccountId, ContactId, PersonId
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page, page_of
from bailiwick.ports.campaigns import Kept, Line
from bailiwick.store.repositories import recipients
from bailiwick.store.scope import ROWS_COUNT_MAX, Rows, Scope, Value, key, own
from bailiwick.store.tables.campaigns import CAMPAIGN_SERIES, CAMPAIGNS, ENROLMENTS
from bailiwick.store.tables.crm import CONTACTS

_SIZE: Final = bindparam("size", type_=Integer)
_CAMPAIGN: Final = select(CAMPAIGNS).where(own(CAMPAIGNS), CAMPAIGNS.c.id == key())
_BY_NAME: Final = select(CAMPAIGNS).where(own(CAMPAIGNS), CAMPAIGNS.c.name == key())
_CAMPAIGNS: Final = (
    select(CAMPAIGNS)
    .where(own(CAMPAIGNS), CAMPAIGNS.c.id > key())
    .order_by(CAMPAIGNS.c.id)
    .limit(_SIZE)
)
_WITH_STATUS: Final = _CAMPAIGNS.where(CAMPAIGNS.c.status == key("status"))
_SERIES: Final = select(CAMPAIGN_SERIES.c.series).where(
    own(CAMPAIGN_SERIES),
    CAMPAIGN_SERIES.c.campaign_id == key(),
    CAMPAIGN_SERIES.c.version == bindparam("version", type_=Integer),
)
_ENROLMENT: Final = select(ENROLMENTS).where(own(ENROLMENTS), ENROLMENTS.c.id == key())
_OF_CONTACT: Final = (
    select(ENROLMENTS)
    .where(own(ENROLMENTS), ENROLMENTS.c.contact_id == key(), ENROLMENTS.c.end == "")
    .order_by(ENROLMENTS.c.id)
    .limit(ROWS_COUNT_MAX)
)
_OF_ACCOUNT: Final = (
    select(ENROLMENTS)
    .join(
        CONTACTS,
        and_(
            CONTACTS.c.workspace_id == ENROLMENTS.c.workspace_id,
            CONTACTS.c.id == ENROLMENTS.c.contact_id,
        ),
    )
    .where(own(ENROLMENTS), own(CONTACTS), CONTACTS.c.account_id == key(), ENROLMENTS.c.end == "")
    .order_by(ENROLMENTS.c.id)
    .limit(ROWS_COUNT_MAX)
)
_RUNNING: Final = (
    select(CAMPAIGNS.c.id)
    .where(own(CAMPAIGNS), CAMPAIGNS.c.status == CampaignStatus.RUNNING.value)
    .order_by(CAMPAIGNS.c.id)
    .limit(ROWS_COUNT_MAX)
)
_OPEN_COUNT: Final = (
    select(func.count())
    .select_from(ENROLMENTS)
    .where(own(ENROLMENTS), ENROLMENTS.c.campaign_id == key(), ENROLMENTS.c.end == "")
)
_OPEN_STAGES: Final = [stage.value for stage in Stage if stage is not Stage.ENDED]
_OF_IT: Final = ENROLMENTS.c.campaign_id == CAMPAIGNS.c.id
_OVER: Final = (
    select(CAMPAIGNS)
    .where(
        own(CAMPAIGNS),
        CAMPAIGNS.c.status == CampaignStatus.RUNNING.value,
        # By the index on stages: a campaign's ended recipients are not read.
        ~select(ENROLMENTS.c.id)
        .where(own(ENROLMENTS), _OF_IT, ENROLMENTS.c.stage.in_(_OPEN_STAGES))
        .exists(),
    )
    .order_by(CAMPAIGNS.c.id)
    .limit(_SIZE)
)
_RECIPIENTS: Final = (
    select(ENROLMENTS)
    .where(
        own(ENROLMENTS),
        ENROLMENTS.c.campaign_id == key(),
        ENROLMENTS.c.id > key("after"),
    )
    .order_by(ENROLMENTS.c.id)
    .limit(_SIZE)
)
_TOUCHING: Final = (
    select(ENROLMENTS)
    .where(
        own(ENROLMENTS),
        ENROLMENTS.c.campaign_id == key(),
        ENROLMENTS.c.stage == Stage.TOUCHING.value,
    )
    .order_by(ENROLMENTS.c.id)
    .limit(_SIZE)
)
_MISSING: Final = _RECIPIENTS.where(
    or_(
        ENROLMENTS.c.end == End.UNREACHABLE.value,
        and_(ENROLMENTS.c.stage == Stage.WAITING.value, ENROLMENTS.c.put_offs_count > 0),
    )
)


class SqlCampaigns:
    """Campaigns of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, campaign: Campaign, series: Series) -> bool:
        """Store a campaign and its first series; False when the name is taken."""
        new = self._scope.insert_new(
            CAMPAIGNS,
            {
                "id": campaign.campaign_id,
                "created_at": campaign.created_at,
                "name": campaign.name,
                "status": campaign.status.value,
                "status_reason": campaign.status_reason,
                "version": campaign.version,
                "made_by": campaign.made_by,
                "ended_at": campaign.ended_at,
            },
            unique=("name",),
        )
        return new and self.add_series(campaign, series)

    def get(self, campaign_id: CampaignId) -> Campaign | None:
        """Return a campaign."""
        row = self._scope.row(_CAMPAIGN, key=campaign_id)
        return None if row is None else _campaign(row)

    def by_name(self, name: str) -> Campaign | None:
        """Return the campaign of this name."""
        row = self._scope.row(_BY_NAME, key=name)
        return None if row is None else _campaign(row)

    def list(
        self, *, status: CampaignStatus | None, cursor: str | None, size: int
    ) -> Page[Campaign]:
        """Return campaigns, oldest first."""
        size = min(size, PAGE_SIZE_MAX)
        after: dict[str, Value] = {"key": cursor or "", "size": size + 1}
        rows = (
            self._scope.rows(_CAMPAIGNS, **after)
            if status is None
            else self._scope.rows(_WITH_STATUS, status=status.value, **after)
        )
        found = [_campaign(row) for row in rows]
        return page_of(found, size=size, key=lambda one: one.campaign_id)

    def save(self, campaign: Campaign) -> bool:
        """Change status and version if its row version is still that; False when it is not."""
        changed = self._scope.change(
            update(CAMPAIGNS)
            .where(
                own(CAMPAIGNS),
                CAMPAIGNS.c.id == campaign.campaign_id,
                CAMPAIGNS.c.row_version == campaign.row_version,
            )
            .values(
                status=campaign.status.value,
                status_reason=campaign.status_reason,
                version=campaign.version,
                ended_at=campaign.ended_at,
                row_version=CAMPAIGNS.c.row_version + 1,
            )
        )
        return changed == 1

    def add_series(self, campaign: Campaign, series: Series) -> bool:
        """Store another version; False when that version is there already."""
        return self._scope.insert_new(
            CAMPAIGN_SERIES,
            {
                "id": f"{campaign.campaign_id}.{series.version}",
                "created_at": self._scope.clock.now(),
                "campaign_id": campaign.campaign_id,
                "version": series.version,
                "series": series_args(series),
                "made_by": campaign.made_by,
            },
            unique=("campaign_id", "version"),
        )

    def series(self, campaign_id: CampaignId, version: int) -> Series | None:
        """Return what a version sends. Raises IntegrityFault when it cannot be read back."""
        row = self._scope.row(_SERIES, key=campaign_id, version=version)
        if row is None:
            return None
        try:
            return series_from(row["series"])
        except UnableToReadSeries as fault:
            message = f"version {version} of campaign {campaign_id} cannot be read back: {fault}"
            raise IntegrityFault(message) from fault

    def repin(self, campaign_id: CampaignId, version: int) -> int:
        """Let everybody who has not ended go on with a version; return how many."""
        return self._scope.change(_of_all(campaign_id).values(version=version))

    def end_all(self, campaign_id: CampaignId, end: End, *, reason: str, at: datetime) -> int:
        """End everybody who has not ended and is not being touched; return how many."""
        return self._scope.change(
            _of_all(campaign_id)
            .where(ENROLMENTS.c.stage != Stage.TOUCHING.value)
            .values(
                stage=Stage.ENDED.value, wake_at=None, end=end.value, ended_at=at, reason=reason
            )
        )

    def touching(self, campaign_id: CampaignId, *, count_max: int) -> Sequence[Kept]:
        """Return recipients of whom a touch is under way, by id."""
        rows = self._scope.rows(_TOUCHING, key=campaign_id, size=count_max)
        return tuple(map(kept, rows))

    def enrol(self, enrolments: Sequence[Enrolment], *, at: datetime) -> int:
        """Store recipients; who is enrolled already stays as they are. Returns how many are new."""
        return sum(self._enrol(one, at=at) for one in enrolments)

    def _enrol(self, one: Enrolment, *, at: datetime) -> bool:
        new = self._scope.insert_new(
            ENROLMENTS,
            {
                "id": one.enrolment_id,
                "created_at": at,
                "campaign_id": one.campaign_id,
                "contact_id": one.contact_id,
                "owner_email": recipients.owner_of(self._scope, one.contact_id),
                **_place(one),
            },
            unique=("id",),
        )
        if new:
            recipients.make_prospect(self._scope, one.contact_id)
        return new

    def enrolment(self, enrolment_id: EnrolmentId) -> Kept | None:
        """Return a recipient."""
        row = self._scope.row(_ENROLMENT, key=enrolment_id)
        return None if row is None else kept(row)

    def of_contact(self, contact_id: ContactId) -> Sequence[Kept]:
        """Return the enrolments of one contact that have not ended."""
        return tuple(map(kept, self._scope.rows(_OF_CONTACT, key=contact_id)))

    def of_account(self, account_id: AccountId) -> Sequence[Kept]:
        """Return the enrolments of an account's contacts that have not ended."""
        return tuple(map(kept, self._scope.rows(_OF_ACCOUNT, key=account_id)))

    def happened(self, contact_id: ContactId, *, since: datetime) -> frozenset[End]:
        """Return which of a meeting and a deal's move the records show since an instant."""
        return recipients.happened(self._scope, contact_id, since=since)

    def changed(self, *, after: str, count_max: int) -> Sequence[Kept]:
        """Return recipients without an end whose records changed in a way that may end them."""
        rows = self._scope.rows(recipients.CHANGED, after=after, size=count_max)
        return tuple(map(kept, rows))

    def answered(self, contact_id: ContactId) -> bool:
        """Make a prospect a lead; False when they are none, so that it happens once."""
        return recipients.make_lead(self._scope, contact_id)

    def due(
        self,
        *,
        at: datetime,
        count_max: int,
        besides: Sequence[Line] = (),
        of: CampaignId | None = None,
    ) -> Sequence[Kept]:
        """Return recipients of running campaigns whose time has come, longest overdue first.

        Campaign by campaign: the many who are overdue in a paused one cost nothing. Of each only
        who is overdue longer than those found before; nobody who stands in a line `besides`.
        """
        found, until = list[RowMapping](), at
        for campaign in (row["id"] for row in self._scope.rows(_RUNNING)):
            if of not in {None, campaign}:
                continue
            due = recipients.due_besides([line for line in besides if line.campaign_id == campaign])
            found += self._scope.rows(due, key=campaign, at=until, size=count_max)
            found = sorted(found, key=lambda row: row["wake_at"])[:count_max]
            until = found[-1]["wake_at"] if len(found) == count_max else at
        return tuple(map(kept, found))

    def save_enrolment(self, kept: Kept) -> bool:
        """Change a recipient if the row version is still that; False when somebody was faster."""
        mine = ENROLMENTS.c.id == kept.enrolment.enrolment_id
        changed = self._scope.change(
            update(ENROLMENTS)
            .where(own(ENROLMENTS), mine, ENROLMENTS.c.row_version == kept.row_version)
            .values(**_place(kept.enrolment), row_version=ENROLMENTS.c.row_version + 1)
        )
        return changed == 1

    def recipients(
        self, campaign_id: CampaignId, *, cursor: str | None, size: int
    ) -> Page[Enrolment]:
        """Return recipients of a campaign, by id."""
        return self._page(_RECIPIENTS, campaign_id, cursor=cursor, size=size)

    def missing(self, campaign_id: CampaignId, *, cursor: str | None, size: int) -> Page[Enrolment]:
        """Return recipients whom their touch did not reach, by id."""
        return self._page(_MISSING, campaign_id, cursor=cursor, size=size)

    def _page(
        self, statement: Rows, campaign_id: CampaignId, *, cursor: str | None, size: int
    ) -> Page[Enrolment]:
        size = min(size, PAGE_SIZE_MAX)
        rows = self._scope.rows(statement, key=campaign_id, after=cursor or "", size=size + 1)
        found = [kept(row).enrolment for row in rows]
        return page_of(found, size=size, key=lambda one: one.enrolment_id)

    def open_count(self, campaign_id: CampaignId) -> int:
        """Count recipients without an end."""
        return self._scope.count(_OPEN_COUNT, key=campaign_id)

    def over(self, *, count_max: int) -> Sequence[Campaign]:
        """Return running campaigns in which nobody is left without an end."""
        return tuple(map(_campaign, self._scope.rows(_OVER, size=count_max)))


def kept(row: RowMapping) -> Kept:
    """Return a recipient from their row."""
    return Kept(
        enrolment=Enrolment(
            campaign_id=CampaignId(row["campaign_id"]),
            contact_id=ContactId(row["contact_id"]),
            version=row["version"],
            stage=Stage(row["stage"]),
            touches_count=row["touches_count"],
            put_offs_count=row["put_offs_count"],
            wake_at=row["wake_at"],
            reason=row["reason"],
            end=End(row["end"]) if row["end"] else None,
            ended_at=row["ended_at"],
        ),
        row_version=row["row_version"],
        enrolled_at=row["created_at"],
        owner_email=row["owner_email"],
    )


def _of_all(campaign_id: CampaignId) -> Update:
    """Return a change of everybody in a campaign who has not ended."""
    return (
        update(ENROLMENTS)
        .where(own(ENROLMENTS), ENROLMENTS.c.campaign_id == campaign_id, ENROLMENTS.c.end == "")
        .values(row_version=ENROLMENTS.c.row_version + 1)
    )


def _place(enrolment: Enrolment) -> dict[str, Value]:
    return {
        "version": enrolment.version,
        "stage": enrolment.stage.value,
        "touches_count": enrolment.touches_count,
        "put_offs_count": enrolment.put_offs_count,
        "wake_at": enrolment.wake_at,
        "reason": enrolment.reason,
        "end": enrolment.end.value if enrolment.end is not None else "",
        "ended_at": enrolment.ended_at,
    }


def _campaign(row: RowMapping) -> Campaign:
    return Campaign(
        campaign_id=CampaignId(row["id"]),
        name=row["name"],
        status=CampaignStatus(row["status"]),
        made_by=PersonId(row["made_by"]),
        created_at=row["created_at"],
        version=row["version"],
        status_reason=row["status_reason"],
        ended_at=row["ended_at"],
        row_version=row["row_version"],
    )
