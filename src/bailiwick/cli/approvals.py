"""`bailiwick approvals`: see what waits for a person, and decide it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, tell_more
from bailiwick.cli.session import As, Json, Reason, application, person
from bailiwick.cli.wording import moment, percent
from bailiwick.domain.fault import InputFault
from bailiwick.domain.run import BROKEN
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from bailiwick.domain.approval import Approval
    from bailiwick.domain.ids import ApprovalId
    from bailiwick.engine.inbox.signing import Decided
    from bailiwick.wiring.application import Application

HASH_LENGTH_MIN: Final = 12  # ours: 48 bits; shorter could be hit by chance

app = App(name="approvals", help="See and decide what waits for a person.")

Status = Literal["pending", "approved", "executed", "rejected", "edited", "expired", "stale", "all"]
Note = Annotated[str, Parameter(help="Kept with the decision.")]
Hash = Annotated[
    str,
    Parameter(
        name="--hash", help="The payload hash you were shown, or its first 12 digits or more."
    ),
]


class UnableToConfirm(InputFault):
    """Nobody can be asked, or the answer was no."""


@app.command(name="list")
def list_(
    *, status: Status = "pending", cursor: Cursor = "", size: Size = SIZE, json: Json = False
) -> int:
    """List cards, oldest first.

    Parameters
    ----------
    status
        Which cards; `all` for every one.
    """
    from bailiwick.domain.approval import ApprovalStatus
    from bailiwick.observe.card_contents import recipient, subject

    wanted = None if status == "all" else ApprovalStatus(status)
    output = Output(as_json=json)
    with application() as bailiwick:
        page = bailiwick.inbox.list(status=wanted, cursor=cursor or None, size=checked(size))
    output.answer(plain(page))
    rows = [
        (
            "\n".join((card.approval_id, *card.rules)),
            "\n".join(
                (
                    f"{card.action.value} to {recipient(card)}",
                    *([topic] if (topic := subject(card)) else []),
                    f"{card.status.value}, confidence {percent(card.confidence_permille)}",
                    f"expires {moment(card.expires_at)}",
                    *(
                        [f"snoozed until {moment(card.snoozed_until)}"]
                        if card.snoozed_until
                        else []
                    ),
                )
            ),
        )
        for card in page.items
    ]
    output.table("Approvals", ("id, held by", "what"), rows)
    output.say("Next: bailiwick approvals show ID" if rows else "Nothing here.")
    tell_more(output, page.next_cursor)
    return Exit.OK


@app.command
def show(card: str, *, json: Json = False) -> int:
    """Show one card: who receives it, the exact payload, why it waits and what it rests on.

    Parameters
    ----------
    card
        Id of the card.
    """
    output = Output(as_json=json)
    with application() as bailiwick:
        _show(output, bailiwick, bailiwick.inbox.get(_id(card)))
    return Exit.OK


@app.command
def approve(
    card: str, *, hash_: Hash = "", note: Note = "", as_: As = "", json: Json = False
) -> int:
    """Approve exactly the payload you were shown; it is judged again before anything is done.

    Parameters
    ----------
    card
        Id of the card.
    """
    import asyncio

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        approval = bailiwick.inbox.get(_id(card))
        shown = _shown_hash(approval, hash_) if hash_ else _confirmed(output, bailiwick, approval)
        decided = bailiwick.inbox.approve(
            approval.approval_id, person_id=asking.person_id, shown_hash=shown, note=note
        )
        runs = [asyncio.run(bailiwick.runner.run(child)) for child in decided.children]
    ended = _tell(
        output,
        decided,
        expected={"queued", "done", "already"},
        runs=[(run.run_id, run.status) for run in runs],
    )
    return Exit.FAULT if any(run.status in BROKEN for run in runs) else ended


@app.command
def edit(  # noqa: PLR0913 - one parameter for each field that a person may change
    card: str,
    *,
    subject: str | None = None,
    text: str | None = None,
    text_file: Path | None = None,
    title: str | None = None,
    value: str | None = None,
    stage: str | None = None,
    note: Note = "",
    as_: As = "",
    json: Json = False,
) -> int:
    """Replace a card by one with your words; the edited payload is judged as any other.

    Parameters
    ----------
    card
        Id of the card.
    text
        The whole text of the mail.
    text_file
        A UTF-8 file that holds the text.
    """
    given = {
        "subject": subject,
        "text": _read(text_file) if text_file is not None else text,
        "title": title,
        "value": value,
        "stage": stage,
    }
    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        decided = bailiwick.inbox.edit(
            _id(card),
            person_id=asking.person_id,
            changes={name: words for name, words in given.items() if words is not None},
            note=note,
        )
        if decided.result == "edited":
            _show(output, bailiwick, decided.approval)
            return Exit.OK
    return _tell(output, decided, expected={"edited"})


@app.command
def reject(card: str, *, reason: Reason, as_: As = "", json: Json = False) -> int:
    """Close a card and its plan without doing anything.

    Parameters
    ----------
    card
        Id of the card.
    """
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        decided = bailiwick.inbox.reject(_id(card), person_id=asking.person_id, reason=reason)
    return _tell(Output(as_json=json), decided, expected={"rejected"})


@app.command
def snooze(card: str, *, hours: int, as_: As = "", json: Json = False) -> int:
    """Put a card aside; it expires when it would have expired anyway.

    Parameters
    ----------
    card
        Id of the card.
    hours
        1 to 48.
    """
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        decided = bailiwick.inbox.snooze(_id(card), person_id=asking.person_id, hours=hours)
    return _tell(Output(as_json=json), decided, expected={"snoozed"})


@app.command
def reassign(card: str, *, to: str, as_: As = "", json: Json = False) -> int:
    """Hand a card to another person.

    Parameters
    ----------
    card
        Id of the card.
    to
        Mail address of that person.
    """
    with application() as bailiwick:
        asking, receiver = person(bailiwick, as_), person(bailiwick, to)
        decided = bailiwick.inbox.reassign(
            _id(card), person_id=asking.person_id, to=receiver.person_id
        )
    return _tell(Output(as_json=json), decided, expected={"reassigned"})


def _id(text: str) -> "ApprovalId":
    from bailiwick.domain.ids import ApprovalId

    return ApprovalId(text)


def _show(output: Output, bailiwick: "Application", approval: "Approval") -> None:
    from bailiwick.cli.card_view import card_plain, show_card
    from bailiwick.observe.card_contents import read_card

    with bailiwick.units.read() as unit:
        card = read_card(unit, approval, at=bailiwick.clock.now())
    output.answer(card_plain(card))
    show_card(output, card)
    if approval.status.value == "pending":
        short = approval.payload_hash[:HASH_LENGTH_MIN]
        output.say(f"Next: bailiwick approvals approve {approval.approval_id} --hash {short}")


def _shown_hash(approval: "Approval", given: str) -> str:
    """Return the full hash when enough of it was given and agrees, else what was given."""
    words = given.strip().lower()
    if len(words) < HASH_LENGTH_MIN:
        message = f"--hash takes at least {HASH_LENGTH_MIN} digits of the payload hash on the card"
        raise UnableToConfirm(message)
    return approval.payload_hash if approval.payload_hash.startswith(words) else words


def _confirmed(output: Output, bailiwick: "Application", approval: "Approval") -> str:
    """Show the card, ask, and return the hash that was shown. Raises UnableToConfirm."""
    if output.as_json or not sys.stdin.isatty():
        message = (
            f"nobody can be asked here: look with `bailiwick approvals show "
            f"{approval.approval_id}` and give --hash with the payload hash it shows"
        )
        raise UnableToConfirm(message)
    if approval.status.value != "pending":
        return approval.payload_hash  # decided before: the inbox says how
    _show(output, bailiwick, approval)
    answer = input("Approve exactly this? [y/N] ").strip().lower()
    if answer not in {"y", "yes"}:
        message = "not approved; the card still waits"
        raise UnableToConfirm(message)
    return approval.payload_hash


def _tell(
    output: Output,
    decided: "Decided",
    *,
    expected: set[str],
    runs: list[tuple[str, str]] | None = None,
) -> int:
    result = decided.result.value
    output.answer(
        {
            "result": result,
            "card": decided.approval.approval_id,
            "status": decided.approval.status.value,
            "reasons": list(decided.reasons),
            "runs": [{"run": run, "status": status} for run, status in runs or []],
        }
    )
    mark = "ok" if result in expected else "held" if result == "needs_another" else "refused"
    output.say(f"{decided.approval.approval_id}: {result.replace('_', ' ')}", mark=mark)
    output.say(*decided.reasons)
    output.say(*(f"Run {run}: {status}" for run, status in runs or []))
    if result == "queued":
        output.say("Next: bailiwick worker --once")
    if result in expected:
        return Exit.OK
    return Exit.HELD if result == "needs_another" else Exit.REFUSED


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"the text file {path} cannot be read as UTF-8 text: {error}"
        raise UnableToConfirm(message) from error
