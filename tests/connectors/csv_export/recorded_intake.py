"""An intake that keeps what it is given, for tests of reading."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bailiwick.connectors.csv_export.importing import import_csv
from bailiwick.domain.ids import BatchId
from bailiwick.ports.intake import (
    ImportKind,
    ImportSource,
    IntakeRow,
    IntakeSession,
    Settled,
    Written,
)
from bailiwick.ports.intake_files import ImportOptions, ImportReport


class RecordedIntake:
    """Counts every row as new and remembers it."""

    def __init__(self) -> None:
        self.rows: list[tuple[ImportKind, IntakeRow]] = []
        self.batch_sizes: list[int] = []

    @contextmanager
    def session(self, *, dry_run: bool) -> Generator[IntakeSession]:
        del dry_run
        yield self

    def begin_file(self, source: ImportSource, kind: ImportKind) -> BatchId:
        del kind
        return BatchId(source.file_name)

    def write(self, batch_id: BatchId, kind: ImportKind, rows: Sequence[IntakeRow]) -> Written:
        del batch_id
        self.rows.extend((kind, row) for row in rows)
        self.batch_sizes.append(len(rows))
        return Written(new_count=len(rows), updated_count=0, duplicate_count=0)

    def finish_file(self, batch_id: BatchId, *, rejected_count: int) -> None:
        del batch_id, rejected_count

    def settle(self) -> Settled:
        return Settled(linked_count=0, waiting_count=0)


def read_bytes(
    folder: Path, content: bytes, options: ImportOptions | None = None
) -> tuple[list[IntakeRow], ImportReport]:
    """Write a file, import it into a recorded intake, and return rows and report."""
    path = folder / "export.csv"
    path.write_bytes(content)
    intake = RecordedIntake()
    report = import_csv([path], intake, options=options or ImportOptions())
    return [row for _, row in intake.rows], report


def read_text(
    folder: Path, content: str, options: ImportOptions | None = None
) -> tuple[list[IntakeRow], ImportReport]:
    """As `read_bytes`, in UTF-8."""
    return read_bytes(folder, content.encode(), options)
