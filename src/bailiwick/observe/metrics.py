"""The numbers of a workspace in Prometheus' text form."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bailiwick.domain.figures import Figures
from bailiwick.ports.queue import Depth

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_PICODOLLARS_OF_DOLLAR: Final = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What only the serving process knows."""

    spans_dropped_count: int = 0
    depths: Mapping[str, Depth] = field(default_factory=dict[str, Depth])
    """By pool."""


def exposition(figures: Mapping[str, Figures], process: Process) -> bytes:
    """Return the numbers of workspaces (by id) and of this process, as /metrics answers."""
    registry = CollectorRegistry()
    registry.register(_Numbers(figures, process))
    return generate_latest(registry)


class _Numbers(Collector):
    def __init__(self, figures: Mapping[str, Figures], process: Process) -> None:
        self._figures = figures
        self._process = process

    def collect(self) -> Iterable[Metric]:
        """Yield each family."""
        yield self._by("bailiwick_runs", "Runs by status.", "status", lambda f: f.runs)
        yield self._by("bailiwick_effects", "Effects by state.", "state", lambda f: f.effects)
        yield self._by("bailiwick_model_calls", "Questions by who answered.", "source",
                       lambda f: f.model_calls)  # fmt: skip
        yield self._one("bailiwick_approvals_waiting", "Cards that wait for a person.",
                        lambda f: f.approvals_waiting)  # fmt: skip
        yield self._one("bailiwick_approval_oldest_seconds", "Age of the card that waits longest.",
                        lambda f: f.oldest_approval_seconds)  # fmt: skip
        yield self._one("bailiwick_model_cost_dollars", "What stored model calls cost.",
                        lambda f: f.model_picodollars / _PICODOLLARS_OF_DOLLAR)  # fmt: skip
        yield CounterMetricFamily("bailiwick_spans_dropped", "Spans that were lost.",
                                  value=self._process.spans_dropped_count)  # fmt: skip
        yield self._depths()

    def _by(self, name: str, text: str, label: str, read: "Read") -> Metric:
        family = GaugeMetricFamily(name, text, labels=["workspace", label])
        for workspace, figures in sorted(self._figures.items()):
            for key, count in sorted(read(figures).items()):
                family.add_metric([workspace, key], count)
        return family

    def _one(self, name: str, text: str, read: "ReadOne") -> Metric:
        family = GaugeMetricFamily(name, text, labels=["workspace"])
        for workspace, figures in sorted(self._figures.items()):
            family.add_metric([workspace], read(figures))
        return family

    def _depths(self) -> Metric:
        family = GaugeMetricFamily("bailiwick_jobs", "Jobs by pool.", labels=["pool", "state"])
        for pool, depth in sorted(self._process.depths.items()):
            family.add_metric([pool, "waiting"], depth.waiting_count)
            family.add_metric([pool, "later"], depth.later_count)
            family.add_metric([pool, "leased"], depth.leased_count)
            family.add_metric([pool, "buried"], depth.buried_count)
        return family


Read = Callable[[Figures], Mapping[str, int]]
ReadOne = Callable[[Figures], float]
