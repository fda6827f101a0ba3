"""`bailiwick score`: leads in order; and what is learned from outcomes in a CSV file."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, sliced, tell_more
from bailiwick.cli.session import Json, application
from bailiwick.domain.fault import InputFault
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bailiwick.domain.score.audited import ColumnAudit, Known
    from bailiwick.domain.score.card import Card
    from bailiwick.domain.score.sheet import Sheet
    from bailiwick.domain.score.told import Reason, Score
    from bailiwick.engine.scoring import Scored
    from bailiwick.ports.learner import Row

app = App(name="score", help="Leads in order, and scores learned from outcomes, with reasons.")

Csv = Annotated[Path, Parameter(name="--csv", help="A CSV file with a header.")]
Label = Annotated[str, Parameter(name="--label", help="The column that holds the outcome.")]


class UnableToAnswer(InputFault):
    """An answer names a column twice, or one that is not there."""


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What the rows and their outcomes are."""

    positive: str = ""
    """The value of the label that is the good outcome; needed unless it is a yes and a no."""
    ordered: Annotated[bool, Parameter(negative=())] = False
    """The rows stand in the order of time: later rows are told by earlier ones only."""


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a person says of the columns that the audit asks about."""

    before: Annotated[tuple[str, ...], Parameter(negative=())] = ()
    """COLUMN that is known at the moment of scoring."""
    after: Annotated[tuple[str, ...], Parameter(negative=())] = ()
    """COLUMN that is written after the outcome; it is left out."""


PLAIN: Final = Outcomes()
UNASKED: Final = Answers()


@app.command
def audit(*, csv: Csv, label: Label, outcomes: Outcomes = PLAIN, json: Json = False) -> int:
    """Look for columns that may have been written after the outcome.

    A finding is a question to you: an honest column can be that good. Nothing is left out by it.
    Ends with 4 while there is a question.
    """
    from bailiwick.domain.score.audited import unanswered
    from bailiwick.wiring.scoring import learner

    output = Output(as_json=json)
    sheet, skipped = _sheet(csv, label, outcomes)
    found = learner().audit(sheet, after_shares={})
    asked = unanswered(found, {})
    output.answer(
        {
            "rows": len(sheet.labels),
            "positives": sheet.positives_count,
            "skipped_lines": skipped,
            "columns": plain(found),
            "questions": [one.question for one in asked],
        }
    )
    output.table("Columns", ("column", "alone", "gain", "order", "signs"), list(map(_line, found)))
    output.say(*(one.question for one in asked), mark="held")
    output.say(
        "Answer in `bailiwick score train` with --before COLUMN or --after COLUMN."
        if asked
        else "Nothing points to a leak."
    )
    return Exit.HELD if asked else Exit.OK


@app.command
def train(
    *,
    csv: Csv,
    label: Label,
    outcomes: Outcomes = PLAIN,
    answers: Answers = UNASKED,
    out: Path | None = None,
    json: Json = False,
) -> int:
    """Learn from a CSV file, or say why there is nothing to learn.

    Parameters
    ----------
    out
        Where the model is kept, for `bailiwick score apply`.
    """
    from bailiwick.wiring.scoring import learner

    output = Output(as_json=json)
    sheet, skipped = _sheet(csv, label, outcomes)
    learning = learner()
    said = _said(answers, sheet)
    found = learning.audit(sheet, after_shares={})
    trained = learning.train(sheet, audit=found, answers=said)
    kept = out is not None and bool(trained.artefact)
    if out is not None and trained.artefact:
        out.write_bytes(trained.artefact)
    output.answer(
        {
            "card": plain(trained.card),
            "base_rate": trained.card.base_rate,
            "skipped_lines": skipped,
            "kept_in": str(out) if kept else None,
        }
    )
    _tell(output, trained.card)
    if kept:
        output.say(f"Next: bailiwick score apply {out} --csv FILE")
    return Exit.OK


@app.command
def apply(
    model: Path, *, csv: Csv, reasons: bool = True, size: Size = SIZE, json: Json = False
) -> int:
    """Tell the chances of the rows of a CSV file by a kept model, the highest first.

    Parameters
    ----------
    model
        What `bailiwick score train --out` kept.
    csv
        Rows with the columns that the model was trained on.
    reasons
        Say what moved each score.
    """
    from bailiwick.wiring.scoring import learner, open_columns

    output = Output(as_json=json)
    scorer = learner().open(_read(model))
    columns = open_columns(csv)
    chances = scorer.chances(columns)
    order = sorted(range(len(chances)), key=lambda at: (-chances[at], at))[: checked(size)]
    rows: list[tuple[int, Score]] = []
    for at in order:
        row: Row = {one.name: one.values[at] for one in columns}
        rows.append((at, scorer.score(row)))
    output.answer(
        {
            "rows": len(chances),
            "shown": [
                {
                    "line": at + 2,
                    "chance": told.chance,
                    "percentile": _percentile(place, len(chances)),
                    "reasons": plain(told.reasons) if reasons else [],
                }
                for place, (at, told) in enumerate(rows)
            ],
        }
    )
    output.table(
        "Scores",
        ("line", "chance", "why"),
        [
            (str(at + 2), f"{told.chance:.0%}", _why(told.reasons) if reasons else "")
            for at, told in rows
        ],
    )
    return Exit.OK


@app.command(name="list")
def list_(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List the workspace's leads in order, the highest first.

    The order is a rank by published weights, from the rows there are now; it is no probability. Who
    may not be written to is not on the list; who is hardly known stands at its end without a rank.
    """
    from bailiwick.engine.scoring import leads

    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        found = leads(unit, at=bailiwick.clock.now())
    page = sliced(found.items, key=lambda one: one.contact_id, cursor=cursor, size=size)
    output.answer(
        {"items": plain(page.items), "next_cursor": page.next_cursor, "cut": found.cut,
         "left_out": found.left_out_count}
    )  # fmt: skip
    output.table(
        "Leads, by rank (not a probability)",
        ("who", "rank", "percentile", "why"),
        [_lead(one) for one in page.items],
    )
    output.say(f"{found.left_out_count} are left out: they may not be written to.")
    if found.cut:
        output.say("There are more contacts than are looked at; the oldest are here.", mark="held")
    tell_more(output, page.next_cursor)
    return Exit.OK


@app.command
def show(contact: str, *, json: Json = False) -> int:
    """Show where one lead stands, and why.

    Parameters
    ----------
    contact
        Id or mail address.
    """
    from bailiwick.engine.scoring import leads
    from bailiwick.engine.whom import found_contact

    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        contact_id = found_contact(unit, contact)
        found = leads(unit, at=bailiwick.clock.now())
    one = next((lead for lead in found.items if lead.contact_id == contact_id), None)
    if one is None:
        message = f"{contact!r} may not be written to, or is beyond the contacts looked at"
        raise UnableToAnswer(message)
    output.answer(plain(one))
    output.table("Lead", ("who", "rank", "percentile", "why"), [_lead(one)])
    output.say(f"By the weights {one.weights}; a rank and no probability.")
    if one.unknown:
        output.say(f"Not known: {', '.join(one.unknown)}.", mark="held")
    return Exit.OK


def _lead(one: "Scored") -> tuple[str, ...]:
    return (
        f"{one.name}\n{one.company}\n{one.contact_id}",
        "-" if one.rank is None else f"{one.rank:.3f}",
        "too little is known" if one.percentile is None else f"{one.percentile:.0f}",
        _why(one.reasons),
    )


def _sheet(csv: Path, label: str, outcomes: Outcomes) -> "tuple[Sheet, int]":
    from bailiwick.wiring.scoring import labelled_sheet

    return labelled_sheet(csv, label=label, positive=outcomes.positive, ordered=outcomes.ordered)


def _said(answers: Answers, sheet: "Sheet") -> "dict[str, Known]":
    from bailiwick.domain.score.audited import Known

    twice = set(answers.before) & set(answers.after)
    lost = [name for name in (*answers.before, *answers.after) if sheet.named(name) is None]
    if twice or lost:
        wrong = min(twice) if twice else lost[0]
        why = "is answered twice" if twice else "is no column of the file"
        message = f"{wrong!r} {why}; name each column once, with --before or --after"
        raise UnableToAnswer(message)
    return {
        **dict.fromkeys(answers.before, Known.BEFORE),
        **dict.fromkeys(answers.after, Known.AFTER),
    }


def _read(model: Path) -> bytes:
    from bailiwick.ports.learner import ARTEFACT_BYTES_MAX

    try:
        with model.open("rb") as file:
            return file.read(ARTEFACT_BYTES_MAX + 1)
    except OSError as fault:
        message = f"cannot read {str(model)!r}: {fault.strerror}"
        raise UnableToAnswer(message) from fault


def _tell(output: Output, card: "Card") -> None:
    figures = card.figures
    rows = f"{card.rows_count} rows, {card.positives_count} with the outcome ({card.base_rate:.1%})"
    if figures is None:
        output.say(
            f"No model: {rows}; 200 outcomes with 30 of each kind are needed, and both kinds among "
            "the earlier rows when rows are ordered.",
            mark="held",
        )
        return
    order = "later rows by earlier ones" if card.ordered else "five shuffled folds"
    output.pairs(
        "Out of fold",
        {
            "rows": rows,
            "told": f"{figures.rows_count} rows, {order}",
            "model": f"{card.recipe}, calibration {card.calibration.value}",
            "AUC": f"{figures.auc.value:.3f} ({figures.auc.low:.3f} to {figures.auc.high:.3f})",
            "Brier": f"{figures.brier:.4f} (skill {figures.brier_skill:+.3f})",
            "ECE": f"{figures.ece:.4f}",
            "lift of the top tenth": f"{figures.lift:.2f}",
            "left out": ", ".join(card.left_out) or "nothing",
        },
    )
    if figures.has_lift:
        output.say("The outcomes can be told from these columns.", mark="ok")
    else:
        output.say(
            "No lift: the outcomes do not follow from these columns. No chance is told; the base "
            f"rate is {card.base_rate:.1%}.",
            mark="held",
        )


def _line(one: "ColumnAudit") -> tuple[str, ...]:
    return (
        one.column,
        f"{one.alone_auc:.3f}",
        f"{one.gain_auc:+.3f}",
        f"{one.order_share:.2f}",
        ", ".join(sign.value for sign in one.signs) or "-",
    )


def _why(reasons: "Sequence[Reason]") -> str:
    return "\n".join(f"{one.weight:+.2f} {one.column} = {one.value}" for one in reasons)


def _percentile(place: int, count: int) -> float:
    return round(100 * (count - place) / count, 1)
