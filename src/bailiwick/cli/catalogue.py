"""`bailiwick list`: what exists, how far each capability may go, and what runs it."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, sliced, tell_more
from bailiwick.cli.session import Json

if TYPE_CHECKING:
    from bailiwick.control.spec import Spec
    from bailiwick.engine.graphs.executor import Loaded
    from bailiwick.engine.graphs.graphs import Graphs
    from bailiwick.kit.json_value import Json as JsonValue

WithEngine = Annotated[
    bool,
    Parameter(name="--engine", negative=(), help="Load each graph and tell what runs it, and why."),
]


def catalogue(
    *, engine: WithEngine = False, cursor: Cursor = "", size: Size = SIZE, json: Json = False
) -> int:
    """List the capabilities with version, ceiling, actions and budget, or what runs them."""
    from bailiwick.control.load import (
        UnableToLoadCapability,
        capability_names,
        load_spec,
        unusable_names,
    )

    output = Output(as_json=json)
    graphs = _graphs() if engine else None
    page = sliced(capability_names(), key=str, cursor=cursor, size=size)
    found: list[tuple[Spec, Loaded | None]] = []
    broken = dict(unusable_names())
    for name in page.items:
        try:
            found.append((load_spec(name), graphs.loaded(name) if graphs else None))
        except UnableToLoadCapability as fault:  # it breaks only itself
            broken[name] = str(fault)
    output.answer(
        {
            "items": [_plain(spec, loaded) for spec, loaded in found],
            "broken": broken,
            "next_cursor": page.next_cursor,
        }
    )
    if engine:
        columns = ("capability", "pool", "starts from", "may wait", "engine", "why not sequential")
        output.table("Engines", columns, [_run_row(spec, loaded) for spec, loaded in found])
    else:
        columns = ("capability", "ceiling", "may propose", "what it does, and its budget")
        output.table("Capabilities", columns, [_row(spec) for spec, _ in found])
    output.say(*(f"{name} cannot be used: {why}" for name, why in broken.items()), mark="refused")
    tell_more(output, page.next_cursor)
    return Exit.FAULT if broken else Exit.OK


def _graphs() -> "Graphs":
    from bailiwick.settings import read
    from bailiwick.wiring.graphs import graphs

    return graphs(read().plan)


def _row(spec: "Spec") -> tuple[str, ...]:
    budget = f"{spec.model_calls_max} asks, {spec.tokens_max} tokens, {spec.seconds_max} s"
    actions = "\n".join(sorted(a.value for a in spec.actions))
    told = f"{spec.summary}\nVersion {spec.version}: {budget}"
    return (spec.name, f"L{int(spec.level_max)}", actions or "-", told)


def _run_row(spec: "Spec", loaded: "Loaded | None") -> tuple[str, ...]:
    waits = "yes" if spec.resumable else "no"
    engine, why = (loaded.engine.value, loaded.reason) if loaded else ("", "")
    return (spec.name, spec.pool.value, spec.intake.value, waits, engine, why or "-")


def _plain(spec: "Spec", loaded: "Loaded | None") -> "JsonValue":
    told: dict[str, JsonValue] = {
        "name": spec.name,
        "version": spec.version,
        "summary": spec.summary,
        "signals": sorted(s.value for s in spec.signals),
        "actions": sorted(a.value for a in spec.actions),
        "level_max": int(spec.level_max),
        "model_calls_max": spec.model_calls_max,
        "tokens_max": spec.tokens_max,
        "seconds_max": spec.seconds_max,
        "reads_untrusted": spec.reads_untrusted,
        "pool": spec.pool.value,
        "intake": spec.intake.value,
        "resumable": spec.resumable,
    }
    if loaded is not None:
        told["engine"] = loaded.engine.value
        told["reason"] = loaded.reason
    return told
