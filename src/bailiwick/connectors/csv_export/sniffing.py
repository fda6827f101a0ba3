"""Finds out how a file is written: separator, header, decimal mark, order of dates.

What the file does not settle is not guessed: the fault names the option that settles it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bailiwick.connectors.csv_export import date, number
from bailiwick.connectors.csv_export.encoding import FileText, file_text
from bailiwick.connectors.csv_export.fault import UnableToReadExport
from bailiwick.connectors.csv_export.mapping import (
    COLUMNS_COUNT_MAX,
    FileMapping,
    detect,
    dictionary,
    header_key,
)
from bailiwick.connectors.csv_export.reader import Dialect, RowReader, Unreadable, opened
from bailiwick.ports.intake import ImportKind
from bailiwick.ports.intake_files import DateOrder, DecimalMark, FilePlan, ImportOptions

SAMPLE_CHARACTERS: Final = 1 << 18  # ours: 256 K characters, some 2,000 rows, tell the dialect
SAMPLE_ROWS_MAX: Final = 2_000
DELIMITERS: Final = (",", ";", "\t", "|")
DATE_FIELDS: Final = frozenset({"created_at", "updated_at", "close_on", "at"})
AMOUNT_FIELDS: Final = frozenset({"amount"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How a file will be read."""

    path: Path
    text: FileText
    dialect: Dialect
    header: tuple[str, ...]
    mapping: FileMapping
    decimal: DecimalMark
    date_order: DateOrder
    options: ImportOptions

    @property
    def plan(self) -> FilePlan:
        """What the person is shown."""
        return FilePlan(
            name=self.path.name,
            system=self.mapping.system,
            kind=self.mapping.kind,
            encoding=self.text.encoding,
            delimiter=self.dialect.delimiter,
            decimal=self.decimal,
            date_order=self.date_order,
            columns=self.mapping.columns,
            unread_columns=self.mapping.unread,
        )


def preview(path: Path, options: ImportOptions) -> Preview:
    """Say how a file will be read.

    Raises UnableToReadExport when the file leaves a question open that an option can settle.
    """
    text = file_text(path, encoding=options.encoding)
    try:
        with opened(path, text.encoding) as file:
            sample = file.read(SAMPLE_CHARACTERS)
    except (LookupError, UnicodeError) as fault:
        message = f"{path.name!r} cannot be read as {text.encoding!r}; name another --encoding"
        raise UnableToReadExport(message) from fault
    dialect = dialect_of(sample, path.name, options)
    rows = _sample_rows(sample, dialect)
    if not rows:
        message = f"{path.name!r} holds no row that can be read; export it again as CSV"
        raise UnableToReadExport(message)
    header = _header(rows[0], path.name, options)
    mapping = detect(header, kind=options.kind, system=options.system, overrides=options.columns)
    body = rows[1:] if options.header else rows
    return Preview(
        path=path,
        text=text,
        dialect=dialect,
        header=header,
        mapping=mapping,
        decimal=_decimal(body, mapping, path.name, options),
        date_order=_date_order(body, mapping, path.name, options),
        options=options,
    )


def dialect_of(sample: str, name: str, options: ImportOptions) -> Dialect:
    """Say what separates the cells of a file.

    Raises UnableToReadExport when two separators explain it alike.
    """
    first, _, _ = sample.partition("\n")
    said = first.strip().strip('"').casefold()
    skip = 1 if said.startswith("sep=") and len(said) <= len("sep=;") else 0
    if options.delimiter is not None:
        return Dialect(delimiter=options.delimiter, skip_lines=skip)
    if skip:
        return Dialect(delimiter=said[4:] or "\t", skip_lines=1)
    scores = sorted(((_regularity(sample, d), d) for d in DELIMITERS), reverse=True)
    (best, chosen), (second, other) = scores[:2]
    if any(best) and best == second:
        message = (
            f"{name!r} can be cut at {chosen!r} and at {other!r} alike; say which with --delimiter"
        )
        raise UnableToReadExport(message)
    return Dialect(delimiter=chosen if any(best) else ",")


def _regularity(sample: str, delimiter: str) -> tuple[int, int, int]:
    """Return how well a separator explains the sample; zeros when it separates nothing."""
    rows = _sample_rows(sample, Dialect(delimiter=delimiter))[:200]
    width = len(rows[0]) if rows else 0
    if width <= 1:
        return (0, 0, 0)
    known = {key for kind in ImportKind for key in dictionary("plain", kind)}
    named = sum(1 for cell in rows[0] if header_key(cell) in known)
    equal = sum(1 for row in rows if len(row) == width)
    return (named, equal * 1000 // len(rows), width)


def _sample_rows(sample: str, dialect: Dialect) -> list[list[str]]:
    rows: list[list[str]] = []
    for entry in RowReader(io.StringIO(sample, newline=""), dialect):
        if isinstance(entry, Unreadable):
            continue
        rows.append(entry[1])
        if len(rows) >= SAMPLE_ROWS_MAX:
            break
    return rows


def _header(first: Sequence[str], name: str, options: ImportOptions) -> tuple[str, ...]:
    while first and not first[-1].strip():
        first = first[:-1]
    if len(first) > COLUMNS_COUNT_MAX:
        message = f"{name!r} has {len(first)} columns; {COLUMNS_COUNT_MAX} are read at most"
        raise UnableToReadExport(message)
    if not options.header:
        return tuple(str(place) for place in range(1, len(first) + 1))
    if any("@" in cell and "." in cell for cell in first):
        message = (
            f"the first row of {name!r} looks like a row, not like a header; add one, or use "
            "--no-header with --map FIELD=NUMBER"
        )
        raise UnableToReadExport(message)
    repeated = sorted({c for c in first if c.strip() and list(first).count(c) > 1})
    wanted = set((options.columns or {}).values())
    if wanted & set(repeated):
        message = f"column {min(wanted & set(repeated))!r} is there twice; rename one"
        raise UnableToReadExport(message)
    return tuple(cell.strip("\ufeff \t") for cell in first)


def _cells(
    rows: Sequence[Sequence[str]], mapping: FileMapping, fields: frozenset[str]
) -> list[str]:
    places = [column.column for column in mapping.columns if column.field in fields]
    if fields is DATE_FIELDS:
        places += [place for _, place in mapping.stages]
    return [row[place] for row in rows for place in places if place < len(row) and row[place]]


def _decimal(
    rows: Sequence[Sequence[str]], mapping: FileMapping, name: str, options: ImportOptions
) -> DecimalMark:
    if options.decimal is not None:
        return options.decimal
    proven, unclear = number.decimal_evidence(_cells(rows, mapping, AMOUNT_FIELDS))
    if len(proven) == 1:
        return next(iter(proven))
    if proven or unclear:
        why = "both marks are used" if proven else f"{unclear[:30]!r} can be two amounts"
        message = f"amounts in {name!r} are unclear: {why}; say --decimal point or --decimal comma"
        raise UnableToReadExport(message)
    return DecimalMark.POINT


def _date_order(
    rows: Sequence[Sequence[str]], mapping: FileMapping, name: str, options: ImportOptions
) -> DateOrder:
    if options.date_order is not None:
        return options.date_order
    proven, unclear = date.evidence(_cells(rows, mapping, DATE_FIELDS))
    if len(proven) == 1:
        return next(iter(proven))
    if proven or unclear:
        why = "both orders are used" if proven else f"{unclear[:30]!r} can be two days"
        message = f"dates in {name!r} are unclear: {why}; say --date-order dmy or --date-order mdy"
        raise UnableToReadExport(message)
    return DateOrder.DAY_FIRST
