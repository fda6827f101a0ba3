import time
from datetime import UTC, datetime

import pytest

from bailiwick.domain.question import permitted
from bailiwick.domain.question.admission import Admitted
from bailiwick.domain.question.gate import ROWS_COUNT, admit
from bailiwick.domain.question.rows import Failed, Rows, Trouble
from bailiwick.domain.question.schema import Column, Kind, Schema, Table
from bailiwick.store.answers import private_copy
from bailiwick.store.answers.private_copy import (
    SECONDS_MAX,
    TEXT_LENGTH_MAX,
    PrivateCopy,
    UnableToCopyRows,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SCHEMA = Schema(
    tables=(
        Table(
            name="firms",
            columns=(
                Column(name="name", kind=Kind.TEXT),
                Column(name="employees", kind=Kind.NUMBER),
            ),
        ),
    ),
    terms={},
)
FIRMS = [("Müller & Co", 12), ("'); drop table firms; --", 35), ("Acme", None)]


def copy(count: int = 0) -> PrivateCopy:
    """Three firms, or as many as are asked for."""
    rows = [(f"firm {n}", n) for n in range(count)] if count else FIRMS
    return PrivateCopy(SCHEMA, {"firms": rows})


def unguarded(sql: str) -> Admitted:
    """A statement as if the gate had let it through."""
    return Admitted(sql=sql, tables=("firms",), rows_max=100)


def ran(sql: str, over: PrivateCopy | None = None) -> Rows | Failed:
    found = admit(sql, SCHEMA, now=NOW)
    assert isinstance(found, Admitted), found
    return (over or copy()).run(found)


def failed(found: Rows | Failed) -> Failed:
    assert isinstance(found, Failed), found
    return found


class TestRunning:
    def test_gives_rows_with_the_names_of_their_columns(self) -> None:
        """What a statement asks for comes back as plain values."""
        found = ran("select name, employees from firms order by employees desc limit 1")
        assert found == Rows(columns=("name", "employees"), rows=((FIRMS[1][0], 35),))

    def test_shows_what_a_cell_holds_as_text(self) -> None:
        """A cell that looks like SQL is a cell: it is shown, and the table stays."""
        over = copy()
        assert isinstance(ran("select name from firms", over), Rows)
        found = ran("select count(*) from firms", over)
        assert isinstance(found, Rows)
        assert found.rows == ((len(FIRMS),),)

    def test_cuts_long_answers_and_says_so(self) -> None:
        """More rows than may be given are cut, which is told; exactly as many are not."""
        for count, cut in ((ROWS_COUNT + 1, True), (ROWS_COUNT, False)):
            found = ran("select name from firms", copy(count))
            assert isinstance(found, Rows)
            assert (len(found.rows), found.cut) == (ROWS_COUNT, cut)

    def test_tells_the_databases_own_words_of_an_error(self) -> None:
        """What the database does not understand comes back as its words, for a repair."""
        found = failed(ran("select name from firms group by count(*)"))
        assert found.trouble is Trouble.ERROR
        assert "aggregate functions are not allowed" in found.text

    def test_stops_what_takes_too_long(self) -> None:
        """A join of everything with everything ends after the time it has."""
        began = time.monotonic()
        found = failed(ran("select count(*) from firms a, firms b, firms c, firms d", copy(1_000)))
        assert found.trouble is Trouble.TIME
        assert time.monotonic() - began < SECONDS_MAX + 3

    def test_stops_what_grows_too_large(self) -> None:
        """Neither one value nor all together grow beyond the answer's size."""
        wide = PrivateCopy(SCHEMA, {"firms": [("x" * 10_000, n) for n in range(1_000)]})
        one = failed(ran("select group_concat(name) from firms", wide))
        assert one.trouble is Trouble.SIZE
        doubled = "replace(" * 9 + "name" + ", 'x', 'xxxxxxxxxx')" * 9
        assert failed(ran(f"select {doubled} from firms", wide)).trouble is Trouble.SIZE  # noqa: S608 - what a test asks

    def test_stops_answers_that_are_large_together(self) -> None:
        """Many rows that fit one by one do not fit together."""
        wide = PrivateCopy(SCHEMA, {"firms": [("x" * TEXT_LENGTH_MAX, n) for n in range(200)]})
        long = "name || name || name || name || name || name"
        assert failed(ran(f"select {long} from firms limit 200", wide)).trouble is Trouble.SIZE  # noqa: S608 - what a test asks


class TestTheSecondWall:
    """What the gate would have refused is refused by the database, too."""

    @pytest.mark.parametrize(
        "sql",
        [
            "drop table firms",
            "delete from firms",
            "insert into firms values ('x', 1)",
            "update firms set name = 'x'",
            "create table x (y)",
            "attach database ':memory:' as other",
            "pragma query_only = off",
            "pragma table_info(firms)",
            "select * from sqlite_master",
            "select * from pragma_table_info('firms')",
            "select load_extension('x')",
            "select randomblob(10)",
            "select printf('%d', 1)",
            "select rowid from firms",
            "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n",
            "vacuum",
            "begin",
        ],
    )
    def test_permits_nothing_but_reading_named_columns(self, sql: str) -> None:
        """The authorizer says no although nothing stood before it, and the rows stay."""
        over = copy()
        failed(over.run(unguarded(sql)))
        left = over.run(unguarded("select count(*) from firms"))
        assert isinstance(left, Rows)
        assert left.rows == ((len(FIRMS),),)

    def test_knows_the_functions_that_the_gate_lets_through(self) -> None:
        """Each name on the list is one that SQLite itself has, so none waits to be defined."""
        over = copy()
        for name in sorted(permitted.FUNCTIONS - {"unixepoch"}):
            found = over.run(unguarded(f"select {name}()"))
            text = found.text if isinstance(found, Failed) else ""
            assert "no such function" not in text, name


class TestFilling:
    def test_names_the_same_rows_alike(self) -> None:
        """The version tells rows apart, and only rows."""
        assert copy().version == copy().version
        assert copy().version != copy(2).version

    def test_keeps_no_more_of_a_text_than_can_be_compared(self) -> None:
        """A long text is cut in the copy."""
        over = PrivateCopy(SCHEMA, {"firms": [("x" * (TEXT_LENGTH_MAX + 1), 1)]})
        found = ran("select length(name) from firms", over)
        assert isinstance(found, Rows)
        assert found.rows == ((TEXT_LENGTH_MAX,),)

    def test_refuses_more_rows_than_it_may_hold(self) -> None:
        """Too many rows are refused rather than answered from a part."""
        many = (("x", 1) for _ in range(private_copy.ROWS_COUNT_MAX + 1))
        with pytest.raises(UnableToCopyRows, match="more than"):
            PrivateCopy(SCHEMA, {"firms": many})

    def test_indexes_the_texts_that_occur(self) -> None:
        """Values are found whatever their case."""
        assert copy().values()["acme"] == [("firms", "name", "Acme")]
