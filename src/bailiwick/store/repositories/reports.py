"""What machines told about mail of ours; the effect that sent it says what was advertising."""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, literal, select

from bailiwick.domain.action import Action
from bailiwick.domain.breaker import ReportKind, Tally
from bailiwick.domain.ids import PREFIX, ContactId
from bailiwick.domain.message import Direction, Message
from bailiwick.domain.outbound import KEY_CHARS
from bailiwick.domain.receipt import EffectState
from bailiwick.kit.instant import EARLIEST
from bailiwick.store.repositories.guards import MARKETED
from bailiwick.store.scope import Scope, key, own
from bailiwick.store.tables.ledger import EFFECTS
from bailiwick.store.tables.mail import DELIVERY_REPORTS, MESSAGES
from bailiwick.store.tables.schema import Instant

_SINCE: Final = bindparam("since", type_=Instant)
_AT: Final = bindparam("at", type_=Instant)
_AFTER_HEX: Final = "g"
# A Message-ID of ours begins with the key of its effect (decision 0014), in hex digits.
_MARKETED: Final = select(EFFECTS.c.id).where(
    own(EFFECTS),
    EFFECTS.c.effect_key >= key(),
    EFFECTS.c.effect_key < key("before"),
    MARKETED,
)
_WENT: Final = (
    select(func.count())
    .select_from(EFFECTS)
    .where(
        own(EFFECTS),
        EFFECTS.c.action == Action.SEND_MESSAGE.value,
        EFFECTS.c.settled_at > _SINCE,
        EFFECTS.c.settled_at <= _AT,
        EFFECTS.c.state == EffectState.SENT.value,
        MARKETED,
    )
)
_TOLD: Final = (
    select(func.count())
    .select_from(DELIVERY_REPORTS)
    .where(
        own(DELIVERY_REPORTS),
        DELIVERY_REPORTS.c.kind == key(),
        DELIVERY_REPORTS.c.marketing,
        DELIVERY_REPORTS.c.reported_at > _SINCE,
        DELIVERY_REPORTS.c.reported_at <= _AT,
    )
)
_HEARD_OF: Final = (
    select(func.coalesce(func.max(MESSAGES.c.received_at), literal(EARLIEST, Instant)))
    .where(
        own(MESSAGES),
        MESSAGES.c.contact_id == key(),
        MESSAGES.c.direction == Direction.INBOUND.value,
    )
    .scalar_subquery()
)
_SOFT: Final = (
    select(func.count())
    .select_from(DELIVERY_REPORTS)
    .where(
        own(DELIVERY_REPORTS),
        DELIVERY_REPORTS.c.contact_id == key(),
        DELIVERY_REPORTS.c.kind == ReportKind.SOFT_BOUNCE.value,
        DELIVERY_REPORTS.c.reported_at > _HEARD_OF,
    )
)


class SqlReports:
    """Reports of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, kind: ReportKind, about: Message, *, status: str, at: datetime) -> bool:
        """Note what was told about a mail of ours; False when this is known of it."""
        ours = about.mail.rfc_message_id.strip("<>").partition("@")[0]
        marketing = len(ours) == KEY_CHARS and (
            self._scope.row(_MARKETED, key=ours, before=ours + _AFTER_HEX) is not None
        )
        return self._scope.insert_new(
            DELIVERY_REPORTS,
            {
                "id": self._scope.ids.new(PREFIX["report"]),
                "created_at": self._scope.clock.now(),
                "kind": kind.value,
                "message_id": about.message_id,
                "contact_id": about.contact_id,
                "marketing": marketing,
                "status": status,
                "reported_at": at,
            },
            unique=("message_id", "kind"),
        )

    def soft_bounces(self, contact_id: ContactId) -> int:
        """Count the mails to a contact that failed for a while, since they last wrote to us."""
        return self._scope.count(_SOFT, key=contact_id)

    def tally(self, since: datetime, *, at: datetime) -> Tally:
        """Count marketing mails that went in a stretch, and reports on any that came in it."""
        return Tally(
            window=at - since,
            sent_count=self._scope.count(_WENT, since=since, at=at),
            complaints_count=self._told(ReportKind.COMPLAINT, since, at=at),
            bounces_count=self._told(ReportKind.BOUNCE, since, at=at),
        )

    def _told(self, kind: ReportKind, since: datetime, *, at: datetime) -> int:
        return self._scope.count(_TOLD, key=kind.value, since=since, at=at)
