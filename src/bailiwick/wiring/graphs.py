"""Makes the graphs of all capabilities with the options that settings give them."""

from bailiwick.engine.graphs.graphs import ORCHESTRATOR, Graphs
from bailiwick.settings import PlanSettings


def graphs(plan: PlanSettings) -> Graphs:
    """Return the graphs; none is loaded yet."""
    return Graphs({ORCHESTRATOR: {"plan_enabled": plan.enabled}})
