"""Where spans are kept in this installation, so that a trace can be read without any vendor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bailiwick.domain.ids import RunId
from bailiwick.domain.span import Kept, SpanRow
from bailiwick.kit.paging import Page


class Spans(Protocol):
    """The spans of one workspace; each call is a transaction of its own, apart from the audit."""

    def add(self, rows: Sequence[SpanRow]) -> None:
        """Store spans. Raises PortFault."""
        ...

    def of_run(self, run_id: RunId) -> Sequence[SpanRow]:
        """Return every span of the traces that a run is part of, by start; raises PortFault."""
        ...

    def tops(
        self, *, capability: str, kept_by: Kept | None, cursor: str | None, size: int
    ) -> Page[SpanRow]:
        """Return the first span of each piece of work, newest first. Raises PortFault."""
        ...

    def orphans(self, *, cursor: str | None, size: int) -> Page[SpanRow]:
        """Return spans that stand at the top of a trace although they belong under another.

        Each one tells of a place where the context was lost. Raises PortFault.
        """
        ...

    def prune(self, *, before: datetime, count_max: int) -> int:
        """Forget spans older than an instant, then the oldest beyond a count; return how many."""
        ...
