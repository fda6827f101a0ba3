"""A served workspace whose threads play what a test writes down."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2
from starlette.testclient import TestClient
from tests.api.premises import Premises, opened
from tests.fakes.threads import RUN, THREAD, FakeThreads

from bailiwick.domain.crm import Role
from bailiwick.kit.ids import as_uuid
from bailiwick.kit.json_value import Json
from bailiwick.wiring.doubles import Doubles

RUNS = f"/threads/{THREAD}/runs"
ONE_RUN = f"{RUNS}/{as_uuid(RUN)}"


@dataclass(frozen=True)
class Scene:
    """Threads that play, and who calls."""

    premises: Premises
    threads: FakeThreads
    client: TestClient

    def start(self, how: str = "", **body: Json) -> httpx2.Response:
        """Ask for a run of the orchestrator."""
        asked: Mapping[str, Json] = {"assistant_id": "crm_orchestrator", **body}
        return self.client.post(f"{RUNS}{how}", json=asked)


@contextmanager
def played(url: str) -> Generator[Scene]:
    """Serve a fresh scene, called by an administrator."""
    threads = FakeThreads()  # pyright: ignore[reportAbstractUsage] - these routes call no more
    with opened(url, Doubles(threads=threads)) as premises:
        yield Scene(premises, threads, premises.client(Role.ADMIN))
