"""`bailiwick list`: what exists and how far each capability may go; loads no graph."""

from typing import TYPE_CHECKING

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, sliced, tell_more
from bailiwick.cli.session import Json

if TYPE_CHECKING:
    from bailiwick.control.spec import Spec
    from bailiwick.kit.hashing import Canonical


def catalogue(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List the capabilities with version, ceiling, actions and budget."""
    from bailiwick.control.load import UnableToLoadCapability, load_spec
    from bailiwick.control.registry import CAPABILITIES

    output = Output(as_json=json)
    page = sliced(CAPABILITIES, key=str, cursor=cursor, size=size)
    specs: list[Spec] = []
    broken: dict[str, str] = {}
    for name in page.items:
        try:
            specs.append(load_spec(name))
        except (UnableToLoadCapability, ImportError) as fault:  # it breaks only itself
            broken[name] = str(fault)
    output.answer(
        {
            "items": [_plain(spec) for spec in specs],
            "broken": broken,
            "next_cursor": page.next_cursor,
        }
    )
    columns = ("capability", "ceiling", "may propose", "what it does, and its budget")
    output.table("Capabilities", columns, [_row(spec) for spec in specs])
    output.say(*(f"{name} cannot be used: {why}" for name, why in broken.items()), mark="refused")
    tell_more(output, page.next_cursor)
    return Exit.FAULT if broken else Exit.OK


def _row(spec: "Spec") -> tuple[str, ...]:
    budget = f"{spec.model_calls_max} asks, {spec.tokens_max} tokens, {spec.seconds_max} s"
    actions = "\n".join(sorted(a.value for a in spec.actions))
    told = f"{spec.summary}\nVersion {spec.version}: {budget}"
    return (spec.name, f"L{int(spec.level_max)}", actions or "-", told)


def _plain(spec: "Spec") -> "Canonical":
    return {
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
    }
