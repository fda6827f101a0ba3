"""What the tests of the intake share: imports of texts, and what is stored then."""

from collections.abc import Callable

from sqlalchemy import Table, func, select
from tests.store.stores import Store

from bailiwick.ports.intake import ImportSource, IntakeRow
from bailiwick.ports.intake_files import ImportReport
from bailiwick.store.intake import SqlIntake

Import = Callable[..., ImportReport]


def intake_of(store: Store) -> SqlIntake:
    return SqlIntake(store.database, store.workspace_id, store.ids, store.clock)


def rows_of(store: Store, table: Table, *columns: str) -> list[tuple[object, ...]]:
    """Return columns of all rows of the workspace, in order of those columns."""
    statement = (
        select(*(table.c[name] for name in columns))
        .where(table.c.workspace_id == store.workspace_id)
        .order_by(*(table.c[name] for name in columns))
    )
    with store.database.reading() as connection:
        return [tuple(row) for row in connection.execute(statement)]


def count_of(store: Store, table: Table) -> int:
    with store.database.reading() as connection:
        return connection.execute(
            select(func.count())
            .select_from(table)
            .where(table.c.workspace_id == store.workspace_id)
        ).scalar_one()


def counts(report: ImportReport) -> list[tuple[int, int, int, int]]:
    return [
        (f.new_count, f.updated_count, f.duplicate_count, f.rejected_count) for f in report.files
    ]


CONTACTS_CSV = (
    "Record ID,First Name,Last Name,Email,Job Title,Associated Company IDs,Create Date\n"
    "1,Ann,Lee,ann@acme.example,CTO,90,2025-01-01\n"
    "2,Bo,Ek,bo@acme.example,,90,2025-01-02\n"
    "3,Cy,Ng,,,91,2025-01-03\n"
)


ACCOUNTS_CSV = "Record ID,Company name,Company Domain Name,Industry\n90,Acme,acme.example,Tools\n"


def a_source() -> ImportSource:
    return ImportSource(system="test", file_name="f.csv", file_sha256="0" * 64, mapping="{}")


def a_contact(line: int, identity: str, title: str, address: str) -> IntakeRow:
    return IntakeRow(
        line=line,
        identity=identity,
        values=("Ann", "Lee", title, "", "", "", "", "", "", ""),
        folded="ann lee",
        addresses=(address,),
    )
