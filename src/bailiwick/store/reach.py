"""How far a caller sees: one decision for every table, added to every statement of a scoped unit.

A caller whose reach is below the workspace reads through a unit whose scope limits each statement
here, so a list, a single read and a count cannot differ, and a repository need not know. A table
without a decision is seen by nobody but the whole workspace (`tests/architecture/test_reach.py`
holds that each has one). Decision 0033.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    Alias,
    ColumnElement,
    Delete,
    FromClause,
    Join,
    Select,
    Table,
    Text,
    Update,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
)

from bailiwick.domain.reach import Sight
from bailiwick.store.scope import SEEN_BY, SEEN_OWNERS, Rows, own
from bailiwick.store.seen import STATEMENTS_COUNT_MAX, table_of
from bailiwick.store.tables import (
    campaigns,
    care,
    crm,
    crons,
    events,
    filters,
    identity,
    knowledge,
    ledger,
    mail,
    memory,
    observation,
    questions,
    queue,
    threads,
    work,
)
from bailiwick.store.tables.schema import WORKSPACES

Seen: TypeAlias = ColumnElement[bool]
Condition: TypeAlias = Callable[[FromClause], Seen]
_OWNERS: Final = bindparam(SEEN_OWNERS, expanding=True, type_=Text)
_ME: Final = bindparam(SEEN_BY, type_=Text)


def _mine(table: FromClause) -> Seen:
    """Select rows that name an owner whom the caller stands for."""
    return func.lower(table.c.owner_email).in_(_OWNERS)


def _ids(table: Table, condition: Condition) -> Select[tuple[str]]:
    """Return the ids of the rows of a table that are seen."""
    return select(table.c.id).where(own(table), condition(table)).correlate(None)


_CONTACTS: Final = _ids(crm.CONTACTS, _mine)
_ACCOUNTS: Final = _ids(crm.ACCOUNTS, _mine)
_DEALS: Final = _ids(crm.OPPORTUNITIES, _mine)


def _of_contact(table: FromClause) -> Seen:
    """Select rows about a contact that is seen."""
    return table.c.contact_id.in_(_CONTACTS)


def _started(table: FromClause) -> Seen:
    """Select runs about a contact that is seen, or about nobody and asked for by the caller."""
    mine = and_(table.c.contact_id.is_(None), table.c.requested_by == _ME)
    return or_(_of_contact(table), mine)


_RUNS: Final = _ids(work.RUNS, _started)


def _of_run(table: FromClause) -> Seen:
    """Select rows of a run that is seen."""
    return table.c.run_id.in_(_RUNS)


def _of_contact_or_run(table: FromClause) -> Seen:
    """Select rows about a contact that is seen; about nobody, those of a run that is seen."""
    return or_(_of_contact(table), and_(table.c.contact_id.is_(None), _of_run(table)))


def _made(table: FromClause) -> Seen:
    """Select threads about a contact that is seen, or about nobody and made by the caller."""
    return or_(_of_contact(table), and_(table.c.contact_id.is_(None), table.c.made_by == _ME))


_THREADS: Final = _ids(threads.THREADS, _made)
_MAIL_THREADS: Final = _ids(mail.MAIL_THREADS, _of_contact)
_MESSAGES: Final = _ids(mail.MESSAGES, _of_contact)


def _of_thread(table: FromClause) -> Seen:
    """Select rows of a thread that is seen."""
    return table.c.thread_id.in_(_THREADS)


def _of_mail_thread(table: FromClause) -> Seen:
    """Select rows of a correspondence that is seen."""
    return table.c.thread_id.in_(_MAIL_THREADS)


def _of_message(table: FromClause) -> Seen:
    """Select the bytes of mail that is seen."""
    return table.c.id.in_(_MESSAGES)


def _of_deal(table: FromClause) -> Seen:
    """Select rows of a deal that is seen."""
    return table.c.opportunity_id.in_(_DEALS)


def _of_subject(table: FromClause) -> Seen:
    """Select facts about a contact or an account that is seen."""
    return or_(table.c.subject_id.in_(_CONTACTS), table.c.subject_id.in_(_ACCOUNTS))


def _kept_by_me(table: FromClause) -> Seen:
    """Select what the caller wants again and again."""
    return table.c.made_by == _ME


def _open(table: FromClause) -> Seen:
    """Select all: there is nothing about a customer, and everybody of the workspace sees it."""
    del table
    return true()


def _whole(table: FromClause) -> Seen:
    """Select nothing: it is of the whole workspace, or nobody decided."""
    del table
    return false()


DECISIONS: Final[Mapping[Table, Condition]] = {
    crm.CONTACTS: _mine,
    crm.ACCOUNTS: _mine,
    crm.OPPORTUNITIES: _mine,
    crm.CONTACT_ADDRESSES: _of_contact,
    crm.LEADS: _of_contact,
    crm.ACTIVITIES: _of_contact,
    crm.TASKS: _of_contact_or_run,
    crm.STAGE_CHANGES: _of_deal,
    crm.PEOPLE: _open,  # names and roles of colleagues
    crm.PRODUCTS: _open,
    crm.EXTERNAL_IDS: _whole,
    crm.PENDING_LINKS: _whole,
    crm.IMPORT_BATCHES: _whole,
    mail.MAIL_THREADS: _of_contact,
    mail.MESSAGES: _of_contact,
    mail.RAW_MESSAGES: _of_message,
    mail.MAIL_REFERENCES: _of_mail_thread,
    mail.MAIL_CURSORS: _whole,
    mail.DELIVERY_REPORTS: _of_contact,
    knowledge.FACTS: _of_subject,
    knowledge.CONSENTS: _of_contact,
    knowledge.TOPICS: _open,
    knowledge.TOPIC_OPT_OUTS: _open,  # hashes, as below
    knowledge.SUPPRESSIONS: _open,  # hashes; asked only for an address that is at hand
    knowledge.STATEMENTS: _open,  # read with audience public only
    work.SIGNALS: _of_contact,
    work.RUNS: _started,
    work.PLANS: _of_contact_or_run,
    work.STEPS: _of_run,
    work.VERDICTS: _of_contact_or_run,
    work.APPROVALS: _of_contact_or_run,
    work.MODEL_CALLS: _of_run,
    work.GRANTS: _whole,  # names contacts and accounts
    work.HALTS: _open,
    ledger.EFFECTS: _of_contact_or_run,
    ledger.RECORDS: _of_contact_or_run,
    ledger.SEALS: _whole,
    threads.THREADS: _made,
    threads.THREAD_RUNS: _of_thread,
    threads.THREAD_EVENTS: _of_thread,
    threads.CHECKPOINTS: _of_thread,
    threads.CHECKPOINT_VALUES: _of_thread,
    threads.CHECKPOINT_WRITES: _of_thread,
    campaigns.CAMPAIGNS: _open,  # names and states
    campaigns.CAMPAIGN_SERIES: _open,
    filters.CONTACT_FILTERS: _kept_by_me,  # what is asked may name a customer
    campaigns.ENROLMENTS: _of_contact,
    campaigns.TOUCHES: _of_contact,
    memory.MEMOS: _whole,  # clients keep there what they like, about whom they like
    crons.CRONS: _kept_by_me,
    queue.JOBS: _open,  # ids and times; a run is stored with its job
    queue.POOL_LIMITS: _open,
    queue.SCHEDULES: _open,  # names of crons, and times
    observation.SPANS: _of_run,
    observation.MODEL_SPEND: _whole,
    questions.SQL_RUNS: _kept_by_me,
    events.WEBHOOK_ENDPOINTS: _whole,
    events.WEBHOOK_DELIVERIES: _whole,
    events.INBOUND_SOURCES: _whole,
    identity.PASSWORDS: _whole,
    identity.SESSIONS: _whole,
    identity.API_KEYS: _whole,
    identity.LOGIN_FAILURES: _whole,
    identity.TEAMS: _open,
    identity.TEAM_MEMBERS: _open,
    identity.KEPT_ANSWERS: _whole,
    care.DATA_KEYS: _open,  # opens what was read from a row that is seen
    care.ERASURES: _open,  # asked for one contact, before a row about them is kept
    care.BACKUPS: _whole,
    care.PRUNINGS: _whole,
    WORKSPACES: _open,
}


class Reached:
    """Limits statements to what one caller sees."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight

    def reads(self, statement: Rows) -> Rows:
        """Return a statement limited to what is seen."""
        return _reads(statement)

    def changes(self, statement: Update | Delete) -> Update | Delete:
        """Return a change limited to what is seen."""
        return statement.where(_decided(table_of(statement)))


@lru_cache(maxsize=STATEMENTS_COUNT_MAX)
def _reads(statement: Rows) -> Rows:
    seen = [one for source in statement.get_final_froms() for one in _conditions(source)]
    return statement.where(*seen)


def _conditions(source: FromClause) -> list[Seen]:
    """Return what limits one thing that a statement reads from.

    A table that is only asked inside a condition gives no row, so it needs none.
    """
    match source:
        case Table() | Alias():
            return [_decided(source)]
        case Join():
            return [*_conditions(source.left), *_conditions(source.right)]
        case _:
            return [false()]  # a derived table: nobody decided about it


def _decided(source: FromClause) -> Seen:
    table: Any = source.element if isinstance(source, Alias) else source
    return DECISIONS.get(table, _whole)(source)
