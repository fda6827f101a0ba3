"""What the chores of a workspace do, each looked up when its hour has come."""

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, Final

from bailiwick.engine.pool.scheduling import keep_house
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.store.unit import SqlUnits
from bailiwick.store.workspaces import SqlWorkspaces

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bailiwick.store.database import Database
    from bailiwick.wiring.application import Application


RELAY_PASSES_MAX: Final = 100  # ours: 200 records each, far more than a minute brings


def chores(application: "Application") -> "Mapping[str, Callable[[], Awaitable[None]]]":
    """Return chores by name. Those that block run in a thread."""

    async def sweep() -> None:
        from bailiwick.engine.sweep import SWEEP_COUNT_MAX

        await application.sweep.run(contacts_max=SWEEP_COUNT_MAX, progress=lambda _done, _all: None)

    def campaigns() -> None:
        application.campaigns.keep_going()

    def events() -> None:
        relay = application.outside.relay
        for _ in range(RELAY_PASSES_MAX):  # the next minute goes on
            if not relay.relay().behind:
                return

    def mail() -> None:
        with closing(application.mailbox()) as mailbox:
            application.mail_intake.sync(
                mailbox, name=application.workspace.mailbox, progress=lambda _: None
            )

    def retention() -> None:
        from bailiwick.wiring.retaining import run_retention

        run_retention(application, lambda _done, _all: None)

    def threads() -> None:
        application.threads.tidy()

    return {
        "campaigns": lambda: asyncio.to_thread(campaigns),
        "events": lambda: asyncio.to_thread(events),
        "mail": lambda: asyncio.to_thread(mail),
        "retention": lambda: asyncio.to_thread(retention),
        "sweep": sweep,
        "threads": lambda: asyncio.to_thread(threads),
    }


def keep_houses(database: "Database") -> int:
    """Put what every workspace needs on its schedule; return how many. Raises PortFault."""
    clock = SystemClock()
    ids, count = TimeSortedIds(clock.now), 0
    for workspace in SqlWorkspaces(database).list():
        with SqlUnits(database, workspace.workspace_id, ids, clock).write(records=False) as unit:
            put_count = keep_house(unit)
            if put_count:
                unit.commit()
        count += put_count
    return count
