"""What a question means over a schema, and the SELECT that says it."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bailiwick.domain.question import literal
from bailiwick.domain.question.lexicon import Place
from bailiwick.domain.question.period import Grain, Period
from bailiwick.domain.question.schema import Link, Schema, Table

JOINS_COUNT_MAX: Final = 6  # the gate's own bound


class CannotSayError(Exception):
    """The parts do not make one statement; nothing is guessed. The words say which part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One column of an answer."""

    function: str = ""
    """COUNT, SUM, AVG, MIN, MAX, or empty for the column itself."""
    place: Place | None = None
    table: Table | None = None
    """What is counted, where no column is."""
    distinct: bool = False
    grain: Grain | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A condition on one column."""

    place: Place
    value: str = ""
    period: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A question as it was read."""

    items: tuple[Item, ...]
    tests: tuple[Test, ...] = ()
    tables: tuple[Table, ...] = ()
    """Tables that were named, though no column of theirs was."""
    without: tuple[Table, ...] = ()
    """Tables of which there must be no row."""
    order: tuple[Item, ...] = ()
    descending: bool = True
    limit: int | None = None
    distinct: bool = False
    apart: tuple[Place, ...] = ()
    """Keys that tell rows apart which look the same, as two people of one name."""


def sql_of(meaning: Meaning, schema: Schema) -> str:
    """Return the SELECT of a meaning. Raises CannotSayError."""
    needed = list(dict.fromkeys(_tables(meaning)))
    if not needed:
        message = "which rows are meant"
        raise CannotSayError(message)
    path = _joined([schema.by_name[name.lower()] for name in needed], schema)
    links, joined = path
    alias = {table: f"t{number}" for number, table in enumerate(joined, start=1)}
    _refuse_fan_out(meaning, links)
    select = [_expression(one, alias, links) for one in meaning.items]
    grouped = [one for one in meaning.items if not one.function]
    aggregated = len(grouped) < len(meaning.items) or any(one.function for one in meaning.order)
    shown = {one.place.table.name for one in grouped if one.place is not None}
    doubled = bool(shown) and shown <= _repeated(links)
    sql = "SELECT " + ("DISTINCT " if (meaning.distinct or doubled) and not aggregated else "")
    sql += ", ".join(
        f"{text} AS {name}" for text, name in zip(select, _headings(meaning), strict=True)
    )
    sql += f" FROM {_from(joined, links, alias)}"
    where = [*_where(meaning, alias), *_without(meaning, alias, schema)]
    where += [f"{_expression(one, alias, links)} IS NOT NULL" for one in grouped if one.grain]
    if where:
        sql += f" WHERE {' AND '.join(where)}"
    if aggregated and grouped:
        apart = [_expression(Item(place=one), alias, links) for one in meaning.apart]
        groups = [*(_expression(one, alias, links) for one in grouped), *apart]
        sql += " GROUP BY " + ", ".join(dict.fromkeys(groups))
    return sql + _tail(meaning, alias, links)


def _headings(meaning: Meaning) -> list[str]:
    """Return a name for each column of the answer, none twice."""
    found: list[str] = []
    for item in meaning.items:
        if item.grain is not None:
            name = item.grain.value
        elif item.place is None:
            assert item.table is not None, "an item has a column or a table"
            name = f"count_of_{item.table.name}"
        else:
            name = f"{item.function.lower()}_{item.place.column.name}".removeprefix("_")
        plain = "".join(c if c.isalnum() and c.isascii() else "_" for c in name)
        found.append(f"{plain}_{len(found) + 1}" if plain in found else plain)
    return [literal.name(one) for one in found]


def _tail(meaning: Meaning, alias: dict[str, str], links: Sequence[Link]) -> str:
    down = " DESC" if meaning.descending else ""
    order = [f"{_expression(one, alias, links)}{down}" for one in meaning.order]
    if not order and any(one.grain for one in meaning.items):
        order = [_expression(one, alias, links) for one in meaning.items if one.grain]
    sql = f" ORDER BY {', '.join(order)}" if order else ""
    return sql + (f" LIMIT {meaning.limit}" if meaning.limit is not None else "")


def _tables(meaning: Meaning) -> Iterator[str]:
    for item in (*meaning.items, *meaning.order):
        if item.place is not None:
            yield item.place.table.name
        elif item.table is not None:
            yield item.table.name
    for test in meaning.tests:
        yield test.place.table.name
    for table in meaning.tables:
        yield table.name


def _joined(needed: Sequence[Table], schema: Schema) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """Return the links that join the tables, and all tables on the way, from the first on."""
    joined, links = [needed[0].name], list[Link]()
    for table in needed[1:]:
        if table.name in joined:
            continue
        way = _way(joined, table.name, schema)
        for link in way:
            links.append(link)
            joined.extend(n for n in (link.table, link.to_table) if n not in joined)
    if len(links) > JOINS_COUNT_MAX:
        message = "too many tables are needed at once"
        raise CannotSayError(message)
    return tuple(links), tuple(joined)


def _way(start: Sequence[str], goal: str, schema: Schema) -> tuple[Link, ...]:
    """Return the one shortest way of links to a table; two as short are no way."""
    ways: list[tuple[Link, ...]] = []
    waiting: deque[tuple[str, tuple[Link, ...]]] = deque((name, ()) for name in start)
    while waiting:
        at, way = waiting.popleft()
        if len(way) > JOINS_COUNT_MAX or (ways and len(way) >= len(ways[0])):
            continue
        for link in schema.links:
            ends = (link.table, link.to_table)
            if at not in ends or link in way:
                continue
            other = ends[1] if at == ends[0] else ends[0]
            if other == goal:
                ways.append((*way, link))
            elif other not in start:
                waiting.append((other, (*way, link)))
    shortest = [one for one in ways if len(one) == len(ways[0])] if ways else []
    if len({tuple(map(repr, one)) for one in shortest}) != 1:
        message = f"how {goal} belongs to {start[0]}"
        raise CannotSayError(message)
    return shortest[0]


def _refuse_fan_out(meaning: Meaning, links: Sequence[Link]) -> None:
    """Refuse to add up a column whose rows a join repeats, which would count them twice."""
    repeated = _repeated(links)
    for item in (*meaning.items, *meaning.order):
        added = item.function in {"SUM", "AVG"} and not item.distinct
        if added and item.place is not None and item.place.table.name in repeated:
            message = f"{item.place.column.name} would be counted more than once"
            raise CannotSayError(message)


def _repeated(links: Sequence[Link]) -> frozenset[str]:
    """Return tables whose rows a join repeats: something joined refers to them, or beyond them."""
    found: set[str] = set()
    for link in links:
        found.add(link.to_table)
        side = {link.to_table}
        grown = True
        while grown:  # what hangs on the one side is repeated with it
            more = (
                {
                    (other.to_table if other.table in side else other.table)
                    for other in links
                    if other is not link and (other.table in side or other.to_table in side)
                }
                - side
                - {link.table}
            )
            side |= more
            grown = bool(more)
        found |= side
    return frozenset(found)


def _expression(item: Item, alias: dict[str, str], links: Sequence[Link]) -> str:
    if item.place is None:
        assert item.table is not None, "an item has a column or a table"
        if item.table.name not in _repeated(links):
            return "COUNT(*)"
        if not item.table.key:
            message = f"which {item.table.name} are the same"
            raise CannotSayError(message)
        return f"COUNT(DISTINCT {alias[item.table.name]}.{literal.name(item.table.key)})"
    column = f"{alias[item.place.table.name]}.{literal.name(item.place.column.name)}"
    if item.grain is not None:
        return literal.truncated(column, item.grain)
    if not item.function:
        return column
    distinct = "DISTINCT " if item.distinct or item.function == "COUNT" else ""
    return f"{item.function}({distinct}{column})"


def _from(joined: Sequence[str], links: Sequence[Link], alias: dict[str, str]) -> str:
    text = f"{literal.name(joined[0])} AS {alias[joined[0]]}"
    there = {joined[0]}
    for link in links:
        new = link.to_table if link.table in there else link.table
        there.add(new)
        on = (
            f"{alias[link.table]}.{literal.name(link.column)} = "
            f"{alias[link.to_table]}.{literal.name(link.to_column)}"
        )
        text += f" JOIN {literal.name(new)} AS {alias[new]} ON {on}"
    return text


def _where(meaning: Meaning, alias: dict[str, str]) -> Iterator[str]:
    equal: dict[str, list[str]] = {}
    for test in meaning.tests:
        column = f"{alias[test.place.table.name]}.{literal.name(test.place.column.name)}"
        if test.period is not None:
            yield literal.within(column, test.period)
        else:
            equal.setdefault(column, []).append(literal.text_literal(test.value))
    for column, values in equal.items():  # a row has one value of a column, so several are "or"
        several = f"{column} IN ({', '.join(values)})"
        yield several if len(values) > 1 else f"{column} = {values[0]}"


def _without(meaning: Meaning, alias: dict[str, str], schema: Schema) -> Iterator[str]:
    for table in meaning.without:
        link = next(
            (x for x in schema.links if x.table == table.name and x.to_table in alias), None
        )
        if link is None:
            message = f"how {table.name} belongs to the rest"
            raise CannotSayError(message)
        yield (
            f"NOT EXISTS (SELECT 1 FROM {literal.name(table.name)} AS n WHERE "  # noqa: S608 - the gate reads it
            f"n.{literal.name(link.column)} = {alias[link.to_table]}."
            f"{literal.name(link.to_column)})"
        )
