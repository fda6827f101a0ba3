"""Kills a worker at random, over and over, and counts what the mail server got (reliability, R1).

python -m bench.reliability.kill --kills 300 --database sqlite --seed 1
"""

import argparse
import contextlib
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from pathlib import Path
from statistics import median

from tests.store.postgres_server import running

from bailiwick.domain.receipt import EffectState
from bailiwick.policy.rulebook import Rulebook, load
from bench.reliability.account import Account, written
from bench.reliability.assembly import Place
from bench.reliability.child import database_url, finished, forked, killed_after, working
from bench.reliability.sink import LedgerFolder, running_sink
from bench.reliability.world import open_world
from bench.result_file import keep_result

LIFE_SECONDS_MAX = 0.15  # ours: two to five deliveries long, so that kills fall into all windows
STARTING_SHARE = 0.1  # ours: this many are killed while they start
STOCK_MIN = 20  # ours: a worker never idles for want of mail
STOCK_STEP = 100


@contextlib.contextmanager
def databases(kind: str, folder: Path) -> Generator[Callable[[str], str] | None]:
    """Give a function that makes a PostgreSQL database; None for SQLite."""
    if kind == "sqlite":
        yield None
        return
    with running(folder) as server:

        def create(name: str) -> str:
            server.execute(f'CREATE DATABASE "{name}"')
            return server.database_url(name)

        yield create


def killing(
    place: Place, law: Rulebook, *, kills: int, seed: int
) -> tuple[Account, int, list[int]]:
    """Kill so many workers, then let one finish.

    Returns the books, the mails queued, and how many mails arrived during each worker's life.
    """
    dice = random.Random(seed)
    queued = _stocked(place, 0)
    arrived, arrivals = 0, list[int]()
    for number in range(kills):
        if number % 10 == 0:
            queued = _stocked(place, queued)
        receiver, sender = os.pipe()
        child = forked(working(place, law, token=f"{seed}-{number}", ready=sender))
        os.close(sender)
        if dice.random() >= STARTING_SHARE:
            os.read(receiver, 1)  # ready, or ended: then the kill below tells
        assert killed_after(child, dice.uniform(0, LIFE_SECONDS_MAX)), "a worker ended by itself"
        os.close(receiver)
        now = LedgerFolder(place.ledger).message_ids().total()
        arrivals.append(now - arrived)
        arrived = now
    return finished(place, law, token=f"{seed}-last"), queued, arrivals


def _stocked(place: Place, queued: int) -> int:
    """Queue more mail when little is left; the database is closed again before any fork."""
    world = open_world(place.url)
    try:
        if world.count(EffectState.READY) < STOCK_MIN:
            queued += len(world.queue(STOCK_STEP))
    finally:
        world.close()
    return queued


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dry", action="store_true", help="print only, write no result")
    parser.add_argument(
        "--lie",
        choices=["absent", "present"],
        default="",
        help="look-ups always say this: the rig must then show doubled or lost mail",
    )
    options = parser.parse_args()
    law = load()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="kill-") as name,
        running_sink(Path(name) / "ledger", seed=options.seed) as port,
        databases(options.database, Path(name)) as create,
    ):
        folder = Path(name)
        url = database_url(options.database, folder, create)
        place = Place(url, port, folder / "ledger", options.lie)
        account, queued, arrivals = killing(place, law, kills=options.kills, seed=options.seed)
    figures = {
        "database": options.database,
        "kills": options.kills,
        "seed": options.seed,
        "queued": queued,
        "arrived_per_life": {
            "min": min(arrivals, default=0),
            "median": median(arrivals) if arrivals else 0,
            "max": max(arrivals, default=0),
        },
        "seconds": round(time.monotonic() - began, 1),
        "clean": account.is_clean and account.mails == queued,
        "look_up": f"always {options.lie}"
        if options.lie
        else "an adapter that reads the mail server's own ledger file",
    }
    text = written("reliability-kill", figures, account=account)
    print(text)
    if not options.dry and not options.lie:
        keep_result(f"reliability-kill-{options.database}", text)
    return 0 if figures["clean"] else 1


if __name__ == "__main__":
    sys.exit(main())
