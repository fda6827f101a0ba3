"""Puts together what watches a workspace: the tracer, the stored spans, costs and figures."""

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from bailiwick.ports.trace import UNTRACED
from bailiwick.store.costs import SqlCosts
from bailiwick.store.figures import SqlFigures
from bailiwick.store.spans import SqlSpans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bailiwick.observe.tracing.outlet import Piece, Sink
    from bailiwick.observe.tracing.tracer import OutletTracer
    from bailiwick.ports.trace import Tracer
    from bailiwick.settings import TraceSettings
    from bailiwick.store.scopes import Scopes

PRUNE_BATCHES: Final = 500  # ours: a quarter of a million spans between two prunings


class Observation:
    """What watches one workspace."""

    def __init__(
        self,
        settings: "TraceSettings",
        scopes: "Scopes",
    ) -> None:
        self._settings = settings
        self._scopes = scopes
        self._batches_count = 0
        self.spans = SqlSpans(scopes)
        self.costs = SqlCosts(scopes)
        self.figures = SqlFigures(scopes)

    @property
    def tracer(self) -> "Tracer":
        """What makes spans; nothing is loaded while tracing is off."""
        return self._made if self._settings.enabled else UNTRACED

    @property
    def spans_dropped_count(self) -> int:
        """Spans that were to be kept and are lost."""
        return self._made.dropped_count if "_made" in self.__dict__ else 0

    def flush(self) -> None:
        """Write the spans that wait."""
        if "_made" in self.__dict__:
            self._made.flush()

    def close(self) -> None:
        """Write the spans that wait and stop."""
        if "_made" in self.__dict__:
            self._made.close()

    @cached_property
    def _made(self) -> "OutletTracer":
        from bailiwick.observe.tracing.outlet import Outlet
        from bailiwick.observe.tracing.tracer import OutletTracer, Sampling

        settings = self._settings
        sinks: list[Sink] = [self._store]
        if settings.otlp_url:
            from importlib.metadata import version

            from bailiwick.observe.tracing.otlp import otlp_sink

            sinks.append(
                otlp_sink(
                    settings.otlp_url,
                    settings.otlp_headers,
                    workspace_id=self._scopes.workspace_id,
                    version=version("bailiwick"),
                )
            )
        return OutletTracer(
            Outlet(sinks),
            Sampling(
                routine_permille=settings.routine_permille, slow_seconds=settings.slow_seconds
            ),
        )

    def _store(self, pieces: "Sequence[Piece]") -> None:
        if self._batches_count % PRUNE_BATCHES == 0:
            before = self._scopes.clock.now() - timedelta(days=self._settings.days)
            self.spans.prune(before=before, count_max=self._settings.spans_max)
        self._batches_count += 1
        self.spans.add([row for piece in pieces for row in piece])
