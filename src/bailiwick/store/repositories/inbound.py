"""Outside systems that post to us, and what they say of people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, delete, select, update

from bailiwick.domain.crm import Activity
from bailiwick.domain.ids import PREFIX, PersonId, SourceId
from bailiwick.domain.webhook import InboundSource
from bailiwick.kit.text import folded
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, key, own
from bailiwick.store.tables.crm import ACTIVITIES, LEADS
from bailiwick.store.tables.events import INBOUND_SOURCES

_SOURCE: Final = select(INBOUND_SOURCES).where(own(INBOUND_SOURCES), INBOUND_SOURCES.c.id == key())
_SOURCES: Final = (
    select(INBOUND_SOURCES)
    .where(own(INBOUND_SOURCES))
    .order_by(INBOUND_SOURCES.c.id)
    .limit(ROWS_COUNT_MAX)
)


class SqlInbound:
    """Outside sources of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add_source(self, source: InboundSource) -> bool:
        """Store a source; False when the name is taken."""
        return self._scope.insert_new(
            INBOUND_SOURCES,
            {
                "id": source.source_id,
                "name": source.name,
                "secret": source.secret,
                "former_secret": source.former_secret,
                "former_until": source.former_until,
                "created_by": source.created_by,
                "created_at": source.created_at,
            },
            unique=("name",),
        )

    def source(self, source_id: SourceId) -> InboundSource | None:
        """Return a source."""
        row = self._scope.row(_SOURCE, key=source_id)
        return None if row is None else _source(row)

    def sources(self) -> Sequence[InboundSource]:
        """Return all sources."""
        return tuple(map(_source, self._scope.rows(_SOURCES)))

    def set_source_secret(
        self, source_id: SourceId, secret: bytes, *, former: bytes, former_until: datetime
    ) -> None:
        """Give a source a new secret; the former one is taken as well for a time."""
        self._scope.change(
            update(INBOUND_SOURCES)
            .where(own(INBOUND_SOURCES), INBOUND_SOURCES.c.id == source_id)
            .values(secret=secret, former_secret=former, former_until=former_until)
        )

    def remove_source(self, source_id: SourceId) -> bool:
        """Forget a source; what it told stays."""
        removed = self._scope.change(
            delete(INBOUND_SOURCES).where(own(INBOUND_SOURCES), INBOUND_SOURCES.c.id == source_id)
        )
        return removed == 1

    def add_activity(self, activity: Activity) -> None:
        """Keep what happened with a contact."""
        self._scope.insert(
            ACTIVITIES,
            {
                "id": activity.activity_id,
                "kind": activity.kind,
                "subject": activity.subject,
                "note": activity.note,
                "contact_id": activity.contact_id,
                "account_id": activity.account_id,
                "opportunity_id": activity.opportunity_id,
                "at": activity.at,
                "created_at": self._scope.clock.now(),
            },
        )

    def add_lead(self, *, address: str, name: str, company: str, source: str, at: datetime) -> str:
        """Keep somebody whom nobody knows yet; return the lead's id."""
        lead_id = self._scope.ids.new(PREFIX["lead"])
        self._scope.insert(
            LEADS,
            {
                "id": lead_id,
                "name": name,
                "name_folded": folded(name),
                "company": company,
                "address": address,
                "source": source,
                "status": "new",
                "created_at": at,
            },
        )
        return lead_id


def _source(row: RowMapping) -> InboundSource:
    return InboundSource(
        source_id=SourceId(row["id"]),
        name=row["name"],
        secret=row["secret"],
        former_secret=row["former_secret"],
        former_until=row["former_until"],
        created_by=PersonId(row["created_by"]),
        created_at=row["created_at"],
    )
