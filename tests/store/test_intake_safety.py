"""The intake under crashes, two at once and hostile input."""

from collections.abc import Sequence

import pytest
from tests.store.imports import (
    ACCOUNTS_CSV,
    CONTACTS_CSV,
    Import,
    a_contact,
    a_source,
    count_of,
    counts,
    intake_of,
    rows_of,
)
from tests.store.stores import NOW, Store

from bailiwick.ports.intake import ImportKind, IntakeRow, UnableToTakeIn
from bailiwick.store.tables.crm import (
    ACCOUNTS,
    CONTACTS,
    EXTERNAL_IDS,
    IMPORT_BATCHES,
    PENDING_LINKS,
)


class TestSafety:
    def test_a_dry_run_counts_the_same_and_leaves_nothing(
        self, store: Store, bring: Import
    ) -> None:
        """Counts of the dry run are those of the import after it."""
        text = (
            CONTACTS_CSV + "4,Di,Ra,no address,,,\n1,Ann,Lee,ann@acme.example,CTO,90,2025-01-01\n"
        )
        tried = bring(text, ACCOUNTS_CSV, dry_run=True)
        assert tried.dry_run
        assert all(
            count_of(store, table) == 0
            for table in (CONTACTS, ACCOUNTS, EXTERNAL_IDS, PENDING_LINKS, IMPORT_BATCHES)
        )
        done = bring(text, ACCOUNTS_CSV)
        assert counts(tried) == counts(done)
        assert counts(done)[1] == (3, 0, 1, 1)

    def test_a_failed_batch_keeps_those_before_and_a_repeat_continues(self, store: Store) -> None:
        """What was committed stays; running again adds only the rest."""
        rows = [a_contact(n, str(n), "", f"p{n}@x.example") for n in range(2, 6)]
        broken = rows[3]._replace(values=("a\ud800", *rows[3].values[1:]))
        with intake_of(store).session(dry_run=False) as session:
            batch = session.begin_file(a_source(), ImportKind.CONTACTS)
            session.write(batch, ImportKind.CONTACTS, rows[:2])
            with pytest.raises((UnableToTakeIn, UnicodeEncodeError)):
                session.write(batch, ImportKind.CONTACTS, [rows[2], broken])
        assert count_of(store, CONTACTS) == 2
        written = write_all(store, rows)
        assert (written[0], written[2]) == (2, 2)

    def test_each_file_is_recorded(self, store: Store, bring: Import) -> None:
        """Hash, mapping and counts of the file are kept."""
        bring(CONTACTS_CSV + "4,Di,Ra,no address,,,\n")
        (row,) = rows_of(
            store, IMPORT_BATCHES, "system", "kind", "new_count", "rejected_count", "file_name"
        )
        assert row == ("hubspot", "contacts", 3, 1, "file0.csv")
        ((sha256, mapping, finished),) = rows_of(
            store, IMPORT_BATCHES, "file_sha256", "mapping", "finished_at"
        )
        assert len(str(sha256)) == 64
        assert '"email":"Email"' in str(mapping)
        assert finished == NOW


def write_all(store: Store, rows: Sequence[IntakeRow]) -> tuple[int, int, int]:
    with intake_of(store).session(dry_run=False) as session:
        batch = session.begin_file(a_source(), ImportKind.CONTACTS)
        written = session.write(batch, ImportKind.CONTACTS, rows)
        session.finish_file(batch, rejected_count=0)
    return written.new_count, written.updated_count, written.duplicate_count
