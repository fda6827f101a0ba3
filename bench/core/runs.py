"""Runs a second from plan to outbox, with the rules for a model, beside bare LangGraph.

One plan for a fresh contact is one orchestrator run and the delegated runs it starts; each run ends
with its commit. Rounds of ours and of the peer alternate, so that busy neighbours hit both.
"""

import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from tests.fakes.office import TUESDAY, Office, dana, office

from bailiwick.domain.crm import Account
from bailiwick.domain.ids import AccountId, ContactId
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.database import Database
from bailiwick.store.tables.work import RUNS
from bench.core.bare import NODES_COUNT, BareGraph
from bench.core.figures import Result, Spread, Timed, timed
from bench.core.loop import Loop

ROUNDS = 5


def measure(*, quick: bool) -> Result:
    """Alternate rounds of plans and of bare graphs."""
    plans, bare_runs = (5, 50) if quick else (40, 300)
    loop = Loop()
    with tempfile.TemporaryDirectory(prefix="bench-") as name, office(Path(name)) as place:
        furnish(place, count=plans * (ROUNDS + 1))
        peer = BareGraph(loop)
        peer.run(bare_runs)
        plan(place, loop, 0, plans)  # the first round compiles graphs and statements
        runs_before = _runs(place)
        ours: list[Timed] = []
        bare: list[Timed] = []
        for turn in range(1, ROUNDS + 1):
            bare.append(peer.run(bare_runs))
            ours.append(timed(lambda at=turn: plan(place, loop, at * plans, plans)))
        counted = sum((_runs(place) - runs_before).values())
    loop.close()
    each = counted / ROUNDS
    our_cpu = Spread("ms", tuple(t.cpu * 1000 / each for t in ours))
    bare_cpu = Spread("ms", tuple(t.cpu * 1000 / bare_runs for t in bare))
    return Result(
        "runs",
        {
            "runs: CPU a run, commit included": our_cpu,
            "runs: wall a second": Spread("/s", tuple(each / t.wall for t in ours)),
            "plans: CPU a plan": Spread("ms", tuple(t.cpu * 1000 / plans for t in ours)),
            "plans: wall a second": Spread("/s", tuple(plans / t.wall for t in ours)),
            f"bare LangGraph, {NODES_COUNT} nodes: CPU a run": bare_cpu,
            "bare LangGraph: wall a second": Spread("/s", tuple(bare_runs / t.wall for t in bare)),
        },
        {
            "runs for each plan": round(each / plans, 2),
            "runs of one round": dict(runs_before),
            "CPU of a run, in bare LangGraph runs": round(our_cpu.median / bare_cpu.median, 2),
            "store": "SQLite, WAL, synchronous=FULL",
        },
    )


def furnish(place: Office, *, count: int) -> None:
    """Store contacts that are due, each in an account of its own."""
    with place.app.units.write() as unit:
        rows = CrmRows(unit)
        for number in range(count):
            account_id = AccountId(f"acc_{number}")
            host = f"firm{number}.example"
            account = Account(
                account_id=account_id, name=f"Firm {number}", domain=host, country="GB"
            )
            rows.add_account(account)
            contact = dana(
                contact_id=ContactId(f"con_{number}"),
                last_name=f"Whitfield{number}",
                account_id=account_id,
                addresses=(f"dana@{host}",),
            )
            rows.add_contact(contact, due_at=TUESDAY - timedelta(days=1))
        unit.commit()


def plan(place: Office, loop: Loop, start: int, count: int) -> None:
    """Plan for so many contacts."""

    async def work() -> None:
        for number in range(start, start + count):
            result = await place.app.sweep.plan(ContactId(f"con_{number}"))
            assert result.status != "failed", result.reason

    loop.run(work())


def _runs(place: Office) -> Counter[str]:
    statement = select(RUNS.c.capability, RUNS.c.status, func.count()).group_by(
        RUNS.c.capability, RUNS.c.status
    )
    with Database.open(place.app.settings.store.database_url).reading() as connection:
        found = connection.execute(statement).all()
    return Counter({f"{capability} {status}": int(count) for capability, status, count in found})
