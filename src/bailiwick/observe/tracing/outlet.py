"""Carries kept spans to where they go, in batches and on a thread of its own.

Work never waits for it: when the buffer is full, spans are dropped and counted. They are not part
of the audit, so a lost span is a number in the metrics and nothing else.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from bailiwick.domain.span import SpanRow

SPANS_COUNT_MAX: Final = 10_000  # ours: about a thousand runs, some 10 MB
BATCH_COUNT: Final = 500  # OpenTelemetry's BatchSpanProcessor writes 512 at once
WAIT_SECONDS: Final = 1.0  # ours: a trace can be read a second after its end
CLOSE_SECONDS: Final = 5.0  # ours: within the ten seconds that an exit may take (reliability R13)

_log: Final = logging.getLogger(__name__)


Piece: TypeAlias = tuple[SpanRow, ...]
"""The kept spans of one piece of work, which stay together."""
Sink = Callable[[Sequence[Piece]], None]


class Outlet:
    """A bounded buffer with a thread that empties it into sinks."""

    def __init__(self, sinks: Sequence[Sink], *, spans_count_max: int = SPANS_COUNT_MAX) -> None:
        self._sinks = tuple(sinks)
        self._spans_count_max = spans_count_max
        self._waiting: deque[Piece] = deque()
        self._count = 0
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self.dropped_count = 0
        """Spans that were to be kept and are lost: the buffer was full or a sink failed."""

    def offer(self, piece: Piece) -> None:
        """Take a piece, or drop it when the buffer is full."""
        with self._changed:
            if self._closed or self._count + len(piece) > self._spans_count_max:
                self.dropped_count += len(piece)
                return
            self._waiting.append(piece)
            self._count += len(piece)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="spans", daemon=True)
                self._thread.start()
            if self._count >= BATCH_COUNT:
                self._changed.notify()

    def flush(self) -> None:
        """Write what waits now, on the caller's thread."""
        with self._writing:
            while self._write_batch():
                pass

    def close(self) -> None:
        """Write what waits and stop."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout=CLOSE_SECONDS)
        self.flush()

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._closed:
                    self._changed.wait(timeout=WAIT_SECONDS)
                closed = self._closed
            self.flush()
            if closed:
                return

    def _write_batch(self) -> bool:
        with self._changed:
            batch: list[Piece] = []
            count = 0
            while self._waiting and count < BATCH_COUNT:
                batch.append(self._waiting.popleft())
                count += len(batch[-1])
            self._count -= count
        if not batch:
            return False
        for sink in self._sinks:
            try:
                sink(batch)
            except Exception as error:  # noqa: BLE001 - the instrumentation boundary: spans may be lost, work may not
                self.dropped_count += count
                _log.warning("%d spans are lost: %s", count, type(error).__name__)
        return True
