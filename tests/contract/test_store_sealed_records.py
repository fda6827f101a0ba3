"""Free texts of records about a person are stored sealed, and gone with that person's key."""

from datetime import datetime

from sqlalchemy import Text, delete, select, type_coerce
from tests.store.stores import NOW, Store

from bailiwick.domain.ids import ContactId
from bailiwick.domain.record import Record, RecordKind, record_hash
from bailiwick.kit.hashing import Canonical
from bailiwick.observe.chain import verify
from bailiwick.store.chain import SqlChain
from bailiwick.store.repositories.sealed_texts import ERASED
from bailiwick.store.tables.care import DATA_KEYS
from bailiwick.store.tables.ledger import RECORDS

ADA = ContactId("con_ada")
BO = ContactId("con_bo")
SECRET = "her brother is ill: zyxwv"


def _append(
    store: Store,
    *,
    contact_id: ContactId | None = ADA,
    kind: RecordKind = RecordKind.DECIDED,
    subject: str = "apr_1",
    at: datetime = NOW,
    **payload: Canonical,
) -> Record:
    with store.units.write() as unit:
        record = unit.records.append(
            kind, subject=subject, payload=payload, at=at, contact_id=contact_id
        )
        unit.commit()
    return record


def _stored(store: Store) -> str:
    with store.database.reading() as connection:
        rows = connection.execute(
            select(type_coerce(RECORDS.c.payload, Text)).where(
                RECORDS.c.workspace_id == store.workspace_id
            )
        )
        return "\n".join(rows.scalars())


def _shred(store: Store, subject: str) -> None:
    with store.database.writing() as connection:
        connection.execute(
            delete(DATA_KEYS).where(
                DATA_KEYS.c.workspace_id == store.workspace_id, DATA_KEYS.c.id == subject
            )
        )
        connection.commit()


class TestTexts:
    def test_are_stored_sealed_and_read_as_given(self, store: Store) -> None:
        """A note is noise in the database and a note to the reader."""
        made = _append(store, note=SECRET, decision="approve")
        assert SECRET not in _stored(store)
        assert '"decision":"approve"' in _stored(store)
        with store.units.read() as unit:
            (found,) = unit.records.about("apr_1")
        assert found.payload == made.payload == {"note": SECRET, "decision": "approve"}
        assert record_hash(found) == found.hash == made.hash

    def test_of_nobody_are_stored_as_they_are(self, store: Store) -> None:
        """A record about no person has nobody's key."""
        _append(store, contact_id=None, kind=RecordKind.HALT, subject="*", reason="too fast")
        assert "too fast" in _stored(store)

    def test_of_a_task_are_sealed_with_the_tasks_key(self, store: Store) -> None:
        """What a person said about a task is sealed though the record names no contact."""
        _append(store, contact_id=None, kind=RecordKind.TASK_DONE, subject="tsk_1", reason=SECRET)
        assert SECRET not in _stored(store)
        _shred(store, "tsk_1")
        with store.units.read() as unit:
            (found,) = unit.records.about("tsk_1")
        assert found.payload["reason"] == ERASED


class TestShredding:
    def test_makes_texts_unreadable_and_the_chain_still_verifies(self, store: Store) -> None:
        """Without the key nobody reads the text, and no hash has changed."""
        _append(store, note=SECRET)
        _append(store, contact_id=BO, subject="apr_2", note="about Bo")
        _shred(store, ADA)
        with store.units.read() as unit:
            ada, bo = unit.records.since(0, size=10)
        assert (ada.payload["note"], bo.payload["note"]) == (ERASED, "about Bo")
        assert record_hash(ada) == ada.hash
        found = verify(SqlChain(store.units, store.workspace_id))
        assert (found.records_count, found.breach) == (2, None)

    def test_is_not_undone_by_a_new_key(self, store: Store) -> None:
        """Who comes anew under the same id gets another key: the old texts stay unreadable."""
        _append(store, note=SECRET)
        _shred(store, ADA)
        _append(store, note="she is back")
        with store.units.read() as unit:
            before, after = unit.records.since(0, size=10)
        assert (before.payload["note"], after.payload["note"]) == (ERASED, "she is back")
