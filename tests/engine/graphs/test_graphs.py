"""A broken capability breaks only itself, at its first call; third parties' are found."""

import asyncio
import subprocess
import sys
from collections.abc import Generator
from importlib.metadata import version
from pathlib import Path

import pytest

from bailiwick.control.load import (
    UnableToLoadCapability,
    capability_names,
    load_spec,
    unusable_names,
)
from bailiwick.control.registry import CAPABILITIES
from bailiwick.control.spec import Intake
from bailiwick.engine.graphs.executor import LANGGRAPH_TESTED, Engine, why_untested
from bailiwick.engine.graphs.graphs import ORCHESTRATOR, Graphs

SPEC = """
from bailiwick.control.spec import Intake, Spec
from bailiwick.domain.autonomy import Level
from bailiwick.domain.pool import Pool

SPEC = Spec(
    name="{name}", version="2026-11-20.1", summary="Adds.", signals=frozenset(),
    actions=frozenset(), level_max=Level.L0, seconds_max=20, tokens_max=0, model_calls_max=0,
    reads_untrusted=False, pool=Pool.CORE, intake=Intake.STATE, resumable={resumable},
)
"""
GRAPH = """
from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class State(TypedDict, total=False):
    count: int


async def add(state):
    return {"count": state.get("count", 0) + 1}


def build():
    graph = StateGraph(State)
    graph.add_node("add", add)
    graph.add_edge(START, "add")
    graph.add_edge("add", END)
    return graph
"""


class Site:
    """A folder on the search path into which distributions are put, as pip does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(
        self, name: str, *, spec: str = "", graph: str = GRAPH, distribution: str = "",
        resumable: bool = False,
    ) -> None:  # fmt: skip
        """Put a distribution there whose entry point is this capability."""
        owner = distribution or f"acme-{name}"
        package = owner.replace("-", "_")
        (self.folder / package).mkdir()
        (self.folder / package / "__init__.py").write_text("", "utf-8")
        text = spec or SPEC.format(name=name, resumable=resumable)
        (self.folder / package / "spec.py").write_text(text, "utf-8")
        (self.folder / package / "graph.py").write_text(graph, "utf-8")
        info = self.folder / f"{package}-1.0.dist-info"
        info.mkdir()
        info.joinpath("METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {owner}\nVersion: 1.0\n", "utf-8"
        )
        info.joinpath("entry_points.txt").write_text(
            f"[bailiwick.capabilities]\n{name} = {package}\n", "utf-8"
        )


@pytest.fixture
def site(tmp_path: Path) -> Generator[Site]:
    """A search path that knows one folder more."""
    sys.path.insert(0, str(tmp_path))
    yield Site(tmp_path)
    sys.path.remove(str(tmp_path))
    for name in [n for n in sys.modules if n.startswith("acme_")]:
        del sys.modules[name]


class TestLoading:
    def test_keeps_langgraph_out_of_the_collectors_sight(self) -> None:
        """A look at a hundred thousand things that stay would stop a server for a tenth second."""
        code = (
            "import gc, sys\n"
            "from bailiwick.engine.graphs.graphs import Graphs\n"
            "assert 'langgraph' not in sys.modules\n"
            "Graphs({}).loaded('reply')\n"
            "print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
        )
        done = subprocess.run(  # noqa: S603 - our own interpreter and words
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == ["True", "True"]


class TestAThirdPartysCapability:
    def test_is_found_when_it_is_installed_later(self, site: Site) -> None:
        """What was read of the search path is read again when a folder of it has changed."""
        site.install("adder")
        assert "adder" in capability_names()
        site.install("later")
        assert {"adder", "later"} <= {*capability_names()}

    def test_is_found_and_runs(self, site: Site) -> None:
        """A distribution's entry point makes a capability: any state in, the final state out."""
        site.install("adder")
        assert capability_names() == (*CAPABILITIES, "adder")
        graphs = Graphs({})
        assert graphs.spec("adder").intake is Intake.STATE
        assert graphs.loaded("adder").engine is Engine.SEQUENTIAL
        run = graphs.executor("adder").run({"count": 2, "more": 1}, context=None, steps_max=9)
        assert asyncio.run(run) == {"count": 3}

    def test_that_may_wait_goes_to_langgraph(self, site: Site) -> None:
        """Whether a run may wait decides, and the reason is told; the result is the same."""
        site.install("waiter", resumable=True)
        graphs = Graphs({})
        loaded = graphs.loaded("waiter")
        assert (loaded.engine, loaded.reason) == (
            Engine.LANGGRAPH, "its runs may wait for a person or a time",
        )  # fmt: skip
        run = graphs.executor("waiter").run({"count": 2}, context=None, steps_max=9)
        assert asyncio.run(run) == {"count": 3}

    def test_cannot_take_a_shipped_name(self, site: Site) -> None:
        """The shipped capability stays, and the clash is told."""
        site.install("reply", distribution="acme-usurper")
        assert capability_names() == CAPABILITIES
        assert "shipped" in unusable_names()["reply (acme-usurper)"]
        assert load_spec("reply").summary.startswith("Drafts the answer")

    def test_cannot_share_a_name(self, site: Site) -> None:
        """Two distributions with one name: neither is taken by chance."""
        site.install("twin", distribution="acme-left")
        site.install("twin", distribution="acme-right")
        assert "twin" not in capability_names()
        with pytest.raises(UnableToLoadCapability, match="several: acme-"):
            load_spec("twin")

    def test_needs_a_plain_name(self, site: Site) -> None:
        """A name that would not fit a label or a column is told."""
        site.install("Big-Name", distribution="acme-big")
        assert capability_names() == CAPABILITIES
        assert "lower-case" in unusable_names()["Big-Name (acme-big)"]

    def test_is_known_only_while_it_is_installed(self) -> None:
        """The other side: without the distribution there is no such capability."""
        with pytest.raises(UnableToLoadCapability, match="not registered"):
            load_spec("adder")


class TestABrokenCapability:
    @pytest.mark.parametrize(
        ("graph", "said"),
        [
            ("import nothing_of_that_name", "ModuleNotFoundError"),
            ("def build(:", "SyntaxError"),
            ("1 / 0", "ZeroDivisionError"),
            ("import sys; sys.exit(3)", "SystemExit"),
            ("", "must define build"),
            ("build = 3", "must define build"),
            ("def build(): return 3", "must return a StateGraph"),
            ("def build(): return 1 / 0", "ZeroDivisionError"),
            ("def build(): raise SystemExit", "SystemExit"),
            ("def build(needed): return needed", "TypeError"),
            (GRAPH.replace('graph.add_edge(START, "add")', "pass"), "entrypoint"),
            (GRAPH.replace("return graph", "return graph.compile()"), "must return a StateGraph"),
        ],
    )
    def test_breaks_only_itself_at_its_first_call(self, site: Site, graph: str, said: str) -> None:
        """Its spec is listed, its first call tells what is wrong, and all others work."""
        site.install("broken", graph=graph)
        graphs = Graphs({})
        assert graphs.spec("broken").name == "broken"
        with pytest.raises(UnableToLoadCapability, match=said):
            graphs.executor("broken")
        assert graphs.loaded(ORCHESTRATOR).engine is Engine.SEQUENTIAL

    @pytest.mark.parametrize(
        ("spec", "said"),
        [
            ("import nothing_of_that_name", "ModuleNotFoundError"),
            ("SPEC = 3", "must define SPEC with that name"),
            ("raise SystemExit(1)", "SystemExit"),
            (SPEC.format(name="other", resumable=False), "must define SPEC with that name"),
            ("x = 1", "must define SPEC"),
        ],
    )
    def test_without_a_right_spec_tells_so(self, site: Site, spec: str, said: str) -> None:
        """A spec that is broken or speaks of another capability is named."""
        site.install("broken", spec=spec)
        with pytest.raises(UnableToLoadCapability, match=said):
            Graphs({}).spec("broken")

    def test_can_be_mended_without_a_restart(self, site: Site) -> None:
        """A failure is not kept: the next call tries again."""
        site.install("broken", graph="import nothing_of_that_name")
        graphs = Graphs({})
        with pytest.raises(UnableToLoadCapability):
            graphs.executor("broken")
        (site.folder / "acme_broken" / "graph.py").write_text(GRAPH, "utf-8")
        assert graphs.loaded("broken").engine is Engine.SEQUENTIAL


class TestTheProvenLangGraph:
    def test_is_the_one_that_is_installed(self) -> None:
        """An upgrade of the lock is a decision: prove it equal, then raise LANGGRAPH_TESTED."""
        assert why_untested(version("langgraph")) == ""

    @pytest.mark.parametrize("other", ["1.2.21", "1.2.23", "1.3.0", "1.2.22rc1", "2"])
    def test_is_no_other(self, other: str) -> None:
        """Outside the proven versions no graph runs sequentially, and the reason says so."""
        assert LANGGRAPH_TESTED == ("1.2.22", "1.2.22")
        assert f"LangGraph {other} is not proven equal" in why_untested(other)
