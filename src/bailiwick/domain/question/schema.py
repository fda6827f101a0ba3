"""What may be asked about: tables, columns, how they join, and the words people use for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from bailiwick.kit.hashing import digest


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    """`YYYY-MM-DD`."""
    INSTANT = "instant"
    """`YYYY-MM-DD HH:MM:SS`, in UTC."""
    FLAG = "flag"
    """0 or 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that may be asked for."""

    name: str
    kind: Kind
    words: tuple[str, ...] = ()
    """Phrases that people say for it, besides its own name."""
    description: str = ""
    masked: bool = False
    """Empty in the copy, since the asker's role may not see it."""
    unit: str = ""
    """The column beside it that says in which unit it is, so that nothing else is added up."""
    declared: str = ""
    """The type that a registered database declares; it decides how SQLite compares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that may be asked for."""

    name: str
    columns: tuple[Column, ...]
    key: str = ""
    """The column that tells its rows apart; empty when none does."""
    words: tuple[str, ...] = ()
    dated_by: str = ""
    """The column that a period means when nobody says which."""

    def column(self, name: str) -> Column | None:
        """Return a column by its name, whatever its case."""
        return next((one for one in self.columns if one.name.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A column that holds the key of a row of another table."""

    table: str
    column: str
    to_table: str
    to_column: str


@dataclass(frozen=True, kw_only=True)
class Schema:
    """All that one asker may ask about."""

    tables: tuple[Table, ...]
    links: tuple[Link, ...] = ()
    terms: Mapping[str, str]
    """A glossary: term to its definition, which may be an expression over columns."""

    @cached_property
    def by_name(self) -> Mapping[str, Table]:
        """Tables by their lower-case names."""
        return {table.name.lower(): table for table in self.tables}

    def table(self, name: str) -> Table | None:
        """Return a table by its name, whatever its case."""
        return self.by_name.get(name.lower())

    def columns(self) -> Iterator[tuple[Table, Column]]:
        """Yield every column with its table."""
        for table in self.tables:
            for column in table.columns:
                yield table, column

    @cached_property
    def hash(self) -> str:
        """A name of exactly this schema, kept with each answer."""
        return digest(
            {
                "tables": [
                    {"name": t.name, "columns": [[c.name, c.kind.value] for c in t.columns]}
                    for t in self.tables
                ],
                "links": [[x.table, x.column, x.to_table, x.to_column] for x in self.links],
                "terms": dict(self.terms),
            }
        )
