"""One worker that sends one mail in one thread: what `sweep` runs under strace."""

import sys
from pathlib import Path

from bailiwick.engine.delivery.liveness import ProcessHolders
from bailiwick.policy.rulebook import load
from bench.reliability.assembly import Place, delivering, mail_writer
from bench.reliability.world import open_world


def main() -> int:
    url, port, ledger = sys.argv[1:]
    place = Place(url, int(port), Path(ledger))
    world = open_world(place.url)
    holder = ProcessHolders(token="one").mine()  # noqa: S106 - names a process
    delivering(world, load(), mail_writer(place, world), holder=holder).next()
    world.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
