"""What the rows of a campaign come to, counted by the database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import String, and_, bindparam, func, select

from bailiwick.domain.campaign.enrolment import CampaignId, End, EnrolmentId, Stage
from bailiwick.domain.campaign.funnel import Place, Try
from bailiwick.domain.campaign.touch import Fate, Progress
from bailiwick.domain.crm import Contact
from bailiwick.domain.ids import ContactId
from bailiwick.store.repositories.contacts import contacts_of
from bailiwick.store.repositories.touches import SIGHT, WITH_RUN, progress_of
from bailiwick.store.scope import Scope, key, own
from bailiwick.store.tables.campaigns import ENROLMENTS, TOUCHES
from bailiwick.store.tables.crm import CONTACTS

_PLACES: Final = (
    select(
        ENROLMENTS.c.touches_count,
        ENROLMENTS.c.stage,
        ENROLMENTS.c.end,
        func.count().label("count"),
    )
    .where(own(ENROLMENTS), ENROLMENTS.c.campaign_id == key())
    .group_by(ENROLMENTS.c.touches_count, ENROLMENTS.c.stage, ENROLMENTS.c.end)
)
_TRIES: Final = (
    select(TOUCHES.c.number, TOUCHES.c.fate, func.count().label("count"))
    .where(own(TOUCHES), TOUCHES.c.campaign_id == key())
    .group_by(TOUCHES.c.number, TOUCHES.c.fate)
)
_LATER: Final = TOUCHES.alias("later")
_OUTDONE: Final = (
    select(_LATER.c.id)
    .where(
        _LATER.c.workspace_id == TOUCHES.c.workspace_id,
        _LATER.c.enrolment_id == TOUCHES.c.enrolment_id,
        _LATER.c.fate == "",
        _LATER.c.id > TOUCHES.c.id,
    )
    .correlate(TOUCHES)
    .exists()
)
_PROGRESS: Final = (
    select(*SIGHT, func.count().label("count"))
    .select_from(
        WITH_RUN.join(
            ENROLMENTS,
            and_(
                ENROLMENTS.c.workspace_id == TOUCHES.c.workspace_id,
                ENROLMENTS.c.id == TOUCHES.c.enrolment_id,
            ),
        )
    )
    .where(
        own(TOUCHES),
        TOUCHES.c.campaign_id == key(),
        TOUCHES.c.fate == "",
        ENROLMENTS.c.stage == Stage.TOUCHING.value,
        ~_OUTDONE,
    )
    .group_by(*(column.name for column in SIGHT))
)
_THESE: Final = bindparam("these", expanding=True, type_=String)
_ACCEPTED: Final = (
    select(TOUCHES.c.enrolment_id, func.count().label("count"))
    .where(
        own(TOUCHES),
        TOUCHES.c.enrolment_id.in_(_THESE),
        TOUCHES.c.fate == Fate.ACCEPTED.value,
    )
    .group_by(TOUCHES.c.enrolment_id)
)
_PEOPLE: Final = select(CONTACTS).where(
    own(CONTACTS), CONTACTS.c.deleted_at.is_(None), CONTACTS.c.id.in_(_THESE)
)


class SqlFunnels:
    """Funnels of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def places(self, campaign_id: CampaignId) -> Sequence[Place]:
        """Count recipients by stage, end and touches; each recipient is in exactly one place."""
        return tuple(
            Place(
                touches_count=row["touches_count"],
                stage=Stage(row["stage"]),
                end=End(row["end"]) if row["end"] else None,
                count=row["count"],
            )
            for row in self._scope.rows(_PLACES, key=campaign_id)
        )

    def progress(self, campaign_id: CampaignId) -> Mapping[Progress, int]:
        """Count recipients being touched by how far their latest open try is."""
        counts: Counter[Progress] = Counter()
        for row in self._scope.rows(_PROGRESS, key=campaign_id):
            counts[progress_of(row)] += row["count"]
        return counts

    def tries(self, campaign_id: CampaignId) -> Sequence[Try]:
        """Count tries by touch and fate."""
        return tuple(
            Try(
                number=row["number"],
                fate=Fate(row["fate"]) if row["fate"] else None,
                count=row["count"],
            )
            for row in self._scope.rows(_TRIES, key=campaign_id)
        )

    def accepted(self, enrolments: Sequence[EnrolmentId]) -> Mapping[EnrolmentId, int]:
        """Return how many mails of each of these recipients a mail server took."""
        rows = self._scope.rows(_ACCEPTED, these=list(enrolments)) if enrolments else ()
        return {EnrolmentId(row["enrolment_id"]): row["count"] for row in rows}

    def people(self, contacts: Sequence[ContactId]) -> Mapping[ContactId, Contact]:
        """Return those of these contacts that are there."""
        if not contacts:
            return {}
        found = contacts_of(self._scope, _PEOPLE, these=list(contacts))
        return {one.contact_id: one for one in found}
