"""Workers in child processes that can be killed, forked from a process that opened nothing."""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from threading import Event

from bailiwick.domain.receipt import EffectState
from bailiwick.policy.rulebook import Rulebook
from bench.reliability.account import Account, account_of
from bench.reliability.assembly import Place, assembled, mail_writer
from bench.reliability.world import open_world

SETTLE_SECONDS_MAX = 120.0
_OPEN = (EffectState.READY, EffectState.SENDING, EffectState.IN_DOUBT)


def forked(work: Callable[[], None]) -> int:
    """Run something in a child process and return its number. The caller has no open database."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:  # noqa: BLE001 - the child must never return into the parent's code
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def ended_by_signal() -> None:
    """Let SIGTERM end this process as an exception does, so that nobody is left behind."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))


def working(place: Place, law: Rulebook, *, token: str, ready: int) -> Callable[[], None]:
    """Return the life of a worker: build, tell that it is ready, deliver until killed."""

    def work() -> None:
        world = open_world(place.url)
        worker = assembled(world, law, mail_writer(place, world), token=token)
        os.write(ready, b"r")
        worker.run(Event())

    return work


def killed_after(child: int, seconds: float) -> bool:
    """Kill a child after some time; False when it had ended by itself."""
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def finished(place: Place, law: Rulebook, *, token: str) -> Account:
    """Work until nothing is open, as a restarted worker would, and compare the books."""
    world = open_world(place.url)
    try:
        worker = assembled(world, law, mail_writer(place, world), token=token)
        until = time.monotonic() + SETTLE_SECONDS_MAX
        while world.count(*_OPEN) and time.monotonic() < until:
            if worker.drain(1_000).delivered_count == 0:
                time.sleep(0.1)
        return account_of(world, place.ledger)
    finally:
        world.close()


def database_url(kind: str, folder: Path, create: Callable[[str], str] | None) -> str:
    """Return the address of a fresh database."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'app.db'}"
    assert create is not None, "PostgreSQL needs a server"
    return create("bench_" + folder.name.replace("-", "_").lower())
