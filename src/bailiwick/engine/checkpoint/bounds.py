"""How much of a thread's past is kept: by number, and by size beside what it holds now."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bailiwick.ports.checkpoints import KEEP_COUNT_MAX, CheckpointRow

LIVE_SIZES_MAX: Final = 8  # the goal is ten times the live size; the rest is for heads and indexes
SMALL_BYTES: Final = 65_536  # ours: a thread of this size keeps its whole past

ValueKey = tuple[str, str, str]
"""Namespace, channel and version."""


def surplus(
    rows: Sequence[CheckpointRow],
    sizes: Mapping[ValueKey, int],
    shown: Callable[[CheckpointRow], frozenset[ValueKey]],
) -> list[CheckpointRow]:
    """Return the checkpoints beyond the bounds; `rows` are newest first.

    The newest of the graph itself stays always. Those of its subgraphs stay with the steps of the
    graph in which they were made: names of checkpoints rise with time.
    """
    own = [row for row in rows if not row.ns]
    if not own:
        return []
    oldest = own[-1].checkpoint_id
    if len(own) > KEEP_COUNT_MAX:
        oldest = own[KEEP_COUNT_MAX - 1].checkpoint_id
    if sum(sizes.values()) > SMALL_BYTES:
        oldest = max(oldest, _oldest_that_fits(own, sizes, shown))
    return [row for row in rows if row.checkpoint_id < oldest]


def _oldest_that_fits(
    own: Sequence[CheckpointRow],
    sizes: Mapping[ValueKey, int],
    shown: Callable[[CheckpointRow], frozenset[ValueKey]],
) -> str:
    kept = set(shown(own[0]))
    bytes_count = live_count = sum(sizes.get(key, 0) for key in kept)
    oldest = own[0].checkpoint_id
    for row in own[1:KEEP_COUNT_MAX]:
        new = shown(row) - kept
        bytes_count += sum(sizes.get(key, 0) for key in new)
        if bytes_count > max(SMALL_BYTES, live_count * LIVE_SIZES_MAX):
            break
        kept |= new
        oldest = row.checkpoint_id
    return oldest
