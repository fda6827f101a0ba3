"""Benches of outreach: `python -m bench.outreach waiting|simulation|classifier|mutants …`."""

import importlib
import sys
from typing import Final

PARTS: Final = ("waiting", "simulation", "classifier", "mutants")


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in PARTS:
        print(f"usage: python -m bench.outreach {'|'.join(PARTS)} …", file=sys.stderr)
        return 2
    part = importlib.import_module(f"bench.outreach.{arguments[0]}")
    return int(part.main(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
