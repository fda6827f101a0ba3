"""Reads peak memory from the kernel; 0 where it does not tell."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


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
