"""The queue of one machine: jobs in the SQLite file, and a bell of named pipes beside it.

Several processes share the file: one writes at a time, in short transactions that begin IMMEDIATE.
Each listener has a named pipe. It needs no port and no short path, works across processes, and
shows by itself when its reader has died. A missed ring costs one poll, never a job.
"""

import contextlib
import os
import secrets
import select
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

LISTENERS_COUNT_MAX: Final = 256  # ours: far more pool processes than one machine carries
_DRAIN_BYTES: Final = 4096
_BETWEEN: Final = "+"


class PipeListener:
    """Hears the bells of some names of one database file."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        together = _BETWEEN.join(sorted(names))
        unique = f"{os.getpid()}-{secrets.token_hex(4)}"
        hidden = folder / f".{unique}"
        os.mkfifo(hidden, 0o600)
        # Opened for both, so that it is never at its end; shown only once somebody reads it.
        self._reader = os.open(hidden, os.O_RDWR | os.O_NONBLOCK)
        self._path = folder / f"{together}.{unique}"
        hidden.rename(self._path)

    def wait(self, *, seconds_max: float) -> bool:
        """Return True when a bell rang since the last call, False when the time is over."""
        ready, _, _ = select.select([self._reader], [], [], seconds_max)
        if ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._reader, _DRAIN_BYTES)
        return bool(ready)

    def close(self) -> None:
        """Stop listening and remove the pipe."""
        self._path.unlink(missing_ok=True)
        os.close(self._reader)


class PipeBell:
    """Rings at the listeners of one database file."""

    def __init__(self, database: Path) -> None:
        self._folder = database.with_name(f"{database.name}-bells")

    def listen(self, names: Sequence[str]) -> PipeListener:
        """Begin to listen."""
        return PipeListener(self._folder, names)

    def ring_within(self, connection: Connection, names: Iterable[str]) -> None:
        """Do nothing: a pipe would be heard before the commit."""

    def ring_after(self, names: Iterable[str]) -> None:
        """Ring at every listener of these names; remove the pipes of the dead."""
        wanted = set(names)
        try:
            found = sorted(entry.name for entry in os.scandir(self._folder))
        except FileNotFoundError:
            return  # nobody has ever listened
        for name in found[:LISTENERS_COUNT_MAX]:
            if not wanted.isdisjoint(name.partition(".")[0].split(_BETWEEN)):
                self._ring(self._folder / name)

    def _ring(self, path: Path) -> None:
        try:
            writer = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # its reader is gone
            path.unlink(missing_ok=True)
            return
        try:
            os.write(writer, b"!")
        except (BlockingIOError, BrokenPipeError):
            pass  # it is full of rings already, or its reader has just gone
        finally:
            os.close(writer)
