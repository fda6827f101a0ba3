"""The worker of a simulation, in a process of its own that may die at any named point."""

import asyncio
import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, Protocol

from bailiwick.connectors.mailbox.parse import parse
from bailiwick.domain.campaign.pace import WarmUp
from bailiwick.domain.message import ParsedMail
from bailiwick.kit.clock import FixedClock
from bailiwick.kit.garbage import loading
from bailiwick.ports.mail_source import RawMail
from bailiwick.settings import Settings, StoreSettings, demand_strict_checkpoints
from bailiwick.wiring.application import Application, build
from bailiwick.wiring.doubles import Doubles
from bench.outreach.fuse import BurningClock, BurningIds, BurningTimetable, Fuse
from bench.outreach.wire import Log, Wire

PRELOADED: Final = (
    "bench.outreach.worker",
    "bailiwick.capabilities.campaign.graph",
    "bailiwick.wiring.mail_runs",
    "bailiwick.wiring.runs",
    "bailiwick.wiring.post",
    "bailiwick.wiring.intelligence",
    "bailiwick.wiring.observation",
    "bailiwick.engine.campaign.settling",
    "bailiwick.engine.campaign.ticking",
    "bailiwick.engine.campaign.pacing",
    "bailiwick.engine.delivery.worker",
    "bailiwick.engine.graphs.sequential",
    "bailiwick.store.queue.worker_side",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a simulation works."""

    url: str
    log: Path
    seed: int
    warm_up: WarmUp

    @property
    def settings(self) -> Settings:
        """What every process of it is told."""
        return Settings(store=StoreSettings(database_url=self.url))


@dataclass(frozen=True, slots=True)
class Turn:
    """What a worker is asked: to turn the machine once at an instant, and where to die."""

    at: datetime
    point: str = ""
    passes: int = 0


@dataclass(frozen=True, slots=True)
class Turned:
    """What a worker answers."""

    begun: int
    runs: int
    cpu_seconds: float


class Line(Protocol):
    """One end of a pipe between processes."""

    def send(self, obj: Any) -> None:  # noqa: ANN401 - as multiprocessing has it
        """Put an object through."""
        ...

    def recv(self) -> Any:  # noqa: ANN401 - as multiprocessing has it
        """Wait for an object. Raises EOFError at the end of the line."""
        ...

    def close(self) -> None:
        """Give this end up."""
        ...


class InlineParser:
    """Parses in this process: the mails of a simulation are its own."""

    def parse_all(self, mails: Iterable[RawMail]) -> Iterator[tuple[RawMail, ParsedMail]]:
        """Parse one after another."""
        for mail in mails:
            yield mail, parse(mail.raw)

    def close(self) -> None:
        """Nothing is open."""


def opened(site: Site, clock: FixedClock, fuse: Fuse, *, life: str) -> Application:
    """Build an application as `bailiwick` does, with the wire replaced."""
    demand_strict_checkpoints()
    chance = random.Random(f"{site.seed}/{life}")
    wire = Wire(Log(site.log), clock=clock, chance=chance, fuse=fuse)
    doubles = Doubles(
        clock=clock,
        ids=BurningIds(clock.now, fuse),
        mail=wire,
        parser=InlineParser(),
        draw=chance.random,
        timetable=BurningTimetable(fuse, draw=chance.random, warm_up=site.warm_up),
    )
    return build(site.settings, doubles)


def _work(site: Site, life: str, line: Line) -> None:
    """Turn the machine whenever it is asked, until the line is closed."""
    fuse = Fuse()
    first: Turn = line.recv()
    clock = BurningClock(first.at, fuse)
    with loading():
        app = opened(site, clock, fuse, life=life)
    asked = first
    while True:
        clock.set(asked.at)
        fuse.arm(asked.point, asked.passes)
        report = asyncio.run(app.campaigns.turn())
        line.send(Turned(report.tick.begun_count, report.runs_count, time.process_time()))
        try:
            asked = line.recv()
        except EOFError:
            app.close()
            return


class Worker:
    """A worker that is begun anew whenever it died or is told to end."""

    def __init__(self, site: Site, name: str) -> None:
        self._site = site
        self._name = name
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(list(PRELOADED))
        self._line: Line | None = None
        self.lives_count = 0
        self.cpu_seconds = 0.0
        self._cpu_of_life = 0.0

    def ask(self, asked: Turn) -> None:
        """Let it turn the machine once, and do not wait for it."""
        if self._line is None:
            self._begin()
        assert self._line is not None
        self._line.send(asked)

    def answer(self) -> Turned | None:
        """Wait until it has turned the machine; None when it died of it."""
        assert self._line is not None, "it was asked"
        try:
            turned: Turned = self._line.recv()
        except (EOFError, ConnectionError):
            self._forget()
            return None
        self._cpu_of_life = turned.cpu_seconds
        return turned

    def end(self) -> None:
        """Let the worker end in order."""
        if self._line is not None:
            self._line.close()
            self._process.join()
            assert self._process.exitcode == 0, self._process.exitcode
            self._forget()

    def _begin(self) -> None:
        self._line, there = self._context.Pipe()
        self._process = self._context.Process(
            target=_work, args=(self._site, f"{self._name}{self.lives_count}", there), daemon=True
        )
        self._process.start()
        there.close()
        self.lives_count += 1

    def _forget(self) -> None:
        self._process.join()
        self._line = None
        self.cpu_seconds += self._cpu_of_life
        self._cpu_of_life = 0.0

    @property
    def exitcode(self) -> int | None:
        """How the last life ended."""
        return self._process.exitcode
