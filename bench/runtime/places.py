"""Places to measure in: a workspace on SQLite or PostgreSQL, the probes, servers and workers."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from tests.store.postgres_server import Server

PROBES: Final = Path(__file__).parent / "probes"
NAMES: Final = ("nine", "held", "stamp", "busy", "asleep", "talk")
STOP_SECONDS_MAX: Final = 20  # ours: twice the drain of ten seconds
READY_SECONDS_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace with the probes installed as a third party's."""

    folder: Path
    database_url: str
    environment: Mapping[str, str]

    def begin(
        self, *command: str, output: int = subprocess.DEVNULL, errors: int | None = None
    ) -> "subprocess.Popen[bytes]":
        """Start a command of ours here."""
        return subprocess.Popen(
            [sys.executable, "-m", "bailiwick", *command],
            cwd=self.folder,
            env=self.environment,
            stdout=output,
            stderr=errors,
        )

    def enter(self) -> None:
        """Be here: settings are read from this folder, and the probes are found."""
        os.chdir(self.folder)
        os.environ.update(self.environment)  # noqa: TID251 - a bench is told by the environment
        sys.path[:0] = self.environment["PYTHONPATH"].split(os.pathsep)


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers."""

    url: str
    process: "subprocess.Popen[bytes]"
    headers: Sequence[str] = field(default=())
    """As a client sends them."""


def on_sqlite(folder: Path) -> Place:
    """Make a workspace on SQLite."""
    return _founded(folder, f"sqlite:///{folder / 'bailiwick.db'}")


def on_postgres(folder: Path, server: Server, name: str) -> Place:
    """Make a workspace in a new database of a server."""
    server.execute(f"CREATE DATABASE {name}")
    return _founded(folder, server.database_url(name))


def surroundings() -> dict[str, str]:
    """Return this process's environment without settings of ours, with the probes.

    Modules are compiled once, as an installer does it, whatever is set here.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("BAILIWICK_")}  # noqa: TID251 - a child inherits ours
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    kept["PYTHONPATH"] = os.pathsep.join([str(PROBES), str(PROBES.parents[2])])
    return kept


def _founded(folder: Path, url: str) -> Place:
    packages = folder / "packages"
    _install(packages)
    told = surroundings()
    told["PYTHONPATH"] = os.pathsep.join([str(packages), told["PYTHONPATH"]])
    place = Place(folder, url, {**told, "BAILIWICK_DATABASE_URL": url})
    means = ("--mailbox", "sales@ours.example", "--company", "Ours", "--postal-address", "1")
    made = place.begin("init", *means)
    if made.wait(READY_SECONDS_MAX) != 0:
        message = f"no workspace could be made on {url}"
        raise RuntimeError(message)
    return place


def _install(packages: Path) -> None:
    """Write what an installer writes for a package with entry points."""
    kept = packages / "bailiwick_bench-1.0.dist-info"
    kept.mkdir(parents=True)
    (kept / "METADATA").write_text("Metadata-Version: 2.1\nName: bailiwick-bench\nVersion: 1.0\n")
    lines = [f"bench_{name} = bailiwick_bench.{name}" for name in NAMES]
    (kept / "entry_points.txt").write_text("\n".join(["[bailiwick.capabilities]", *lines, ""]))


@contextmanager
def serving(place: Place, *, key: str = "") -> Generator[Served]:
    """Serve a workspace; the first time it tells its key."""
    process = place.begin("serve", "--port", "0", "--json", output=subprocess.PIPE)
    try:
        assert process.stdout is not None
        told = _first_document(process.stdout)
        keys = told["first_keys"].values()
        yield Served(told["url"], process, (f"x-api-key: {next(iter(keys), key)}",))
    finally:
        ended(process)


@contextmanager
def working(place: Place, pools: str, count: int = 1) -> Generator[Sequence[int]]:
    """Run so many workers, each with a process for each of the pools; yields their numbers."""
    processes = [place.begin("worker", "--pools", pools) for _ in range(count)]
    try:
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            ended(process)


@contextmanager
def listening(
    command: Sequence[str], port: int, environment: Mapping[str, str], *, folder: Path, path: str
) -> Generator[Served]:
    """Run any other server until it answers 200 to a GET of the path."""
    with (folder / f"server-{port}.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
        try:
            until = time.monotonic() + READY_SECONDS_MAX
            while not _answers(port, path):
                if process.poll() is not None or time.monotonic() > until:
                    message = f"{command[0]} does not listen; see {folder}/server-{port}.log"
                    raise RuntimeError(message)
                time.sleep(0.02)
            yield Served(f"http://127.0.0.1:{port}", process)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(STOP_SECONDS_MAX)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process and its living descendants have used."""
    ticks: dict[int, int] = {}
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(fields[1])
        ticks[int(path.parent.name)] = int(fields[11]) + int(fields[12])
    return sum(
        spent for child, spent in ticks.items() if pid in _ancestors(child, parents)
    ) / os.sysconf("SC_CLK_TCK")


def _ancestors(pid: int, parents: Mapping[int, int]) -> list[int]:
    found = [pid]
    while found[-1] in parents:
        found.append(parents[found[-1]])
    return found


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def a_folder() -> "tempfile.TemporaryDirectory[str]":
    """Return a folder that goes away."""
    return tempfile.TemporaryDirectory(prefix="bw-bench-", ignore_cleanup_errors=True)


def ended(process: "subprocess.Popen[bytes]") -> None:
    """Stop a process of ours within its drain, or kill it."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.communicate(timeout=STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(port: int, path: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(f"GET {path} HTTP/1.0\r\nhost: 127.0.0.1\r\n\r\n".encode())
            return b" 404 " not in connection.recv(64)
    except OSError:
        return False


def _first_document(output: IO[bytes]) -> dict[str, Any]:
    text = ""
    for line in output:
        text += line.decode()
        if line.rstrip() == b"}":
            told: dict[str, Any] = json.loads(text)
            return told
    message = "the server ended before it listened"
    raise RuntimeError(message)
