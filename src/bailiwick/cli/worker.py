"""`bailiwick worker`: carries out what is allowed and approved, and settles what went wrong."""

from threading import Event
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, tell_more
from bailiwick.cli.pools import (
    buried,
    carry,
    depth,
    line,
    requeue,
    supervise,
    until_told,
)
from bailiwick.cli.pools import (
    limit as limit_pool,
)
from bailiwick.cli.session import As, Json, Reason, application, person
from bailiwick.cli.wording import moment
from bailiwick.domain.fault import InputFault
from bailiwick.wiring.stops import stops

if TYPE_CHECKING:
    from bailiwick.domain.effect import EffectRow
    from bailiwick.domain.receipt import EffectState
    from bailiwick.engine.delivery.deliver import Delivered
    from bailiwick.kit.json_value import Json as JsonValue

LIMIT_MAX: Final = 1_000_000  # ours: a drain that ends

app = App(name="worker", help="Carry out what is allowed and approved.")

Pools = Annotated[
    str,
    Parameter(
        name="--pools",
        help="Supervise a process for each of these pools, as in core,email,sender; or all.",
    ),
]
Once = Annotated[bool, Parameter(negative=(), help="Stop when nothing is due any more.")]
Limit = Annotated[int, Parameter(help="Stop after so many effects.")]


app.command(carry, show=False)
app.command(depth)
app.command(buried)
app.command(limit_pool, name="limit")
app.command(requeue)


class UnableToWork(InputFault):
    """The limit cannot be used."""


@app.default
def worker(
    *, pools: Pools = "", once: Once = False, limit: Limit = LIMIT_MAX, json: Json = False
) -> int:
    """Deliver until stopped by Ctrl-C or SIGTERM; one line an effect, JSON lines with --json.

    With --pools it carries out queued runs instead: one process for each pool, restarted when it
    dies; `sender` is the process that delivers.
    """
    if pools:
        return supervise(pools, once=once, json=json)
    if not 1 <= limit <= LIMIT_MAX:
        message = f"--limit takes 1 to {LIMIT_MAX}, not {limit}"
        raise UnableToWork(message)
    output = Output(as_json=json)
    stop = Event()
    seen: list[str] = []
    failed: list[str] = []

    def watch(delivered: "Delivered") -> None:
        seen.append(delivered.state.value)
        if delivered.tried and delivered.state.value == "ready":
            failed.append(delivered.effect_id)
        _tell(output, delivered)
        if len(seen) >= limit:
            stop.set()

    with application() as bailiwick:
        working = bailiwick.worker(watch)
        if once:
            working.drain(limit)
        else:
            output.say("Delivering; Ctrl-C stops after the effect under way.")
            until_told(stop, lambda: working.run(stop))
        stopped = stops(bailiwick)
    counts = {state: seen.count(state) for state in sorted(set(seen))}
    if json:
        line({"delivered": len(seen), "states": counts, "stopped_by": list(stopped)})
    nothing = "nothing was taken" if stopped else "nothing was due"
    told = ", ".join(f"{count} {state}" for state, count in counts.items()) or nothing
    output.say(f"Done: {told}.", mark="ok" if set(counts) <= {"sent"} else "held")
    if "ready" in counts:
        output.say(
            "What is ready again was not sent; it waits for its next try, or for a person when a "
            "rule holds it. `bailiwick doctor --connect` tries the mail server.",
            mark="held",
        )
    output.say(*(f"Everything is stopped by {name}" for name in stopped), mark="refused")
    if stopped:
        return Exit.HALTED
    return Exit.FAULT if failed else Exit.OK


@app.command
def dead(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List dead letters: effects that failed for good or too often."""
    from bailiwick.domain.receipt import EffectState

    hint = "Send one again, judged afresh: bailiwick worker replay EFFECT --reason …"
    return _list(EffectState.DEAD, hint, cursor=cursor, size=size, json=json)


@app.command
def doubt(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List effects of which nobody knows yet whether they went out."""
    from bailiwick.domain.receipt import EffectState

    hint = "Say what you know: bailiwick worker settle EFFECT --answer sent|not_sent|give_up"
    return _list(EffectState.IN_DOUBT, hint, cursor=cursor, size=size, json=json)


@app.command
def settle(
    effect: str,
    *,
    answer: Literal["sent", "not_sent", "give_up"],
    reason: Reason,
    as_: As = "",
    json: Json = False,
) -> int:
    """Say what became of an effect in doubt; an approver does that.

    Parameters
    ----------
    effect
        See `bailiwick worker doubt`.
    answer
        `not_sent` sends it after a fresh judgement; `give_up` never does.
    """
    from bailiwick.domain.ids import EffectId
    from bailiwick.engine.delivery.settle import Answer

    with application() as bailiwick:
        asking = person(bailiwick, as_)
        state = bailiwick.settlement.settle_by_person(
            EffectId(effect), Answer(answer), person_id=asking.person_id, reason=reason
        )
    return _moved(effect, state, json=json)


@app.command
def replay(effect: str, *, reason: Reason, as_: As = "", json: Json = False) -> int:
    """Put a dead letter back into the queue, to be judged afresh; an approver does that.

    Parameters
    ----------
    effect
        See `bailiwick worker dead`.
    """
    from bailiwick.domain.ids import EffectId

    with application() as bailiwick:
        asking = person(bailiwick, as_)
        state = bailiwick.settlement.replay(
            EffectId(effect), person_id=asking.person_id, reason=reason
        )
    return _moved(effect, state, json=json)


def _list(state: "EffectState", hint: str, *, cursor: str, size: int, json: bool) -> int:
    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        page = unit.effects.in_state(state, cursor=cursor or None, size=checked(size))
    output.answer({"items": [_plain(row) for row in page.items], "next_cursor": page.next_cursor})
    rows = [
        (r.effect_id, r.action.value, str(r.attempt), moment(r.created_at), r.reason)
        for r in page.items
    ]
    columns = ("effect", "action", "attempts", "since", "why")
    output.table(f"Effects: {state.value}", columns, rows)
    output.say(hint if rows else "Nothing here.")
    tell_more(output, page.next_cursor)
    return Exit.OK


def _plain(row: "EffectRow") -> "JsonValue":
    return {
        "effect": row.effect_id,
        "action": row.action.value,
        "contact": row.contact_id,
        "attempt": row.attempt,
        "reason": row.reason,
        "approval": row.approval_id,
        "payload_hash": row.payload_hash,
    }


def _moved(effect: str, state: "EffectState", *, json: bool) -> int:
    output = Output(as_json=json)
    output.answer({"effect": effect, "state": state.value})
    output.say(f"{effect} is {state.value} now.", mark="ok")
    return Exit.OK


def _tell(output: Output, delivered: "Delivered") -> None:
    state = delivered.state.value
    if output.as_json:
        line({"effect": delivered.effect_id, "state": state, "reason": delivered.reason})
    mark = "ok" if state == "sent" else "held"
    output.say(f"{delivered.effect_id} {state} {delivered.reason}".rstrip(), mark=mark)
