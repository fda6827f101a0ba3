"""The numbers of a workspace, counted by the database."""

from typing import Any, Final

from sqlalchemy import Select, func, select

from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.figures import Figures
from bailiwick.store.scope import Scope, own
from bailiwick.store.scopes import Scopes
from bailiwick.store.tables.ledger import EFFECTS
from bailiwick.store.tables.work import APPROVALS, MODEL_CALLS, RUNS

_RUNS: Final = (
    select(RUNS.c.status.label("key"), func.count().label("n"))
    .where(own(RUNS))
    .group_by(RUNS.c.status)
)
_EFFECTS: Final = (
    select(EFFECTS.c.state.label("key"), func.count().label("n"))
    .where(own(EFFECTS))
    .group_by(EFFECTS.c.state)
)
_CALLS: Final = (
    select(MODEL_CALLS.c.source.label("key"), func.count().label("n"))
    .where(own(MODEL_CALLS))
    .group_by(MODEL_CALLS.c.source)
)
_COST: Final = select(func.coalesce(func.sum(MODEL_CALLS.c.cost_picodollars), 0)).where(
    own(MODEL_CALLS)
)
_WAITING: Final = select(
    func.count().label("n"), func.min(APPROVALS.c.created_at).label("oldest")
).where(own(APPROVALS), APPROVALS.c.status == ApprovalStatus.PENDING.value)


class SqlFigures:
    """The numbers of one workspace."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes

    def read(self) -> Figures:
        """Count once, in one snapshot. Raises PortFault."""
        with self._scopes.reading() as scope:
            (waiting,) = scope.rows(_WAITING)
            oldest = waiting["oldest"]
            age = (scope.clock.now() - oldest).total_seconds() if oldest is not None else 0
            return Figures(
                runs=_counted(scope, _RUNS),
                effects=_counted(scope, _EFFECTS),
                approvals_waiting=int(waiting["n"]),
                oldest_approval_seconds=max(0, int(age)),
                model_picodollars=scope.count(_COST),
                model_calls=_counted(scope, _CALLS),
            )


def _counted(scope: Scope, statement: Select[*tuple[Any, ...]]) -> dict[str, int]:
    return {str(row["key"]): int(row["n"]) for row in scope.rows(statement)}
