"""Puts the marks of a question together to a meaning, or says which part has none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn

from bailiwick.domain.question.lexicon import Lexicon, Place, Value, is_measure
from bailiwick.domain.question.literal import is_time
from bailiwick.domain.question.marks import Kind, Mark
from bailiwick.domain.question.meaning import CannotSayError, Item, Meaning, Test
from bailiwick.domain.question.schema import Table
from bailiwick.domain.question.words import name_stems

LIMIT_MAX: Final = 100  # capabilities 8: the usual limit
_BOOKKEEPING: Final = frozenset({"created", "crtd", "updated", "modified", "upd"})
"""First words of dates of a row itself, which nobody means when there is another."""


@dataclass(slots=True, kw_only=True)
class Reading:
    """The marks of one question on their way to a meaning."""

    words: Lexicon
    marks: list[Mark]
    lists: bool
    items: list[Item] = field(default_factory=list[Item])
    groups: list[Item] = field(default_factory=list[Item])
    order: list[Item] = field(default_factory=list[Item])
    tests: list[Test] = field(default_factory=list[Test])
    tables: list[Table] = field(default_factory=list[Table])
    without: list[Table] = field(default_factory=list[Table])
    named: list[Table] = field(default_factory=list[Table])
    entities: list[Table] = field(default_factory=list[Table])
    """Things that figures are for: the customers of "top 5 customers", "each customer"."""
    limit: int | None = None
    descending: bool = True
    distinct: bool = False

    def meaning(self, wanted: Sequence[Mark]) -> Meaning:
        """Put the parts together. Raises CannotSayError."""
        every = (*self.marks, *wanted)
        self.named = [
            one.table for one in every if one.kind is Kind.TABLE and one.table is not None
        ]
        self.named += [
            one.places[0].table for one in every if one.kind is Kind.COLUMN and len(one.places) == 1
        ]
        negated = self._negated()
        self._take_top()
        self._refuse_or()
        periods = [one for one in self.marks if one.kind is Kind.PERIOD]
        values = [one for one in self.marks if one.kind in {Kind.VALUE, Kind.QUOTED}]
        grains = [one for one in every if one.kind is Kind.GRAIN]
        self._take_groups()
        if wanted:
            said = {one.text for one in values}
            self.items = self._listed(
                [one for one in wanted if one.kind is not Kind.VALUE or one.text not in said]
            )
            self._counted_twice()
            self._rest(self.marks)
        else:
            self._main()
        for one in values:
            self._test(one)
        self.without.extend(negated)
        if len(grains) > 1 or len({one.period for one in periods}) > 1:
            _cannot("which time is meant")
        for one in periods[:1]:
            place = self._dated(one)
            self.tests.append(Test(place=place, period=one.period))
        if grains and grains[0].grain is not None:
            place = self._dated(grains[0])
            self.groups.insert(0, Item(place=place, grain=grains[0].grain.grain))
        items = [*(one for one in self.groups if one not in self.items), *self.items]
        if not items or not any(one for one in self.items):
            _cannot("what is wanted")
        return Meaning(
            items=tuple(items),
            tests=tuple(self.tests),
            tables=tuple(self.tables),
            apart=tuple(self._keys(items)),
            without=tuple(self.without),
            order=tuple(self.order),
            descending=self.descending,
            limit=self.limit,
            distinct=self.distinct,
        )

    def _counted_twice(self) -> None:
        """Drop "how many orders" of the sentence when the answer's columns count them, too."""
        if len(self.marks) > 1 and self.marks[0].kind is Kind.AGGREGATE:
            table = self.marks[1].table if self.marks[1].kind is Kind.TABLE else None
            if Item(function="COUNT", table=table) in self.items and table is not None:
                del self.marks[:2]

    def _keys(self, items: Sequence[Item]) -> Iterator[Place]:
        """Yield the keys of the things that figures are for: two people may share a name."""
        shown = {one.place.table.name for one in items if one.place and not one.function}
        for table in dict.fromkeys(self.entities):
            key = table.column(table.key) if table.key else None
            if shown == {table.name} and key is not None:
                yield Place(table=table, column=key)

    def _negated(self) -> list[Table]:
        """Take out "no orders", "without orders": the table of which there must be no row."""
        found: list[Table] = []
        for at, mark in enumerate(self.marks):
            if mark.kind is Kind.WORD and mark.text == "not":
                after = self.marks[at + 1] if at + 1 < len(self.marks) else None
                if after is None or after.table is None or after.kind is not Kind.TABLE:
                    _cannot("what is not")
                if any(one.table is not after.table for one in after.places):
                    _cannot("what is not")  # "no email": no mails, or no address
                found.append(after.table)
                self.marks[at : at + 2] = []
                self.named.remove(after.table)
                if len(self.marks) > at and self.marks[at].kind in {Kind.VALUE, Kind.PERIOD}:
                    _cannot("what exactly is not")
                break
        if any(one.kind is Kind.WORD and one.text == "not" for one in self.marks):
            _cannot("what is not")
        return found

    def _refuse_or(self) -> None:
        """Let "or" stand between two values only; elsewhere it could join anything."""
        for at in range(len(self.marks) - 1, -1, -1):
            if not self._is(at, "or"):
                continue
            sides = self.marks[max(0, at - 1) : at + 2]
            if [one.kind for one in sides] != [Kind.VALUE, Kind.WORD, Kind.VALUE]:
                _cannot("what the alternatives are")
            del self.marks[at]

    def _take_top(self) -> None:
        """Take out "top 5 customers by revenue": how many, of what, in which order."""
        for at, mark in enumerate(self.marks):
            if mark.kind is not Kind.WORD or mark.text not in {"top", "bottom"}:
                continue
            if at + 2 >= len(self.marks) or self.marks[at + 1].kind is not Kind.NUMBER:
                _cannot("how many")
            self.limit = min(int(self.marks[at + 1].number), LIMIT_MAX)
            self.descending = mark.text == "top"
            noun = self.marks[at + 2]
            if self._is(at + 2, "most") and self._is(at + 3, "common"):
                self._take_common(at)
                return
            by = next((n for n in range(at + 3, len(self.marks)) if self._is(n, "by")), None)
            if by is None or by != at + 3:
                _cannot("by what the top are found")
            end = by + 1
            while end < len(self.marks) and self.marks[end].kind not in _ENDS:
                end += 1
            self.order = self._listed(self.marks[by + 1 : end])
            if not all(one.function for one in self.order):
                _cannot("by what the top are found")
            if noun.kind is Kind.COLUMN:
                self.groups.append(Item(place=self._place(noun)))
            elif noun.table is None:
                _cannot(f"what {noun.text} are")
            else:
                self.tables.append(noun.table)
                self.entities.append(noun.table)
            self.marks[at:end] = []
            return

    def _take_common(self, at: int) -> None:
        """Take out "3 most common statuses": by how many rows have each."""
        noun = self.marks[at + 4] if at + 4 < len(self.marks) else None
        if noun is None or noun.kind is not Kind.COLUMN:
            _cannot("what is most common")
        place = self._place(noun)
        self.groups.append(Item(place=place))
        self.order = [Item(function="COUNT", table=place.table)]
        self.marks[at : at + 5] = []

    def _is(self, at: int, word: str) -> bool:
        one = self.marks[at] if at < len(self.marks) else None
        return one is not None and one.kind is Kind.WORD and one.text == word

    def _take_groups(self) -> None:
        """Take out "per country", "for each stage"."""
        at = 0
        while at < len(self.marks):
            if not (self._is(at, "each") or self._is(at, "by")):
                at += 1
                continue
            noun = self.marks[at + 1] if at + 1 < len(self.marks) else None
            if noun is None or noun.kind is not Kind.COLUMN:
                if noun is not None and noun.kind is Kind.TABLE and noun.table is not None:
                    self.tables.append(noun.table)
                    self.entities.append(noun.table)
                    self.marks[at : at + 2] = []
                    continue
                _cannot("by what rows are put together")
            self.groups.append(Item(place=self._place(noun)))
            self.marks[at : at + 2] = []

    def _main(self) -> None:
        """Read what the one sentence of a question wants, then what limits it."""
        end = next(
            (
                at
                for at, one in enumerate(self.marks)
                if one.kind in _ENDS and not (one.kind is Kind.WORD and one.text == "distinct")
            ),
            len(self.marks),
        )
        start = self.marks[:end]
        if not self.order or start:
            if self.groups and not start and self.order:
                self.items = []
            else:
                first = next((at for at, one in enumerate(start) if one.kind in _HEADS), None)
                if first is None:
                    _cannot("what is wanted")
                used = self._head(start[first:])
                self._rest([*start[:first], *start[first + used :], *self.marks[end:]])
        if self.tables and self.groups == [] and self.order:
            _cannot("which columns of them are wanted")
        if (
            any(not one.function for one in self.items)
            and self.items
            and (any(one.function for one in self.items) and not self.groups)
        ):
            _cannot("which columns are wanted")

    def _head(self, marks: list[Mark]) -> int:
        """Read what is counted or listed first; return how many marks that took."""
        if marks[0].kind is Kind.AGGREGATE or (
            self._word(marks[0]) == "distinct" and not self.lists
        ):
            used = 1
            while (
                used < len(marks)
                and marks[used].kind is not Kind.TABLE
                and (marks[used - 1].kind is not Kind.COLUMN)
            ):
                used += 1
            last = (
                used + 1
                if used < len(marks)
                and marks[used].kind is Kind.TABLE
                and (marks[used - 1].kind is not Kind.COLUMN)
                else used
            )
            self.items = self._listed(marks[:last])
            return last
        if not self.lists:
            _cannot("what is wanted")
        used = 0
        while used < len(marks) and marks[used].kind in {Kind.COLUMN, Kind.COMMA, Kind.AND} | {
            Kind.WORD
        }:
            used += 1
        self.items = self._listed(marks[:used])
        return used

    def _rest(self, marks: Sequence[Mark]) -> None:
        """Join the tables that are named besides; a column that nothing uses was not understood."""
        for one in marks:
            if one.kind is Kind.TABLE and one.table is not None:
                self.tables.append(one.table)
            elif (
                one.kind in {Kind.COLUMN, Kind.AGGREGATE, Kind.NUMBER} and not self._dates(one)
            ) or (one.kind is Kind.WORD and one.text not in {"that", "distinct"}):
                _cannot(f"what is meant by {one.text}")

    def _listed(self, marks: Sequence[Mark]) -> list[Item]:
        """Read a list of columns and figures: "the name, number of orders and total amount"."""
        found: list[Item] = []
        chunk: list[Mark] = []
        for one in (*marks, Mark(kind=Kind.COMMA, text=",")):
            if one.kind in {Kind.COMMA, Kind.AND}:
                if chunk:
                    found.append(self._item(chunk))
                chunk = []
            elif one.kind is not Kind.GRAIN:
                chunk.append(one)
        return found

    def _item(self, chunk: list[Mark]) -> Item:
        functions = [one.text for one in chunk if one.kind is Kind.AGGREGATE]
        distinct = any(self._word(one) == "distinct" for one in chunk)
        nouns = [one for one in chunk if one.kind in {Kind.COLUMN, Kind.TABLE}]
        others = (
            len(chunk)
            - len(functions)
            - len(nouns)
            - sum(self._word(one) == "distinct" for one in chunk)
        )
        if others or len(nouns) != 1 or len(functions) > 2:  # noqa: PLR2004 - "average number of"
            _cannot("what " + " ".join(one.text for one in chunk) + " is")
        noun = nouns[0]
        if len(functions) == 2:  # noqa: PLR2004 - as above
            if functions[1] != "COUNT" or noun.kind is not Kind.COLUMN:
                _cannot("what is counted")
            functions.pop()
        function = functions[0] if functions else ""
        if noun.kind is Kind.TABLE and noun.table is not None:
            if function != "COUNT":
                _cannot(f"which columns of {noun.text} are wanted")
            return Item(function="COUNT", table=noun.table)
        return self._column_item(function, self._place(noun), distinct=distinct)

    def _column_item(self, function: str, place: Place, *, distinct: bool) -> Item:
        measure = is_measure(place.column, place.table)
        if function in {"SUM", "AVG"} and not measure:
            _cannot(f"what the sum of {place.column.name} is")
        if function == "COUNT" and measure:
            _cannot(f"whether {place.column.name} is counted or added up")
        if function in {"SUM", "AVG"} and place.column.unit:
            unit = place.table.column(place.column.unit)
            assert unit is not None, "a unit is a column beside it"
            item = Item(place=Place(table=place.table, column=unit))
            if item not in self.groups:
                self.groups.append(item)
        if not function:
            self.distinct = self.distinct or distinct
        return Item(function=function, place=place, distinct=distinct and bool(function))

    def _place(self, mark: Mark) -> Place:
        """Return the one column that is meant, by the tables that are named. Raises."""
        if len(mark.places) == 1:
            return mark.places[0]
        mine = [one for one in mark.places if one.table in self.entities]
        if len(mine) == 1:
            return mine[0]
        near = [one for one in mark.places if one.table in self.named]
        if len(near) == 1:
            return near[0]
        keys = [one for one in near or mark.places if one.column.name == one.table.key]
        if len(keys) != 1:
            _cannot(f"which {mark.text} is meant")
        return keys[0]

    def _test(self, mark: Mark) -> None:
        """Add the condition that a value is said for. Raises when it occurs in two columns."""
        known = self._known()
        near = [one for one in mark.values if one.place.table.name in known]
        found: list[Value] = near or list(mark.values)
        places = {(one.place.table.name, one.place.column.name) for one in found}
        texts = {one.value for one in found}
        if len(places) != 1 or len(texts) != 1:
            _cannot(f"what {mark.text} is")
        self.tests.append(Test(place=found[0].place, value=found[0].value))

    def _known(self) -> set[str]:
        found = {table.name for table in (*self.named, *self.tables)}
        for item in (*self.items, *self.groups, *self.order):
            if item.place is not None:
                found.add(item.place.table.name)
            elif item.table is not None:
                found.add(item.table.name)
        return found

    def _dates(self, mark: Mark) -> bool:
        return any(is_time(one.column.kind) for one in mark.places)

    def _dated(self, mark: Mark) -> Place:
        """Return the column that a time limits: the one that is named, else the only one."""
        named = [place for one in self.marks if one.kind is Kind.COLUMN for place in one.places]
        said = [one for one in named if is_time(one.column.kind)]
        if len(said) == 1:
            return said[0]
        counted = [
            one.place.table if one.place is not None else one.table
            for one in (*self.items, *self.order)
            if one.function
        ]
        tables = [table for table in counted if table is not None] or [
            table for name in sorted(self._known()) if (table := self.words.schema.table(name))
        ]
        found = {place.column.name: place for table in tables for place in _dates_of(table)}
        if len(found) != 1:
            _cannot(f"which date {mark.text} is about")
        return next(iter(found.values()))

    def _word(self, mark: Mark) -> str:
        return mark.text if mark.kind is Kind.WORD else ""


_ENDS: Final = frozenset({Kind.PERIOD, Kind.VALUE, Kind.QUOTED, Kind.WORD})
_HEADS: Final = frozenset({Kind.AGGREGATE, Kind.COLUMN, Kind.WORD})


def _cannot(what: str) -> NoReturn:
    raise CannotSayError(what)


def _dates_of(table: Table) -> list[Place]:
    if table.dated_by:
        column = table.column(table.dated_by)
        return [Place(table=table, column=column)] if column is not None else []
    times = [one for one in table.columns if is_time(one.kind)]
    events = [one for one in times if name_stems(one.name)[0] not in _BOOKKEEPING]
    return [Place(table=table, column=one) for one in events or times]
