"""What it takes to start: the service until its first answer, and a command of the control plane.

`python -m bench.runtime.start [--quick] [--peer]`. Starts alternate, so that all meet the same
neighbours.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from bench.result_file import Plain, keep_result, result_text
from bench.runtime import peer, places
from bench.runtime.places import Place
from bench.runtime.rounds import alternated, spreads

COMMANDS: Final = {
    "python -c pass": ("-c", "pass"),
    "bailiwick list": ("-m", "bailiwick", "list"),
    "import langgraph.graph": ("-c", "import langgraph.graph"),
}


def measured(*, quick: bool, with_peer: bool) -> dict[str, Plain]:
    """Start each in turn, many times."""
    with places.a_folder() as name:
        (Path(name) / "own").mkdir()
        place = places.on_sqlite(Path(name) / "own")
        with places.serving(place):
            pass  # the first time keys are made
        asked: dict[str, Callable[[], Mapping[str, float]]] = {
            title: partial(_command, place, arguments) for title, arguments in COMMANDS.items()
        }
        asked["bailiwick serve"] = partial(_serve, place)
        if with_peer:
            asked["langgraph dev"] = partial(_dev, Path(name))
        for measure in asked.values():  # warm the page cache
            measure()
        return spreads(alternated(asked, 3 if quick else 9))


def _command(place: Place, arguments: tuple[str, ...]) -> Mapping[str, float]:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=place.folder, env=place.environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    return {
        "wall_ms": 1000 * (time.perf_counter() - began),
        "cpu_ms": 1000 * (usage.ru_utime + usage.ru_stime),
        "peak_mib": usage.ru_maxrss / 1024,
    }


def _serve(place: Place) -> Mapping[str, float]:
    port, began = places.free_port(), time.perf_counter()
    command = [sys.executable, "-m", "bailiwick", "serve", "--port", str(port)]
    with places.listening(
        command, port, place.environment, folder=place.folder, path="/livez"
    ) as served:
        return _answered(began, served.process.pid)


def _dev(folder: Path) -> Mapping[str, float]:
    began = time.perf_counter()
    with peer.langgraph_dev(folder, jobs=None) as served:
        return _answered(began, served.process.pid)


def _answered(began: float, pid: int) -> Mapping[str, float]:
    wall = time.perf_counter() - began
    status = Path(f"/proc/{pid}/status").read_text()
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return {
        "wall_ms": 1000 * wall,
        "cpu_ms": 1000 * places.cpu_seconds(pid),
        "peak_mib": int(peak) / 1024,
    }


def main() -> None:
    """Measure, print, and keep what was found unless it was quick."""
    parser = argparse.ArgumentParser(prog="python -m bench.runtime.start", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small counts; nothing is kept")
    parser.add_argument("--peer", action="store_true", help="beside `langgraph dev`")
    options = parser.parse_args()
    found = measured(quick=options.quick, with_peer=options.peer)
    command = "python -m bench.runtime.start" + (" --peer" if options.peer else "")
    text = result_text("runtime-start", found, command=command)
    print(text)
    if not options.quick:
        keep_result("runtime-start", text)


if __name__ == "__main__":
    main()
