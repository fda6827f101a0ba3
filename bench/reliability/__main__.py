"""Breaks things on purpose: `python -m bench.reliability [--quick] [--only PART ...] [--list]`.

Each part runs in a process of its own, is ended when its time is over, and keeps its figures under
bench/results. Power cuts, a full disk and the sweep need root, loop devices or strace, and fail by
name where these are missing. Small sizes show that a part works; they are no evidence and are not
kept.
"""

import argparse
import sys
from dataclasses import dataclass
from typing import Final

from bench.result_file import machine
from bench.timed import timed

BOTH: Final = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One trial."""

    module: str
    flags: str
    quick: str
    seconds: int
    """The most it may take (ours: two to three times what it took on two cores)."""
    databases: tuple[str, ...] = BOTH
    proves: str

    def runs(self, *, quick: bool) -> list[list[str]]:
        """Return the flags of each run, one for each database."""
        words = (self.quick if quick else self.flags).split()
        if not self.databases:
            return [words]
        return [[*words, "--database", database] for database in self.databases]


PARTS: Final = {
    "chaos": Part(
        module="chaos",
        flags="--runs 20030 --seconds-max 3000 --keep",
        quick="--runs 60 --restart-seconds 2 5",
        seconds=3_600,
        databases=("postgres",),
        proves="kill -9, restarts every 5-40 s and cut connections at once: all end, none twice",
    ),
    "chaos-sqlite": Part(
        module="chaos",
        flags="--runs 2000 --seconds-max 1000 --keep",
        quick="--runs 60",
        seconds=1_200,
        databases=("sqlite",),
        proves="the same on SQLite, with nothing to restart",
    ),
    "freeze": Part(
        module="freeze",
        flags="--trials 200 --real 5 --keep --seconds-max 900",
        quick="--trials 5",
        seconds=1_000,
        proves="SIGSTOP, takeover, SIGCONT: no write by who was frozen",
    ),
    "overload": Part(
        module="overload",
        flags="--seconds 30 --keep",
        quick="--seconds 3",
        seconds=400,
        proves="three times what it can carry: p99 of who is let in, no 5xx, memory flat",
    ),
    "stops": Part(
        module="overload",
        flags="--stops 100 --seconds-max 1200 --keep",
        quick="--stops 3",
        seconds=1_300,
        databases=("sqlite",),
        proves="SIGTERM under load: at most 10 s, nothing accepted is lost",
    ),
    "power": Part(
        module="power",
        flags="--cuts 20",
        quick="--cuts 2 --dry",
        seconds=900,
        proves="the image of a disk at a chance moment holds all that was acknowledged",
    ),
    "disk": Part(
        module="disk_full",
        flags="--faults 500",
        quick="--faults 20 --dry",
        seconds=900,
        databases=(),
        proves="a full or failing disk: no false acknowledgement",
    ),
    "kill": Part(
        module="kill",
        flags="--kills 300",
        quick="--kills 10 --dry",
        seconds=1_200,
        proves="kill -9 of who sends mails: none lost, none twice",
    ),
    "sweep": Part(
        module="sweep",
        flags="",
        quick="--calls fsync --dry",
        seconds=1_800,
        proves="kill -9 at each durable call of a delivery, one after another",
    ),
    "simulation": Part(
        module="simulation",
        flags="",
        quick="--runs 5 --dry",
        seconds=600,
        databases=(),
        proves="random histories on a virtual clock keep the invariants",
    ),
    "queues": Part(
        module="queues",
        flags="--keep",
        quick="--runs 200",
        seconds=2_400,
        databases=(),
        proves="our queue beside bare PgQueuer and Procrastinate under the same faults",
    ),
}
"""In the order in which they run; the first seven are what the runtime promises."""


def main() -> int:
    """Run the parts one after another."""
    parser = argparse.ArgumentParser(prog="python -m bench.reliability", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small counts; nothing is kept")
    parser.add_argument("--only", choices=list(PARTS), nargs="+", help="these parts instead of all")
    parser.add_argument("--list", action="store_true", help="say what there is, and run nothing")
    options = parser.parse_args()
    if options.list:
        for name, part in PARTS.items():
            for flags in part.runs(quick=options.quick):
                print(f"{name}: at most {part.seconds} s; {part.proves}")
                print(f"    python -m bench.reliability.{part.module} {' '.join(flags)}")
        return 0
    print("  ".join(f"{name}: {value}" for name, value in machine().items()), flush=True)
    codes: dict[str, int] = {}
    for name in options.only or PARTS:
        part = PARTS[name]
        for flags in part.runs(quick=options.quick):
            told = " ".join([name, *flags[-1:] * bool(part.databases)])
            module = f"bench.reliability.{part.module}"
            codes[told] = timed(told, module, flags, seconds=part.seconds)
    print("\n" + "\n".join(f"{told}: {code or 'ok'}" for told, code in codes.items()))
    return max(codes.values())


if __name__ == "__main__":
    sys.exit(main())
