"""A real `bailiwick serve` and its worker, with the probes installed as a third party's."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from bailiwick.settings import STRICT_CHECKPOINTS

PROBES: Final = Path(__file__).parent / "probes"
STOP_SECONDS_MAX: Final = 20  # ours: twice the drain of ten seconds


@dataclass(frozen=True, slots=True)
class Served:
    """Where it is served, and a key of the administrator."""

    url: str
    key: str


@contextmanager
def serving(folder: Path, packages: Path) -> Generator[Served]:
    """Serve the workspace of a folder on a free port, with the probes found by entry points."""
    _install(packages)
    found = os.pathsep.join([str(packages), str(PROBES)])
    server = _begun(folder, found, "serve", "--no-pools", "--port", "0", "--json")
    worker = _begun(folder, found, "worker", "--pools", "core", "--json")
    try:
        assert server.stdout is not None
        told = _first_document(server.stdout)
        (key,) = told["first_keys"].values()
        yield Served(url=told["url"], key=key)
    finally:
        for process in (server, worker):
            process.send_signal(signal.SIGTERM)
        for process in (server, worker):
            process.communicate(timeout=STOP_SECONDS_MAX)


def _first_document(output: IO[bytes]) -> "dict[str, Any]":
    """Read lines until they are a JSON document; the server prints it when it listens."""
    text = ""
    for line in output:
        text += line.decode()
        if line.rstrip() == b"}":
            return json.loads(text)
    message = "the server ended before it listened"
    raise AssertionError(message)


def _begun(folder: Path, packages: str, *command: str) -> "subprocess.Popen[bytes]":
    # Other tests of this process have set the flag that our program must set by itself.
    ours = {k: v for k, v in os.environ.items() if k != STRICT_CHECKPOINTS}  # noqa: TID251 - a child process inherits ours
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "bailiwick", *command],
        cwd=folder,
        env={**ours, "PYTHONPATH": packages},
        stdout=subprocess.PIPE,
    )


def _install(packages: Path) -> None:
    """Write what an installer writes for a package with entry points."""
    kept = packages / "bailiwick_probes-1.0.dist-info"
    kept.mkdir(parents=True)
    (kept / "METADATA").write_text("Metadata-Version: 2.1\nName: bailiwick-probes\nVersion: 1.0\n")
    names = ("echo", "nine", "approval", "two")
    lines = [f"probe_{name} = bailiwick_probes.{name}" for name in names]
    text = "\n".join(["[bailiwick.capabilities]", *lines, ""])
    (kept / "entry_points.txt").write_text(text)
