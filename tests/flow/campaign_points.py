"""Kills the whole machine before each of its commits and beside its one send, then lets it go on.

    python -m tests.flow.campaign_points FOLDER [ADDRESS OF A POSTGRESQL SERVER]

Each life is a process of its own, killed by SIGKILL; what arrived is read from a file that plays
the mail server. Prints what became of each life; the last one ends undisturbed.
"""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import Connection, Engine, event
from tests.fakes.office import DANA, TUESDAY, InlineParser, office
from tests.fakes.outreach import DAY, THREE, StillTimetable, run_campaign
from tests.store.postgres_server import Server as Postgres

from bailiwick.connectors.smtp.compose import ComposeSettings, message_id
from bailiwick.connectors.smtp.fake import FakeMailWriter
from bailiwick.domain.campaign.enrolment import enrolment_id
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import PersonId
from bailiwick.domain.receipt import Receipt
from bailiwick.kit.clock import FixedClock
from bailiwick.policy.permit import Permit
from bailiwick.settings import Settings, StoreSettings
from bailiwick.wiring.application import Application, build
from bailiwick.wiring.doubles import Doubles

ROUNDS: Final = 12
"""Turns, eight hours apart: enough for a touch that died on its way, and for its answer."""
OVER: Final = "finished completed"
ADMIN: Final = PersonId(f"per_{Role.ADMIN.value}")
NEVER: Final = 1_000_000
POINTS_COUNT_MAX: Final = 200
"""Several times as many as there are: a lease that is renewed on a slow machine is one more."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the databases of the lives are: each in its folder, or all on a server."""

    postgres: Postgres | None
    prefix: str = field(default_factory=lambda: f"points_{os.getpid()}")

    def url(self, folder: Path) -> str:
        """Return the address of the database of a life."""
        if self.postgres is None:
            return f"sqlite:///{folder / 'office.db'}"
        return self.postgres.database_url(self._name(folder))

    @contextmanager
    def place(self, folder: Path, *, like: Path | None = None) -> Generator[Path]:
        """Make the place of a life, empty or like another, and give it back."""
        if like is None:
            folder.mkdir()
        else:
            shutil.copytree(like, folder)
        if self.postgres is None:
            yield folder
            return
        template = f" template {self._name(like)}" if like is not None else ""
        self.postgres.execute(f"create database {self._name(folder)}{template}")
        try:
            yield folder
        finally:
            self.postgres.execute(f"drop database {self._name(folder)} with (force)")

    def age(self, folder: Path) -> None:
        """Let the lease of the dead process run out: it is timed by the machine's clock."""
        statement = "UPDATE jobs SET lease_until = 0 WHERE lease_until IS NOT NULL"
        if self.postgres is None:
            with sqlite3.connect(folder / "office.db") as connection:
                connection.execute(statement)
        else:
            with psycopg.connect(self.url(folder)) as there:
                there.execute(statement.encode())

    def _name(self, folder: Path) -> str:
        return f"{self.prefix}_{folder.name}"


@dataclass
class Fuse:
    """Kills this process when a point is passed for the n-th time."""

    left: int
    passed: int = 0

    def point(self) -> None:
        """Pass a point, or die at it."""
        self.passed += 1
        if self.passed == self.left:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(kw_only=True)
class Server(FakeMailWriter):
    """Takes mail into a file that outlives the process, and can be asked what is in it."""

    file: Path
    fuse: Fuse

    def send(self, payload: bytes, *, permit: Permit) -> Receipt:
        """Take a mail; there is a point before and a point after."""
        self.fuse.point()
        receipt = super().send(payload, permit=permit)
        with self.file.open("a", encoding="ascii") as ledger:
            ledger.write(f"{self.delivered[-1][0]}\n")
        self.fuse.point()
        return receipt

    def was_sent(self, effect_key: str) -> bool:
        """Look into the file."""
        return message_id(effect_key, domain=self.headers.domain) in arrived(self.file)


def arrived(file: Path) -> list[str]:
    """Return the Message-IDs that the server took."""
    return file.read_text(encoding="ascii").split() if file.exists() else []


def opened(ground: Ground, folder: Path, fuse: Fuse) -> tuple[Application, FixedClock]:
    """Open the workspace at the instant at which the last life ended."""
    moment = folder / "now"
    clock = FixedClock(datetime.fromisoformat(moment.read_text()) if moment.exists() else TUESDAY)
    mail = Server(
        headers=ComposeSettings(domain="northwind.example", unsubscribe_secret=b"s" * 32),
        clock=clock, file=folder / "server", fuse=fuse,
    )  # fmt: skip
    settings = Settings(store=StoreSettings(database_url=ground.url(folder)))
    doubles = Doubles(
        clock=clock, mail=mail, parser=InlineParser(), draw=lambda: 0.5,
        timetable=StillTimetable(gap=DAY),
    )  # fmt: skip
    return build(settings, doubles), clock


def passing(fuse: Fuse) -> Callable[[Connection], None]:
    """Return what is told before each commit of this process."""

    def before(_: Connection) -> None:
        fuse.point()

    return before


def ended(app: Application) -> str:
    """Return how the recipient ended, and whether the campaign did."""
    with app.units.read() as unit:
        campaign = unit.campaigns.by_name("Spring")
        assert campaign is not None
        kept = unit.campaigns.enrolment(enrolment_id(campaign.campaign_id, DANA))
    assert kept is not None
    return f"{kept.enrolment.end} {campaign.status}"


def lived(ground: Ground, folder: Path, fuse: Fuse) -> Callable[[], None]:
    """Return a life: turn and sign until the touch went and its answer was waited for."""

    def life() -> None:
        app, clock = opened(ground, folder, fuse)
        event.listen(Engine, "commit", passing(fuse))
        for _ in range(ROUNDS):
            asyncio.run(app.campaigns.turn())
            if ended(app) == OVER:
                break
            for card in app.inbox.list(size=9).items:
                app.inbox.approve(card.approval_id, person_id=ADMIN, shown_hash=card.payload_hash)
            clock.set(clock.now() + timedelta(hours=8))
            (folder / "now").write_text(clock.now().isoformat())
        (folder / "end").write_text(ended(app))
        app.close()

    return life


def forked(work: Callable[[], None]) -> int:
    """Do something in a child process and return the signal that ended it, or 0."""
    sys.stdout.flush()
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:  # noqa: BLE001 - the child must never return into the parent's code
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, "a life failed"
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def founded(ground: Ground, folder: Path) -> None:
    """Make the workspace with a campaign of one touch to one recipient."""
    with office(folder, url=ground.url(folder), timetable=StillTimetable(gap=DAY)) as place:
        run_campaign(place, series=replace(THREE, touches=THREE.touches[:1]))


def died_at(point: int, ground: Ground, folder: Path) -> dict[str, object]:
    """Die at a point, live on in another process, and return what became of it."""
    killed = forked(lived(ground, folder, Fuse(point)))
    ground.age(folder)
    forked(lived(ground, folder, Fuse(NEVER)))
    end = (folder / "end").read_text()
    mails = arrived(folder / "server")
    return {"point": point, "killed": killed, "mails": len(mails), "end": end}


def main(folder: str, server: str = "") -> None:
    """Die at each point of a life, until one has no more points and ends undisturbed."""
    ground = Ground(Postgres(url=server, found="") if server else None)
    lives: list[dict[str, object]] = []
    with ground.place(Path(folder, "template")) as template:
        forked(lambda: founded(ground, template))
        for point in range(1, POINTS_COUNT_MAX + 1):
            with ground.place(Path(folder, f"point{point}"), like=template) as here:
                lives.append(died_at(point, ground, here))
            if not lives[-1]["killed"]:
                break
    sys.stdout.write(json.dumps(lives))


if __name__ == "__main__":
    main(*sys.argv[1:])
