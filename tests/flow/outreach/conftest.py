"""A small world with campaigns, and the mail server that it writes to."""

from collections.abc import Generator
from pathlib import Path

import pytest
from tests.fakes.campaign_deaths import StumblingClock
from tests.fakes.campaign_wire import Wire, wired
from tests.fakes.campaign_world import World, founded
from tests.fakes.office import TUESDAY


@pytest.fixture(scope="module")
def wire() -> Generator[Wire]:
    with wired() as found:
        yield found


@pytest.fixture
def world(tmp_path: Path, wire: Wire) -> Generator[World]:
    founded(tmp_path)
    wire.reset()
    opened = World(folder=tmp_path, wire=wire, clock=StumblingClock(TUESDAY))
    try:
        yield opened
    finally:
        opened.close()
