"""`bailiwick list` and `bailiwick graphs` tell what is registered and what runs it."""

import inspect
import json
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from langgraph.graph import StateGraph
from tests.cli.house import House

from bailiwick.cli.exits import Exit
from bailiwick.control.registry import CAPABILITIES
from bailiwick.engine.graphs.graphs import Graphs
from bailiwick.wiring import served_graphs


@pytest.fixture
def usurper(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """A distribution that registers the name of a shipped capability."""
    folder = tmp_path_factory.mktemp("site")
    info = folder / "usurper-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: usurper\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[bailiwick.capabilities]\nreply = usurper\n", "utf-8")
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))


class TestTheList:
    def test_tells_pool_intake_and_engine(self, house: House) -> None:
        """Each capability is told with where it runs, what it starts from and what runs it."""
        items = {item["name"]: item for item in house.run("list", "--engine", "--json").items()}
        assert tuple(items) == CAPABILITIES
        told = items["crm_orchestrator"]
        assert (told["pool"], told["intake"], told["resumable"]) == ("core", "contact", False)
        assert (told["engine"], told["reason"]) == ("sequential", "")
        assert "sequential" in house.run("list", "--engine").out

    def test_loads_no_graph_unless_asked(self, house: House) -> None:
        """The plain list says nothing of engines; the pool is part of the spec."""
        item = house.run("list", "--json").items()[0]
        assert "engine" not in item
        assert item["pool"] == "email"

    @pytest.mark.usefixtures("usurper")
    def test_names_what_cannot_be_used(self, house: House) -> None:
        """A clash of names is told, and what is shipped is listed all the same."""
        ran = house.run("list", "--json")
        broken = ran.json()["broken"]
        assert ran.code == Exit.FAULT
        assert isinstance(broken, dict)
        assert "shipped" in json.dumps(broken)
        assert len(ran.items()) == len(CAPABILITIES)


class TestTheGraphs:
    def test_are_written_for_langgraph(self, house: House) -> None:
        """The file names every capability; screen, JSON and file hold the same."""
        written = house.run("graphs", "--write", "langgraph.json")
        assert written.code == Exit.OK, written.err
        found = json.loads((house.folder / "langgraph.json").read_text("utf-8"))
        assert tuple(found["graphs"]) == CAPABILITIES
        assert json.loads(house.run("graphs").out) == found
        assert house.run("graphs", "--json").json() == found

    def test_are_not_written_where_nothing_can_be(self, house: House) -> None:
        """A folder that is not there is told."""
        ran = house.run("graphs", "--write", "nowhere/langgraph.json")
        assert ran.code == Exit.INPUT
        assert "nowhere/langgraph.json cannot be written" in ran.err

    @pytest.mark.parametrize("name", CAPABILITIES)
    def test_are_found_as_langgraph_looks_for_them(self, house: House, name: str) -> None:
        """The place is a factory without parameters, in the module's own names; same nodes."""
        assert Path.cwd() == house.folder
        places = served_graphs.configuration()["graphs"]
        assert isinstance(places, dict)
        module, _, attribute = str(places[name]).partition(":")
        factory = sys.modules[module].__dict__[attribute]
        assert not inspect.signature(factory).parameters
        served = factory()
        assert isinstance(served, StateGraph)
        assert set(served.nodes) == set(Graphs({}).builder(name).nodes)
