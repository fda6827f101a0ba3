"""Whether a caller with a lesser reach sees what a request names, asked before its route runs.

Routes that read go through `caller.units`, which show nothing out of reach. Routes that let the
engine act name a row in their path or body, and the engine sees the whole workspace: so what is
named is looked up here first, with the caller's eyes. What is not seen is answered as what is not
there. Decision 0033.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bailiwick.api.problem import missing
from bailiwick.domain.cron import CronId
from bailiwick.domain.ids import (
    PREFIX,
    AccountId,
    ApprovalId,
    ContactId,
    EffectId,
    MessageId,
    PlanId,
    RunId,
)
from bailiwick.engine.thread.lookup import found_thread, require_uuid
from bailiwick.kit.ids import from_uuid
from bailiwick.kit.json_value import Json
from bailiwick.ports.unit import Unit, Units
from bailiwick.wiring.caller import Caller

Look = Callable[[Unit, str], object | None]

LOOKS: Final[Mapping[str, Look]] = {
    "account_id": lambda unit, name: unit.crm.account(AccountId(name)),
    "approval_id": lambda unit, name: unit.approvals.get(ApprovalId(name)),
    "contact_id": lambda unit, name: unit.crm.contact(ContactId(name)),
    "effect_id": lambda unit, name: unit.effects.get(EffectId(name)),
    "message_id": lambda unit, name: unit.crm.message(MessageId(name)),
    "plan_id": lambda unit, name: unit.plans.get(PlanId(name)),
    "run_id": lambda unit, name: unit.runs.get(RunId(name)),
    "task_id": lambda unit, name: unit.guards.open_task(name),
}
"""How a row is looked up that a path names."""
NAMELESS: Final = frozenset(
    {
        *("name", "assistant", "namespace"),  # capabilities and their graphs
        *("session_id", "key_id"),  # the route looks among the caller's own
        *("person_id", "team"),  # colleagues
        *("campaign", "filter"),  # names and states; their recipients are named beside them
        *("about", "contact"),  # the route looks with the caller's eyes
        *("checkpoint_id",),  # of a thread that is named beside it
        *("pool", "job_id"),  # the whole workspace's
        *("grant_id", "endpoint_id", "delivery_id", "source_id", "workspace_id"),
        "token",  # of an unsubscribe link: nobody calls it, and it names one address by its hash
    }
)
"""What else a path names: no customer's row, or one that only the whole workspace may touch."""
ROWS_TOLD: Final = frozenset({"con", "acc", "opp", "act", "led", "msg", "fct", "tsk", "run"}) | {
    *("pln", "apr", "eff", "sig", "vdt", "thr"),
}
"""Prefixes of the ids of rows that follow a customer."""
_BY_PREFIX: Final = {
    PREFIX[name.removesuffix("_id")]: (name.removesuffix("_id"), look)
    for name, look in LOOKS.items()
}
NAMES_COUNT_MAX: Final = 1_000  # ours: ids that one input may name


def require_seen(caller: Caller, named: Mapping[str, str]) -> None:
    """Let a request go on whose path names nothing out of reach. Raises Refusal (404)."""
    with caller.units.read() as unit:
        for name, which in named.items():
            if name in NAMELESS or (name == "run_id" and "thread_id" in named):
                continue
            if name == "thread_id":
                _require_thread(unit, caller.application.units, which)
            elif name == "cron_id":
                _require_cron(unit, which)
            elif name not in LOOKS or LOOKS[name](unit, which) is None:
                raise missing(name.removesuffix("_id"), which)


def _require_thread(unit: Unit, whole: Units, which: str) -> None:
    """Let a request go on about a thread that is seen, or that is not there at all.

    Raises UnableToFindThread as for one that is not there, UnableToUseThread.
    """
    with whole.read() as all_rows:
        there = all_rows.threads.get(require_uuid(which)) is not None
    if there:
        found_thread(unit, require_uuid(which))


def require_thread(caller: Caller, thread_id: str) -> None:
    """Let a request go on about a thread in reach, or not there. Raises UnableToFindThread."""
    if caller.limited:
        require_seen(caller, {"thread_id": thread_id})


def require_input(caller: Caller, given: Callable[[], Json]) -> None:
    """Let a run start from an input that names nothing out of reach. Raises Refusal (404)."""
    if caller.limited:
        _require_input(caller.units, given())


def _require_input(units: Units, given: Json) -> None:
    named = {text for text in _texts(given) if _prefix(text) in ROWS_TOLD}
    if len(named) > NAMES_COUNT_MAX:
        what = "input of so many rows"
        raise missing(what, str(len(named)))
    with units.read() as unit:
        for which in sorted(named):
            what, look = _BY_PREFIX.get(_prefix(which), ("row", None))
            if look is None or look(unit, which) is None:
                raise missing(what, which)


def _require_cron(unit: Unit, which: str) -> None:
    try:
        cron_id = CronId(from_uuid(PREFIX["cron"], which))
    except ValueError:
        return  # the route says what an id of a cron looks like
    if unit.crons.get(cron_id) is None:
        what = "cron"
        raise missing(what, which)


def _prefix(text: str) -> str:
    return text.partition("_")[0] if "_" in text else ""


def _texts(given: Json) -> Iterator[str]:
    """Yield every text in JSON, names of fields too."""
    waiting: list[Json] = [given]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            waiting.extend(one.keys())
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            waiting.extend(one)
