"""Kills a worker at each named point of one send, from inside, and lets another one finish.

    python -m bench.reliability.points --database sqlite

The points are before and after each commit and each call of the writer: coarser than the system
calls of `sweep`, but without tracing and in a second or two.
"""

import argparse
import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path

from bailiwick.domain.receipt import Receipt
from bailiwick.engine.delivery.liveness import ProcessHolders
from bailiwick.policy.permit import Permit
from bailiwick.policy.rulebook import Rulebook, load
from bailiwick.ports.outbound.mail import MailWriter
from bailiwick.ports.unit import Unit, Units
from bench.reliability.account import Account
from bench.reliability.assembly import Place, assembled, delivering, mail_writer
from bench.reliability.child import database_url, finished, forked
from bench.reliability.kill import databases
from bench.reliability.sink import running_sink
from bench.reliability.world import open_world

POINTS_COUNT_MAX = 200  # ours: a send passes 8, a recovery some dozens
SPARE_MAILS = 10  # ours: more than one send has points, so that every crash has its own mail


class Fuse:
    """Kills this process when a point is passed for the n-th time over all points."""

    def __init__(self, after: int) -> None:
        self._left = after

    def point(self) -> None:
        """Pass a point, or die at it."""
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class FusedUnit:
    """A unit whose commit has a point on either side."""

    def __init__(self, unit: Unit, fuse: Fuse) -> None:
        self._unit = unit
        self._fuse = fuse

    def __getattr__(self, name: str) -> object:
        return getattr(self._unit, name)

    def commit(self) -> None:
        """Commit, unless the fuse blows before; it may blow after, too."""
        self._fuse.point()
        self._unit.commit()
        self._fuse.point()


class FusedUnits:
    """Units whose commits have points."""

    def __init__(self, units: Units, fuse: Fuse) -> None:
        self._units = units
        self._fuse = fuse

    @contextlib.contextmanager
    def read(self) -> Generator[Unit]:
        """Open a unit for reading."""
        with self._units.read() as unit:
            yield unit

    @contextlib.contextmanager
    def write(self, *, records: bool = True) -> Generator[Unit]:
        """Open a unit for writing."""
        with self._units.write(records=records) as unit:
            yield FusedUnit(unit, self._fuse)  # pyright: ignore[reportReturnType] - all else is passed on


class FusedWriter:
    """A mail writer with a point on either side of a send."""

    def __init__(self, mail: MailWriter, fuse: Fuse) -> None:
        self._mail = mail
        self._fuse = fuse

    def send(self, payload: bytes, *, permit: Permit) -> Receipt:
        """Send, unless the fuse blows before; it may blow after, too."""
        self._fuse.point()
        receipt = self._mail.send(payload, permit=permit)
        self._fuse.point()
        return receipt

    def was_sent(self, effect_key: str) -> bool | None:
        """Ask the provider."""
        return self._mail.was_sent(effect_key)


def crash_at(place: Place, law: Rulebook, number: int, *, recovering: bool) -> bool:
    """Let a worker die at a point; False when it never came to that point.

    A recovering worker reaps, settles and sends what its predecessors left; another one sends one
    mail and does nothing else, so that its points are the same each time.
    """

    def work() -> None:
        world = open_world(place.url)
        fuse = Fuse(number)
        mail = FusedWriter(mail_writer(place, world), fuse)
        units = FusedUnits(world.units, fuse)
        token = f"point-{number}-{recovering}"
        if recovering:
            assembled(world, law, mail, token=token, units=units).drain(100)
        else:
            holder = ProcessHolders(token=token).mine()
            delivering(world, law, mail, holder=holder, units=units).next()

    _, status = os.waitpid(forked(work), 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the worker failed"
    return os.WIFSIGNALED(status)


def every_point(place: Place, law: Rulebook) -> tuple[int, int, Account]:
    """Crash at each point of a send, then at each point of the recovery, then finish.

    Returns the points of a send, those of the recovery, and the books.
    """
    world = open_world(place.url)
    world.queue(SPARE_MAILS)
    world.close()
    sending = _until_survived(place, law, recovering=False)
    recovering = _until_survived(place, law, recovering=True)
    return sending, recovering, finished(place, law, token="last")  # noqa: S106 - names a process


def _until_survived(place: Place, law: Rulebook, *, recovering: bool) -> int:
    for number in range(1, POINTS_COUNT_MAX + 1):
        if not crash_at(place, law, number, recovering=recovering):
            return number - 1
    message = f"more than {POINTS_COUNT_MAX} points"
    raise AssertionError(message)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument(
        "--lie",
        choices=["absent", "present"],
        default="",
        help="look-ups always say this: the rig must then show doubled or lost mail",
    )
    options = parser.parse_args()
    law = load()
    with (
        tempfile.TemporaryDirectory(prefix="points-") as name,
        running_sink(Path(name) / "ledger", seed=1) as port,
        databases(options.database, Path(name)) as create,
    ):
        folder = Path(name)
        url = database_url(options.database, folder, create)
        place = Place(url, port, folder / "ledger", options.lie)
        sending, recovering, account = every_point(place, law)
    figures = {"points_of_a_send": sending, "points_of_the_recovery": recovering}
    print(json.dumps({**figures, "clean": account.is_clean, "account": asdict(account)}, indent=2))
    return 0 if account.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
