"""Checkpoints are sealed, written by one holder, and read by nothing but the graph they are of."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import Any, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph
from tests.engine.savers import a_saver
from tests.store.stores import Store

from bailiwick.domain.thread import GraphThreadId
from bailiwick.engine.checkpoint.book import UnableToOpenCheckpoint
from bailiwick.engine.checkpoint.codec import (
    StateCodec,
    UnableToReadState,
    UnableToStoreState,
    type_name,
)
from bailiwick.engine.thread_faults import LostThread

THREAD = "0b9f4a52-5d0d-4d5e-9c61-8a3f6d1e2b7c"
PLANTED = "planted-person@secret.example"


class Words(TypedDict):
    words: str


@dataclass(frozen=True, slots=True)
class Known:
    name: str
    number: int = 1


def a_graph(saver: Any) -> Any:  # noqa: ANN401 - LangGraph's own types
    async def speak(state: Words) -> Words:
        return {"words": state["words"] + "!"}

    graph: Any = StateGraph(Words, context_schema=object)
    graph.add_node("speak", speak)
    graph.add_edge(START, "speak")
    graph.add_edge("speak", END)
    return graph.compile(checkpointer=saver)


def where() -> RunnableConfig:
    return {"configurable": {"thread_id": THREAD}}


async def spoken(saver: Any, words: str) -> Any:  # noqa: ANN401 - LangGraph's own types
    return await a_graph(saver).ainvoke({"words": words}, where(), durability="sync")


FORGED = [
    b'{"v":1,"d":{"$":"data","t":"os.system","v":{"command":"true"}}}',
    b'{"v":1,"d":{"$":"model","t":"subprocess.Popen","v":{"args":["true"]}}}',
    b'{"v":1,"d":{"$":"enum","t":"builtins.eval","v":"1"}}',
    b'{"v":1,"d":{"$":"call","t":"os.system","v":["true"]}}',
    b'{"v":1,"d":{"lc":2,"type":"constructor","id":["os","system"],"kwargs":{}}}',
    b"\xc7\x0d\x05\x93\xa2os\xa6system\xa4true",
    b'{"v":2,"d":1}',
    b"[]",
]


class TestCodec:
    @pytest.mark.parametrize("body", FORGED)
    def test_imports_nothing_that_bytes_name(self, body: bytes) -> None:
        """A forged value is refused or stays plain data; no module is loaded for it."""
        before = set(sys.modules)
        codec = StateCodec({type_name(Known): Known})
        try:
            found = codec.loads(body)
        except UnableToReadState:
            found = {}
        assert isinstance(found, dict)
        assert set(sys.modules) == before

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
            max_leaves=20,
        )
    )
    def test_gives_back_what_it_took(self, value: object) -> None:
        """Any plain value comes back equal, tuples as tuples."""
        codec = StateCodec({})
        assert codec.loads(codec.dumps(value)) == value

    def test_takes_types_of_the_graph_only(self) -> None:
        """A type that the schemas name comes back as itself, any other is refused."""
        codec = StateCodec({type_name(Known): Known})
        assert codec.loads(codec.dumps(Known("a", 2))) == Known("a", 2)
        with pytest.raises(UnableToStoreState):
            StateCodec({}).dumps(Known("a"))

    def test_fills_new_fields_and_refuses_lost_ones(self) -> None:
        """A field with a default may be added; one that is gone is never dropped silently."""
        codec = StateCodec({type_name(Known): Known})
        told = json.loads(codec.dumps(Known("a", 2)))
        del told["d"]["v"]["number"]
        assert codec.loads(json.dumps(told).encode()) == Known("a")
        told["d"]["v"]["gone"] = 1
        with pytest.raises(UnableToReadState):
            codec.loads(json.dumps(told).encode())


class TestSeal:
    def test_leaves_no_planted_byte(self, sqlite_store: Store, sqlite_url: str) -> None:
        """What a graph was told is nowhere in the database's files."""
        asyncio.run(spoken(a_saver(sqlite_store), PLANTED))
        path = sqlite_url.removeprefix("sqlite:///")
        database = sqlite_store.database._engine.url.database or path  # pyright: ignore[reportPrivateUsage] - where the file is
        for suffix in ("", "-wal", "-shm"):
            with open(database + suffix, "rb") as file:  # noqa: PTH123 - names with suffixes
                assert PLANTED.encode() not in file.read()

    def test_keeps_what_is_small(self, store: Store) -> None:
        """What repeats itself is packed before it is sealed, and read as it was told."""
        saver, words = a_saver(store), "the same words " * 1_000
        asyncio.run(spoken(saver, words))
        with store.units.read() as unit:
            sizes = unit.checkpoints.value_sizes(GraphThreadId(THREAD))
        assert 0 < sum(sizes.values()) < len(words) / 10
        found = saver.get_tuple(where())
        assert found is not None
        assert found.checkpoint["channel_values"]["words"] == words + "!"

    def test_refuses_moved_changed_and_plain_bytes(self, store: Store) -> None:
        """A value opens at its own place only, unchanged and sealed."""
        saver = a_saver(store)
        asyncio.run(spoken(saver, "hello"))
        with store.units.read() as unit:
            row = unit.checkpoints.get(THREAD, "", None)  # pyright: ignore[reportArgumentType]
        assert row is not None
        flipped = row.body[:-1] + bytes([row.body[-1] ^ 1])
        for wrong in (
            replace(row, body=flipped),
            replace(row, body=b'{"v":1,"d":{}}'),
            replace(row, checkpoint_id="other"),
            replace(row, ns="other"),
        ):
            with pytest.raises(UnableToOpenCheckpoint):
                saver._book.metadata_of(wrong)  # pyright: ignore[reportPrivateUsage] - to look at one row

    def test_opens_under_an_older_key(self, store: Store) -> None:
        """After a new secret, what the old one sealed still opens; without it nothing does."""
        asyncio.run(spoken(a_saver(store, secrets=(b"old" * 11,)), "hello"))
        both = a_saver(store, secrets=(b"new" * 11, b"old" * 11))
        assert both.get_tuple(where()) is not None
        with pytest.raises(UnableToOpenCheckpoint):
            a_saver(store, secrets=(b"new" * 11,)).get_tuple(where())


class TestOneWriter:
    def test_is_the_only_one(self, store: Store) -> None:
        """Of five runs on one thread at once four are told so; no update is lost silently."""

        async def five() -> list[object]:
            savers = [a_saver(store, holder=f"h{number}") for number in range(5)]
            found = [spoken(saver, f"w{number}") for number, saver in enumerate(savers)]
            return list(await asyncio.gather(*found, return_exceptions=True))

        outcomes = asyncio.run(five())
        assert sum(isinstance(one, LostThread) for one in outcomes) == 4
        assert sum(isinstance(one, dict) for one in outcomes) == 1


class TestStrictMode:
    def test_unset_means_no_saver(self) -> None:
        """A process that loaded LangGraph without the strict flag refuses to make a saver."""
        code = (
            "import langgraph.checkpoint.base\n"
            "from bailiwick.engine.checkpoint.saver import require_strict\n"
            "from bailiwick.engine.checkpoint.saver import UnableToTrustCheckpoints\n"
            "try:\n    require_strict()\nexcept UnableToTrustCheckpoints:\n    print('refused')"
        )
        found = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={}
        )
        assert found.stdout.strip() == "refused"
