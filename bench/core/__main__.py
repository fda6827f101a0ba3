"""Measures the core: `python -m bench.core [--quick] [--only NAME] [--dry]`.

Each bench runs in a process of its own, so that neither memory nor caches pass on.
"""

import argparse
import subprocess
import sys
from importlib import import_module
from typing import Final, Protocol

from bench.core.figures import Result, saved
from bench.result_file import machine

BENCHES: Final = {
    "import": "importing",
    "sweep": "sweeping",
    "judge": "judging",
    "runs": "runs",
    "audit-verify": "verifying",
    "start": "starting",
}
"""Name to module; in the order in which they are measured."""


class _Bench(Protocol):
    def measure(self, *, quick: bool) -> Result: ...


def main() -> int:
    """Run one bench here, or all, each in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m bench.core", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument("--only", choices=list(BENCHES), help="one bench instead of all")
    parser.add_argument("--dry", action="store_true", help="print only, write no result")
    options = parser.parse_args()
    arguments = [name for name in ("--quick", "--dry") if getattr(options, name[2:])]
    if options.only is None:
        print("  ".join(f"{name}: {value}" for name, value in machine().items()))
        codes = [
            subprocess.run(
                [sys.executable, "-m", "bench.core", "--only", name, *arguments], check=False
            ).returncode
            for name in BENCHES
        ]
        return max(codes)
    command = " ".join(["python -m bench.core --only", options.only, *arguments])
    bench: _Bench = import_module(f"bench.core.{BENCHES[options.only]}")  # pyright: ignore[reportAssignmentType] - each has this function
    # Small sizes show that it works; they are no evidence and are not kept.
    keep = not (options.quick or options.dry)
    saved(bench.measure(quick=options.quick), command=command, keep=keep)
    return 0


if __name__ == "__main__":
    sys.exit(main())
