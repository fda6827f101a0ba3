"""Imports files: reads one batch while the one before is written, and says what became of each row.

A crash loses at most the batch being written; the same import run again continues, because rows
that are there are recognised.
"""

import gc
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias

from bailiwick.connectors.csv_export.cells import RowRejected
from bailiwick.connectors.csv_export.reader import RowReader, Unreadable, opened
from bailiwick.connectors.csv_export.rejects import RejectsFile
from bailiwick.connectors.csv_export.rows import RowBuilder
from bailiwick.connectors.csv_export.sniffing import Preview, preview
from bailiwick.domain.ids import BatchId
from bailiwick.kit.hashing import canonical_bytes
from bailiwick.ports.intake import (
    BATCH_ROWS_MAX,
    ImportKind,
    ImportSource,
    Intake,
    IntakeRow,
    IntakeSession,
    LineNote,
    Settled,
    content_hash,
)
from bailiwick.ports.intake_files import (
    FilePlan,
    FileReport,
    ImportOptions,
    ImportProgress,
    ImportReport,
)

Rejected: TypeAlias = tuple[int, str, Sequence[str]]
FILES_COUNT_MAX: Final = 100  # ours: an export has one file for each kind
REASONS_COUNT_MAX: Final = 200  # ours: how many different reasons a report lists


@dataclass(slots=True)
class _Tally:
    new: int = 0
    updated: int = 0
    duplicate: int = 0
    rejected: int = 0
    refused: int = 0
    """Of the rejected: those that the store counts itself."""
    conflicts: int = 0
    reasons: Counter[str] = field(default_factory=Counter[str])


@dataclass(slots=True)
class _Batch:
    rows: dict[ImportKind, list[IntakeRow]] = field(
        default_factory=dict[ImportKind, list[IntakeRow]]
    )
    rejected: list[Rejected] = field(default_factory=list[Rejected])
    count: int = 0


def import_csv(
    files: Sequence[Path],
    intake: Intake,
    *,
    options: ImportOptions,
    dry_run: bool = False,
    rejected: Path | None = None,
    progress: ImportProgress | None = None,
    confirmed: Callable[[Sequence[FilePlan]], None] | None = None,
) -> ImportReport:
    """Import files in the order in which they refer to each other.

    `confirmed` is shown how the files will be read before anything is written. Raises
    UnableToReadExport before the first row when a file leaves a question open, UnableToTakeIn when
    the store fails.
    """
    assert len(files) <= FILES_COUNT_MAX, len(files)
    previews = [preview(path, options) for path in files]
    order = list(ImportKind)
    previews.sort(key=lambda found: order.index(found.mapping.kind))
    if confirmed is not None:
        confirmed([found.plan for found in previews])
    with _without_collector(), intake.session(dry_run=dry_run) as session:
        reports = [
            _import_file(
                session,
                found,
                rejects=None if dry_run else _rejects_path(found.path, rejected, len(previews)),
                progress=progress,
            )
            for found in previews
        ]
        settled: Settled = session.settle()
    return ImportReport(
        files=tuple(reports),
        linked_count=settled.linked_count,
        waiting_count=settled.waiting_count,
        dry_run=dry_run,
    )


@contextmanager
def _without_collector() -> Generator[None]:
    """Keep the cycle collector out: it would walk batches of rows, which hold no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _rejects_path(path: Path, chosen: Path | None, files_count: int) -> Path:
    """Return `<name>.rejected.csv` beside the file, or in the folder or file that was chosen."""
    default = path.with_suffix(".rejected.csv")
    if chosen is None:
        return default
    if files_count > 1 or chosen.is_dir():
        return chosen / default.name
    return chosen


def _import_file(
    session: IntakeSession, found: Preview, *, rejects: Path | None, progress: ImportProgress | None
) -> FileReport:
    builder, tally = RowBuilder(found), _Tally()
    source = ImportSource(
        system=found.mapping.system,
        file_name=found.path.name,
        file_sha256=found.text.sha256,
        mapping=canonical_bytes({c.field: c.header for c in found.mapping.columns}).decode(),
    )
    batch_id = session.begin_file(source, found.mapping.kind)
    rejects_file = RejectsFile(rejects, header=found.header, delimiter=found.dialect.delimiter)
    done = 0
    with (
        opened(found.path, found.text.encoding) as file,
        ThreadPoolExecutor(1) as ahead,
        rejects_file as out,
    ):
        reader = RowReader(file, found.dialect)
        batches = _batches(reader, builder, with_header=found.options.header)
        waiting = ahead.submit(next, batches, None)
        while (batch := waiting.result()) is not None:
            waiting = ahead.submit(next, batches, None)  # one batch ahead, no more
            for line, reason, cells in batch.rejected:
                _reject(tally, out, LineNote(line=line, reason=reason), cells)
            for kind, rows in batch.rows.items():
                _write(session, batch_id, kind, rows, tally=tally, out=out)
            done += batch.count
            if progress is not None:
                progress(found.path.name, done)
    session.finish_file(batch_id, rejected_count=tally.rejected - tally.refused)
    return _report(found, builder, tally, blank_count=reader.blank_count, rejects=rejects)


def _batches(reader: RowReader, builder: RowBuilder, *, with_header: bool) -> Iterator[_Batch]:
    entries = iter(reader)
    if with_header:
        # The preview has read the header; lines before it that are no rows are told again here.
        entries = chain(_before_header(entries), entries)
    batch = _Batch()
    build = builder.row
    for entry in entries:
        batch.count += 1
        if isinstance(entry, Unreadable):
            batch.rejected.append((entry.line, entry.reason, [entry.text]))
        else:
            line, cells = entry
            try:
                kind, row = build(line, cells)
            except RowRejected as reason:
                batch.rejected.append((line, str(reason), cells))
            else:
                batch.rows.setdefault(kind, []).append(IntakeRow(*row[:-1], content_hash(row)))
        if batch.count >= BATCH_ROWS_MAX:
            yield batch
            batch = _Batch()
    if batch.count:
        yield batch


def _before_header(
    entries: Iterator[tuple[int, list[str]] | Unreadable],
) -> list[Unreadable]:
    """Take the header off, with whatever stood before it."""
    before: list[Unreadable] = []
    for entry in entries:
        if not isinstance(entry, Unreadable):
            break
        before.append(entry)
    return before


def _write(
    session: IntakeSession,
    batch_id: BatchId,
    kind: ImportKind,
    rows: list[IntakeRow],
    *,
    tally: _Tally,
    out: RejectsFile,
) -> None:
    written = session.write(batch_id, kind, rows)
    tally.new += written.new_count
    tally.updated += written.updated_count
    tally.duplicate += written.duplicate_count
    tally.conflicts += len(written.conflicts)
    tally.refused += len(written.refused)
    for note in written.refused:
        _reject(tally, out, note, ())


def _reject(tally: _Tally, out: RejectsFile, note: LineNote, cells: Sequence[str]) -> None:
    tally.rejected += 1
    if note.reason in tally.reasons or len(tally.reasons) < REASONS_COUNT_MAX:
        tally.reasons[note.reason] += 1
    out.add(note.line, note.reason, cells)


def _report(
    found: Preview, builder: RowBuilder, tally: _Tally, *, blank_count: int, rejects: Path | None
) -> FileReport:
    return FileReport(
        plan=found.plan,
        new_count=tally.new,
        updated_count=tally.updated,
        duplicate_count=tally.duplicate,
        rejected_count=tally.rejected,
        blank_count=blank_count,
        conflict_count=tally.conflicts,
        omitted=tuple(
            (name, count, line) for name, (count, line) in sorted(builder.omitted.items())
        ),
        reasons=tuple(tally.reasons.most_common()),
        rejected_path=rejects if tally.rejected else None,
    )
