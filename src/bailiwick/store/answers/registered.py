"""A database that somebody brings: a SQLite file with a description of its tables, asked like ours.

The description is a JSON object: `table_metadata` names tables and their columns, each with
`column_name`, `data_type` and `column_description`; `glossary` is text in lines that begin with a
dash. What is not described is not copied, so it cannot be asked for.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from bailiwick.domain.fault import InputFault
from bailiwick.domain.question.glossary import terms_told
from bailiwick.domain.question.rows import Cell
from bailiwick.domain.question.schema import Column, Kind, Link, Schema, Table
from bailiwick.kit.narrowing import is_mapping, is_sequence
from bailiwick.store.answers.private_copy import PrivateCopy, quoted

DESCRIPTION_BYTES_MAX: Final = 1_000_000  # ours: ten times the largest of the given ones
TABLES_COUNT_MAX: Final = 50  # ours
COLUMNS_COUNT_MAX: Final = 100  # ours: SQLITE_LIMIT_COLUMN of the copy
_DECLARED: Final = re.compile(r"[A-Za-z][A-Za-z ]{0,30}(\(\d{1,4}(, ?\d{1,4})?\))?")
_JOINED: Final = re.compile(r"`?([\w.]+)`? can be joined (?:to|with) (.+)", re.IGNORECASE)
_NAME: Final = re.compile(r"`?([\w.]+)`?")


class UnableToRegister(InputFault):
    """A database or its description cannot be read."""


def registered_copy(database: Path, description: Path | None = None) -> PrivateCopy:
    """Copy the described tables of a SQLite file, which is opened for reading only.

    Without a description every table is asked about. Raises UnableToRegister.
    """
    if not database.is_file():
        message = f"there is no file {database}; name a SQLite database"
        raise UnableToRegister(message)
    described: Mapping[object, object] = {}
    if description is not None:
        described = _described(description)
    try:
        connection = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
        try:
            connection.execute("PRAGMA query_only=ON")
            schema = _schema(connection, described)
            return PrivateCopy(
                schema, {table.name: _rows(connection, table) for table in schema.tables}
            )
        finally:
            connection.close()
    except sqlite3.Error as error:
        message = f"{database} cannot be read as a SQLite database: {error}"
        raise UnableToRegister(message) from None


def _described(path: Path) -> Mapping[object, object]:
    try:
        size = path.stat().st_size
        found: object = json.loads(path.read_bytes()) if size <= DESCRIPTION_BYTES_MAX else None
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read as JSON: {type(error).__name__}"
        raise UnableToRegister(message) from None
    if not is_mapping(found) or not is_mapping(found.get("table_metadata")):
        message = f"{path} must be an object with `table_metadata`, of at most a megabyte"
        raise UnableToRegister(message)
    return found


def _schema(connection: sqlite3.Connection, described: Mapping[object, object]) -> Schema:
    metadata = described.get("table_metadata")
    told: dict[str, Mapping[str, str]] = {}
    if is_mapping(metadata):
        for name, columns in metadata.items():
            told[str(name).rpartition(".")[2].lower()] = dict(_columns_told(columns))
    names = [
        str(name)
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'"
        )
        if not told or str(name).lower() in told
    ]
    if not names or len(names) > TABLES_COUNT_MAX:
        message = f"a database to ask has 1 to {TABLES_COUNT_MAX} described tables: {len(names)}"
        raise UnableToRegister(message)
    tables = tuple(_table(connection, name, told.get(name.lower(), {})) for name in names)
    glossary = str(described.get("glossary") or "")
    bare = Schema(tables=tables, terms={})
    declared = tuple(link for name in names for link in _foreign_keys(connection, name, bare))
    links = (*declared, *_links_told(glossary, bare), *_links_alike(bare))
    return Schema(tables=tables, links=tuple(dict.fromkeys(links)), terms=terms_told(glossary))


def _columns_told(columns: object) -> Iterator[tuple[str, str]]:
    for one in columns if is_sequence(columns) else ():
        if is_mapping(one):
            yield str(one.get("column_name")).lower(), str(one.get("column_description") or "")


def _table(connection: sqlite3.Connection, name: str, told: Mapping[str, str]) -> Table:
    columns: list[Column] = []
    keys: list[str] = []
    for _, column, declared, _, _, is_key in connection.execute(
        f"PRAGMA table_info({quoted(name)})"
    ):
        if told and str(column).lower() not in told:
            continue
        about = told.get(str(column).lower(), "")
        kind = _kind(str(declared), about)
        usable = str(declared) if _DECLARED.fullmatch(str(declared)) else ""
        columns.append(
            Column(name=str(column), kind=kind, description=about, declared=usable or "BLOB")
        )
        if is_key:
            keys.append(str(column))
    if not columns or len(columns) > COLUMNS_COUNT_MAX:
        message = f"the table {name!r} has {len(columns)} columns; 1 to {COLUMNS_COUNT_MAX} fit"
        raise UnableToRegister(message)
    return Table(name=name, columns=tuple(columns), key=keys[0] if len(keys) == 1 else "")


def _kind(declared: str, about: str) -> Kind:
    word = declared.lower()
    if "bool" in word:
        return Kind.FLAG
    if "timestamp" in word or "datetime" in word:
        return Kind.INSTANT
    if word.startswith("date") or about.upper().startswith("YYYY-MM-DD"):
        return Kind.DATE
    if any(part in word for part in ("int", "num", "dec", "real", "float", "doub", "serial")):
        return Kind.NUMBER
    return Kind.TEXT


def _rows(connection: sqlite3.Connection, table: Table) -> Iterator[Sequence[Cell]]:
    columns = ", ".join(quoted(one.name) for one in table.columns)
    yield from connection.execute(f"SELECT {columns} FROM {quoted(table.name)}")  # noqa: S608 - quoted names of the file's own schema


def _foreign_keys(connection: sqlite3.Connection, name: str, schema: Schema) -> Iterator[Link]:
    for row in connection.execute(f"PRAGMA foreign_key_list({quoted(name)})"):
        target, column, to = schema.table(str(row[2])), str(row[3]), row[4]
        to_column = str(to) if to is not None else target.key if target is not None else ""
        if target is not None and target.column(to_column) is not None:
            yield Link(table=name, column=column, to_table=target.name, to_column=to_column)


def _links_told(glossary: str, schema: Schema) -> Iterator[Link]:
    """Read lines such as "`a.id` can be joined with `a_id` from `b` and `c`"."""
    for line in glossary.splitlines():
        match = _JOINED.search(line)
        if match is None:
            continue
        first = match[1].rpartition(".")
        one = schema.table(first[0].rpartition(".")[2] or first[2])
        words = [word.rpartition(".") for word in _NAME.findall(match[2])]
        others = [
            found
            for found in (schema.table(w[2]) for w in words)
            if found is not None and found is not one
        ]
        named = {w[2].lower() for w in words} | {first[2].lower()}
        for other in others if one is not None else ():
            assert one is not None
            pair = _columns_between(one, other, named)
            if pair is not None:
                yield Link(table=other.name, column=pair[1], to_table=one.name, to_column=pair[0])


def _columns_between(one: Table, other: Table, named: set[str]) -> tuple[str, str] | None:
    """Return the columns that join two tables: those named, else those whose names end alike."""
    mine = [c.name for c in one.columns if c.name.lower() in named]
    theirs = [c.name for c in other.columns if c.name.lower() in named]
    if not theirs and mine:
        stem = mine[0].lower().lstrip("_")
        tail = re.sub(r"^[a-z]+(?=[A-Z])", "", mine[0]).lower()
        theirs = [c.name for c in other.columns if c.name.lower().endswith((stem, tail))]
        if not theirs:
            words = re.findall(r"[A-Z][a-z]+", mine[0])
            for count in range(len(words), 0, -1):
                ending = "".join(words[-count:]).lower()
                theirs = [c.name for c in other.columns if c.name.lower().endswith(ending)]
                if len(theirs) == 1:
                    break
    return (mine[0], theirs[0]) if mine and len(theirs) == 1 else None


def _links_alike(schema: Schema) -> Iterator[Link]:
    """Join `x_id` to the one table whose key is of that name, or `<table>.id`."""
    for table in schema.tables:
        for column in table.columns:
            name = column.name.lower()
            if not name.endswith("id") or name == table.key.lower():
                continue
            for other in schema.tables:
                if other is table or not other.key:
                    continue
                singular = other.name.lower().rstrip("s")
                named = {f"{singular}_id", f"{singular}id"}
                if name == other.key.lower() != "id" or name in named:
                    yield Link(
                        table=table.name, column=column.name,
                        to_table=other.name, to_column=other.key,
                    )  # fmt: skip
