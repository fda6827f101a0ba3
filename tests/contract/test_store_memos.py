"""Memos are kept alike on both databases."""

from dataclasses import replace
from datetime import timedelta

from tests.store.stores import NOW, SECOND, Store

from bailiwick.domain.memo import Memo

MEMO = Memo(
    namespace=("people", "ada"),
    key="likes",
    value={"tea": True, "ratio": 0.5, "none": None},
    created_at=NOW,
    updated_at=NOW,
)


def _put(store: Store, *memos: Memo) -> list[bool]:
    with store.units.write(records=False) as unit:
        fresh = [unit.memos.put(memo) for memo in memos]
        unit.commit()
    return fresh


class TestMemos:
    def test_are_kept_by_path_and_key(self, store: Store) -> None:
        """A memo is found by exactly its labels and key, as it was written."""
        assert _put(store, MEMO) == [True]
        with store.units.read() as unit:
            assert unit.memos.get(("people", "ada"), "likes", at=NOW) == MEMO
            assert unit.memos.get(("people",), "likes", at=NOW) is None
            assert unit.memos.get(("people", "ada"), "Likes", at=NOW) is None

    def test_renewed_keep_what_they_say(self, store: Store) -> None:
        """Only the time moves, and never back; what has no end gets none, what is over stays so."""
        until = NOW + 5 * SECOND
        ending = replace(MEMO, keep_minutes=1, expires_at=until)
        _put(store, ending, replace(MEMO, key="endless"))
        later, place = until + SECOND, MEMO.namespace
        with store.units.write(records=False) as unit:
            assert unit.memos.renew(place, "likes", expires_at=later, at=NOW)
            assert not unit.memos.renew(place, "likes", expires_at=until, at=NOW)
            assert not unit.memos.renew(place, "endless", expires_at=later, at=NOW)
            assert not unit.memos.renew(place, "likes", expires_at=later + SECOND, at=later)
            unit.commit()
        with store.units.read() as unit:
            assert unit.memos.get(place, "likes", at=NOW) == replace(ending, expires_at=later)

    def test_the_newer_takes_the_place(self, store: Store) -> None:
        """Written again, a memo keeps its birth and changes the rest."""
        later = replace(MEMO, value={"tea": False}, updated_at=NOW + SECOND)
        assert _put(store, MEMO, replace(later, created_at=NOW + SECOND)) == [True, False]
        with store.units.read() as unit:
            assert unit.memos.get(MEMO.namespace, MEMO.key, at=NOW) == later
            assert unit.memos.count() == 1

    def test_are_listed_below_whole_labels(self, store: Store) -> None:
        """A path is a prefix by labels, not by letters, and case and wildcards count."""
        others = [
            replace(MEMO, namespace=path)
            for path in (("people",), ("People", "ada"), ("peoples", "ada"), ("p%", "ada"))
        ]
        _put(store, MEMO, *others)
        with store.units.read() as unit:
            below = unit.memos.below(("people",), at=NOW)
            assert [m.namespace for m in below] == [("people",), ("people", "ada")]
            assert [m.namespace for m in unit.memos.below(("p%",), at=NOW)] == [("p%", "ada")]
            assert len(unit.memos.below((), at=NOW)) == 5
            assert set(unit.memos.namespaces(at=NOW)) == {m.namespace for m in (MEMO, *others)}

    def test_end_with_their_time(self, store: Store) -> None:
        """After its time a memo is not there, and a purge deletes it; others stay."""
        short = replace(MEMO, key="short", keep_minutes=1, expires_at=NOW + timedelta(minutes=1))
        _put(store, MEMO, short)
        after = NOW + timedelta(minutes=1)
        with store.units.read() as unit:
            assert unit.memos.get(short.namespace, "short", at=NOW) == short
            assert unit.memos.get(short.namespace, "short", at=after) is None
            assert unit.memos.below((), at=after) == (MEMO,)
        with store.units.write(records=False) as unit:
            assert unit.memos.purge(at=after) == 1
            unit.commit()
        with store.units.read() as unit:
            assert unit.memos.count() == 1

    def test_are_forgotten(self, store: Store) -> None:
        """A deleted memo is gone; deleting it again says so."""
        _put(store, MEMO)
        with store.units.write(records=False) as unit:
            assert unit.memos.delete(MEMO.namespace, MEMO.key)
            assert not unit.memos.delete(MEMO.namespace, MEMO.key)
            unit.commit()
        with store.units.read() as unit:
            assert unit.memos.get(MEMO.namespace, MEMO.key, at=NOW) is None
