"""`bailiwick audit`: prove that the record is whole, and tell from it what was done and why."""

import json as json_module
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, tell_more
from bailiwick.cli.progress import bar
from bailiwick.cli.session import Json, application
from bailiwick.cli.wording import moment, percent
from bailiwick.domain.fault import InputFault
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bailiwick.kit.json_value import Json as JsonValue
    from bailiwick.observe.chain import Verification
    from bailiwick.observe.story import Story
    from bailiwick.ports.chain import Chain, StoredRecord

ROWS_COUNT: Final = 5_000  # as the check reads them: bounds memory

app = App(name="audit", help="Prove and explain what was done.")

Stands = Literal[
    "pending", "running", "done", "held", "refused", "skipped", "failed", "timeout", "cancelled"
]
Key = Annotated[
    str,
    Parameter(help="Public key whose seals count, in hex, or `any`; ours when left out."),
]
Out = Annotated[Path | None, Parameter(help="File to write to.")]


class UnableToExport(InputFault):
    """The file to export to cannot be written."""


@app.command
def verify(*, seals: Path | None = None, key: Key = "", json: Json = False) -> int:
    """Check every record and seal, and name the first that is not what was written.

    Parameters
    ----------
    seals
        File with seals that were kept outside; the one that settings name when left out.
    """
    from bailiwick.observe.chain import verify as check
    from bailiwick.observe.seal import read_outside
    from bailiwick.wiring.sealing import key_to_insist_on

    output = Output(as_json=json)
    with application() as bailiwick:
        usual = Path(bailiwick.settings.audit.seals_file)
        path = seals or (usual if usual.exists() else None)
        outside = read_outside(path) if path is not None else ()
        total, _ = bailiwick.chain.head()
        with bar(output, "records") as step:
            found = check(
                bailiwick.chain,
                outside_seals=outside,
                public_key=key_to_insist_on(bailiwick, key),
                progress=lambda done: step(done, total),
            )
        breach = found.breach
        bad = _row(bailiwick.chain, breach.seq) if breach is not None else None
    output.answer({**_mapped(found), "outside_seals": len(outside), "record": plain(bad)})
    if breach is None:
        output.say(
            f"{found.records_count} records and {found.seals_count} seals hold; "
            f"head {found.head_hash}.",
            mark="ok",
        )
        if path is None:
            output.say("No seals from outside were checked: a cut tail would not be seen.")
        return Exit.OK
    output.say(f"Record {breach.seq} is the first bad one: {breach.what}.", mark="refused")
    if bad is not None:
        output.say(f"It says: {bad.kind} about {bad.subject or '-'} in run {bad.run_id or '-'}.")
    return Exit.DAMAGED


@app.command
def explain(about: str, *, json: Json = False) -> int:
    """Tell the whole story of one effect, card, step or run, back to its evidence.

    Parameters
    ----------
    about
        Id of an effect, approval, plan, step or run.
    """
    from bailiwick.observe.story import tell

    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        story = tell(unit, about)
    output.answer(plain(story))
    _narrate(output, story)
    return Exit.OK


@app.command
def seal(*, out: Out = None, json: Json = False) -> int:
    """Sign the head of the record and keep the seal outside the database."""
    from bailiwick.wiring.sealing import seal_now

    output = Output(as_json=json)
    with application() as bailiwick:
        made = seal_now(bailiwick, out)
        path = out or Path(bailiwick.settings.audit.seals_file)
    output.answer({"seal": plain(made), "file": str(path)})
    if made is None:
        output.say("Nothing came since the last seal.")
    else:
        output.say(f"Record {made.seq} is sealed; keep a copy of {path} elsewhere.", mark="ok")
    return Exit.OK


@app.command
def runs(
    *,
    contact: str = "",
    status: Stands | None = None,
    cursor: Cursor = "",
    size: Size = SIZE,
    json: Json = False,
) -> int:
    """List runs, newest first.

    Parameters
    ----------
    contact
        Only of this contact: id or mail address.
    status
        Only those that ended so.
    """
    from bailiwick.engine.whom import found_contact

    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        contact_id = found_contact(unit, contact) if contact else None
        page = unit.runs.list(
            status=status,
            contact_id=contact_id,
            cursor=cursor or None,
            size=checked(size),
        )
    output.answer(plain(page))
    rows = [
        (
            r.run_id,
            f"{r.capability}: {r.status} {r.reason}".rstrip(),
            f"{r.contact_id or '-'}\n{moment(r.started_at)}",
        )
        for r in page.items
    ]
    output.table("Runs", ("run", "ended", "contact and start"), rows)
    if not rows:
        output.say("Nothing here.")
    tell_more(output, page.next_cursor)
    return Exit.OK


@app.command
def export(*, out: Out = None, json: Json = False) -> int:
    """Write every record as stored, one JSON document a line; to standard output without --out."""
    output = Output(as_json=json)
    with application() as bailiwick:
        if out is None:
            for line in _lines(bailiwick.chain):
                sys.stdout.write(line)
            return Exit.OK
        count = 0
        try:
            with out.open("w", encoding="utf-8", newline="\n") as file:
                for line in _lines(bailiwick.chain):
                    file.write(line)
                    count += 1
        except OSError as error:
            message = f"{out} cannot be written: {error.strerror}; nothing else was changed"
            raise UnableToExport(message) from error
    output.answer({"file": str(out), "records": count})
    output.say(f"{count} records are in {out}.", mark="ok")
    return Exit.OK


def _lines(chain: "Chain") -> "Iterator[str]":
    seq = 0
    while rows := chain.rows(after=seq, size=ROWS_COUNT):  # ends at the head, which is finite
        for row in rows:
            yield json_module.dumps(row._asdict(), ensure_ascii=True, sort_keys=True) + "\n"
        seq = rows[-1].seq


def _row(chain: "Chain", seq: int) -> "StoredRecord | None":
    rows = chain.rows(after=seq - 1, size=1)
    return rows[0] if rows and rows[0].seq == seq else None


def _mapped(found: "Verification") -> "Mapping[str, JsonValue]":
    values = plain(found)
    assert isinstance(values, dict), "a verification is a record"
    return values


def _narrate(output: Output, story: "Story") -> None:
    if story.step is not None:
        step = story.step
        confidence = percent(step.provenance.confidence_permille)
        output.say(f"{step.action.value} ({step.step_id}): {step.provenance.reason}")
        output.say(f"Confidence {confidence}, by {step.provenance.source.value}.")
    lines = [
        (str(x.seq), f"{x.kind}\n{moment(x.at)}", f"{x.text}\n{x.subject}") for x in story.lines
    ]
    output.table(f"Story of {story.about}", ("record", "what", "told about"), lines)
    rows = [(e.ref, e.text) for e in story.evidence]
    output.table("Evidence", ("reference", "says now"), rows)
    if story.effect is not None:
        effect = story.effect
        end = f"{effect.effect_id} is {effect.state.value}"
        output.say(f"{end} {effect.provider_ref} {effect.reason}".rstrip())
