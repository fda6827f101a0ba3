"""The processes of `bailiwick worker --pools` and `bailiwick serve`: started, heard and stopped.

Light on purpose: whoever supervises runs no graph and loads none.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bailiwick.domain.pool import Pool
from bailiwick.engine.pool.beats import Beat, beat_line, read_beat
from bailiwick.engine.pool.supervisor import STOP_SECONDS, Supervisor, Told
from bailiwick.kit.clock import SystemClock
from bailiwick.store.database import Database
from bailiwick.wiring.queueing import open_queue

if TYPE_CHECKING:
    from bailiwick.settings import Settings

SENDER: Final = "sender"
"""The process that sends effects; it is supervised like a pool."""
NAMES: Final = (*(pool.value for pool in Pool), SENDER)
_PIPE_BYTES_MAX: Final = 65_536


def names_for(settings: "Settings") -> tuple[str, ...]:
    """Return every pool, and the sender when there is a server to send through."""
    return NAMES if settings.mail.smtp_url else NAMES[:-1]


class Reporter:
    """Writes signs of life into the supervisor's pipe, and never waits for its reader."""

    def __init__(self, pipe: int | None) -> None:
        self._pipe = pipe
        self._rest = b""

    def beat(self, beat: Beat) -> None:
        """Write one; while an earlier one is not all read, that is finished first."""
        if self._pipe is None:
            return
        line = self._rest or beat_line(beat)
        try:
            self._rest = line[os.write(self._pipe, line) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            os.kill(os.getpid(), signal.SIGTERM)  # the supervisor is gone: nobody restarts us


class ChildProcess:
    """A pool's process as its supervisor holds it."""

    def __init__(self, name: str) -> None:
        self._pipe, theirs = os.pipe()
        os.set_blocking(self._pipe, False)
        os.set_blocking(theirs, False)
        command = [sys.executable, "-m", "bailiwick", "worker", "carry", name]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [*command, "--report", str(theirs)],
            pass_fds=[theirs],
            start_new_session=True,  # Ctrl-C is for the supervisor, which then stops all
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        os.close(theirs)
        self._rest = b""

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def ended(self) -> str | None:
        """Return how it ended; None while it lives."""
        code = self._process.poll()
        if code is None:
            return None
        return f"signal {-code}" if code < 0 else f"exit {code}"

    def beats(self) -> Sequence[Beat]:
        """Return the signs of life since the last call, without waiting."""
        with contextlib.suppress(BlockingIOError):
            while select.select([self._pipe], [], [], 0)[0]:
                read = os.read(self._pipe, _PIPE_BYTES_MAX)
                if not read:
                    break
                self._rest += read
        *lines, self._rest = self._rest.split(b"\n")
        return [read_beat(line) for line in lines]

    def stop(self) -> None:
        """Ask it to drain and end."""
        self._process.terminate()

    def kill(self) -> None:
        """End it at once and wait until it has ended."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Close the pipe; the process has ended."""
        os.close(self._pipe)


@contextlib.contextmanager
def supervising(
    settings: "Settings", names: Sequence[str], tell: Callable[[Told], None]
) -> Generator[Supervisor]:
    """Give the supervisor of these pools, and close what it needed. Raises PortFault."""
    database = Database.open(settings.store.database_url)
    try:
        with contextlib.closing(open_queue(database)) as queue:
            yield Supervisor(
                names=names,
                start=ChildProcess,
                give_back=lambda job, reason: queue.take_back(job, reason=reason),
                clock=SystemClock(),
                tell=tell,
            )
    finally:
        database.close()


@dataclass(frozen=True, slots=True)
class Beside:
    """The pools beside a service."""

    begin: Callable[[], None]
    """Start a process for each."""
    stop: Callable[[], None]
    """Tell them to stop, and go on at once."""


@contextlib.contextmanager
def pools_beside(settings: "Settings", tell: Callable[[Told], None]) -> Generator[Beside]:
    """Give the pools beside a service; they are stopped within ten seconds at the end.

    Raises PortFault.
    """
    stop = threading.Event()
    with supervising(settings, names_for(settings), tell) as supervisor:
        thread = threading.Thread(target=supervisor.run, args=(stop,), name="pools")
        try:
            yield Beside(begin=thread.start, stop=stop.set)
        finally:
            stop.set()
            if thread.ident is not None:
                thread.join(STOP_SECONDS + 1)
