"""What became of a run and of the runs it started: steps, verdicts, cards, as plain values."""

from collections.abc import Iterator
from typing import Final

from bailiwick.domain.ids import RunId
from bailiwick.domain.run import RunRow
from bailiwick.kit.hashing import Canonical
from bailiwick.observe.story import tell
from bailiwick.ports.unit import Unit

RUNS_COUNT_MAX: Final = 40  # five dispatches a plan, three deep at most, and no run dispatches all


def told_runs(unit: Unit, run_id: RunId) -> list[dict[str, Canonical]]:
    """Return a run and those it started, parents first; empty when there is none."""
    return [_told(unit, run) for run in _runs(unit, run_id)]


def _runs(unit: Unit, run_id: RunId) -> Iterator[RunRow]:
    """Yield the run and those it started, parents first."""
    root = unit.runs.get(run_id)
    waiting = [root] if root is not None else []
    for _ in range(RUNS_COUNT_MAX):
        if not waiting:
            return
        run = waiting.pop(0)
        yield run
        waiting.extend(unit.runs.children(run.run_id))


def _told(unit: Unit, run: RunRow) -> dict[str, Canonical]:
    made = tell(unit, run.run_id).plan
    stored = unit.plans.get(made.plan_id) if made is not None else None
    rules = {v.step_id: v for v in unit.runs.verdicts_of(run.run_id)}
    steps: list[Canonical] = []
    for step in made.steps if made is not None else ():
        card = unit.approvals.for_step(step.step_id)
        verdict = rules.get(step.step_id)
        steps.append(
            {
                "step": step.step_id,
                "action": step.action.value,
                "confidence_permille": step.provenance.confidence_permille,
                "why": step.provenance.reason,
                "verdict": verdict.answer if verdict is not None else "",
                "rules": list(verdict.rules) if verdict is not None else [],
                "status": stored[2][step.step_id].value if stored is not None else "",
                "card": card.approval_id if card is not None else None,
            }
        )
    return {
        "run": run.run_id,
        "capability": run.capability,
        "status": run.status,
        "reason": run.reason,
        "plan": made.plan_id if made is not None else None,
        "steps": steps,
        "dropped": [
            {"name": d.name, "reason": d.reason} for d in (made.dropped if made is not None else ())
        ],
    }
