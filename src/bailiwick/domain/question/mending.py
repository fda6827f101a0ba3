"""Mends a statement by what was wrong with it: a name that is nearly one there is."""

import re
from typing import Final

from bailiwick.domain.question.schema import Schema
from bailiwick.domain.question.words import trigrams

LIKENESS_MIN: Final = 0.4  # ours: "colour" is like "color", "price" is not like "phone"
_WRONG: Final = (
    re.compile(r"^(?P<kind>column|table): \"?(?P<name>\w+)\"?;"),
    re.compile(r"no such (?P<kind>column|table): (?:\w+\.)?(?P<name>\w+)"),
)


def mended(sql: str, trouble: str, schema: Schema) -> str:
    """Return the statement with the wrong name replaced by the nearest, or nothing."""
    match = next((found for one in _WRONG if (found := one.search(trouble))), None)
    if match is None:
        return ""
    among = (
        [table.name for table in schema.tables]
        if match["kind"] == "table"
        else [column.name for _, column in schema.columns()]
    )
    wrong = match["name"]
    mine = trigrams(wrong)
    scored = sorted(
        ((len(mine & trigrams(one)) / len(mine | trigrams(one)), one) for one in set(among)),
        reverse=True,
    )
    if not scored or scored[0][0] < LIKENESS_MIN:
        return ""
    if len(scored) > 1 and scored[1][0] == scored[0][0]:
        return ""  # two are as near; neither is more likely meant
    return re.sub(rf"\b{re.escape(wrong)}\b", scored[0][1], sql)
