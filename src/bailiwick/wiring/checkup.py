"""Looks at everything that a workspace depends on, and changes none of it.

Not a file is made: a database that is not there is a finding, and so is a key.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.crm import Role
from bailiwick.domain.fault import BailiwickFault
from bailiwick.domain.receipt import EffectState
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.ports.unit import Unit
from bailiwick.settings import Settings, killed
from bailiwick.store.database import Database
from bailiwick.store.unit import SqlUnits
from bailiwick.store.workspaces import SqlWorkspaces
from bailiwick.wiring import checkup_means
from bailiwick.wiring.finding import Finding, ok, problem, warning

COUNTED_MAX: Final = 500  # one page: more needs attention, not counting
_SQLITE: Final = "sqlite:///"


def check(settings: Settings, *, connect: bool) -> Iterator[Finding]:
    """Yield what is found; with `connect`, mail servers are spoken to as well."""
    now = SystemClock().now()
    yield ok("settings", settings.source or "defaults and environment; no bailiwick.toml here")
    yield _kill_switch(settings)
    yield from _database(settings, now)
    yield checkup_means.rulebook(settings)
    yield checkup_means.smtp(settings, connect=connect)
    yield checkup_means.imap(settings, connect=connect)
    yield from checkup_means.keys(settings)
    yield from checkup_means.model(settings, now)


def _kill_switch(settings: Settings) -> Finding:
    if not settings.policy.kill_switch and not killed():
        return ok("kill switch", "off")
    return warning(
        "kill switch",
        "on: nothing is sent and no model is asked",
        "unset BAILIWICK_KILL_SWITCH and kill_switch in [policy] when the trouble is over",
    )


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    url = settings.store.database_url
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).is_file():
        found = f"there is no file {url.removeprefix(_SQLITE)}"
        yield problem("database", found, "run `bailiwick init`, or go to the folder that holds it")
        return
    try:
        database = Database.open(url)
    except BailiwickFault as fault:
        yield problem("database", str(fault), "correct BAILIWICK_DATABASE_URL or the database")
        return
    try:
        durable = "WAL, synchronous=FULL" if database.kind == "sqlite" else "fsync is on"
        yield ok("database", f"{database.kind}, keeps what it is given ({durable})")
        yield from _workspace(settings, database, now)
    except BailiwickFault as fault:
        yield problem("database", str(fault), "follow what it says, then run doctor again")
    finally:
        database.close()


def _workspace(settings: Settings, database: Database, now: datetime) -> Iterator[Finding]:
    database.require_current()
    yield ok("schema", str(database.schema_version()))
    name = settings.store.workspace
    workspace = SqlWorkspaces(database).by_name(name)
    if workspace is None:
        known = ", ".join(w.name for w in SqlWorkspaces(database).list()) or "none"
        found = f"there is no {name!r}; there are: {known}"
        fix = "set BAILIWICK_WORKSPACE to one of them, or run `bailiwick init`"
        yield problem("workspace", found, fix)
        return
    yield ok("workspace", f"{workspace.name} ({workspace.workspace_id}), {workspace.mailbox}")
    if not workspace.postal_address:
        found = "none, so no marketing mail is drafted: most countries ask for one"
        yield warning("postal address", found, "`bailiwick workspace set --postal-address …`")
    clock = SystemClock()
    units = SqlUnits(database, workspace.workspace_id, TimeSortedIds(clock.now), clock)
    with units.read() as unit:
        yield _people(unit)
        yield _halts(unit)
        yield from _queues(unit, now)


def _people(unit: Unit) -> Finding:
    people = unit.authority.people()
    if any(p.role is Role.ADMIN for p in people):
        return ok("people", f"{len(people)}, with an administrator")
    return problem("people", "no administrator", "restore the database from a backup")


def _halts(unit: Unit) -> Finding:
    halts = ", ".join(sorted(unit.authority.halts()))
    if not halts:
        return ok("halts", "none")
    fix = "see `bailiwick halt list`; resume with `bailiwick halt lift SCOPE --reason …`"
    return warning("halts", f"stopped: {halts}", fix)


def _queues(unit: Unit, now: datetime) -> Iterator[Finding]:
    cards = unit.approvals.list(status=ApprovalStatus.PENDING, cursor=None, size=COUNTED_MAX)
    yield ok("cards", f"{_counted(len(cards.items))} waiting for a person")
    yield ok("effects", f"{unit.effects.due_count(at=now)} due for the worker")
    for state, fix in (
        (EffectState.IN_DOUBT, "a worker asks the provider; see `bailiwick worker doubt`"),
        (EffectState.DEAD, "see `bailiwick worker dead`"),
    ):
        rows = unit.effects.in_state(state, cursor=None, size=COUNTED_MAX).items
        topic = f"effects {state.value.replace('_', ' ')}"
        yield warning(topic, _counted(len(rows)), fix) if rows else ok(topic, "none")


def _counted(count: int) -> str:
    return f"{count} or more" if count >= COUNTED_MAX else str(count)
