"""An import and a run that want the same rows: one waits for the other, never both."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import text
from tests.store.stores import NOW, Store

from bailiwick.connectors.csv_export.importing import import_csv
from bailiwick.domain.ids import ContactId
from bailiwick.ports.intake_files import ImportOptions, ImportReport
from bailiwick.store.intake import SqlIntake

WAIT_SECONDS = 10
ADDRESSES = ("ann@acme.example", "bo@acme.example")
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def contacts_csv(title: str) -> str:
    return (
        "Record ID,First Name,Last Name,Email,Job Title,Create Date\n"
        f"1,Ann,Lee,{ADDRESSES[0]},{title},2025-01-01\n"
        f"2,Bo,Ek,{ADDRESSES[1]},{title},2025-01-02\n"
    )


def bring(store: Store, path: Path, *, dry_run: bool) -> ImportReport:
    intake = SqlIntake(store.database, store.workspace_id, store.ids, store.clock)
    return import_csv([path], intake, options=ImportOptions(system=None), dry_run=dry_run)


def wait_for_a_waiting_one(store: Store) -> None:
    until = monotonic() + WAIT_SECONDS
    for _ in count():
        with store.database.reading() as connection:
            if connection.execute(WAITING).scalar_one():
                return
        assert monotonic() < until, "the import never met the run"


class TestImportBesideARun:
    @pytest.mark.parametrize("dry_run", [False, True])
    @pytest.mark.parametrize("first", [0, 1])
    def test_takes_turns(
        self, postgres_store: Store, tmp_path: Path, first: int, *, dry_run: bool
    ) -> None:
        """A run holds one of two rows, an import of both comes: both end, in whatever order."""
        store, path = postgres_store, tmp_path / "contacts.csv"
        path.write_text(contacts_csv("CTO"))
        bring(store, path, dry_run=False)
        path.write_text(contacts_csv("CEO"))
        with store.units.read() as unit:
            owners = [unit.guards.address_owner(address) for address in ADDRESSES]
        ids = [ContactId(owner) for owner in owners if owner is not None]
        assert len(ids) == len(ADDRESSES)
        with ThreadPoolExecutor(1) as pool:
            with store.units.write() as unit:
                unit.runs.set_due(ids[first], NOW)
                done = pool.submit(bring, store, path, dry_run=dry_run)
                wait_for_a_waiting_one(store)
                unit.runs.set_due(ids[1 - first], NOW)
                unit.commit()
            assert done.result(WAIT_SECONDS).files[0].updated_count == len(ADDRESSES)
        with store.units.read() as unit:
            titles = {found.title for i in ids if (found := unit.crm.contact(i)) is not None}
        assert titles == {"CTO" if dry_run else "CEO"}
