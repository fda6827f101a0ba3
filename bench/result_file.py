"""The file that a bench leaves under bench/results: what was found, where and by which command."""

import json
import os
import platform
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from bailiwick.kit.clock import SystemClock

Plain: TypeAlias = "bool | int | float | str | Sequence[Plain] | Mapping[str, Plain] | None"
_RESULTS: Final = Path(__file__).parent / "results"


def result_text(name: str, found: Mapping[str, object], *, command: str) -> str:
    """Return what was found as JSON, with the time, command, commit and machine."""
    result = {
        "bench": name,
        "at": SystemClock().now().isoformat(timespec="seconds"),
        "command": command,
        "commit": _commit(),
        "machine": machine(),
        **found,
    }
    return json.dumps(result, indent=2, ensure_ascii=False)


def keep_result(name: str, text: str) -> Path:
    """Keep a result as `name`.json under bench/results and return the file."""
    _RESULTS.mkdir(exist_ok=True)
    path = _RESULTS / f"{name}.json"
    path.write_text(text + "\n", "utf-8")
    return path


def machine() -> dict[str, Plain]:
    """Return where this was measured, and how busy it was."""
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load_1min": round(os.getloadavg()[0], 2),
    }


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "")
