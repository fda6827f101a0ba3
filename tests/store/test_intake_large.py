"""A large import: what it goes without, what it asks only once, and that neither is felt after."""

from collections.abc import Sequence
from contextlib import suppress

import pytest
from sqlalchemy import Engine, create_engine, insert
from tests.store.stores import NOW, Store

from bailiwick.domain.mail_address import address_hash
from bailiwick.ports.intake import ImportKind, ImportSource, IntakeRow, Link, Written
from bailiwick.store.database import Database
from bailiwick.store.intake import SqlIntake
from bailiwick.store.intake_indexes import LATE_INDEXES, NEW_ROWS_MIN, missing
from bailiwick.store.intake_match import SUPPRESSIONS_COUNT_FEW
from bailiwick.store.tables.crm import CONTACTS
from bailiwick.store.tables.knowledge import SUPPRESSIONS


class UnexpectedEnd(Exception):
    """Stands for a process that dies."""


def people(count: int, *, start: int = 0, title: str = "") -> list[IntakeRow]:
    return [
        IntakeRow(
            line=n + 2,
            identity=str(n),
            values=("Ann", f"Lee{n}", title, "", "", "", "", "", "", ""),
            folded=f"ann lee{n}",
            addresses=(f"ann.{n}@x.example",),
        )
        for n in range(start, start + count)
    ]


def intake_of(store: Store) -> SqlIntake:
    return SqlIntake(store.database, store.workspace_id, store.ids, store.clock)


def absent(store: Store) -> int:
    with store.database.reading() as connection:
        return len(missing(connection))


def brought(
    store: Store, *batches: Sequence[IntakeRow], dry_run: bool = False, dies: bool = False
) -> tuple[list[Written], int]:
    """Write batches as one file; also says how many indexes were away when all were written."""
    source = ImportSource(system="test", file_name="f.csv", file_sha256="0" * 64, mapping="{}")
    with intake_of(store).session(dry_run=dry_run) as session:
        batch_id = session.begin_file(source, ImportKind.CONTACTS)
        written = [session.write(batch_id, ImportKind.CONTACTS, rows) for rows in batches]
        away = 0 if dry_run else absent(store)
        if dies:
            raise UnexpectedEnd
        session.finish_file(batch_id, rejected_count=0)
        session.settle()
    return written, away


class TestLateIndexes:
    def test_are_left_away_by_a_large_import_and_there_after_it(self, sqlite_store: Store) -> None:
        """Both indexes go with the first large batch and are built when all rows are in."""
        written, away = brought(sqlite_store, people(NEW_ROWS_MIN))
        assert (written[0].new_count, away) == (NEW_ROWS_MIN, len(LATE_INDEXES))
        assert absent(sqlite_store) == 0

    def test_stay_for_a_small_import(self, sqlite_store: Store) -> None:
        """A few rows never cost a large table its indexes."""
        assert brought(sqlite_store, people(100))[1] == 0

    def test_stay_where_a_repeat_brings_nothing_new(self, sqlite_store: Store) -> None:
        """Known rows are no reason to build anew."""
        brought(sqlite_store, people(NEW_ROWS_MIN))
        written, away = brought(sqlite_store, people(NEW_ROWS_MIN))
        assert (written[0].duplicate_count, away) == (NEW_ROWS_MIN, 0)

    def test_stay_on_a_dry_run(self, sqlite_store: Store) -> None:
        """What a dry run leaves away comes back with everything else it did."""
        brought(sqlite_store, people(NEW_ROWS_MIN), dry_run=True)
        assert absent(sqlite_store) == 0

    def test_come_back_at_the_next_opening_after_a_crash(
        self, sqlite_store: Store, sqlite_url: str
    ) -> None:
        """An import that died left its rows and no index; the next program to open builds them."""
        with suppress(UnexpectedEnd):
            brought(sqlite_store, people(NEW_ROWS_MIN), dies=True)
        assert absent(sqlite_store) == len(LATE_INDEXES)
        database = Database.open(sqlite_url)
        database.require_current()
        with database.reading() as connection:
            assert missing(connection) == ()
        database.close()

    def test_come_back_with_the_next_import_after_a_crash(self, sqlite_store: Store) -> None:
        """Running the same import again continues and leaves a whole schema."""
        with suppress(UnexpectedEnd):
            brought(sqlite_store, people(NEW_ROWS_MIN), dies=True)
        written, _ = brought(sqlite_store, people(NEW_ROWS_MIN + 1))
        assert (written[0].new_count, written[0].duplicate_count) == (1, NEW_ROWS_MIN)
        assert absent(sqlite_store) == 0

    def test_are_left_to_an_import_that_is_still_writing(
        self, sqlite_store: Store, sqlite_url: str
    ) -> None:
        """Who opens the database meanwhile neither waits nor fails."""
        with suppress(UnexpectedEnd):
            brought(sqlite_store, people(NEW_ROWS_MIN), dies=True)
        database = Database.open(sqlite_url)
        with sqlite_store.database.writing() as connection:
            connection.exec_driver_sql("UPDATE contacts SET title = 'x' WHERE id = ''")
            database.require_current()
        assert absent(sqlite_store) == len(LATE_INDEXES)
        database.close()

    def test_are_the_same_as_those_of_the_schema(
        self, sqlite_store: Store, sqlite_url: str
    ) -> None:
        """Built late or with the first schema, an index is the same index."""
        engine = create_engine(sqlite_url)
        before = definitions(engine)
        brought(sqlite_store, people(NEW_ROWS_MIN))
        assert definitions(engine) == before
        engine.dispose()


def definitions(engine: Engine) -> dict[str, str]:
    statement = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    with engine.connect() as connection:
        return {name: " ".join(sql.split()) for name, sql in connection.exec_driver_sql(statement)}


class TestUnheardRows:
    def test_among_which_one_is_known_by_its_id_are_matched(self, store: Store) -> None:
        """A later batch of new rows with one that is known updates that one."""
        brought(store, people(5))
        (written,), _ = brought(store, [*people(5, start=10), *people(1, title="CTO")])
        assert (written.new_count, written.updated_count) == (5, 1)

    def test_among_which_one_is_known_by_its_address_are_matched(self, store: Store) -> None:
        """The address alone is enough to be known."""
        brought(store, people(5))
        known = people(1, title="CTO")[0]._replace(identity="~address:ann.0@x.example")
        (written,), _ = brought(store, [*people(5, start=10), known])
        assert (written.new_count, written.updated_count) == (5, 1)

    def test_after_known_ones_are_stored(self, store: Store) -> None:
        """Batches with and without known rows may follow each other in any order."""
        brought(store, people(5))
        written, _ = brought(
            store, people(5, start=5), people(10), people(5, start=10), people(6, start=10)
        )
        assert [w.new_count for w in written] == [5, 0, 5, 1]

    def test_that_repeat_each_other_are_one(self, store: Store) -> None:
        """The second row of an address fills what the first left empty."""
        first, again = people(1)[0], people(1, title="CTO")[0]._replace(identity="other")
        (written,), _ = brought(store, [first, again])
        assert (written.new_count, written.duplicate_count) == (1, 1)
        (written,), _ = brought(store, [again])
        assert written.duplicate_count == 1

    @pytest.mark.parametrize("others", [0, SUPPRESSIONS_COUNT_FEW])
    def test_of_an_opted_out_address_are_silent(self, store: Store, others: int) -> None:
        """However many opt-outs there are, the one that counts is found, and only that one."""
        addresses = ["ann.1@x.example", *(f"other{n}@y.example" for n in range(others))]
        with store.database.writing() as connection:
            rows = [
                {
                    "workspace_id": store.workspace_id,
                    "id": store.ids.new("sup"),
                    "created_at": NOW,
                    "row_version": 1,
                    "address_hash": address_hash(address),
                    "reason": "unsubscribed",
                    "source": "test",
                    "evidence": "",
                }
                for address in addresses
            ]
            connection.execute(insert(SUPPRESSIONS), rows)
            connection.commit()
        brought(store, people(3))
        with store.database.reading() as connection:
            found = connection.execute(
                CONTACTS.select().where(CONTACTS.c.workspace_id == store.workspace_id)
            ).all()
        assert sorted((row.last_name, row.do_not_contact, row.due_at is None) for row in found) == [
            ("Lee0", False, False),
            ("Lee1", True, True),
            ("Lee2", False, False),
        ]

    def test_keep_waiting_for_what_no_key_finds(self, store: Store) -> None:
        """All keys of a reference are tried before it waits."""
        link = Link("account_id", ImportKind.ACCOUNTS, ("id:9", "name:acme", "text:Acme"))
        row = people(1)[0]._replace(links=(link,))
        brought(store, [row])
        with intake_of(store).session(dry_run=False) as session:
            assert session.settle().waiting_count == 1
