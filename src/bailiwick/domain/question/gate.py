"""The gate before any SQL is run: exactly one SELECT over permitted names, or a refusal that tells.

What passes is never the text that came in. It is parsed to a tree, every node must be of a kind
that is named here, and what is run is written anew from that tree; so comments, tricks of quoting
and whatever the parser does not know cannot reach the database. The one behind it permits no more
than the same names (`store/answers/private_copy.py`): either alone would hold.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlglot import ErrorLevel, exp, parse, tokenize
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from bailiwick.domain.question.admission import Admitted, Refused, Rule
from bailiwick.domain.question.permitted import COMMANDS, FUNCTIONS, NODES, called
from bailiwick.domain.question.schema import Schema, Table

SQL_LENGTH_MAX: Final = 4_000  # ours: a question has at most as many characters
DEPTH_MAX: Final = 24  # ours: brackets in brackets; people's queries have under ten
NODES_COUNT_MAX: Final = 600  # ours: the longest of the given gold queries has under 200
JOINS_COUNT_MAX: Final = 6  # capabilities 8: gate
ROWS_COUNT: Final = 100  # capabilities 8: LIMIT where none was given
ROWS_COUNT_MAX: Final = 200  # capabilities 8: hard cap
_NOW: Final = frozenset({"date", "datetime", "julianday", "strftime", "time", "unixepoch"})


def admit(sql: str, schema: Schema, *, now: datetime) -> Admitted | Refused:
    """Return the statement that may be run in place of `sql`, or why none may.

    `now` stands wherever the statement asks for the time, so that an answer can be repeated.
    """
    tree = _one_tree(sql)
    if isinstance(tree, Refused):
        return tree
    refused = next(_refusals(tree, schema), None)
    if refused is not None:
        return refused
    tree = _at(tree, now)
    rows_max = _limited(tree)
    read = {schema.by_name[one.name.lower()].name for one in _base_tables(tree)}
    return Admitted(
        sql=tree.sql(dialect="sqlite", comments=False, unsupported_level=ErrorLevel.IGNORE),
        tables=tuple(sorted(read)),
        rows_max=rows_max,
    )


def _one_tree(sql: str) -> exp.Query | Refused:
    if len(sql) > SQL_LENGTH_MAX:
        fix = f"shorten it to {SQL_LENGTH_MAX} characters"
        return Refused(rule=Rule.TOO_LONG, name=f"{len(sql)} characters", fix=fix)
    if "\x00" in sql or _depth(sql) > DEPTH_MAX:
        fix = f"nest at most {DEPTH_MAX} brackets, and no NUL"
        return Refused(rule=Rule.UNREADABLE, name="", fix=fix)
    try:
        name = _command(sql)
        trees = [] if name else [one for one in parse(sql, dialect="sqlite") if one is not None]
    except (SqlglotError, RecursionError, ValueError, IndexError):
        fix = "write one SELECT in the SQL of SQLite"
        return Refused(rule=Rule.UNREADABLE, name="this cannot be read as SQL", fix=fix)
    if not name and len(trees) != 1:
        fix = "write exactly one SELECT"
        return Refused(rule=Rule.ONE_STATEMENT, name=f"{len(trees)} statements", fix=fix)
    tree = trees[0] if trees else None
    if isinstance(tree, (exp.Select, exp.SetOperation)):
        return tree
    name = name or type(tree).__name__.upper()
    return Refused(rule=Rule.SELECT_ONLY, name=name, fix="only SELECT may be asked for")


def _command(sql: str) -> str:
    """Return the first word that begins a command, outside of strings and quoted names, or nothing.

    The parser would pass on what follows such a word as it is, and write it into the log.
    """
    tokens = tokenize(sql, read="sqlite")
    for at, token in enumerate(tokens):
        word = token.text.upper()
        after = tokens[at + 1].text.upper() if at + 1 < len(tokens) else ""
        if token.token_type in {TokenType.STRING, TokenType.IDENTIFIER}:
            continue
        if word in COMMANDS and not (word == "REPLACE" and after == "("):
            return word
        if token.token_type is TokenType.COMMAND:
            return word
    return ""


def _depth(sql: str) -> int:
    """Return how deep brackets are nested, those within strings too."""
    deepest = depth = 0
    for character in sql:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest


def _refusals(tree: exp.Query, schema: Schema) -> Iterator[Refused]:
    nodes = list(tree.walk())
    if len(nodes) > NODES_COUNT_MAX:
        yield Refused(rule=Rule.TOO_LONG, name=f"{len(nodes)} parts", fix="ask for less at once")
        return
    for node in nodes:
        found = _of_node(node)
        if found is not None:
            yield found
            return
    yield from _of_names(tree, schema)
    joins = sum(1 for _ in tree.find_all(exp.Join))
    if joins > JOINS_COUNT_MAX:
        fix = f"join at most {JOINS_COUNT_MAX} times"
        yield Refused(rule=Rule.JOINS, name=f"{joins} joins", fix=fix)


def _of_node(node: exp.Expr) -> Refused | None:
    if isinstance(node, exp.With) and node.args.get("recursive"):
        return Refused(rule=Rule.RECURSION, name="WITH RECURSIVE", fix="write it without recursion")
    name = called(node)
    if name is not None:
        if name in FUNCTIONS:
            return None
        fix = f"use only {', '.join(sorted(FUNCTIONS))}"
        return Refused(rule=Rule.FUNCTION, name=name, fix=fix)
    if type(node) in NODES:
        return None
    fix = "use SELECT with joins, conditions, groups, order and WITH only"
    return Refused(rule=Rule.CONSTRUCT, name=type(node).__name__, fix=fix)


def _of_names(tree: exp.Query, schema: Schema) -> Iterator[Refused]:
    ctes = [one.alias for one in tree.find_all(exp.CTE)]
    for name in ctes:
        if schema.table(name) is not None or name.lower().startswith("sqlite_"):
            fix = "give the WITH part a name that no table has"
            yield Refused(rule=Rule.SHADOW, name=name, fix=fix)
    own = {name.lower() for name in ctes}
    for table in tree.find_all(exp.Table):
        schema_named = bool(table.args.get("db") or table.args.get("catalog"))
        plain = isinstance(table.this, exp.Identifier) and not schema_named
        known = table.name.lower() in own or schema.table(table.name) is not None
        if not (plain and known):
            fix = f"there are {', '.join(one.name for one in schema.tables)}"
            yield Refused(rule=Rule.TABLE, name=table.sql(dialect="sqlite"), fix=fix)
            return
        if (
            table.alias
            and table.alias.lower() != table.name.lower()
            and (schema.table(table.alias) is not None)
        ):
            fix = "give it another name than that of a table"
            yield Refused(rule=Rule.SHADOW, name=table.alias, fix=fix)
            return
    yield from _of_columns(tree, schema)


def _of_columns(tree: exp.Query, schema: Schema) -> Iterator[Refused]:
    """Refuse columns that no table of the statement has and that it does not name itself."""
    read = dict.fromkeys(one.name.lower() for one in _base_tables(tree))
    tables = [schema.by_name[name] for name in read]
    made = {one.alias.lower() for one in tree.find_all(exp.Alias)}
    made |= {
        one.name.lower()
        for alias in tree.find_all(exp.TableAlias)
        for one in alias.args.get("columns") or ()
    }
    by_alias: dict[str, Table | None] = {}
    for one in tree.find_all(exp.Table):
        name = one.alias_or_name.lower()
        found = schema.table(one.name)
        by_alias[name] = found if by_alias.get(name, found) is found else None
    for column in tree.find_all(exp.Column):
        if isinstance(column.this, exp.Star):
            continue
        name = column.name.lower()
        owner = by_alias.get(column.table.lower()) if column.table else None
        among = [owner] if owner is not None else tables
        if any(table.column(name) is not None for table in among):
            continue
        if owner is None and name in made:
            continue
        yield _no_column(column.name, among)


def _no_column(name: str, among: list[Table]) -> Refused:
    offered = [f"{table.name}.{column.name}" for table in among for column in table.columns]
    return Refused(rule=Rule.COLUMN, name=name, fix=f"there are {', '.join(offered) or 'none'}")


def _base_tables(tree: exp.Query) -> Iterator[exp.Table]:
    own = {one.alias.lower() for one in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.name.lower() not in own:
            yield table


def _at(tree: exp.Query, now: datetime) -> exp.Query:
    """Write the given instant wherever the statement asks for the time."""
    instant = now.strftime("%Y-%m-%d %H:%M:%S")
    given: dict[type[exp.Expr], str] = {
        exp.CurrentDate: instant[:10],
        exp.CurrentTime: instant[11:],
        exp.CurrentTimestamp: instant,
    }

    def at(node: exp.Expr) -> exp.Expr:
        if type(node) in given:
            return exp.Literal.string(given[type(node)])
        if isinstance(node, exp.Literal) and node.is_string and node.name.lower() == "now":
            inside = node.find_ancestor(exp.Func)
            if inside is not None and called(inside) in _NOW:
                return exp.Literal.string(instant)
        return node

    written = tree.transform(at)
    assert isinstance(written, exp.Query), "only what is below the root is replaced"
    return written


def _limited(tree: exp.Query) -> int:
    """Set how many rows the statement gives at most, and return that."""
    limit = tree.args.get("limit")
    wanted = limit.expression if isinstance(limit, exp.Limit) else None
    rows_max = ROWS_COUNT if limit is None else ROWS_COUNT_MAX
    if isinstance(wanted, exp.Literal) and wanted.is_int and int(wanted.name) <= ROWS_COUNT_MAX:
        return int(wanted.name)
    tree.set("limit", exp.Limit(expression=exp.Literal.number(rows_max + 1)))
    return rows_max
