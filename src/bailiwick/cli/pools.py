"""The pools of `bailiwick worker`: supervise them, see what waits, and what was set aside."""

import json as json_module
import signal
import sys
from dataclasses import asdict
from threading import Event
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, tell_more
from bailiwick.cli.session import As, Json, Reason, application, begin_log, person, require_made
from bailiwick.cli.wording import moment
from bailiwick.domain.fault import InputFault
from bailiwick.domain.pool import Pool
from bailiwick.kit.garbage import loading
from bailiwick.ports.queue import WAITING_COUNT_MAX, PoolLimits

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from bailiwick.engine.delivery.deliver import Delivered
    from bailiwick.engine.pool.supervisor import Told
    from bailiwick.kit.json_value import Json as JsonValue
    from bailiwick.ports.queue import Job

ALL = "all"
Report = Annotated[int, Parameter(help="The pipe of the supervisor.")]


class UnableToFindPool(InputFault):
    """There is no pool of this name."""


class UnableToLimit(InputFault):
    """A limit is out of its range."""


def supervise(pools: str, *, once: bool, json: bool) -> int:
    """Keep a process for each pool until Ctrl-C or SIGTERM. Raises UnableToFindPool."""
    from bailiwick.settings import read
    from bailiwick.wiring.supervising import NAMES, names_for, supervising

    if once:
        message = "--once drains the effects and ends; it does not go with --pools"
        raise InputFault(message)
    settings = read()
    begin_log(settings)
    names = names_for(settings) if pools == ALL else tuple(dict.fromkeys(pools.split(",")))
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        message = f"there is no pool {unknown[0]!r}; there are: {', '.join(NAMES)}, or {ALL}"
        raise UnableToFindPool(message)
    require_made(settings.store.database_url)
    output = Output(as_json=json)
    stop = Event()

    def tell(told: "Told") -> None:
        if json:
            line({"pool": told.pool, "pid": told.pid, "event": told.event, "reason": told.reason})
        words = f"{told.pool} {told.event} (process {told.pid}) {told.reason}".rstrip()
        output.say(words, mark="ok" if told.event in {"started", "stopped"} else "refused")

    with supervising(settings, names, tell) as supervisor:
        output.say(f"Working for {', '.join(names)}; Ctrl-C stops within ten seconds.")
        until_told(stop, lambda: supervisor.run(stop))
    return Exit.OK


def carry(pool: str, *, report: Report = -1, json: Json = False) -> int:
    """Work for one pool in this process; the supervisor starts it.

    Parameters
    ----------
    pool
        The name of the pool, or `sender`.
    """
    from bailiwick.settings import demand_strict_checkpoints, read

    demand_strict_checkpoints()  # before anything imports LangGraph
    with loading():
        from bailiwick.wiring.pools import carry_pool, carry_sender
        from bailiwick.wiring.supervising import SENDER

    settings = read()
    begin_log(settings)
    output = Output(as_json=json)
    pipe = report if report >= 0 else None

    def sent(delivered: "Delivered") -> None:
        if json:
            line({"effect": delivered.effect_id, "state": delivered.state.value})
        output.say(f"{delivered.effect_id} {delivered.state.value}")

    def watch(job: "Job", told: str) -> None:
        if json:
            line({"job": job.job_id, "kind": job.kind.value, "subject": job.subject, "end": told})
        output.say(f"{job.kind.value} {job.subject} {told}", mark="" if told == "done" else "held")

    if pool == SENDER:
        stop = Event()
        until_told(stop, lambda: carry_sender(settings, stop, report=pipe, watch=sent))
    else:
        carry_pool(settings, _pool(pool), report=pipe, watch=watch)
    return Exit.OK


def depth(*, json: Json = False) -> int:
    """Count what waits in each pool of this workspace."""
    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        depths = {pool.value: unit.jobs.depth(pool) for pool in Pool}
    output.answer(
        {
            name: {
                "waiting": found.waiting_count,
                "later": found.later_count,
                "under_way": found.leased_count,
                "buried": found.buried_count,
            }
            for name, found in depths.items()
        }
    )
    rows = [
        (
            name,
            str(found.waiting_count),
            str(found.later_count),
            str(found.leased_count),
            str(found.buried_count),
        )
        for name, found in depths.items()
    ]
    output.table("Pools", ("pool", "waiting", "later", "under way", "buried"), rows)
    if any(found.buried_count for found in depths.values()):
        output.say("See why jobs were set aside: bailiwick worker buried", mark="held")
    return Exit.OK


def buried(*, pool: str = "", cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List jobs that were set aside after their last attempt, and why.

    Parameters
    ----------
    pool
        Of this pool only.
    """
    output = Output(as_json=json)
    wanted = _pool(pool) if pool else None
    with application() as bailiwick, bailiwick.units.read() as unit:
        page = unit.jobs.buried(pool=wanted, cursor=cursor or None, size=checked(size))
    items: list[JsonValue] = [
        {
            "job": job.job_id,
            "pool": job.pool.value,
            "kind": job.kind.value,
            "subject": job.subject,
            "attempt": job.attempt,
            "since": moment(job.buried_at),
            "reason": job.reason,
        }
        for job in page.items
    ]
    output.answer({"items": items, "next_cursor": page.next_cursor})
    rows = [
        (j.job_id, j.pool.value, j.subject, str(j.attempt), moment(j.buried_at), j.reason)
        for j in page.items
    ]
    output.table("Buried jobs", ("job", "pool", "of", "attempts", "since", "why"), rows)
    hint = "Let one begin anew: bailiwick worker requeue JOB --reason …"
    output.say(hint if rows else "Nothing here.")
    tell_more(output, page.next_cursor)
    return Exit.OK


def limit(
    pool: str,
    *,
    waiting: int = WAITING_COUNT_MAX,
    at_once: int = 0,
    per_minute: int = 0,
    burst: int = 1,
    json: Json = False,
) -> int:
    """Set what this workspace may ask of a pool, on every machine.

    Parameters
    ----------
    pool
        The name of the pool.
    waiting
        How many jobs may wait; beyond it callers are told to come back.
    at_once
        How many may be carried out at once over all machines; 0 is without a limit.
    per_minute
        How many may begin in a minute; 0 is without a limit.
    burst
        How many of a minute's may begin together.
    """
    output = Output(as_json=json)
    wanted = _pool(pool)
    if not 1 <= waiting <= WAITING_COUNT_MAX or min(at_once, per_minute, burst - 1) < 0:
        message = (
            f"--waiting takes 1 to {WAITING_COUNT_MAX}, --at-once and --per-minute 0 or more, "
            "--burst 1 or more"
        )
        raise UnableToLimit(message)
    limits = PoolLimits(
        waiting_count_max=waiting,
        leased_count_max=at_once,
        per_minute_max=per_minute,
        burst_max=burst,
    )
    with application() as bailiwick, bailiwick.units.write(records=False) as unit:
        unit.jobs.limit(wanted, limits)
        unit.commit()
    output.answer({"pool": pool, **asdict(limits)})
    output.say(f"{pool} is limited so on every machine.", mark="ok")
    return Exit.OK


def requeue(job: str, *, reason: Reason, as_: As = "", json: Json = False) -> int:
    """Let a job that was set aside begin anew, with the run it names; an approver does that.

    Parameters
    ----------
    job
        See `bailiwick worker buried`.
    """
    from bailiwick.domain.ids import JobId
    from bailiwick.engine.pool.mourning import begin_anew

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        at = bailiwick.clock.now()
        with bailiwick.units.write() as unit:
            run = begin_anew(unit, JobId(job), person_id=asking.person_id, reason=reason, at=at)
            unit.commit()
    output.answer({"job": job, "run": None if run is None else run.run_id})
    output.say(f"{job} waits in its pool again.", mark="ok")
    return Exit.OK


def until_told(stop: Event, work: "Callable[[], None]") -> None:
    """Run until SIGTERM or SIGINT sets the event, and give both back what they did before."""

    def told(number: int, frame: "FrameType | None") -> None:
        del number, frame
        stop.set()

    before = {number: signal.signal(number, told) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        work()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def line(value: "JsonValue") -> None:
    """Print one line of JSON at once."""
    sys.stdout.write(json_module.dumps(value, ensure_ascii=False, sort_keys=True) + "\n")
    sys.stdout.flush()


def _pool(name: str) -> Pool:
    try:
        return Pool(name)
    except ValueError:
        known = ", ".join(pool.value for pool in Pool)
        message = f"there is no pool {name!r}; there are: {known}"
        raise UnableToFindPool(message) from None
