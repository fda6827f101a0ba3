"""`python -m bench.answers accuracy --data FOLDER` and `… hostile --mutations N`."""

import importlib
import sys
from typing import Final

PARTS: Final = ("accuracy", "hostile")


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in PARTS:
        print(f"usage: python -m bench.answers {'|'.join(PARTS)} …", file=sys.stderr)
        return 2
    part = importlib.import_module(f"bench.answers.{arguments[0]}")
    return int(part.main(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
