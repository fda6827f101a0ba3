"""PgQueuer, Procrastinate and our port through the same trial of kills, freezes and restarts.

python -m bench.reliability.queues --runs 2000 --seed 1

Judged by a ledger outside the database and by the rows that jobs wrote: missing, doubled, jobs/s.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import psycopg
from procrastinate.exceptions import ConnectorException
from tests.store.postgres_server import Server, running

from bench.reliability.queue_engines import ENGINES, Engine
from bench.result_file import Plain, keep_result, result_text

WORKERS_COUNT: Final = 2
LONG_FREEZE_SECONDS: Final = 35.0  # ours: longer than every engine waits for the dead
SETTLE_SECONDS_MAX: Final = 120.0
HELP_EVERY_SECONDS: Final = 5.0
RATE_JOBS_COUNT: Final = 10_000


@dataclass
class Staff:
    """Worker processes that are started anew when they end, as a supervisor does."""

    name: str
    url: str
    ledger: Path
    processes: list[subprocess.Popen[str]] = field(default_factory=list[subprocess.Popen[str]])
    thaws: dict[int, float] = field(default_factory=dict[int, float])
    ended_count: int = 0

    def attend(self) -> None:
        """Start what is missing, and thaw whose time has come."""
        alive = [process for process in self.processes if process.poll() is None]
        self.ended_count += len(self.processes) - len(alive)
        while len(alive) < WORKERS_COUNT:
            alive.append(child(self.name, "work", self.url, self.ledger))
        self.processes = alive
        for pid, at in list(self.thaws.items()):
            if time.monotonic() >= at:
                del self.thaws[pid]
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def freeze(self, process: subprocess.Popen[str], seconds: float) -> None:
        """Stop a worker for some time."""
        os.kill(process.pid, signal.SIGSTOP)
        self.thaws[process.pid] = time.monotonic() + seconds

    def dismiss(self) -> None:
        """Kill everybody."""
        for process in self.processes:
            process.kill()
            process.wait()


def child(name: str, mode: str, url: str, ledger: Path) -> subprocess.Popen[str]:
    """Start a worker process; what it complains about is not kept."""
    command = [sys.executable, "-m", "bench.reliability.queue_engines", name, mode, url]
    return subprocess.Popen(
        [*command, str(ledger)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def restart(server: Server, *, down_seconds: float = 0.0) -> None:
    """Stop the server at once, as a crash would, and start it with the command it had."""
    (folder,) = parse_qs(urlsplit(server.url).query)["host"]
    note = Path(folder) / "data" / "postmaster.pid"
    pid = int(note.read_text().split()[0])
    command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]
    os.kill(pid, signal.SIGQUIT)
    while note.exists() or _runs(pid):
        time.sleep(0.05)
    time.sleep(down_seconds)
    subprocess.Popen(
        command,
        user=note.parent.stat().st_uid if os.geteuid() == 0 else None,
        cwd="/",
        env={"LC_ALL": "C"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while True:
        with suppress(psycopg.OperationalError):
            server.execute("SELECT 1")
            return
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    with suppress(OSError):
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


def reset(url: str) -> None:
    """Cut every connection to a database."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def trial(staff: Staff, server: Server, args: argparse.Namespace) -> Plain:
    """Let workers carry all jobs out while they are disturbed, and compare the books."""
    engine, dice, faults = ENGINES[staff.name], random.Random(args.seed), Counter[str]()
    _prepare(engine, staff.url, args.runs)
    staff.ledger.touch()
    staff.attend()
    time.sleep(3)  # ours: a worker is up and has jobs in hand
    staff.freeze(staff.processes[0], LONG_FREEZE_SECONDS)
    began = time.monotonic()
    next_fault = helped = began
    while (now := time.monotonic()) - began < args.seconds_max:
        staff.attend()
        busy = now - began < args.faults_seconds
        if busy and now >= next_fault:
            next_fault = now + dice.uniform(1.0, 4.0)
            faults[_disturb(staff, server, dice)] += 1
        if now - helped >= HELP_EVERY_SECONDS:
            helped = now
            with suppress(psycopg.Error, ConnectorException):
                engine.help(staff.url)
        if not busy and not staff.thaws and _done(staff.url) == args.runs:
            break
        time.sleep(0.1)
    seconds = time.monotonic() - began
    staff.dismiss()
    return {
        **_books(staff, args.runs),
        "seconds": round(seconds, 1),
        "faults": dict(faults),
        "workers_started_anew": staff.ended_count,
    }


def _disturb(staff: Staff, server: Server, dice: random.Random) -> str:
    kind = dice.choices(("kill", "freeze", "restart", "reset"), (5, 2, 2, 2))[0]
    free = [process for process in staff.processes if process.pid not in staff.thaws]
    if kind == "kill" and free:
        dice.choice(free).kill()
    elif kind == "freeze" and free:
        staff.freeze(dice.choice(free), dice.uniform(0.5, 3.0))
    elif kind == "restart":
        time.sleep(dice.uniform(0, 0.2))
        restart(server)
    else:
        reset(staff.url)
        return "reset"
    return kind


def _books(staff: Staff, runs: int) -> dict[str, Plain]:
    with psycopg.connect(staff.url) as connection:
        rows = connection.execute("SELECT number, count(*) FROM trial_effects GROUP BY 1")
        effects = {int(number): int(count) for number, count in rows.fetchall()}
    noted = set(_written(staff.ledger))
    return {
        "jobs": runs,
        "noted": len(noted),
        "without_effect": runs - len(effects),
        "noted_without_effect": len(noted - effects.keys()),
        "doubled_effects": sum(count - 1 for count in effects.values()),
    }


def _done(url: str) -> int:
    """Count by effect: whoever is killed between its commit and its note is never noted."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(DISTINCT number) FROM trial_effects").fetchone()
    assert row is not None
    return int(row[0])


def _written(ledger: Path) -> list[int]:
    return [int(line) for line in ledger.read_text().split()]


def rates(name: str, url: str, folder: Path, jobs: int) -> Plain:
    """Measure enqueueing and draining without faults, one worker, nothing to do for each job."""
    engine = ENGINES[name]
    engine.install(url)
    began = time.monotonic()
    engine.enqueue(url, jobs)
    enqueueing = time.monotonic() - began
    process = child(name, "drain", url, folder / "none")
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    answer, _ = process.communicate("go\n")
    seconds, cpu = map(float, answer.split())
    return {
        "jobs": jobs,
        "enqueued_per_second": round(jobs / enqueueing),
        "drained_per_second": round(jobs / seconds),
        "worker_cpu_ms_per_job": round(1000 * cpu / jobs, 3),
    }


def _prepare(engine: Engine, url: str, runs: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE trial_effects (number bigint NOT NULL)")
    engine.install(url)
    engine.enqueue(url, runs)


@contextmanager
def _databases(folder: Path) -> Generator[tuple[Server, Callable[[str], str]]]:
    with running(folder) as server:

        def create(name: str) -> str:
            server.execute(f'CREATE DATABASE "{name}"')
            return server.database_url(name)

        yield server, create


def main() -> None:
    """Run the trial with every engine and keep the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults-seconds", type=float, default=40.0)
    parser.add_argument("--seconds-max", type=float, default=180.0)
    parser.add_argument("--rate-jobs", type=int, default=RATE_JOBS_COUNT)
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--keep", action="store_true", help="write bench/results")
    args = parser.parse_args()
    found: dict[str, dict[str, Plain]] = {}
    with tempfile.TemporaryDirectory() as name, _databases(Path(name)) as (server, create):
        for engine in args.engines:
            calm = rates(engine, create(f"rate_{engine}"), Path(name), args.rate_jobs)
            print(engine, calm, flush=True)
            ledger = Path(name) / f"{engine}.ledger"
            harsh = trial(Staff(engine, create(f"trial_{engine}"), ledger), server, args)
            print(engine, harsh, flush=True)
            found[engine] = {"calm": calm, "trial": harsh}
    command = "python -m " + " ".join(["bench.reliability.queues", *sys.argv[1:]])
    text = result_text("reliability-queues", {"seed": args.seed, "engines": found}, command=command)
    if args.keep:
        keep_result("reliability-queues", text)


if __name__ == "__main__":
    main()
