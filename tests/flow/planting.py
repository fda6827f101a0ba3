"""Plants words about one person in every kind of row, and looks for their bytes afterwards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, Text, select, text
from sqlalchemy.types import TypeDecorator
from tests.fakes.office import DANA, Office

from bailiwick.ports.care import Holding
from bailiwick.store.care.erasure import BLANKED, DROPPED
from bailiwick.store.care.person import NOT_OWNED, held_on, references
from bailiwick.store.care.raw_rows import columns_of, raw_table
from bailiwick.store.tables import METADATA
from bailiwick.store.tables.schema import Instant

ADDRESS: Final = "dana@acme.example"
_KEPT_WORDS: Final = frozenset(
    {"state", "status", "kind", "pool", "direction", "parse", "stage", "address"}
)


_NOBODY: Final = Holding(contact_id=DANA, addresses=(), names=())
"""Of a working copy that quotes the person and is about nobody."""


@dataclass
class Planted:
    """The words that were planted so far."""

    words: list[str] = field(default_factory=list[str])

    def word(self) -> str:
        """Return a new word that nothing else contains."""
        self.words.append(f"zqx{len(self.words):04d}vkj")
        return self.words[-1]


def holding_of(place: Office) -> Holding:
    with place.app.units.read() as unit:
        found = held_on(unit.scope, DANA)
    assert found is not None
    return found


def plant_everywhere(place: Office, planted: Planted) -> None:
    """Write words into every free text of a row of every table that is about the person."""
    for table in METADATA.sorted_tables:
        if table.name in NOT_OWNED - {"contacts", "messages", "mail_threads", "raw_messages"}:
            continue
        holding = holding_of(place)
        mine = holding.rows.get(table.name, frozenset())
        if mine:
            _change(place, table, min(mine), planted)
        if table.name in DROPPED or table.name in BLANKED:
            _insert(place, table, _NOBODY, planted)
        elif not mine and list(references(table)):
            _insert(place, table, holding, planted)


def plant_late_run(place: Office) -> None:
    """Store a run of the person as a program without the fence would."""
    about = Holding(contact_id=DANA, addresses=(), names=(), rows={"contacts": frozenset({DANA})})
    _insert(place, METADATA.tables["runs"], about, None)


def _change(place: Office, table: Table, row_id: str, planted: Planted) -> None:
    names = [c.name for c in _texts(table)]
    if not names:
        return
    changes = ", ".join(f"{name} = {name} || :{name}" for name in names)
    statement = text(f"UPDATE {table.name} SET {changes} WHERE workspace_id = :w AND id = :i")  # noqa: S608 - names of our own tables
    values = {name: f" {planted.word()} {planted.word()}" for name in names}
    with place.app.database.writing() as connection:
        workspace = place.app.workspace.workspace_id
        connection.execute(statement, {**values, "w": workspace, "i": row_id})
        connection.commit()


def _insert(place: Office, table: Table, holding: Holding, planted: Planted | None) -> None:
    targets = dict(references(table))
    values: dict[str, object] = {}
    for column in table.columns:
        if column.name == "workspace_id":
            values[column.name] = place.app.workspace.workspace_id
        elif column.name == "id":
            values[column.name] = f"x_{table.name}"
        elif column.name in targets:
            known = [i for t in targets[column.name] for i in sorted(holding.rows.get(t, ()))]
            values[column.name] = known[0] if known else _parent(place, table, column.name)
        else:
            values[column.name] = _value(place, column, planted)
    with place.app.database.writing() as connection:
        connection.execute(table.insert(), values)
        connection.commit()


def _parent(place: Office, table: Table, column: str) -> str | None:
    """Return a row that a foreign key may name, made when there is none; None where none must."""
    for constraint in table.foreign_key_constraints:
        if [c.name for c in constraint.columns] == ["workspace_id", column]:
            parent = constraint.referred_table
            with place.app.database.reading() as connection:
                found = connection.execute(select(parent.c.id).limit(1)).scalar()
            if found is None:
                _insert(place, parent, _NOBODY, None)
                return f"x_{parent.name}"
            return str(found)
    return None if table.c[column].nullable else f"x_{column}"


def _value(place: Office, column: "Column[object]", planted: Planted | None) -> object:
    """Return what a column takes: words about the person wherever it holds free text."""
    kind = column.type
    plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    if isinstance(kind, Instant):
        return place.clock.now()
    if isinstance(plain, (Boolean, Integer)):
        return False if isinstance(plain, Boolean) else 1
    if isinstance(plain, String) and plain.length is not None:
        return f"x{len(planted.words) if planted else 0}"
    blanked = BLANKED.get(column.table.name, {column.name: None})
    said = f"{planted.word()} of {ADDRESS}" if planted and column.name in blanked else "x"
    if isinstance(plain, LargeBinary):
        return said.encode()
    return {"said": said} if _is_json(kind) else said


def _is_json(kind: object) -> bool:
    return "Json" in type(kind).__name__


def _texts(table: Table) -> Iterator["Column[object]"]:
    named = {name for name, _ in references(table)}
    for column in table.columns:
        kind = column.type
        plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
        if _is_json(kind):
            continue
        if isinstance(plain, Text) and column.name not in named | _KEPT_WORDS:
            yield column


def others(place: Office, holding: Holding) -> Mapping[str, list[tuple[object, ...]]]:
    """Return every row that is not of the person, as the database holds it."""
    found: dict[str, list[tuple[object, ...]]] = {}
    with place.app.database.reading() as connection:
        for table in METADATA.sorted_tables:
            raw = raw_table(table.name, columns_of(table))
            keys = [raw.c[column.name] for column in table.primary_key.columns]
            mine = holding.rows.get(table.name, frozenset())
            found[table.name] = [
                tuple(row)
                for row in connection.execute(select(raw).order_by(*keys))
                if "id" not in raw.columns or row.id not in mine
            ]
    return found


def files_of(place: Office, folder: Path) -> Iterator[Path]:
    """Give every file in which the workspace's bytes may be."""
    yield from (path for path in folder.rglob("*") if path.is_file())
    url = place.app.settings.store.database_url
    if not url.startswith("sqlite"):
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT current_setting('data_directory'),"
                " (SELECT oid FROM pg_database WHERE datname = current_database())"
            ).fetchone()
        assert row is not None
        yield from (p for p in (Path(row[0]) / "base" / str(row[1])).iterdir() if p.is_file())


def found_in(place: Office, folder: Path, words: list[str]) -> dict[str, str]:
    """Return which words are in which file, byte for byte."""
    found: dict[str, str] = {}
    for path in files_of(place, folder):
        content = path.read_bytes()
        found.update({word: path.name for word in words if word.encode() in content})
    return found
