"""`bailiwick trace`: how a run went, as the tree of what happened in it."""

from typing import TYPE_CHECKING, Final

from cyclopts import App

from bailiwick.cli.exits import Exit
from bailiwick.cli.money import dollars
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, tell_more
from bailiwick.cli.session import Json, application
from bailiwick.cli.wording import moment
from bailiwick.domain.fault import InputFault
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.domain.span import Kept, SpanRow
    from bailiwick.kit.paging import Page
    from bailiwick.observe.tree import Branch

_TOLD: Final = (
    "bailiwick.node", "bailiwick.prompt.name", "bailiwick.prompt.version", "gen_ai.response.model",
    "bailiwick.action", "bailiwick.verdict", "bailiwick.status", "bailiwick.reason",
)  # fmt: skip
_MICROSECONDS_OF_MILLISECOND: Final = 1_000

app = App(name="trace", help="How runs went: trees of spans, with times, costs and verdicts.")


class UnableToShowTrace(InputFault):
    """There is no trace of that, or no such reason to keep one."""


@app.default
def trace(run: str, *, json: Json = False) -> int:
    """Show everything that happened in a run and because of it, as a tree.

    Parameters
    ----------
    run
        Id of the run.
    """
    from bailiwick.domain.ids import RunId
    from bailiwick.observe.tree import outline, trees

    output = Output(as_json=json)
    with application() as bailiwick:
        spans = bailiwick.observation.spans.of_run(RunId(run))
    if not spans:
        message = (
            f"no trace of {run!r} is kept: it is no run, was routine and not in the sample, or is "
            "older than [trace] days; `bailiwick trace list` shows what there is"
        )
        raise UnableToShowTrace(message)
    found = trees(spans)
    output.answer({"run": run, "spans": plain(spans), "trees": [plain(outline(b)) for b in found]})
    for branch in found:
        if branch.away:
            output.say("(under a span that was not kept)")
        output.say(*_lines(branch, depth=0))
    return Exit.OK


@app.command(name="list")
def list_(
    *,
    capability: str = "",
    kept_by: str = "",
    cursor: Cursor = "",
    size: Size = SIZE,
    json: Json = False,
) -> int:
    """List pieces of work of which spans are kept, newest first.

    Parameters
    ----------
    capability
        Only of this capability.
    kept_by
        Only those kept for this reason: error, slow, held, refused, approval, audit, experiment,
        routine or unsure.
    """
    output = Output(as_json=json)
    reason = _reason(kept_by)
    with application() as bailiwick:
        page = bailiwick.observation.spans.tops(
            capability=capability, kept_by=reason, cursor=cursor or None, size=checked(size)
        )
    _show(output, page, title="Traces", nothing="No spans are kept.")
    return Exit.OK


@app.command
def orphans(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List spans that should stand under another one: there the context was lost."""
    output = Output(as_json=json)
    with application() as bailiwick:
        page = bailiwick.observation.spans.orphans(cursor=cursor or None, size=checked(size))
    _show(output, page, title="Orphans", nothing="No span has lost its parent.")
    return Exit.FAULT if page.items else Exit.OK


def _show(output: Output, page: "Page[SpanRow]", *, title: str, nothing: str) -> None:
    output.answer(plain(page))
    rows = [
        (
            span.run_id or span.trace_id,
            f"{span.name} {span.capability}".strip(),
            moment(span.started_at),
            _duration(span),
            span.kept_by.value + (f"\n{span.fault}" if span.fault else ""),
        )
        for span in page.items
    ]
    output.table(title, ("run or trace", "what", "began", "took", "kept for"), rows)
    if not rows:
        output.say(nothing)
    tell_more(output, page.next_cursor)


def _reason(kept_by: str) -> "Kept | None":
    from bailiwick.domain.span import Kept

    if not kept_by:
        return None
    if kept_by not in set(Kept):
        message = f"--kept-by takes {', '.join(Kept)}, not {kept_by!r}"
        raise UnableToShowTrace(message)
    return Kept(kept_by)


def _lines(branch: "Branch", *, depth: int) -> "Iterator[str]":
    span = branch.span
    words = [span.name, *([span.capability] if span.name == "run" else [])]
    words += [str(span.attributes[name]) for name in _TOLD if name in span.attributes]
    words.append(_duration(span))
    if branch.picodollars:
        words.append(dollars(branch.picodollars))
    if span.fault:
        words.append(f"! {span.fault}")
    yield "  " * depth + "  ".join(words)
    for inner in branch.branches:
        yield from _lines(inner, depth=depth + 1)


def _duration(span: "SpanRow") -> str:
    return f"{span.duration_us / _MICROSECONDS_OF_MILLISECOND:.1f} ms"
