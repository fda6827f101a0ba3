"""A workspace with odd capabilities in two pools, and real processes that work for it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.fakes.asked_runs import accepted, stored

from bailiwick.domain.ids import RunId
from bailiwick.domain.run import ENDED, RunRow
from bailiwick.engine.runs.requests import RunRequest
from bailiwick.settings import Settings, StoreSettings
from bailiwick.wiring.application import Application, build
from bailiwick.wiring.founding import Founding, found

WITHIN_SECONDS: Final = 180.0  # a busy machine needs twenty for a process to begin
POOLS: Final = {"odd_one": "ANALYTICS", "odd_two": "DISCOVERY"}
SPEC: Final = """
from bailiwick.control.spec import Intake, Spec
from bailiwick.domain.autonomy import Level
from bailiwick.domain.pool import Pool

SPEC = Spec(
    name="{name}", version="2026-11-20.1", summary="Odd.", signals=frozenset(),
    actions=frozenset(), level_max=Level.L0, seconds_max=2, tokens_max=0, model_calls_max=0,
    reads_untrusted=False, pool=Pool.{pool}, intake=Intake.STATE,
)
"""
GRAPH: Final = """
import asyncio
import os
import signal
import time
from pathlib import Path
from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class State(TypedDict, total=False):
    do: str
    mark: str
    seconds: float
    answer: str


async def act(state):
    mark = Path(state["mark"])
    first = not mark.exists()
    with mark.open("a") as file:
        file.write(f"{os.getpid()}\\n")
    if state["do"] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if state["do"] == "block once" and first:
        time.sleep(600)
    await asyncio.sleep(state.get("seconds", 0))
    return {"answer": f"{state['do']} by {os.getpid()}"}


def build():
    graph = StateGraph(State)
    graph.add_node("act", act)
    graph.add_edge(START, "act")
    graph.add_edge("act", END)
    return graph
"""


@dataclass
class Process:
    """A running command, and the JSON lines that it has printed."""

    popen: "subprocess.Popen[str]"
    lines: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def listen(self) -> None:
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            if line.startswith('{"'):  # `serve` tells where it listens over several lines
                self.lines.append(json.loads(line))

    def pid_of(self, pool: str) -> int:
        """Return the number of the newest process of a pool, which may have to begin first."""

        def started() -> list[int]:
            found = (told for told in self.lines if told.get("pool") == pool)
            return [told["pid"] for told in found if told["event"] == "started"]

        until(lambda: bool(started()))
        return started()[-1]

    def told(self, event: str) -> list[str]:
        """Return the reasons of events of this name."""
        return [told["reason"] for told in self.lines if told.get("event") == event]

    def stop(self) -> float:
        """Ask it to end and return how many seconds it took."""
        began = time.monotonic()
        self.popen.send_signal(signal.SIGTERM)
        self.popen.wait(WITHIN_SECONDS)
        return time.monotonic() - began


@dataclass
class PoolHouse:
    """The workspace, asked for runs in this process and worked for in others."""

    folder: Path
    url: str
    app: Application

    def ask(self, capability: str, do: str, *, seconds: float = 0.0) -> RunId:
        mark = self.folder / f"mark-{time.monotonic_ns()}"
        given = {"do": do, "mark": str(mark), "seconds": seconds}
        wanted = RunRequest(capability=capability, input=given, requested_by="per_1")
        return accepted(self.app, wanted)

    def run(self, run_id: RunId) -> RunRow:
        return stored(self.app, run_id)

    def holders(self, run_id: RunId) -> list[int]:
        """Return which processes have begun a run, in order."""
        given = self.run(run_id).request
        assert isinstance(given, Mapping)
        mark = Path(str(given["mark"]))
        return [int(line) for line in mark.read_text().split()] if mark.exists() else []

    def ended(self, *runs: RunId) -> bool:
        return all(self.run(run).status in ENDED for run in runs)

    @contextmanager
    def command(self, *arguments: str) -> Generator[Process]:
        """Run a command of ours until the end of the block."""
        environment = {
            **os.environ,  # noqa: TID251 - a child process inherits ours
            "PYTHONPATH": str(self.folder),
            "BAILIWICK_DATABASE_URL": self.url,
        }
        popen = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "bailiwick", *arguments, "--json"],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        process = Process(popen)
        listening = threading.Thread(target=process.listen, daemon=True)
        listening.start()
        try:
            yield process
        finally:
            if popen.poll() is None:
                process.stop()
            listening.join(5)
            assert popen.stdout is not None
            popen.stdout.close()


def until(met: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + WITHIN_SECONDS
    while not met():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.05)


@contextmanager
def pool_house(folder: Path, url: str) -> Generator[PoolHouse]:
    """Found a workspace whose capabilities another package brings."""
    for name, pool in POOLS.items():
        package = folder / f"acme_{name}"
        package.mkdir()
        (package / "__init__.py").write_text("", "utf-8")
        (package / "spec.py").write_text(SPEC.format(name=name, pool=pool), "utf-8")
        (package / "graph.py").write_text(GRAPH, "utf-8")
    kept = folder / "acme_odd-1.0.dist-info"
    kept.mkdir()
    (kept / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-odd\nVersion: 1.0\n", "utf-8")
    lines = "".join(f"{name} = acme_{name}\n" for name in POOLS)
    (kept / "entry_points.txt").write_text(f"[bailiwick.capabilities]\n{lines}", "utf-8")
    settings = Settings(store=StoreSettings(database_url=url))
    found(
        settings,
        Founding(name="default", mailbox="sales@ours.example", company="Ours",
                 person_email="a@ours.example", person_name="Ada"),
    )  # fmt: skip
    sys.path.insert(0, str(folder))
    app = build(settings)
    try:
        yield PoolHouse(folder, url, app)
    finally:
        app.close()
        sys.path.remove(str(folder))
        for name in [n for n in sys.modules if n.startswith("acme_odd")]:
            del sys.modules[name]
