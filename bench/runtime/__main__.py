"""Measures the runtime: `python -m bench.runtime [--quick] [--peer] [--only PART]`.

Each part runs in a process of its own and is ended when its time is over, so that this always ends.
"""

import argparse
import os
import signal
import subprocess
import sys
from typing import Final

from bench.result_file import machine

PARTS: Final = {
    "executor": (300, False),
    "wait": (900, True),
    "durable": (600, True),
    "pools": (600, False),
    "start": (300, True),
    "tracing": (300, False),
}
"""Name to its time in seconds (ours: three times what it takes), and whether it has a peer."""
STOP_SECONDS_MAX: Final = 60  # ours: half a dozen servers, each within its drain
_LATE: Final = 124  # as of timeout(1)


def main() -> int:
    """Run the parts one after another."""
    parser = argparse.ArgumentParser(prog="python -m bench.runtime", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small counts; nothing is kept")
    parser.add_argument(
        "--peer", action="store_true", help="beside LangGraph's own, in an environment made in /tmp"
    )
    parser.add_argument("--only", choices=list(PARTS), help="one part instead of all")
    options = parser.parse_args()
    print("  ".join(f"{name}: {value}" for name, value in machine().items()), flush=True)
    codes = [
        _run(name, seconds, quick=options.quick, peer=options.peer and has_peer)
        for name, (seconds, has_peer) in PARTS.items()
        if options.only in {None, name}
    ]
    return max(codes)


def _run(name: str, seconds: int, *, quick: bool, peer: bool) -> int:
    flags = ["--quick"] * quick + ["--peer"] * peer
    print(f"\n{name}: at most {seconds} s", flush=True)
    command = [sys.executable, "-m", f"bench.runtime.{name}", *flags]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        print(f"{name}: not done after {seconds} s, ended", flush=True)
        process.send_signal(signal.SIGINT)  # it stops its servers, as after Ctrl-C
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        return _LATE


if __name__ == "__main__":
    sys.exit(main())
