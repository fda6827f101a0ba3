from datetime import timedelta

import pytest
from tests.store.stores import NOW, Store

from bailiwick.engine.memory import Memory, NamespaceQuery, UnableToKeep
from bailiwick.kit.clock import FixedClock
from bailiwick.kit.json_value import Json

PLACE = ("conversation", "people")


@pytest.fixture
def memory(sqlite_store: Store) -> Memory:
    """A memory with three people in it."""
    found = Memory(units=sqlite_store.units, clock=FixedClock(NOW))
    found.put(PLACE, "ada", {"likes": "green tea", "age": 36})
    found.put(PLACE, "bob", {"likes": "coffee", "age": 50})
    found.put((*PLACE, "former"), "eve", {"likes": "tea", "tags": ["x"]}, keep_minutes=60)
    return found


def keys(memory: Memory, like: dict[str, Json], words: str = "") -> list[str]:
    """Return the keys of what a search finds."""
    return [m.key for m in memory.search(("conversation",), like=like, words=words)]


class TestSearch:
    def test_finds_by_value(self, memory: Memory) -> None:
        """A filter names keys plainly or compares numbers."""
        assert keys(memory, {}) == ["ada", "bob", "eve"]
        assert keys(memory, {"likes": "coffee"}) == ["bob"]
        assert keys(memory, {"age": {"$gt": 36}}) == ["bob"]
        assert keys(memory, {"age": {"$gte": 36, "$lt": 50}}) == ["ada"]
        assert keys(memory, {"age": {"$lte": 36}}) == ["ada"]
        assert keys(memory, {"likes": {"$ne": "tea"}, "age": {"$eq": 50}}) == ["bob"]
        assert keys(memory, {"tags": ["x"]}) == ["eve"]

    def test_finds_by_words(self, memory: Memory) -> None:
        """Every word must occur somewhere in the value."""
        assert keys(memory, {}, "TEA") == ["ada", "eve"]
        assert keys(memory, {}, "green tea") == ["ada"]

    def test_turns_pages(self, memory: Memory) -> None:
        """Limit and offset walk through what fits."""
        page = memory.search(PLACE, like={}, limit=1, offset=1)
        assert [m.key for m in page] == ["bob"]

    def test_refuses_an_unknown_comparison(self, memory: Memory) -> None:
        """A filter that is not understood does not match silently."""
        with pytest.raises(UnableToKeep, match="filter"):
            memory.search(PLACE, like={"age": {"$near": 1}})

    def test_lists_namespaces(self, memory: Memory) -> None:
        """Paths are found by their beginning and end, cut to a depth."""
        assert list(memory.namespaces(NamespaceQuery())) == [PLACE, (*PLACE, "former")]
        assert list(memory.namespaces(NamespaceQuery(depth_max=1))) == [("conversation",)]
        former = NamespaceQuery(prefix=("*", "people"), suffix=("former",))
        assert list(memory.namespaces(former)) == [(*PLACE, "former")]
        assert not memory.namespaces(NamespaceQuery(prefix=("other",)))


class TestKeeping:
    @pytest.mark.parametrize(
        ("namespace", "key"),
        [((), "k"), (("a.b",), "k"), (("",), "k"), (("a",), ""), (("a",) * 11, "k")],
    )
    def test_refuses_a_bad_place(
        self, memory: Memory, namespace: tuple[str, ...], key: str
    ) -> None:
        """A label with a period, an empty one, or too many of them are refused."""
        with pytest.raises(UnableToKeep):
            memory.put(namespace, key, {})

    def test_refuses_a_bad_value(self, memory: Memory) -> None:
        """What is no JSON, too long or to be kept for no time is refused."""
        for value in ({"a": float("nan")}, {"a": "x" * 300_000}):
            with pytest.raises(UnableToKeep):
                memory.put(PLACE, "k", value)
        with pytest.raises(UnableToKeep):
            memory.put(PLACE, "k", {}, keep_minutes=0)

    def test_renews_what_is_read(self, sqlite_store: Store) -> None:
        """A memo with an end lives on from a read that renews it, and from no other."""
        clock = FixedClock(NOW)
        memory = Memory(units=sqlite_store.units, clock=clock)
        memory.put(PLACE, "k", {}, keep_minutes=10)
        clock.set(NOW + timedelta(minutes=6))
        assert memory.get(PLACE, "k", renew=True) is not None
        clock.set(NOW + timedelta(minutes=12))
        assert memory.get(PLACE, "k") is not None
        clock.set(NOW + timedelta(minutes=18))
        assert memory.get(PLACE, "k") is None
        assert not memory.delete(PLACE, "nothing")
