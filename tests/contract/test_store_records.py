"""The audit chain holds together on both databases, however many write at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from tests.store.stores import NOW, SECOND, Store

from bailiwick.domain.ids import ContactId, RunId
from bailiwick.domain.record import GENESIS_HASH, Record, RecordKind, record_hash
from bailiwick.domain.seal import Seal

WRITERS = 4
EACH = 5


def _append(store: Store, subject: str) -> Record:
    with store.units.write() as unit:
        record = unit.records.append(
            RecordKind.VERDICT,
            subject=subject,
            payload={"answer": "allowed", "rules": ["autonomy"], "n": 1},
            at=NOW,
            run_id=RunId("run_1"),
            contact_id=ContactId("con_1"),
        )
        unit.commit()
    return record


class TestChain:
    def test_begins_at_nothing(self, store: Store) -> None:
        """Before the first record the head is zero and sixty-four zeros."""
        with store.units.read() as unit:
            assert unit.records.head() == (0, GENESIS_HASH)

    def test_links_each_record_to_the_one_before(self, store: Store) -> None:
        """Sequence and hashes continue, within a transaction and from one to the next."""
        first = _append(store, "a")
        with store.units.write() as unit:
            second = unit.records.append(RecordKind.HALT, subject="b", payload={}, at=NOW)
            third = unit.records.append(RecordKind.HALT, subject="b", payload={}, at=NOW)
            unit.commit()
        assert [r.seq for r in (first, second, third)] == [1, 2, 3]
        assert (second.prev_hash, third.prev_hash) == (first.hash, second.hash)
        with store.units.read() as unit:
            assert list(unit.records.since(0, size=10)) == [first, second, third]
            assert list(unit.records.since(1, size=1)) == [second]
            assert list(unit.records.about("b")) == [second, third]
            assert list(unit.records.of_run(RunId("run_1"))) == [first]
            assert unit.records.head() == (3, third.hash)

    def test_can_be_proven_from_the_stored_rows(self, store: Store) -> None:
        """The hash of what was read back is the stored hash, and any change would show."""
        _append(store, "a")
        with store.units.read() as unit:
            (record,) = unit.records.since(0, size=10)
        assert record_hash(record) == record.hash
        assert record_hash(replace(record, payload={**record.payload, "n": 2})) != record.hash
        assert record_hash(replace(record, at=record.at + SECOND)) != record.hash

    def test_is_forgotten_with_its_transaction(self, store: Store) -> None:
        """A rollback leaves no gap: the next record takes the same place."""
        with store.units.write() as unit:
            unit.records.append(RecordKind.HALT, subject="lost", payload={}, at=NOW)
        assert _append(store, "kept").seq == 1

    def test_stays_whole_with_many_writers(self, store: Store) -> None:
        """Writers at the same time get different places in one unbroken chain."""
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(partial(_append, store), map(str, range(WRITERS * EACH))))
        with store.units.read() as unit:
            records = unit.records.since(0, size=100)
        assert [record.seq for record in records] == list(range(1, WRITERS * EACH + 1))
        before = GENESIS_HASH
        for record in records:
            assert record.prev_hash == before
            assert record_hash(record) == record.hash
            before = record.hash

    def test_is_each_workspaces_own(self, store: Store) -> None:
        """Another workspace has its own chain and sees nothing of this one."""
        _append(store, "a")
        other = store.second_workspace()
        assert _append(other, "a").seq == 1
        with other.units.read() as unit:
            assert len(unit.records.since(0, size=10)) == 1


class TestSeals:
    def test_are_kept_in_order_of_the_chain(self, store: Store) -> None:
        """Whenever they were stored, the last one is that of the longest chain."""
        seals = [
            Seal(
                workspace_id=store.workspace_id,
                seq=seq,
                head_hash=f"{seq}" * 64,
                public_key="key",
                signature="signed",
                sealed_at=NOW,
            )
            for seq in (1, 2)
        ]
        with store.units.write() as unit:
            assert not unit.seals.all()
            for seal in reversed(seals):
                unit.seals.add(seal)
            unit.commit()
        with store.units.read() as unit:
            assert list(unit.seals.all()) == seals
