"""The engine's counter for a run on a thread: it may come back to a plan that is stored already."""

from collections.abc import Mapping, Sequence
from typing import Final

from bailiwick.domain.approval import Approval
from bailiwick.domain.ids import RunId
from bailiwick.domain.plan import Plan, PlanStatus
from bailiwick.engine.card import EDITABLE
from bailiwick.engine.desk import RunDesk
from bailiwick.graph.hold import held_value
from bailiwick.kit.hashing import Canonical
from bailiwick.ports.desk import Dispatched, Judged
from bailiwick.ports.unit import Unit

DEPTH_MAX: Final = 4  # ours: one more than delegated runs go deep (engine/enact.py)


class ThreadDesk(RunDesk):
    """Dispatches once, whatever number of times the graph comes; says how the plan stands."""

    async def dispatch(
        self, plan: Plan, judged: tuple[Judged, ...]
    ) -> tuple[PlanStatus, tuple[Dispatched, ...]]:
        """Commit the plan as any desk does; after a crash the stored one stands."""
        with self._units.read() as unit:
            stored = _stored(unit, plan)
        if stored is None:
            return await super().dispatch(plan, judged)
        self.closed = True
        return stored

    async def look(
        self, plan: Plan
    ) -> tuple[PlanStatus, tuple[Dispatched, ...], tuple[Mapping[str, Canonical], ...]]:
        """Return how a dispatched plan stands now, and the cards it waits for."""
        with self._units.read() as unit:
            stored = _stored(unit, plan)
            assert stored is not None, "a plan is looked at after it was dispatched"
            cards = open_cards(unit, plan.run_id)
        shown = tuple(held_value(card, editable=card.action in EDITABLE) for card in cards)
        return *stored, shown


def open_cards(unit: Unit, run_id: RunId) -> Sequence[Approval]:
    """Return the open cards of a run and of the runs that it started, oldest first."""
    return unit.approvals.pending_of(run_tree(unit, run_id))


def run_tree(unit: Unit, run_id: RunId) -> tuple[RunId, ...]:
    """Return a run and the runs that it started, and those that they started."""
    found = [run_id]
    level = [run_id]
    for _ in range(DEPTH_MAX):
        level = [child.run_id for one in level for child in unit.runs.children(one)]
        found.extend(level)
    return tuple(found)


def _stored(unit: Unit, plan: Plan) -> tuple[PlanStatus, tuple[Dispatched, ...]] | None:
    stored = unit.plans.get(plan.plan_id)
    if stored is None:
        return None
    _, status, steps = stored
    dispatched: list[Dispatched] = []
    for step in plan.steps:
        card = unit.approvals.for_step(step.step_id)
        dispatched.append(
            Dispatched(
                step_id=step.step_id,
                status=steps[step.step_id],
                reason=card.closed_reason if card is not None else "",
                approval_id=card.approval_id if card is not None else None,
            )
        )
    return status, tuple(dispatched)
