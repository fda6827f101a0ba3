"""What it costs that a million recipients wait: `python -m bench.outreach waiting [--peer]`.

Each is one row. How long the look for who is due takes, how much memory the process holds that
looks, and how many bytes a row has with its indexes; beside one LangGraph thread for each, in
LangGraph's own savers, of which fewer are made since each takes milliseconds.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tests.store.postgres_server import Server, running

from bailiwick.store.database import Database
from bench.outreach.crowd import NOW, RESTING, RUNNING, SPREAD, Crowd
from bench.result_file import Plain, keep_result, result_text
from bench.runtime import peer, places

WAITING_COUNT: Final = 1_000_000  # the must-show 4
RESTING_COUNT: Final = 100_000  # ours: overdue in a paused campaign, before all who are due
PEER_COUNTS: Final = (1_000, 5_000)
"""Ours: some minutes. Two sizes, since what one costs must not depend on how many there are."""
BATCH: Final = 200  # ours: as many as one tick takes at once
LOOKS_COUNT: Final = 200
PEER_SECONDS_MAX: Final = 900


def looked(crowd: Crowd) -> dict[str, Plain]:
    """Look for who is due again and again, and tell time and memory; in a process of its own."""
    database = Database.open(crowd.url)
    units = crowd.units(database)

    def due(at: datetime) -> int:
        with units.read() as unit:
            return len(unit.campaigns.due(at=at, count_max=BATCH))

    found: dict[str, Plain] = {
        "nobody due": _timed(lambda: due(NOW - timedelta(days=1))),
        f"{BATCH} of one day's due": _timed(lambda: due(NOW + timedelta(days=1))),
        f"{BATCH} of all overdue": _timed(lambda: due(NOW + SPREAD + timedelta(days=1))),
        "memory_bytes": _anonymous(),
    }
    database.close()
    return found


def _timed(look: Callable[[], int]) -> dict[str, Plain]:
    count = look()
    walls, cpu = list[float](), time.process_time()
    for _ in range(LOOKS_COUNT):
        began = time.perf_counter()
        assert look() == count
        walls.append(1000 * (time.perf_counter() - began))
    spent = 1000 * (time.process_time() - cpu) / LOOKS_COUNT
    return {
        "found": count,
        "ms": round(statistics.median(walls), 3),
        "ms_p99": round(statistics.quantiles(walls, n=100)[-1], 3),
        "cpu_ms": round(spent, 3),
    }


def _anonymous() -> int:
    """Return what this process holds beside files, in bytes."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    (line,) = [line for line in lines if line.startswith("RssAnon:")]
    return 1024 * int(line.split()[1])


def ours(crowd: Crowd, count: int) -> dict[str, Plain]:
    """Return what so many rows that wait cost."""
    crowd.found()
    with _told(f"{count} contacts"):
        crowd.add_contacts(count)
        crowd.settle_down()
    before, empty = crowd.bytes(), _child(crowd)
    with _told(f"{count} recipients who wait"):
        crowd.enrol(count, RUNNING, first=NOW)
        crowd.settle_down()
    with _told("looks for who is due"):
        stored, full = crowd.bytes() - before, _child(crowd)
    resting = count * RESTING_COUNT // WAITING_COUNT
    with _told(f"{resting} overdue in a paused campaign"):
        crowd.enrol(resting, RESTING, first=NOW - SPREAD - timedelta(days=2))
        crowd.settle_down()
    with _told("looks for who is due"):
        behind = _child(crowd)
    held, now = empty.pop("memory_bytes"), full.pop("memory_bytes")
    behind.pop("memory_bytes")
    assert isinstance(held, int)
    assert isinstance(now, int)
    return {
        "threads": count,
        "bytes_each": round(stored / count),
        "memory_mib_with_none": round(held / 2**20, 1),
        "memory_mib_with_all": round(now / 2**20, 1),
        "memory_bytes_each": round((now - held) / count, 3),
        "tick": full,
        f"tick behind {resting} overdue of a paused campaign": behind,
    }


@contextmanager
def _told(what: str) -> Generator[None]:
    """Say how long something took."""
    began = time.perf_counter()
    yield
    print(f"  {what}: {time.perf_counter() - began:.1f} s", flush=True)


def _child(crowd: Crowd) -> dict[str, Plain]:
    command = [sys.executable, "-m", "bench.outreach.waiting", "--look", crowd.url]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found: dict[str, Plain] = json.loads(done.stdout)
    return found


def theirs(url: str, count: int, stored: Callable[[], int]) -> dict[str, Plain]:
    """Return what so many threads of LangGraph that wait cost, in its own saver."""
    script = [str(peer.savers_python()), str(Path(__file__).with_name("saver_peer.py"))]
    done = subprocess.run(
        [*script, url, str(count)],
        env=places.surroundings(),
        capture_output=True,
        check=False,
        timeout=PEER_SECONDS_MAX,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode()[-2000:])
    told: dict[str, float] = json.loads(done.stdout)
    assert told["threads"] == count, told
    scale = WAITING_COUNT / count
    return {
        "threads": count,
        "bytes_each": round(stored() / count),
        "memory_bytes_each": round(told["memory_bytes_grown"] / count, 1),
        "begin_ms_each": round(1000 * told["fill_seconds"] / count, 3),
        "look_for_due_ms": round(told["select_ms"]),
        "look_for_due_cpu_ms": round(told["select_cpu_ms"]),
        "extrapolated: look among a million, s": round(told["select_ms"] * scale / 1000, 1),
    }


def measured(*, quick: bool, with_peer: bool) -> dict[str, Plain]:
    """Measure on both databases."""
    count, others = (20_000, (100, 300)) if quick else (WAITING_COUNT, PEER_COUNTS)
    found: dict[str, Plain] = {}
    with places.a_folder() as name, running(Path(name)) as server:
        found["folder"] = str(Path(name).parent)
        found["load_1min at the beginning"] = round(os.getloadavg()[0], 2)
        for kind, url in (
            ("sqlite", f"sqlite:///{name}/crowd.db"),
            ("postgresql", _database(server, "crowd")),
        ):
            print(f"{kind}: {count} rows", flush=True)
            found[kind] = ours(Crowd(url), count)
        for threads in others if with_peer else ():
            file, plain = f"sqlite:///{name}/saver{threads}.db", _database(server, f"s{threads}")
            for kind, url in (("SQLite", file), ("PostgreSQL", plain)):
                with _told(f"LangGraph's {kind} saver, {threads} threads"):
                    found[f"LangGraph, {kind} saver, {threads} threads"] = theirs(
                        url.replace("postgresql+psycopg", "postgresql"), threads, Crowd(url).bytes
                    )
    return found


def _database(server: Server, name: str) -> str:
    server.execute(f"CREATE DATABASE {name}")
    return server.database_url(name)


def main(arguments: list[str]) -> int:
    """Measure, print, and keep what was found unless it was quick."""
    parser = argparse.ArgumentParser(prog="python -m bench.outreach waiting", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small counts; nothing is kept")
    parser.add_argument("--peer", action="store_true", help="beside LangGraph's own savers")
    parser.add_argument("--look", metavar="URL", help="look for who is due here, and tell")
    options = parser.parse_args(arguments)
    if options.look:
        print(json.dumps(looked(Crowd(options.look))))
        return 0
    found = measured(quick=options.quick, with_peer=options.peer)
    command = "python -m bench.outreach waiting" + (" --peer" if options.peer else "")
    text = result_text("outreach-waiting", found, command=command)
    print(text)
    if not options.quick:
        keep_result("outreach-waiting", text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
