"""`bailiwick ask`: questions in words over the rows that the asker sees."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.session import As, Json, application, person
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from bailiwick.domain.question.answer import Answer

ROWS_COUNT_MAX: Final = 200  # capabilities 8: an answer has no more
Sql = Annotated[
    bool, Parameter(name="--sql", negative=(), help="Print the SQL that was run, and no rows.")
]
Database = Annotated[
    Path | None,
    Parameter(
        name="--database",
        help="Ask a SQLite file instead; FILE.schema.json beside it may describe its tables.",
    ),
]


def ask(
    question: str,
    *,
    sql: Sql = False,
    database: Database = None,
    as_: As = "",
    json: Json = False,
) -> int:
    """Answer a question over companies, contacts, opportunities and messages.

    A named metric answers first, then the words themselves are read, then a model when one is
    configured; what cannot be mapped is said, never guessed. Nothing can be changed by asking.

    Parameters
    ----------
    question
        Such as "What is our win rate by owner last quarter?"
    """
    from bailiwick.ports.answers import Asker
    from bailiwick.wiring.questions import Asking

    output = Output(as_json=json)
    with application() as bailiwick:
        somebody = person(bailiwick, as_)
        asker = Asker(person_id=somebody.person_id, role=somebody.role)
        asking = Asking(bailiwick)
        answer = asyncio.run(
            asking.ask(question, asker=asker)
            if database is None
            else asking.ask_database(question, asker=asker, database=database)
        )
    output.answer(plain(answer))
    show_answer(output, answer, only_sql=sql)
    return Exit.OK


def show_answer(
    output: Output, answer: "Answer", *, only_sql: bool = False, rows_max: int = ROWS_COUNT_MAX
) -> None:
    """Print an answer for people, the first of its rows when there are many."""
    from bailiwick.domain.question.answer import Status
    from bailiwick.domain.question.summary import shown

    answered = answer.status in {Status.OK, Status.EMPTY}
    if only_sql and answer.sql:
        output.say(answer.sql)
        return
    output.say(answer.summary, mark="ok" if answered else "held")
    if len(answer.rows) > 1 or len(answer.columns) > 1:
        output.table(
            answer.title,
            [name.replace("_", " ") for name in answer.columns],
            [[shown(cell) for cell in row] for row in answer.rows[:rows_max]],
        )
    if answer.cut or len(answer.rows) > rows_max:
        output.say("There are more rows than these; ask for fewer.")
    if answer.definition:
        output.say(f"Counted: {answer.definition}")
    if answer.sql:
        output.say(f"SQL: {answer.sql}")
    if answer.suggestions:
        output.say("Near to it: " + "; ".join(answer.suggestions))
