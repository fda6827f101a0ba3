"""Measures the runtime: `python -m bench.runtime [--quick] [--peer] [--only PART]`.

Each part runs in a process of its own and is ended when its time is over, so that this always ends.
"""

import argparse
import sys
from typing import Final

from bench.result_file import machine
from bench.timed import timed

PARTS: Final = {
    "executor": (300, False),
    "wait": (900, True),
    "durable": (600, True),
    "pools": (600, False),
    "start": (300, True),
    "threads": (900, True),
    "tracing": (300, False),
}
"""Name to its time in seconds (ours: three times what it takes), and whether it has a peer."""


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
        timed(
            name,
            f"bench.runtime.{name}",
            ["--quick"] * options.quick + ["--peer"] * (options.peer and has_peer),
            seconds=seconds,
        )
        for name, (seconds, has_peer) in PARTS.items()
        if options.only in {None, name}
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
