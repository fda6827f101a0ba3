"""Reads peak memory and processor time from the kernel; 0 where it does not tell."""

import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final


def child_peak_mb() -> int:
    """Return the largest peak of a living child in megabytes."""
    return max((_peak(child) for child in _children()), default=0)


def _children() -> tuple[str, ...]:
    parent = str(os.getpid())
    return tuple(
        status.parent.name
        for status in Path("/proc").glob("[0-9]*/stat")
        if _stat(status)[1:2] == [parent]
    )


def _stat(path: Path) -> list[str]:
    """Return state, parent and what follows; a process may end while it is looked at."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _peak(process: str) -> int:
    status = Path(f"/proc/{process}/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    peaks = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(peaks[0]) // 1024 if peaks else 0


@contextmanager
def growing_mb() -> Generator[list[int]]:
    """Yield a list that holds, after the block, by how much this process grew at its peak."""
    grown: list[int] = []
    before = _reset()
    try:
        yield grown
    finally:
        grown.append(max(0, _peak("self") - before))


def _reset() -> int:
    """Have the kernel forget the peak so far; return what is in use now."""
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5", encoding="ascii")  # proc(5): 5 resets the peak resident set
    return _peak("self")


class Stopwatch:
    """Measures what an input costs on a machine that others use too.

    That is the processor time of this process and its children. Only when far more time passed on
    the wall is that taken instead: then something waited.
    """

    def __init__(self) -> None:
        self._wall = time.perf_counter()
        self._worked = _worked()

    def seconds(self) -> float:
        """Return the seconds since it was made."""
        wall, worked = time.perf_counter() - self._wall, _worked() - self._worked
        return worked if wall < worked * CROWD_FACTOR + CROWD_SECONDS else wall


CROWD_FACTOR: Final = 8  # ours: as many as want each core at worst
CROWD_SECONDS: Final = 4.0  # ours: below the parser's own limit on the wall


def _worked() -> float:
    ticks = sum(
        int(fields[11]) + int(fields[12])  # proc(5): utime and stime, counted after the name
        for child in _children()
        if len(fields := _stat(Path(f"/proc/{child}/stat"))) > 12  # noqa: PLR2004 - those two exist
    )
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")
