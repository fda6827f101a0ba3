"""The words of a schema: which tables, columns and values a phrase of a question can mean."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bailiwick.domain.country import country_code
from bailiwick.domain.question.schema import Column, Kind, Schema, Table
from bailiwick.domain.question.words import DEEDS, SOFT, Word, name_stems, stems
from bailiwick.kit.text import folded

PHRASE_WORDS_MAX: Final = 5  # ours: no name of a column has more
STEM_LENGTH_MIN: Final = 4  # ours: "successful" is `success`; "in" is not `inactive`
DESCRIPTION_WORDS_MAX: Final = 4  # ours: longer ones are sentences
_SHORT: Final[Mapping[str, tuple[str, ...]]] = {
    "cust": ("customer",), "tx": ("transaction",), "txn": ("transaction",), "amt": ("amount",),
    "dt": ("date",), "diag": ("diagnosis",), "doc": ("doctor",), "ins": ("insurance",),
    "addr": ("address",), "loc": ("location",), "num": ("number",), "desc": ("description",),
    "tot": ("total",), "qty": ("quantity",), "freq": ("frequency",), "hr": ("hour",),
    "cnt": ("count",), "reg": ("registration",), "ccy": ("currency",), "med": ("medication",),
    "ts": ("time",), "uid": ("user", "id"), "mid": ("merchant", "id"), "cid": ("coupon", "id"),
    "txid": ("transaction", "id"), "dos": ("dosage",), "pct": ("percent",), "emp": ("employee",),
    "dept": ("department",), "mgr": ("manager",), "prod": ("product",), "acct": ("account",),
}  # fmt: skip
"""Short forms in names of columns, as they are common in databases."""
_VALUES_TOLD: Final = re.compile(r"possible values?: (?P<values>[^.]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A column of a table."""

    table: Table
    column: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value that occurs in a column."""

    place: Place
    value: str


@dataclass(slots=True, kw_only=True)
class Lexicon:
    """All phrases of one schema."""

    tables: dict[tuple[str, ...], set[str]] = field(default_factory=dict[tuple[str, ...], set[str]])
    exact: dict[tuple[str, ...], set[str]] = field(default_factory=dict[tuple[str, ...], set[str]])
    columns: dict[tuple[str, ...], list[Place]] = field(
        default_factory=dict[tuple[str, ...], list[Place]]
    )
    values: Mapping[str, Sequence[tuple[str, str, str]]]
    schema: Schema
    enums: dict[str, list[Value]] = field(default_factory=dict[str, list[Value]])

    def table(self, phrase: tuple[str, ...]) -> Table | None:
        """Return the one table that a phrase names, those of that very name first."""
        for names in (self.exact.get(phrase), self.tables.get(phrase)):
            if names is not None and len(names) == 1:
                return self.schema.table(next(iter(names)))
            if names is not None:
                return None
        return None

    def names_deed(self, verb: str) -> bool:
        """Tell whether a column is named by a deed, as `receiver` is: then it has a meaning."""
        root = verb.removesuffix("ed").removesuffix("ing").removesuffix("e")
        return any(
            stem.startswith(root)
            for _, column in self.schema.columns()
            for stem in name_stems(column.name)
        )

    def places(self, phrase: tuple[str, ...]) -> tuple[Place, ...]:
        """Return the columns that a phrase can mean."""
        return tuple(self.columns.get(phrase, ()))

    def valued(self, words: Sequence[Word]) -> tuple[Value, ...]:
        """Return the values that words can mean, in the columns where they occur."""
        said = " ".join(word.text for word in words)
        found = self.values.get(folded(said), ())
        if not found and (code := country_code(said)) is not None and len(said) > 1:
            known = self.values.get(folded(code), ())
            found = [one for one in known if "country" in name_stems(one[1])]
        places = tuple(
            Value(place=Place(table=table, column=column), value=value)
            for name, of, value in found
            if (table := self.schema.table(name)) and (column := table.column(of))
        )
        if places or len(words) != 1 or words[0].quoted:
            return places
        stem = words[0].stem
        return tuple(
            one
            for text, values in self.enums.items()
            if len(text) >= STEM_LENGTH_MIN
            and (stem == text or stem.startswith(text))
            and len(stem) - len(text) <= STEM_LENGTH_MIN
            for one in values
        )


def lexicon(schema: Schema, values: Mapping[str, Sequence[tuple[str, str, str]]]) -> Lexicon:
    """Return the words of a schema."""
    found = Lexicon(values=values, schema=schema)
    shared = _shared([name_stems(table.name) for table in schema.tables])
    for table in schema.tables:
        names = _spelled(name_stems(table.name)[shared:])
        for phrase in (names, *map(stems, table.words)):
            found.exact.setdefault(phrase, set()).add(table.name)
        for start in range(len(names)):
            for end in range(start + 1, len(names) + 1):
                if not (end - start == 1 and names[start] in SOFT | DEEDS | {"daily"}):
                    found.tables.setdefault(names[start:end], set()).add(table.name)
        _add_columns(found, table, names)
    return found


def _add_columns(found: Lexicon, table: Table, names: tuple[str, ...]) -> None:
    bare = _shared([name_stems(one.name) for one in table.columns])
    for column in table.columns:
        place = Place(table=table, column=column)
        told = _VALUES_TOLD.search(column.description)
        for phrase in {*_phrases(table, column, names, bare), *_described(column)} - {()}:
            if place not in found.columns.setdefault(phrase, []):
                found.columns[phrase].append(place)
        for one in told["values"].split(",") if told is not None else ():
            value = Value(place=place, value=one.strip())
            for text in stems(one) if len(stems(one)) == 1 else ():
                found.enums.setdefault(text, []).append(value)


def _phrases(
    table: Table, column: Column, names: tuple[str, ...], bare: int
) -> set[tuple[str, ...]]:
    """Return what a column is called: its name in words, short, with its table, as a deed."""
    whole = _spelled(name_stems(column.name))
    short = _spelled(name_stems(column.name)[bare:]) or whole
    phrases = {whole, short, *map(stems, column.words)}
    phrases |= {one[1:] for one in phrases if one[:1] in {("location",), ("address",)}}
    if column.name == table.key:
        return phrases | {(names[-1], "id"), (*names, "id")}
    for phrase in tuple(phrases):
        if phrase[-1:] != ("id",):
            phrases |= {(names[-1], *phrase), (*names, *phrase)}
    if column.kind is Kind.TEXT and short[-1:] != ("name",):
        phrases.add((*short, "name"))
    if column.kind in {Kind.DATE, Kind.INSTANT}:
        phrases |= _verbs(short)
    return phrases | {whole[at:] for at in range(1, len(whole) - 1)}


def _described(column: Column) -> set[tuple[str, ...]]:
    """Return the few words that begin a column's description, which name it."""
    told = _VALUES_TOLD.search(column.description)
    about = column.description.split(".")[0].split(",")[0]
    if told is not None:
        return {stems(column.description[: told.start()])}
    return {stems(about)} if len(stems(about)) <= DESCRIPTION_WORDS_MAX else set()


def _verbs(name: Sequence[str]) -> set[tuple[str, ...]]:
    """Return how a date is said as a deed: `end_dt` is "ended", `hire_date` is "hired"."""
    deeds = [one for one in name if one not in {"date", "time", "at", "on", "of"}]
    if len(deeds) != 1:
        return set()
    verb = deeds[0]
    return {(verb,), (verb + "ed",), (verb + "d",), (verb.removesuffix("e") + "ing",)}


def _spelled(parts: Sequence[str]) -> tuple[str, ...]:
    """Return name parts with short forms written out."""
    return tuple(word for part in parts for word in _SHORT.get(part, (part,)))


def _shared(names: Sequence[tuple[str, ...]]) -> int:
    """Return how many first parts all names share, so that they tell nothing."""
    count = 0
    while (
        len(names) > 1
        and all(len(one) > count + 1 for one in names)
        and (len({one[count] for one in names}) == 1)
    ):
        count += 1
    return count


def is_measure(column: Column, table: Table) -> bool:
    """Tell whether a column can be added up: a number that is no key."""
    stems_of = name_stems(column.name)
    return column.kind is Kind.NUMBER and column.name != table.key and stems_of[-1:] != ("id",)
