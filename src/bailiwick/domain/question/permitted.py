"""What a statement may be made of: kinds of nodes, and functions by the names SQLite knows."""

from typing import Final

from sqlglot import exp

NODES: Final[frozenset[type[exp.Expr]]] = frozenset({
    exp.Select, exp.Union, exp.Except, exp.Intersect, exp.With, exp.CTE, exp.Subquery,
    exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Limit,
    exp.Offset, exp.Distinct, exp.Window, exp.WindowSpec, exp.Table, exp.TableAlias, exp.Column,
    exp.Identifier, exp.Star, exp.Alias, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Tuple,
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In,
    exp.Between, exp.Like, exp.Glob, exp.Escape, exp.Exists, exp.Add, exp.Sub, exp.Mul, exp.Div,
    exp.Mod, exp.Neg, exp.DPipe, exp.Case, exp.If, exp.Cast, exp.DataType, exp.Filter, exp.Var,
    exp.TsOrDsToTimestamp, exp.TsOrDsToDate,
})  # fmt: skip
"""Everything else is refused, also what a later parser may learn to read."""

_NAMES: Final[dict[type[exp.Expr], str]] = {
    exp.Count: "count", exp.Sum: "sum", exp.Avg: "avg", exp.Min: "min", exp.Max: "max",
    exp.GroupConcat: "group_concat", exp.Round: "round", exp.Abs: "abs",
    exp.Coalesce: "coalesce", exp.Nullif: "nullif", exp.Lower: "lower", exp.Upper: "upper",
    exp.Length: "length", exp.Trim: "trim", exp.Substring: "substr", exp.TimeToStr: "strftime",
    exp.StrPosition: "instr", exp.Replace: "replace", exp.Date: "date", exp.Datetime: "datetime",
    exp.CurrentDate: "date", exp.CurrentTime: "time", exp.CurrentTimestamp: "datetime",
    exp.RowNumber: "row_number", exp.Rank: "rank", exp.DenseRank: "dense_rank", exp.Lag: "lag",
    exp.Lead: "lead", exp.Ntile: "ntile", exp.FirstValue: "first_value",
    exp.LastValue: "last_value",
}  # fmt: skip
FUNCTIONS: Final = frozenset(
    {*_NAMES.values(), "ifnull", "iif", "julianday", "time", "total", "unixepoch", "sign"}
)
"""No function that reads a file, loads code, makes memory out of a number, or draws lots."""
COMMANDS: Final = frozenset({
    "ALTER", "ANALYZE", "ATTACH", "BEGIN", "CALL", "COMMENT", "COMMIT", "COPY", "CREATE", "DELETE",
    "DESCRIBE", "DETACH", "DROP", "EXECUTE", "EXPLAIN", "GRANT", "INSERT", "INSTALL", "KILL",
    "LOAD", "LOCK", "MERGE", "PRAGMA", "REFRESH", "REINDEX", "RELEASE", "REPLACE", "REVOKE",
    "ROLLBACK", "SAVEPOINT", "SET", "TRUNCATE", "UPDATE", "USE", "VACUUM",
})  # fmt: skip
"""Words that begin something other than a question, wherever they stand unquoted."""
IMPLIED: Final = frozenset({"like", "glob"})
"""Functions that SQLite calls for an operator; not to be called by name."""


def called(node: exp.Expr) -> str | None:
    """Return the name of the function that a node calls, or None when it calls none."""
    known = _NAMES.get(type(node))
    if known is not None:
        return known
    if isinstance(node, exp.Anonymous):
        return str(node.this).lower()
    if isinstance(node, exp.Func) and type(node) not in NODES:
        return node.sql_name().lower()
    return None
