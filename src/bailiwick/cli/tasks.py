"""`bailiwick tasks`: what agents ask people, and the answers."""

from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, tell_more
from bailiwick.cli.session import As, Json, Reason, application, person
from bailiwick.cli.wording import moment
from bailiwick.domain.fault import InputFault
from bailiwick.kit.plain import plain
from bailiwick.kit.text import capped, one_line

if TYPE_CHECKING:
    from bailiwick.domain.ids import ContactId
    from bailiwick.ports.unit import Unit

WROTE_LENGTH_MAX: Final = 200  # ours: enough to see what it is about

app = App(name="tasks", help="See and answer what agents ask people.")

Stop = Annotated[
    bool, Parameter(name="--stop", negative=(), help="They ask to stop: suppress them.")
]
GoOn = Annotated[
    bool,
    Parameter(name="--go-on", negative=(), help="They do not; mail is judged as any other again."),
]


class UnableToTellAnswer(InputFault):
    """A doubt has two answers, and exactly one has to be given."""


@app.command(name="list")
def list_(
    *,
    contact: str = "",
    owner: str = "",
    cursor: Cursor = "",
    size: Size = SIZE,
    json: Json = False,
) -> int:
    """List what nobody has done yet, oldest first, and whose it is.

    A task is its contact's owner's, else the owner's of the company, else of the person that
    `tasks_to` in `[plan]` names.

    Parameters
    ----------
    contact
        Id or mail address of a contact; of everybody when left out.
    owner
        Mail address of the person whose tasks are listed; of everybody when left out.
    """
    from bailiwick.engine.whom import found_contact

    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        whose = found_contact(unit, contact) if contact else None
        page = unit.guards.open_tasks(
            whose,
            cursor=cursor or None,
            size=checked(size),
            owner=owner,
            otherwise=bailiwick.settings.plan.tasks_to,
        )
        told = [_told(unit, task.contact_id) for task in page.items]
    output.answer(plain(page))
    rows = [
        (
            task.task_id,
            f"{who}\n{moment(task.created_at)}",
            task.owner_email or "-",
            "\n".join(line for line in (task.title, task.reason, wrote) if line),
        )
        for task, (who, wrote) in zip(page.items, told, strict=True)
    ]
    output.table("Tasks", ("id", "contact, since", "whose", "what"), rows)
    output.say("Next: bailiwick tasks finish ID --reason …" if rows else "Nothing here.")
    tell_more(output, page.next_cursor)
    return Exit.OK


def _told(unit: "Unit", contact_id: "ContactId | None") -> tuple[str, str]:
    """Return who a task is about, and the beginning of what they wrote last."""
    from bailiwick.cli.wording import visible

    contact = unit.crm.contact(contact_id) if contact_id else None
    if contact is None:
        return contact_id or "-", ""
    who = f"{contact.name} <{contact.address}>"
    received = unit.crm.history(contact.contact_id, each_max=1).received
    if not received:
        return who, ""
    words = received[0].mail.own_text or received[0].mail.text
    return who, f"They wrote: {visible(capped(one_line(words), WROTE_LENGTH_MAX))}"


@app.command
def finish(task: str, *, reason: Reason, as_: As = "", json: Json = False) -> int:
    """Mark a task done, so that agents plan for its contact again; a rep does that.

    Parameters
    ----------
    task
        Id of the task.
    """
    from bailiwick.wiring.answers import answering

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        answering(bailiwick).finish_task(task, person_id=asking.person_id, reason=reason)
    output.answer({"task": task, "done": True})
    output.say(f"{task} is done.", mark="ok")
    return Exit.OK


@app.command
def doubt(
    contact: str,
    *,
    stop: Stop = False,
    go_on: GoOn = False,
    reason: Reason,
    as_: As = "",
    json: Json = False,
) -> int:
    """Say whether a contact asked to stop; going on takes an approver, stopping a rep.

    Parameters
    ----------
    contact
        Id or mail address of the contact.
    """
    from bailiwick.engine.inbox.answering import DoubtAnswer
    from bailiwick.engine.whom import found_contact
    from bailiwick.wiring.answers import answering

    if stop == go_on:
        message = "give one answer: --stop (they ask to stop) or --go-on (they do not)"
        raise UnableToTellAnswer(message)
    answer = DoubtAnswer.STOP if stop else DoubtAnswer.GO_ON
    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        with bailiwick.units.read() as unit:
            contact_id = found_contact(unit, contact)
        answering(bailiwick).settle_doubt(
            contact_id, answer, person_id=asking.person_id, reason=reason
        )
    output.answer({"contact": contact_id, "answer": answer.value})
    told = "suppressed; nothing is sent any more" if stop else "judged as anybody else again"
    output.say(f"{contact_id}: {told}.", mark="ok")
    return Exit.OK
