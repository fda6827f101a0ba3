"""Touches, and what their runs, cards and effects say of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, String, and_, bindparam, case, select, update

from bailiwick.domain.action import Action
from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.campaign.brief import Brief
from bailiwick.domain.campaign.enrolment import CampaignId, EnrolmentId, Stage
from bailiwick.domain.campaign.series_text import UnableToReadSeries, series_from
from bailiwick.domain.campaign.touch import Fate, Progress, Sight, Touch, read
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import ContactId, RunId
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.run import RunStatus
from bailiwick.ports.campaigns import UnderWay
from bailiwick.store.repositories.campaigns import kept
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, aside, key, own
from bailiwick.store.tables.campaigns import CAMPAIGN_SERIES, ENROLMENTS, TOUCHES
from bailiwick.store.tables.ledger import EFFECTS
from bailiwick.store.tables.work import APPROVALS, RUNS

_SIZE: Final = bindparam("size", type_=Integer)
_SEND: Final = Action.SEND_MESSAGE.value
_OF_RUN: Final = and_(
    EFFECTS.c.contact_id == TOUCHES.c.contact_id,  # by its index; a contact has few effects
    EFFECTS.c.run_id == TOUCHES.c.run_id,
    aside(EFFECTS.c.action) == _SEND,
)
_EFFECT: Final = (
    select(EFFECTS.c.state).where(own(EFFECTS), _OF_RUN).correlate(TOUCHES).scalar_subquery()
)
_WAITS: Final = (
    select(case((EFFECTS.c.due_at.is_(None), 1), else_=0))
    .where(own(EFFECTS), _OF_RUN)
    .correlate(TOUCHES)
    .scalar_subquery()
)
_SETTLED_AT: Final = (
    select(EFFECTS.c.settled_at).where(own(EFFECTS), _OF_RUN).correlate(TOUCHES).scalar_subquery()
)
_CARD: Final = (
    select(APPROVALS.c.status)
    .where(own(APPROVALS), APPROVALS.c.run_id == TOUCHES.c.run_id, APPROVALS.c.action == _SEND)
    .order_by(APPROVALS.c.id.desc())
    .limit(1)
    .correlate(TOUCHES)
    .scalar_subquery()
)
WITH_RUN: Final = TOUCHES.join(
    RUNS, and_(RUNS.c.workspace_id == TOUCHES.c.workspace_id, RUNS.c.id == TOUCHES.c.run_id)
)
SIGHT: Final = (
    RUNS.c.status.label("run_status"),
    _EFFECT.label("effect_state"),
    _WAITS.label("effect_waits"),
    _CARD.label("card_status"),
)
_TOUCHES: Final = (
    select(TOUCHES)
    .where(own(TOUCHES), TOUCHES.c.enrolment_id == key())
    .order_by(TOUCHES.c.number, TOUCHES.c.attempt)
    .limit(ROWS_COUNT_MAX)
)
_OF_RUN_ID: Final = select(TOUCHES).where(own(TOUCHES), TOUCHES.c.run_id == key())
_UNSETTLED: Final = (
    select(
        *(column.label(f"touch_{column.name}") for column in TOUCHES.c),
        ENROLMENTS,
        *SIGHT,
        RUNS.c.reason.label("run_reason"),
        _SETTLED_AT.label("effect_settled_at"),
    )
    .select_from(
        WITH_RUN.join(
            ENROLMENTS,
            and_(
                ENROLMENTS.c.workspace_id == TOUCHES.c.workspace_id,
                ENROLMENTS.c.id == TOUCHES.c.enrolment_id,
            ),
        )
    )
    .where(own(TOUCHES), TOUCHES.c.fate == "")
)
_OPEN: Final = _UNSETTLED.where(TOUCHES.c.id > key("after")).order_by(TOUCHES.c.id).limit(_SIZE)
_OPEN_ONE: Final = _UNSETTLED.where(TOUCHES.c.id == key())
_OF_THESE: Final = (
    select(TOUCHES.c.enrolment_id, *SIGHT)
    .select_from(WITH_RUN)
    .where(
        own(TOUCHES),
        TOUCHES.c.fate == "",
        TOUCHES.c.enrolment_id.in_(bindparam("these", expanding=True, type_=String)),
    )
    .order_by(TOUCHES.c.id)
)


_BEFORE: Final = TOUCHES.alias("before")
_PREVIOUS_KEY: Final = (
    select(EFFECTS.c.effect_key)
    .select_from(
        _BEFORE.join(
            EFFECTS,
            and_(
                EFFECTS.c.workspace_id == _BEFORE.c.workspace_id,
                EFFECTS.c.contact_id == _BEFORE.c.contact_id,
                EFFECTS.c.run_id == _BEFORE.c.run_id,
                aside(EFFECTS.c.action) == _SEND,
            ),
        )
    )
    .where(
        own(EFFECTS),
        _BEFORE.c.workspace_id == TOUCHES.c.workspace_id,
        _BEFORE.c.enrolment_id == TOUCHES.c.enrolment_id,
        _BEFORE.c.fate == Fate.ACCEPTED.value,
        _BEFORE.c.number < TOUCHES.c.number,
    )
    .order_by(_BEFORE.c.number.desc())
    .limit(1)
    .correlate(TOUCHES)
    .scalar_subquery()
)
_BRIEF: Final = (
    select(
        _PREVIOUS_KEY.label("previous_key"),
        TOUCHES.c.enrolment_id,
        TOUCHES.c.number,
        TOUCHES.c.fate,
        ENROLMENTS.c.stage,
        ENROLMENTS.c.created_at.label("enrolled_at"),
        CAMPAIGN_SERIES.c.series,
    )
    .select_from(
        TOUCHES.join(
            ENROLMENTS,
            and_(
                ENROLMENTS.c.workspace_id == TOUCHES.c.workspace_id,
                ENROLMENTS.c.id == TOUCHES.c.enrolment_id,
            ),
        ).join(
            CAMPAIGN_SERIES,
            and_(
                CAMPAIGN_SERIES.c.workspace_id == TOUCHES.c.workspace_id,
                CAMPAIGN_SERIES.c.campaign_id == TOUCHES.c.campaign_id,
                CAMPAIGN_SERIES.c.version == TOUCHES.c.version,
            ),
        )
    )
    .where(own(TOUCHES), TOUCHES.c.run_id == key())
)


def brief(scope: Scope, run_id: RunId) -> Brief | None:
    """Return which touch of which series a run drafts; None when it drafts none.

    Raises IntegrityFault when the series cannot be read back.
    """
    row = scope.row(_BRIEF, key=run_id)
    if row is None:
        return None
    try:
        series = series_from(row["series"])
    except UnableToReadSeries as fault:
        message = f"the series of run {run_id} cannot be read back: {fault}"
        raise IntegrityFault(message) from fault
    number: int = row["number"]
    return Brief(
        enrolment_id=EnrolmentId(row["enrolment_id"]),
        number=number,
        of=max(number, len(series.touches)),
        angle=series.touches[number - 1].angle if number <= len(series.touches) else "",
        going=row["stage"] == Stage.TOUCHING.value and not row["fate"],
        enrolled_at=row["enrolled_at"],
        topic=series.topic,
        previous_key=row["previous_key"] or "",
    )


class SqlTouches:
    """Touches of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add_touch(self, touch: Touch) -> bool:
        """Store a try of a touch; False when this try is stored already."""
        return self._scope.insert_new(
            TOUCHES,
            {
                "id": touch.touch_id,
                "created_at": touch.begun_at,
                "enrolment_id": touch.enrolment_id,
                "campaign_id": touch.campaign_id,
                "contact_id": touch.contact_id,
                "number": touch.number,
                "version": touch.version,
                "attempt": touch.attempt,
                "run_id": touch.run_id,
            },
            unique=("enrolment_id", "number", "attempt"),
        )

    def under_way(self, *, after: str, count_max: int) -> Sequence[UnderWay]:
        """Return touches without a fate, by id."""
        return tuple(map(_under_way, self._scope.rows(_OPEN, after=after, size=count_max)))

    def still_under_way(self, touch_id: str) -> UnderWay | None:
        """Return one touch as its rows say now; None once it has a fate."""
        row = self._scope.row(_OPEN_ONE, key=touch_id)
        return None if row is None else _under_way(row)

    def progress(self, enrolments: Sequence[EnrolmentId]) -> Mapping[EnrolmentId, Progress]:
        """Return how far the touches under way of these recipients are."""
        rows = self._scope.rows(_OF_THESE, these=list(enrolments)) if enrolments else ()
        return {EnrolmentId(row["enrolment_id"]): progress_of(row) for row in rows}

    def settle(self, touch: Touch, fate: Fate, *, at: datetime) -> bool:
        """Give a touch its fate; False when it has one."""
        changed = self._scope.change(
            update(TOUCHES)
            .where(own(TOUCHES), TOUCHES.c.id == touch.touch_id, TOUCHES.c.fate == "")
            .values(fate=fate.value, fate_at=at, row_version=TOUCHES.c.row_version + 1)
        )
        return changed == 1

    def touches(self, enrolment_id: EnrolmentId) -> Sequence[Touch]:
        """Return the tries of a recipient's touches, in order."""
        return tuple(_touch(row, "") for row in self._scope.rows(_TOUCHES, key=enrolment_id))

    def of_run(self, run_id: RunId) -> Touch | None:
        """Return the try that a run was made for; None for any other run."""
        row = self._scope.row(_OF_RUN_ID, key=run_id)
        return None if row is None else _touch(row, "")


def _under_way(row: RowMapping) -> UnderWay:
    return UnderWay(touch=_touch(row, "touch_"), kept=kept(row), sight=_sight(row))


def _sight(row: RowMapping) -> Sight:
    return Sight(
        run=RunStatus(row["run_status"]),
        reason=row.get("run_reason", ""),
        card=ApprovalStatus(row["card_status"]) if row["card_status"] else None,
        effect=EffectState(row["effect_state"]) if row["effect_state"] else None,
        waits=bool(row["effect_waits"]),
        settled_at=row.get("effect_settled_at"),
    )


def progress_of(row: RowMapping) -> Progress:
    """Return how far a touch under way is; one whose end is not settled yet is still sending."""
    found = read(_sight(row))
    return found if isinstance(found, Progress) else Progress.SENDING


def _touch(row: RowMapping, mark: str) -> Touch:
    return Touch(
        touch_id=row[f"{mark}id"],
        enrolment_id=EnrolmentId(row[f"{mark}enrolment_id"]),
        campaign_id=CampaignId(row[f"{mark}campaign_id"]),
        contact_id=ContactId(row[f"{mark}contact_id"]),
        number=row[f"{mark}number"],
        version=row[f"{mark}version"],
        attempt=row[f"{mark}attempt"],
        run_id=RunId(row[f"{mark}run_id"]),
        begun_at=row[f"{mark}created_at"],
        fate=Fate(row[f"{mark}fate"]) if row[f"{mark}fate"] else None,
        fate_at=row[f"{mark}fate_at"],
    )
