"""What the command line costs to start, beside Python alone and beside what it must not load."""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.figures import Result, Spread, timed

if TYPE_CHECKING:
    import resource

RUNS = 15
COMMANDS = {
    "python -c pass": ("-c", "pass"),
    "bailiwick --help": ("-m", "bailiwick", "--help"),
    "bailiwick list": ("-m", "bailiwick", "list"),
    "import langgraph.graph": ("-c", "import langgraph.graph"),
}


def measure(*, quick: bool) -> Result:
    """Start each in turn, many times, so that all meet the same neighbours."""
    runs = 5 if quick else RUNS
    cpu: dict[str, list[float]] = {name: [] for name in COMMANDS}
    wall: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for arguments in COMMANDS.values():  # warm the page cache and the compiled modules
        _started(arguments)
    for _ in range(runs):
        for name, arguments in COMMANDS.items():
            seconds, took = _started(arguments)
            cpu[name].append(seconds * 1000)
            wall[name].append(took * 1000)
    figures = {f"{name}: CPU": Spread("ms", tuple(cpu[name])) for name in COMMANDS}
    figures.update({f"{name}: wall": Spread("ms", tuple(wall[name])) for name in COMMANDS})
    return Result("start", figures, {"turns": runs})


def _started(arguments: tuple[str, ...]) -> tuple[float, float]:
    """Return CPU seconds and wall seconds of one process."""
    spent: list[resource.struct_rusage] = []

    def work() -> None:
        process = subprocess.Popen(
            [sys.executable, *arguments], stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2]
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, arguments
        spent.append(usage)

    took = timed(work).wall
    return spent[0].ru_utime + spent[0].ru_stime, took
