"""The pool boundary: whatever a graph does, its run ends on record and no other notices."""

import asyncio
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, office

from bailiwick.control.load import UnableToLoadCapability, load_spec
from bailiwick.control.registry import CAPABILITIES
from bailiwick.control.spec import Spec
from bailiwick.domain.fault import PortFault
from bailiwick.engine.graphs.executor import Executor
from bailiwick.engine.graphs.graphs import Graphs
from bailiwick.engine.runner import Runner, RunResult
from bailiwick.engine.sweep import Sweep


@dataclass
class Broken:
    """A graph that fails in one way."""

    how: str

    async def run(
        self, state: Mapping[str, object], *, context: object, steps_max: int
    ) -> Mapping[str, object]:
        del state, context, steps_max
        if self.how == "bug":
            raise ZeroDivisionError(self.how)
        if self.how == "fault":
            raise PortFault(self.how)
        await asyncio.sleep(5)
        return {"outcome": {}}


class BrokenGraphs(Graphs):
    """Graphs of which the orchestrator's fails."""

    def __init__(self, how: str) -> None:
        super().__init__({})
        self._how = how

    def spec(self, name: str) -> Spec:
        return replace(super().spec(name), seconds_max=0 if self._how == "slow" else 60)

    def executor(self, name: str) -> Executor:
        del name
        return Broken(self._how)


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url) as opened:
        yield opened


def run(place: Office, how: str) -> RunResult:
    parts = replace(place.app.runner.parts, graphs=BrokenGraphs(how))
    sweep = Sweep(
        units=place.app.units, runner=Runner(parts), inbox=place.app.inbox, clock=place.clock,
        ids=place.app.ids,
    )  # fmt: skip
    return asyncio.run(sweep.plan(DANA))


class TestARunThatFails:
    @pytest.mark.parametrize(
        ("how", "said", "status"),
        [
            ("bug", "ZeroDivisionError", "failed"),
            ("fault", "fault", "failed"),
            ("slow", "took longer", "timeout"),
        ],
    )
    def test_ends_with_its_reason(self, place: Office, how: str, said: str, status: str) -> None:
        """A bug, a fault and a late graph each end their run on record; nothing is planned."""
        result = run(place, how)
        with place.app.units.read() as unit:
            row = unit.runs.get(result.run_id)
            records = unit.records.of_run(result.run_id)
        assert row is not None
        assert (row.status, result.status) == (status, status)
        assert said in row.reason
        assert [r.kind.value for r in records] == ["signal.read", "run.finished"]

    def test_does_not_stop_the_next_one(self, place: Office) -> None:
        """After a failure the same contact can be planned for."""
        run(place, "bug")
        assert asyncio.run(place.app.sweep.plan(DANA)).status != "failed"


class TestCapabilities:
    @pytest.mark.parametrize("name", CAPABILITIES)
    def test_load_and_compile(self, place: Office, name: str) -> None:
        """Every registered name has a spec of that name and a graph that compiles."""
        assert load_spec(name).name == name
        assert place.app.graphs.executor(name) is place.app.graphs.executor(name)

    def test_are_only_those_that_are_registered(self) -> None:
        """An unknown name is refused with the known ones."""
        with pytest.raises(UnableToLoadCapability, match="crm_orchestrator"):
            load_spec("os")
