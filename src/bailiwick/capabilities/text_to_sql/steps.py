"""The steps of a question; what they decide by is in `domain/question`."""

from dataclasses import replace
from typing import Final

from bailiwick.capabilities.text_to_sql.asks import GENERATE, SqlText, SqlView
from bailiwick.capabilities.text_to_sql.metrics import shipped
from bailiwick.capabilities.text_to_sql.state import (
    Answered,
    Generated,
    Mended,
    QuestionState,
    Tried,
    Understood,
)
from bailiwick.domain.question.admission import Refused
from bailiwick.domain.question.answer import Answer, Attempt, Provenance, Status, Way
from bailiwick.domain.question.catalogue import limits_said, sql_of, title_of, wider
from bailiwick.domain.question.crm_schema import is_crm
from bailiwick.domain.question.gate import admit
from bailiwick.domain.question.mending import mended
from bailiwick.domain.question.reader import NotRead, Read, read
from bailiwick.domain.question.rows import Rows
from bailiwick.domain.question.summary import chart_of, summary
from bailiwick.domain.question.unread import Unread, unread
from bailiwick.kit.text import capped, one_line
from bailiwick.ports.answers import AskedRows
from bailiwick.ports.deps import Deps
from bailiwick.ports.model import Answer as Told
from bailiwick.ports.model import Foreign, ModelContext

REPAIRS_COUNT_MAX: Final = 2  # capabilities 8: node 6
READ_BY_RULES: Final = "Read from the words, each of which is accounted for; the SQL says how."
TITLE_LENGTH_MAX: Final = 80  # ours
SUGGESTIONS_COUNT: Final = 3  # capabilities 8: the nearest three terms


async def understand(state: QuestionState, deps: Deps) -> Understood:
    """Find the metric that is asked for, else name the words that nothing accounts for."""
    rows, today = asked(deps), deps.frame.now.date()
    if is_crm(rows.schema):
        found = shipped().match(state.question, rows.values(), today=today)
        if found is not None:
            more = wider(found)
            return Understood(
                sql=sql_of(found, today=today),
                way=Way.METRIC,
                title=title_of(found),
                definition=found.metric.definition,
                wider=sql_of(more, today=today) if more is not None else "",
                limits=limits_said(found),
            )
    meant = read(state.question, rows.schema, rows.values(), today=today)
    if isinstance(meant, Read):
        return Understood(
            sql=meant.sql, way=Way.PARSED, title=_title(state.question), definition=READ_BY_RULES
        )
    return _not_understood(state.question, rows, meant)


def _not_understood(question: str, rows: AskedRows, meant: NotRead) -> Understood:
    """Say which words nothing accounts for, and what could be asked instead."""
    titles = shipped().terms() if is_crm(rows.schema) else ()
    found: Unread = unread(question, rows.schema, rows.values(), titles=titles)
    return Understood(
        sql="",
        way=Way.NOBODY,
        title=_title(question),
        definition="",
        reason=meant.reason,
        unmapped=meant.words if meant.words or meant.reason else found.words,
        suggestions=found.nearest[:SUGGESTIONS_COUNT],
    )


async def generate(state: QuestionState, deps: Deps) -> Generated:
    """Ask a model for the statement; without one the question is abstained from."""
    told = await deps.model.ask(GENERATE, _view(state, deps), run=_context(deps, step="generate"))
    return _generated(state, told)


async def execute(state: QuestionState, deps: Deps) -> Tried:
    """Let the gate read the statement, and run what it admits."""
    rows = asked(deps)
    admitted = admit(state.sql, rows.schema, now=deps.frame.now)
    if isinstance(admitted, Refused):
        attempt = Attempt(sql=state.sql, trouble=str(admitted))
        return Tried(admitted=None, rows=None, attempts=(*state.attempts, attempt))
    found = rows.run(admitted)
    if isinstance(found, Rows):
        attempts = (*state.attempts, Attempt(sql=admitted.sql))
        return Tried(admitted=admitted, rows=found, attempts=attempts)
    attempt = Attempt(sql=admitted.sql, trouble=f"{found.trouble.value}: {found.text}")
    return Tried(admitted=admitted, rows=None, attempts=(*state.attempts, attempt))


async def mend(state: QuestionState, deps: Deps) -> Mended:
    """Mend what the gate or the database did not take, at most twice; never the same way twice."""
    last = state.attempts[-1]
    before = [one.trouble for one in state.attempts[:-1]]
    if len(state.attempts) > REPAIRS_COUNT_MAX or last.trouble in before:
        return Mended(sql="")
    if state.way is not Way.MODEL:
        return Mended(sql="")  # a metric or a reading that fails is a fault of ours to see
    nearer = mended(state.sql, last.trouble, asked(deps).schema)
    if nearer:
        return Mended(sql=nearer)
    told = await deps.model.ask(GENERATE, _view(state, deps), run=_context(deps, step="mend"))
    same = one_line(told.value.sql) == one_line(state.sql)
    return Mended(sql="" if same else told.value.sql)


async def summarise(state: QuestionState, deps: Deps) -> Answered:
    """Say what the rows say, with all that the answer rests on."""
    rows = asked(deps)
    found = state.rows or Rows(columns=(), rows=())
    status = status_of(state)
    admitted = state.admitted if state.rows is not None else None
    answer = Answer(
        question=state.question,
        status=status,
        way=state.way,
        title=state.title,
        definition=state.definition,
        sql=admitted.sql if admitted is not None else "",
        columns=found.columns,
        rows=found.rows,
        cut=found.cut,
        summary=_summary(state, status, found),
        tables=admitted.tables if admitted is not None else (),
        attempts=state.attempts,
        chart=chart_of(found),
        unmapped=state.unmapped,
        suggestions=_suggestions(state, status, deps),
        provenance=Provenance(
            as_of=deps.frame.now,
            data_version=rows.version,
            schema_hash=rows.schema.hash,
            model=state.model,
            prompt_version=state.prompt_version,
        ),
    )
    return Answered(answer=answer)


def asked(deps: Deps) -> AskedRows:
    """Return the rows that the question is about."""
    assert deps.asked_rows is not None, "whoever starts a question gives the rows"
    return deps.asked_rows


def status_of(state: QuestionState) -> Status:
    """Return how the question ended."""
    if state.rows is None:
        return Status.REFUSED if state.attempts else Status.ABSTAINED
    nothing = not state.rows.rows or all(
        cell is None or (cell == 0 and len(state.rows.rows) == 1)
        for row in state.rows.rows
        for cell in row
    )
    return Status.EMPTY if nothing else Status.OK


def _suggestions(state: QuestionState, status: Status, deps: Deps) -> tuple[str, ...]:
    """Return what can be asked instead; for no rows, whether what limits them is to blame."""
    if status is not Status.EMPTY or not state.wider:
        return state.suggestions
    rows = asked(deps)
    admitted = admit(state.wider, rows.schema, now=deps.frame.now)
    assert not isinstance(admitted, Refused), "it is part of what was admitted"
    found = rows.run(admitted)
    there = isinstance(found, Rows) and status_of(replace(state, rows=found)) is Status.OK
    what = f"without {state.limits!r}"
    return (f"there are rows {what}",) if there else (f"there are no rows {what} either",)


def _summary(state: QuestionState, status: Status, rows: Rows) -> str:
    match status:
        case Status.ABSTAINED:
            words = ", ".join(repr(one) for one in state.unmapped)
            if words:
                return f"I do not know what is meant by {words}."
            return f"I cannot tell {state.reason or 'what is asked for'}."
        case Status.REFUSED:
            return f"This was not answered: {state.attempts[-1].trouble}."
        case Status.EMPTY:
            return f"{state.title}: there are no such rows."
        case Status.OK:
            return summary(state.title, rows)


def _view(state: QuestionState, deps: Deps) -> SqlView:
    schema = asked(deps).schema
    last = state.attempts[-1] if state.attempts else None
    return SqlView(
        question=Foreign(text=state.question),
        today=deps.frame.now.date().isoformat(),
        tables=tuple(
            f"{table.name}({', '.join(f'{c.name} {c.kind.value}' for c in table.columns)})"
            for table in schema.tables
        ),
        joins=tuple(
            f"{link.table}.{link.column} = {link.to_table}.{link.to_column}"
            for link in schema.links
        ),
        glossary=tuple(f"{term}: {meaning}" for term, meaning in schema.terms.items()),
        failed_sql=last.sql if last is not None else "",
        trouble=last.trouble if last is not None else "",
    )


def _generated(state: QuestionState, told: Told[SqlText]) -> Generated:
    value = told.value
    return Generated(
        sql=value.sql,
        way=Way.MODEL if value.sql else Way.NOBODY,
        title=state.title,
        definition=one_line(value.explanation),
        unmapped=value.missing_terms or state.unmapped,
        model=told.model,
        prompt_version=told.prompt_version,
    )


def _context(deps: Deps, *, step: str) -> ModelContext:
    frame = deps.frame
    return ModelContext(
        workspace_id=frame.workspace_id, run_id=frame.run_id, capability=frame.capability, step=step
    )


def _title(question: str) -> str:
    return capped(one_line(question).rstrip("?"), TITLE_LENGTH_MAX)
