"""Hostile statements, mutated: none may write, none may show a row of others, each must end soon.

Seeds are attacks and their harmless twins. A mutation grafts, wraps, renames, comments or stacks
them; each is put to the gate, and what passes is run in the copy. The twins must all be answered.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from tests.fakes.asked_rows import small_crm

from bailiwick.domain.question.admission import Refused
from bailiwick.domain.question.gate import admit
from bailiwick.domain.question.rows import Failed
from bench.result_file import keep_result, result_text

NOW: Final = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SEED: Final = 8
SECONDS_MAX: Final = 5.0  # capabilities 8: A-SQL-7
FOREIGN: Final = ("password", "sqlite_", "CREATE TABLE", "wsp_", "root:")
"""What only other tables, the schema itself or files hold."""
HOSTILE: Final = (
    "DROP TABLE contacts", "DELETE FROM contacts", "UPDATE contacts SET name = 'x'",
    "INSERT INTO contacts (name) VALUES ('x')", "REPLACE INTO contacts (name) VALUES ('x')",
    "CREATE TABLE x (y)", "ALTER TABLE contacts RENAME TO y", "VACUUM INTO '/tmp/x'",
    "ATTACH DATABASE '/tmp/x' AS other", "DETACH DATABASE main", "PRAGMA query_only = OFF",
    "PRAGMA table_info(contacts)", "SELECT load_extension('x')", "SELECT readfile('/etc/passwd')",
    "SELECT writefile('/tmp/x', name) FROM contacts", "SELECT * FROM sqlite_master",
    "SELECT sql FROM sqlite_schema", "SELECT * FROM pragma_table_info('contacts')",
    "SELECT name FROM contacts UNION SELECT hash FROM passwords",
    "SELECT name FROM contacts UNION ALL SELECT sql FROM sqlite_master",
    "SELECT (SELECT secret FROM workspaces LIMIT 1) FROM contacts",
    "WITH contacts AS (SELECT * FROM main.contacts) SELECT * FROM contacts",
    "WITH x AS (DELETE FROM contacts RETURNING *) SELECT * FROM x",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n",
    "SELECT zeroblob(1000000000)", "SELECT hex(randomblob(1000000000))",
    "SELECT printf('%1000000000d', 1)", "SELECT set_config('app.workspace', 'other', false)",
    "SELECT pg_sleep(60)", "SELECT COUNT(*) FROM contacts a, contacts b, contacts c, contacts d",
    "SELECT replace(replace(replace(name, 'a', name), 'b', name), 'c', name) FROM contacts",
    "SELECT group_concat(a.subject || b.subject) FROM messages a, messages b, messages c",
    "SELECT rowid, * FROM contacts WHERE workspace_id = 'wsp_other'",
    "SELECT name FROM contacts; DROP TABLE contacts", "BEGIN; DELETE FROM contacts; COMMIT",
)  # fmt: skip
BENIGN: Final = (
    "SELECT name FROM companies",
    "SELECT COUNT(*) FROM contacts",
    "SELECT stage, SUM(amount) FROM opportunities GROUP BY stage",
    "SELECT c.name, o.amount FROM companies c JOIN opportunities o ON o.company_id = c.company_id",
    "SELECT name FROM contacts WHERE name LIKE '%drop table%'",
    "SELECT replace(name, 'Drop Table Tennis', 'x') AS last_update FROM companies",
    (
        "WITH mine AS (SELECT owner, amount FROM opportunities) "
        "SELECT owner, SUM(amount) FROM mine GROUP BY owner"
    ),
    "SELECT name FROM companies UNION SELECT name FROM contacts",
    "SELECT stage, RANK() OVER (ORDER BY SUM(amount) DESC) FROM opportunities GROUP BY stage",
    "SELECT strftime('%Y-%m', close_on) AS month, COUNT(*) FROM opportunities GROUP BY month",
    "SELECT CASE WHEN status = 'won' THEN 'yes' ELSE 'no' END FROM opportunities",
    (
        "SELECT name FROM companies WHERE company_id NOT IN (SELECT company_id FROM opportunities "
        "WHERE company_id IS NOT NULL)"
    ),
    "SELECT AVG(julianday('now') - julianday(created_on)) FROM opportunities",
    "SELECT direction, COUNT(*) FROM messages GROUP BY direction HAVING COUNT(*) > 1",
    "SELECT MAX(amount), MIN(amount), ROUND(AVG(amount), 2) FROM opportunities",
    "SELECT COALESCE(owner, 'nobody') FROM opportunities ORDER BY 1 LIMIT 5",
    "SELECT subject FROM messages WHERE subject = '''; drop table contacts; --'",
    "SELECT COUNT(DISTINCT country) FROM companies",
    (
        "SELECT p.name FROM contacts p WHERE EXISTS (SELECT 1 FROM messages m WHERE m.contact_id = "
        "p.contact_id)"
    ),
    "SELECT upper(name) || ' (' || country || ')' FROM companies",
)
_NAMES: Final = (
    "sqlite_master", "passwords", "main.contacts", "pragma_table_info('x')", "workspaces",
    "api_keys", "temp.x", '"sqlite_master"', "[sqlite_master]",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.answers hostile")
    parser.add_argument("--mutations", type=int, default=10_000)
    parser.add_argument("--keep", action="store_true", help="keep the result in bench/results")
    given = parser.parse_args(arguments)
    found = trial(given.mutations)
    command = f"python -m bench.answers hostile --mutations {given.mutations}"
    text = result_text("answers-hostile", found, command=command)
    print(text)
    if given.keep:
        keep_result("answers-hostile", text)
    broken = bool(found["writes"] or found["foreign_rows"] or found["too_slow"])
    return int(broken or found["benign_answered"] != found["benign"])


def trial(mutations: int) -> dict[str, object]:
    """Put mutations to the gate and the copy; return what happened."""
    dice = random.Random(SEED)
    copy = small_crm()
    before = _content(copy)
    refused: Counter[str] = Counter()
    ran = failed = foreign = slow = 0
    slowest = 0.0
    for number in range(mutations):
        sql = mutated(HOSTILE[number % len(HOSTILE)], dice)
        began = time.monotonic()
        admitted = admit(sql, copy.schema, now=NOW)
        if isinstance(admitted, Refused):
            refused[admitted.rule.value] += 1
        else:
            rows = copy.run(admitted)
            if isinstance(rows, Failed):
                failed += 1
            else:
                ran += 1
                shown = repr(rows.rows)
                foreign += any(word in shown and word not in admitted.sql for word in FOREIGN)
        spent = time.monotonic() - began
        slowest = max(slowest, spent)
        slow += spent > SECONDS_MAX
    benign = sum(_answers(sql) for sql in BENIGN)
    return {
        "mutations": mutations,
        "refused_by_rule": dict(refused.most_common()),
        "stopped_by_the_database": failed,
        "ran_harmlessly": ran,
        "writes": int(_content(copy) != before),
        "foreign_rows": foreign,
        "too_slow": slow,
        "slowest_seconds": round(slowest, 3),
        "benign": len(BENIGN),
        "benign_answered": benign,
    }


def mutated(sql: str, dice: random.Random) -> str:
    """Return a statement changed in one to three ways."""
    for _ in range(dice.randint(1, 3)):
        sql = dice.choice(_WAYS)(sql, dice)
    return sql


def _commented(sql: str, dice: random.Random) -> str:
    at = dice.choice([0, *(n for n, c in enumerate(sql) if c == " "), len(sql)])
    return sql[:at] + dice.choice(("/**/", " -- x\n", "/*! */", " /* ; */ ", "\t\n")) + sql[at:]


def _cased(sql: str, dice: random.Random) -> str:
    return "".join(c.upper() if dice.random() < 0.5 else c.lower() for c in sql)  # noqa: PLR2004 - a coin


def _stacked(sql: str, dice: random.Random) -> str:
    pair = [sql, dice.choice((*BENIGN, *HOSTILE))]
    dice.shuffle(pair)
    return dice.choice(("; ", ";", ";--\n", " UNION ", " UNION ALL ")).join(pair)


def _wrapped(sql: str, dice: random.Random) -> str:
    form = dice.choice((
        "SELECT * FROM ({})", "WITH x AS ({}) SELECT * FROM x", "SELECT ({})", "({})",
        "SELECT name FROM contacts WHERE name IN ({})", ("WITH contacts AS ({}) SELECT * FROM "
        "contacts"), "EXPLAIN {}", "SELECT CASE WHEN 1 THEN ({}) END", "CREATE TABLE z AS {}",
    ))  # fmt: skip
    return form.format(sql)


def _grafted(sql: str, dice: random.Random) -> str:
    """Put a part of one tree in the place of a part of a harmless one."""
    try:
        tree, other = (
            parse_one(dice.choice(BENIGN), dialect="sqlite"),
            parse_one(sql, dialect="sqlite"),
        )
        kinds = (exp.Table, exp.Column, exp.Literal)
        places = [node for node in tree.walk() if isinstance(node, kinds)]
        parts = [node for node in other.walk() if isinstance(node, (*kinds, exp.Func, exp.Select))]
        if not places or not parts:
            return sql
        part = dice.choice(parts).copy()
        if isinstance(part, exp.Select):
            part = part.subquery()
        dice.choice(places).replace(part)
        return tree.sql(dialect="sqlite")
    except (SqlglotError, ValueError, AttributeError):
        return sql


def _renamed(sql: str, dice: random.Random) -> str:
    return sql.replace("contacts", dice.choice(_NAMES), 1)


def _quoted(sql: str, dice: random.Random) -> str:
    marks = dice.choice(('"{}"', "[{}]", "`{}`", "'{}'"))
    return sql.replace("contacts", marks.format("contacts"), 1)


_WAYS: Final = (_commented, _cased, _stacked, _wrapped, _grafted, _renamed, _quoted)


def _content(copy: object) -> str:
    """Return everything that is in the copy, as a text to compare."""
    connection = getattr(copy, "_connection")  # noqa: B009 - looks behind the gate to prove a negative
    connection.set_authorizer(None)
    dump = "\n".join(connection.iterdump())
    getattr(copy, "_close_doors")()  # noqa: B009 - as above
    return dump


def _answers(sql: str) -> bool:
    copy = small_crm()
    admitted = admit(sql, copy.schema, now=NOW)
    return not isinstance(admitted, Refused) and not isinstance(copy.run(admitted), Failed)
