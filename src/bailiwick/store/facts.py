"""Weighing a new fact against the one that stands; nothing that was known is ever lost."""

from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, bindparam, or_, select, update

from bailiwick.domain.ids import PREFIX, RunId
from bailiwick.domain.proposed_fact import ProposedFact
from bailiwick.store.scope import Scope, key, own
from bailiwick.store.tables.knowledge import FACTS
from bailiwick.store.tables.schema import Instant

_CURRENT: Final = (
    select(FACTS)
    .where(
        own(FACTS),
        FACTS.c.subject_id == key(),
        FACTS.c.field == key("field"),
        or_(FACTS.c.valid_to.is_(None), FACTS.c.valid_to > bindparam("at", type_=Instant)),
    )
    .order_by(FACTS.c.confidence_permille.desc(), FACTS.c.id)
    .limit(1)
)
_SAME: Final = (
    select(FACTS.c.id)
    .where(
        own(FACTS),
        FACTS.c.subject_id == key(),
        FACTS.c.field == key("field"),
        FACTS.c.value == key("value"),
        FACTS.c.run_id == key("run"),
    )
    .limit(1)
)


def keep(scope: Scope, finding: ProposedFact, *, run_id: RunId, at: datetime) -> None:
    """Date an equal fact anew, replace one that is no surer, or keep the finding beside it."""
    current = scope.row(_CURRENT, key=finding.subject, field=finding.field, at=at)
    if current is None:
        _insert(scope, finding, run_id=run_id, at=at)
        return
    if current["value"] == finding.value:
        if finding.observed_at > current["observed_at"]:
            _change(scope, current["id"], observed_at=finding.observed_at)
        return
    if finding.confidence_permille >= current["confidence_permille"]:
        fresh = _insert(scope, finding, run_id=run_id, at=at)
        _change(scope, current["id"], valid_to=at, superseded_by=fresh)
        return
    if not _is_kept(scope, finding, run_id):
        # It does not stand, but what was found is not thrown away.
        _insert(scope, finding, run_id=run_id, at=at, lost_to=current)


def _is_kept(scope: Scope, finding: ProposedFact, run_id: RunId) -> bool:
    row = scope.row(
        _SAME, key=finding.subject, field=finding.field, value=finding.value, run=run_id
    )
    return row is not None


def _change(scope: Scope, fact_id: str, **values: datetime | str) -> None:
    scope.change(
        update(FACTS)
        .where(own(FACTS), FACTS.c.id == fact_id)
        .values(**values, row_version=FACTS.c.row_version + 1)
    )


def _insert(
    scope: Scope,
    finding: ProposedFact,
    *,
    run_id: RunId,
    at: datetime,
    lost_to: RowMapping | None = None,
) -> str:
    fact_id = scope.ids.new(PREFIX["fact"])
    scope.insert(
        FACTS,
        {
            "id": fact_id,
            "subject_id": finding.subject,
            "field": finding.field,
            "value": finding.value,
            "confidence_permille": finding.confidence_permille,
            "source": finding.source.value,
            "method": finding.method,
            "evidence": list(finding.evidence),
            "trust": finding.trust.value,
            "observed_at": finding.observed_at,
            "valid_from": at,
            "valid_to": None if lost_to is None else at,
            "superseded_by": None if lost_to is None else lost_to["id"],
            "run_id": run_id,
            "created_at": at,
        },
    )
    return fact_id
