"""A sweep over a million contacts of which one in a hundred is due.

The selection is measured over all of them. Ten thousand runs would take minutes, so a sample of
runs is measured, through the real sweep, and the whole is extrapolated from it and called so.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

from tests.fakes.office import TUESDAY, Office, office

from bailiwick.domain.mail_address import address_hash
from bailiwick.engine.sweep import SweepReport
from bailiwick.kit.text import folded
from bailiwick.store.tables.schema import microseconds
from bench.core.figures import Result, Spread, Timed, peak_mib, timed
from bench.core.loop import Loop

BATCH = 20_000
DUE_ONE_IN = 100  # of the issue: one per cent is due
PEOPLE_PER_ACCOUNT = 4
ROUNDS = 5
_YESTERDAY = microseconds(TUESDAY - timedelta(days=1))
_NEXT_MONTH = microseconds(TUESDAY + timedelta(days=30))
_NAMES = ("Ada", "Ben", "Cleo", "Dev", "Eva", "Finn", "Gita", "Hugo", "Ines", "Jan")


def measure(*, quick: bool) -> Result:
    """Select over all contacts several times, then sweep a sample of those who are due."""
    contacts, sample = (20_000, 10) if quick else (1_000_000, 60)
    loop = Loop()
    with tempfile.TemporaryDirectory(prefix="bench-") as name, office(Path(name)) as place:
        filled = timed(lambda: _fill(Path(name) / "office.db", place, contacts))
        due = contacts // DUE_ONE_IN
        before = peak_mib()
        selecting = [timed(lambda: _select(place, due)) for _ in range(ROUNDS)]
        selected = peak_mib()
        _sweep(place, loop, 2)  # compiles the graphs
        sweeps: list[Timed] = [timed(lambda: _sweep(place, loop, sample)) for _ in range(3)]
        swept = peak_mib()
        idle_runs = _runs_for_others(Path(name) / "office.db")
    loop.close()
    whole = tuple(t.wall / sample * due for t in sweeps)
    cpu = tuple(t.cpu / sample * due for t in sweeps)
    return Result(
        "sweep",
        {
            "measured: select who is due, wall": Spread("s", tuple(t.wall for t in selecting)),
            "measured: select who is due, CPU": Spread("s", tuple(t.cpu for t in selecting)),
            f"measured: sweep of {sample} due, wall": Spread("s", tuple(t.wall for t in sweeps)),
            f"measured: sweep of {sample} due, CPU": Spread("s", tuple(t.cpu for t in sweeps)),
            f"extrapolated: sweep of {due:,} due, wall": Spread("s", whole),
            f"extrapolated: sweep of {due:,} due, CPU": Spread("s", cpu),
        },
        {
            "contacts": contacts,
            "due": due,
            "runs for who is not due": idle_runs,
            "peak memory after filling the store, MiB": round(before),
            "peak raised by the selections, MiB": round(selected - before, 1),
            "peak raised by the sweeps, MiB": round(swept - selected, 1),
            "seconds to fill the store": round(filled.wall, 1),
            "database": "SQLite, WAL, synchronous=FULL",
        },
    )


def _select(place: Office, due: int) -> None:
    with place.app.units.read() as unit:
        found = unit.runs.due_contacts(at=place.clock.now(), count_max=2 * due)
    assert len(found) == due, len(found)


def _sweep(place: Office, loop: Loop, count: int) -> SweepReport:
    """Sweep some of the due contacts; their runs are all there are."""
    report = loop.run(place.app.sweep.run(contacts_max=count, progress=lambda _d, _t: None))
    assert report.contacts_count == count, report
    assert not report.failures, report.failures
    return report


def _runs_for_others(path: Path) -> int:
    connection = sqlite3.connect(path)
    runs = connection.execute("select contact_id from runs").fetchall()
    connection.close()
    return sum(1 for (name,) in runs if int(name.removeprefix("con_")) % DUE_ONE_IN)


def _fill(path: Path, place: Office, count: int) -> None:
    """Write the rows as they are; how fast an import is has a bench of its own."""
    workspace_id = place.app.workspace.workspace_id
    connection = sqlite3.connect(path)
    # The office comes with one contact, who must not be counted.
    connection.execute("update contacts set due_at = null")
    accounts = (
        (workspace_id, f"acc_{n:08d}", _YESTERDAY, 1, f"Firm {n}", f"firm {n}", f"f{n}.example")
        for n in range(count // PEOPLE_PER_ACCOUNT)
    )
    _insert(connection, "accounts", "workspace_id, id, created_at, row_version, name, name_folded,"
            " domain", accounts)  # fmt: skip
    contacts = (_contact(workspace_id, n) for n in range(count))
    _insert(connection, "contacts", "workspace_id, id, created_at, row_version, account_id,"
            " first_name, last_name, name_folded, country, timezone, due_at", contacts)  # fmt: skip
    addresses = (
        (workspace_id, f"adr_{n:08d}", _YESTERDAY, 1, f"con_{n:08d}", f"p{n}@f.example",
         address_hash(f"p{n}@f.example"), 0)
        for n in range(count)
    )  # fmt: skip
    _insert(connection, "contact_addresses", "workspace_id, id, created_at, row_version,"
            " contact_id, address, address_hash, rank", addresses)  # fmt: skip
    connection.close()


def _contact(workspace_id: str, number: int) -> tuple[str | int, ...]:
    first, last = _NAMES[number % len(_NAMES)], f"Person{number}"
    due_at = _YESTERDAY if number % DUE_ONE_IN == 0 else _NEXT_MONTH
    return (
        workspace_id, f"con_{number:08d}", _YESTERDAY, 1,
        f"acc_{number // PEOPLE_PER_ACCOUNT:08d}", first, last, folded(f"{first} {last}"), "GB",
        "Europe/London", due_at,
    )  # fmt: skip


def _insert(
    connection: sqlite3.Connection, table: str, columns: str, rows: Iterator[tuple[str | int, ...]]
) -> None:
    marks = ", ".join("?" for _ in columns.split(","))
    statement = f"insert into {table} ({columns}) values ({marks})"  # noqa: S608 - our own names
    while batch := list(islice(rows, BATCH)):
        connection.executemany(statement, batch)
        connection.commit()
