"""Execution accuracy without a model, over business databases with gold queries.

A prediction is right when its rows are those of one of the gold queries as a multiset, columns
matched one to one, numbers rounded to two digits, on the database and on a second copy with
perturbed rows (the protocol of the benchmark reference). The clock stands at 2025-06-18 12:00.
"""

import argparse
import json
import random
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any, Final

from bailiwick.domain.question.admission import Admitted
from bailiwick.domain.question.gate import admit
from bailiwick.domain.question.glossary import terms_told
from bailiwick.domain.question.reader import NotRead, Read, read
from bailiwick.domain.question.rows import Cell, Rows
from bailiwick.store.answers.private_copy import PrivateCopy, quoted
from bailiwick.store.answers.registered import registered_copy
from bench.answers.unanswerable import NOUNS, questions
from bench.result_file import keep_result, result_text

NOW: Final = datetime(2025, 6, 18, 12, 0, tzinfo=UTC)
SEED: Final = 20250618
KEPT_SHARE: Final = 0.8  # ours: rows of the second copy
COLUMNS_COUNT_MAX: Final = 7  # ours: more orders of columns than 5,040 are not tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """One database, and its copy with other rows."""

    first: PrivateCopy
    second: PrivateCopy


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.answers accuracy")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", action="store_true", help="keep the result in bench/results")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        databases = {name: _opened(given.data, name, Path(folder)) for name in NOUNS}
    lines = (given.data / "questions_dev.jsonl").read_text("utf-8").splitlines()
    found = _answered(databases, [json.loads(line) for line in lines])
    found["unanswerable"] = _unanswerable(databases)
    command = "python -m bench.answers accuracy --data FOLDER"
    text = result_text("answers-accuracy", found, command=command)
    print(text)
    if given.keep:
        keep_result("answers-accuracy", text)
    return 0


def _opened(data: Path, name: str, folder: Path) -> Database:
    description = data / f"{name}.schema.json"
    first = registered_copy(data / f"{name}.sqlite", description)
    other = folder / f"{name}.sqlite"
    source = sqlite3.connect(f"{(data / f'{name}.sqlite').absolute().as_uri()}?mode=ro", uri=True)
    target = sqlite3.connect(other)
    source.backup(target)
    source.close()
    _perturb(target, first)
    target.close()
    return Database(first=first, second=registered_copy(other, description))


def _perturb(connection: sqlite3.Connection, like: PrivateCopy) -> None:
    """Leave out a fifth of the rows, so that what agrees by accident no longer does."""
    dice = random.Random(SEED)
    for table in like.schema.tables:
        name = quoted(table.name)
        rows = [row for (row,) in connection.execute(f"SELECT rowid FROM {name} ORDER BY rowid")]  # noqa: S608 - names of the schema
        gone = [(row,) for row in rows if dice.random() > KEPT_SHARE]
        connection.executemany(f"DELETE FROM {name} WHERE rowid = ?", gone)  # noqa: S608 - as above
    for _ in like.schema.tables:  # what referred to a row that is gone goes, too, step by step
        for link in like.schema.links:
            mine, theirs = quoted(link.table), quoted(link.to_table)
            connection.execute(
                f"DELETE FROM {mine} WHERE {quoted(link.column)} IS NOT NULL AND "  # noqa: S608 - names of the schema
                f"{quoted(link.column)} NOT IN (SELECT {quoted(link.to_column)} FROM {theirs})"
            )
    connection.commit()


def _answered(databases: dict[str, Database], asked: list[dict[str, Any]]) -> dict[str, object]:
    tally: Counter[str] = Counter()
    by_kind: dict[str, Counter[str]] = {}
    milliseconds: list[float] = []
    for one in asked:
        database = databases[one["db"]]
        began = time.process_time()
        outcome = _outcome(database, one)
        milliseconds.append((time.process_time() - began) * 1000)
        tally[outcome] += 1
        by_kind.setdefault(one["category"], Counter())[outcome] += 1
    answered = tally["right"] + tally["wrong"]
    return {
        "questions": len(asked),
        "right": tally["right"],
        "wrong": tally["wrong"],
        "abstained": tally["abstained"],
        "execution_accuracy": round(tally["right"] / len(asked), 4),
        "coverage": round(answered / len(asked), 4),
        "accuracy_on_answered": round(tally["right"] / answered, 4) if answered else None,
        "by_category": {name: dict(counts) for name, counts in sorted(by_kind.items())},
        "cpu_milliseconds_mean": round(sum(milliseconds) / len(milliseconds), 1),
    }


def _outcome(database: Database, one: dict[str, Any]) -> str:
    first = database.first
    terms = terms_told(one["instructions"])
    meant = read(one["question"], first.schema, first.values(), today=NOW.date(), terms=terms)
    if isinstance(meant, NotRead):
        return "abstained"
    for gold in one["gold_sql"]:
        if all(
            _same(_rows(copy, gold), _rows(copy, meant.sql))
            for copy in (database.first, database.second)
        ):
            return "right"
    return "wrong"


def _unanswerable(databases: dict[str, Database]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, database in databases.items():
        copy = database.first
        asked = list(questions(name))
        answered = [
            question
            for question in asked
            if isinstance(read(question, copy.schema, copy.values(), today=NOW.date()), Read)
        ]
        found[name] = {
            "questions": len(asked),
            "abstained": len(asked) - len(answered),
            "answered": answered,
        }
    return found


def _rows(copy: PrivateCopy, sql: str) -> Rows | None:
    admitted = admit(sql, copy.schema, now=NOW)
    if not isinstance(admitted, Admitted):
        return None
    found = copy.run(admitted)
    return found if isinstance(found, Rows) else None


def _same(gold: Rows | None, mine: Rows | None) -> bool:
    if gold is None or mine is None or len(gold.columns) != len(mine.columns):
        return False
    if len(gold.rows) != len(mine.rows) or len(gold.columns) > COLUMNS_COUNT_MAX:
        return False
    wanted = Counter(map(_rounded, gold.rows))
    return any(
        Counter(_rounded(tuple(row[at] for at in order)) for row in mine.rows) == wanted
        for order in permutations(range(len(mine.columns)))
    )


def _rounded(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return tuple(round(cell, 2) if isinstance(cell, float) else cell for cell in row)
