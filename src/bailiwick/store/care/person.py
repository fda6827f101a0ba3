"""Finds every row that is held on a person, over all tables, whoever declared them.

A row belongs to a person when a column names the person or another row that belongs to them: by
foreign key, or by the names in `_NAMES`. So a new table is found without being listed here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Table, and_, func, or_, select

from bailiwick.domain.ids import ContactId
from bailiwick.ports.care import Holding
from bailiwick.store.scope import Scope, own
from bailiwick.store.tables import METADATA
from bailiwick.store.tables.crm import CONTACT_ADDRESSES, CONTACTS, LEADS, OPPORTUNITIES
from bailiwick.store.tables.mail import MAIL_THREADS, MESSAGES
from bailiwick.store.tables.questions import SQL_RUNS

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "contact_id": ("contacts",),
    "subject_id": ("contacts",),
    "run_id": ("runs", "thread_runs"),
    "root_run_id": ("runs",),
    "parent_run_id": ("runs",),
    "plan_id": ("plans",),
    "step_id": ("steps",),
    "message_id": ("messages",),
    "local_id": ("contacts", "leads", "activities", "opportunities"),
}
"""What a column of this name names, where no foreign key says so."""
NOT_OWNED: Final = frozenset({
    "workspaces", "people", "accounts", "products", "statements", "import_batches", "grants",
    "halts", "records", "seals", "suppressions", "mail_cursors", "mail_threads", "messages",
    "opportunities", "contacts", "raw_messages", "data_keys", "erasures", "backups", "prunings",
    "passwords", "sessions", "api_keys", "teams", "team_members", "login_failures",
    "webhook_endpoints", "inbound_sources", "campaigns", "campaign_series",
    "topics", "topic_opt_outs", "contact_filters", "sql_runs",
})  # fmt: skip
"""Tables that no rule of names may claim: the audit, what belongs to the workspace and its
staff, and those whose rows are looked for in ways of their own below."""
ROUNDS_COUNT_MAX: Final = 10  # ours: references are four deep; more is a ring
_CHUNK: Final = 500  # ours: SQLite's default limit of parameters is far above


def held_on(scope: Scope, contact_id: ContactId) -> Holding | None:
    """Find every row held on a contact; None when nothing is.

    A contact that was erased may have left rows: of a run that ended after the erasure.
    """
    contact = scope.row(select(CONTACTS).where(own(CONTACTS), CONTACTS.c.id == contact_id))
    addresses = tuple(
        str(row["address"])
        for row in scope.rows(
            select(CONTACT_ADDRESSES.c.address).where(
                own(CONTACT_ADDRESSES), CONTACT_ADDRESSES.c.contact_id == contact_id
            )
        )
    )
    found: dict[str, set[str]] = {"contacts": {contact_id}}
    found["leads"] = _ids(scope, LEADS, LEADS.c.address.in_(addresses))
    found["messages"] = _messages(scope, contact_id, addresses)
    found["raw_messages"] = found["messages"]
    found["mail_threads"] = _threads(scope, contact_id, found["messages"])
    deals = _ids(scope, OPPORTUNITIES, OPPORTUNITIES.c.contact_id == contact_id)
    private = _ids(
        scope,
        OPPORTUNITIES,
        and_(OPPORTUNITIES.c.contact_id == contact_id, OPPORTUNITIES.c.account_id.is_(None)),
    )
    found["opportunities"] = private
    _close(scope, found)
    names: tuple[str, ...] = ()
    if contact is None:
        found["contacts"] = set()
    else:
        names = (f"{contact['first_name']} {contact['last_name']}".strip(), contact["phone"])
    named = tuple(word for word in names if word)
    found["sql_runs"] = _questions(scope, (contact_id, *addresses, *named))
    if not any(found.values()):
        return None
    return Holding(
        contact_id=contact_id,
        addresses=addresses,
        names=named,
        rows={table: frozenset(ids) for table, ids in found.items()},
        detached=frozenset(deals - private),
    )


def chunks(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    """Cut ids into lists that a statement takes."""
    found = sorted(ids)
    for start in range(0, len(found), _CHUNK):
        yield found[start : start + _CHUNK]


def _close(scope: Scope, found: dict[str, set[str]]) -> None:
    """Follow references until nothing new is found."""
    for _ in range(ROUNDS_COUNT_MAX):
        before = sum(map(len, found.values()))
        for table in METADATA.sorted_tables:
            if table.name in NOT_OWNED or "id" not in table.columns:
                continue
            mine = found.setdefault(table.name, set())
            for column, targets in references(table):
                wanted = set[str]().union(*(found.get(target, set()) for target in targets))
                for ids in chunks(wanted):
                    mine |= _ids(scope, table, table.c[column].in_(ids))
        if sum(map(len, found.values())) == before:
            return


def references(table: Table) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name the columns of a table by which its rows belong to a person, and what they name."""
    keys: dict[str, str] = {}
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKeyConstraint) and len(constraint.columns) > 1:
            keys[list(constraint.columns)[-1].name] = constraint.referred_table.name
    for column in table.columns:
        if column.name in keys:
            yield column.name, (keys[column.name],)
        elif column.name in _NAMES:
            yield column.name, _NAMES[column.name]


def _messages(scope: Scope, contact_id: ContactId, addresses: Sequence[str]) -> set[str]:
    """Find mail with the person, and mail from the person's addresses that nobody owns."""
    orphaned = and_(
        MESSAGES.c.contact_id.is_(None), func.lower(MESSAGES.c.from_address).in_(addresses)
    )
    return _ids(scope, MESSAGES, or_(MESSAGES.c.contact_id == contact_id, orphaned))


def _questions(scope: Scope, words: Sequence[str]) -> set[str]:
    """Find the questions that name the person, whoever asked them; retention keeps them few."""
    said = [
        func.lower(column).contains(word.lower(), autoescape=True)
        for column in (SQL_RUNS.c.question, SQL_RUNS.c.sql)
        for word in words
    ]
    return _ids(scope, SQL_RUNS, or_(*said))


def _threads(scope: Scope, contact_id: ContactId, messages: Iterable[str]) -> set[str]:
    """Find the threads in which nobody else's mail is."""
    threads = _ids(scope, MAIL_THREADS, MAIL_THREADS.c.contact_id == contact_id)
    mine = set(messages)
    for ids in chunks(mine):
        rows = scope.rows(select(MESSAGES.c.thread_id).where(own(MESSAGES), MESSAGES.c.id.in_(ids)))
        threads |= {str(row["thread_id"]) for row in rows}
    shared: set[str] = set()
    for ids in chunks(threads):
        rows = scope.rows(
            select(MESSAGES.c.id, MESSAGES.c.thread_id).where(
                own(MESSAGES), MESSAGES.c.thread_id.in_(ids)
            )
        )
        shared |= {str(row["thread_id"]) for row in rows if row["id"] not in mine}
    return threads - shared


def _ids(scope: Scope, table: Table, condition: ColumnElement[bool]) -> set[str]:
    rows = scope.rows(select(table.c.id).where(own(table), condition))
    return {str(row["id"]) for row in rows}
