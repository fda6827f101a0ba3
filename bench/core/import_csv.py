"""Times the import of a HubSpot export: first, again, and (with --dry-run) dry, with peak memory.

    python -m bench.core.import_csv --contacts 1000000 --database sqlite:////tmp/bench.db

Prints one JSON row per run; `--keep NAME` keeps them as bench/results/core-import-NAME.json. With
`--raw` the rows that are there then are written once more into a fresh SQLite file by executemany,
with nothing in between: the raw limit of the same machine in the same run. The file is generated
with a fixed seed: 14 columns, one account for each 20 contacts, one phone number in ten written
nationally, one opt-out in 500 rows.
"""

import argparse
import csv
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from bailiwick.connectors.csv_export.importing import import_csv
from bailiwick.domain.crm import Workspace
from bailiwick.domain.ids import WorkspaceId
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.ports.intake_files import ImportOptions
from bailiwick.store.database import Database
from bailiwick.store.intake import SqlIntake
from bailiwick.store.workspaces import SqlWorkspaces
from bench.core.importing import raw_sqlite
from bench.result_file import Plain, keep_result, result_text

Row: TypeAlias = dict[str, Plain]
SEED = 7
CONTACTS_PER_ACCOUNT = 20
HEADER = (
    "Record ID,First Name,Last Name,Email,Phone Number,Job Title,Contact owner,"
    "Associated Company IDs,Associated Company,Lifecycle Stage,City,Country/Region,"
    "Unsubscribed from all email,Create Date"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--once", action="store_true", help="do not import again")
    parser.add_argument("--raw", action="store_true")
    parser.add_argument("--keep", default="")
    arguments = parser.parse_args()
    load_start = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = generate(folder, arguments.contacts)
        url = arguments.database or f"sqlite:///{folder}/bench.db"
        runs = [*(["dry"] if arguments.dry_run else []), "first"]
        rows = measure(url, files, [*runs, *([] if arguments.once else ["again"])])
        if arguments.raw:
            rows.append(raw_limit(Path(url.removeprefix("sqlite:///")), folder, rows[-1]))
    if arguments.keep:
        name = f"core-import-{arguments.keep}"
        found = {"load_average_start": round(load_start, 2), "runs": rows}
        command = f"python -m bench.core.import_csv {' '.join(sys.argv[1:])}"
        keep_result(name, result_text(name, found, command=command))


def raw_limit(source: Path, folder: Path, imported: Row) -> Row:
    """Write the same rows with nothing in between."""
    took, written = raw_sqlite(source, folder / "raw.db")
    count = imported["rows"]
    assert isinstance(count, int), "counted by `measure`"
    row: Row = {
        "bench": "raw executemany",
        "rows": count,
        "table_rows": written,
        "seconds": round(took.wall, 2),
        "cpu_seconds": round(took.cpu, 2),
        "rows_per_second": round(count / took.wall),
        "rows_per_cpu_second": round(count / took.cpu),
        "load_average": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(row), flush=True)
    return row


def measure(url: str, files: Sequence[Path], runs: Sequence[str]) -> list[Row]:
    """Import the files once for each run into one fresh workspace and print a row for each."""
    rows: list[Row] = []
    database = Database.open(url)
    database.migrate()
    clock = SystemClock()
    ids = TimeSortedIds(clock.now)
    workspace_id = WorkspaceId(ids.new("wsp"))
    workspace = Workspace(
        workspace_id=workspace_id, name=f"bench {workspace_id}", mailbox="", company=""
    )
    SqlWorkspaces(database, clock).create(workspace)
    intake = SqlIntake(database, workspace_id, ids, clock)
    for run in runs:
        began, cpu = time.perf_counter(), time.process_time()
        report = import_csv(files, intake, options=ImportOptions(), dry_run=run == "dry")
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        count = sum(
            found.new_count + found.updated_count + found.duplicate_count + found.rejected_count
            for found in report.files
        )
        row: Row = {
            "bench": "import_csv",
            "database": database.kind,
            "run": run,
            "rows": count,
            "new": sum(found.new_count for found in report.files),
            "updated": sum(found.updated_count for found in report.files),
            "duplicate": sum(found.duplicate_count for found in report.files),
            "rejected": sum(found.rejected_count for found in report.files),
            "waiting": report.waiting_count,
            "seconds": round(seconds, 2),
            "cpu_seconds": round(cpu, 2),
            "rows_per_second": round(count / seconds),
            "rows_per_cpu_second": round(count / cpu),
            "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "load_average": round(os.getloadavg()[0], 1),
        }
        print(json.dumps(row), flush=True)
        rows.append(row)
    database.close()
    return rows


def generate(folder: Path, contacts_count: int) -> list[Path]:
    """Write a companies and a contacts export."""
    dice = random.Random(SEED)
    accounts_count = max(1, contacts_count // CONTACTS_PER_ACCOUNT)
    companies, contacts = folder / "companies.csv", folder / "contacts.csv"
    with companies.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["Record ID", "Company name", "Company Domain Name", "Industry", "City"])
        out.writerows(
            [9_000_000 + n, f"Company {n}", f"company{n}.example", "Software", "Boston"]
            for n in range(accounts_count)
        )
    with contacts.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(HEADER.split(","))
        for n in range(contacts_count):
            account = dice.randrange(accounts_count)
            first, last = f"First{dice.randrange(900)}", f"Last{dice.randrange(4000)}"
            line = f"{dice.randrange(200, 999)} {dice.randrange(200, 999)} {n % 10_000:04d}"
            out.writerow(
                [
                    5_000_000 + n,
                    first,
                    last,
                    f"{first}.{last}.{n}@company{account}.example",
                    line if n % 10 == 0 else f"+1 {line}",
                    "VP Sales",
                    f"owner{n % 20}@us.example",
                    9_000_000 + account,
                    f"Company {account}",
                    "lead",
                    "Boston",
                    "United States",
                    "true" if n % 500 == 0 else "false",
                    f"2025-0{1 + n % 9}-1{n % 10} 1{n % 10}:{n % 60:02d}",
                ]
            )
    return [contacts, companies]


if __name__ == "__main__":
    main()
