"""A day with a person in it: mail, plans, cards, a waiting thread; everything that holds words."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence

from tests.fakes.office import DANA, Office, dana, letter, mail_args, step
from tests.flow.planting import (
    Planted,
)

from bailiwick.domain.action import Action
from bailiwick.domain.crm import Activity, Opportunity, Role, Task
from bailiwick.domain.ids import ActivityId, ContactId, OpportunityId, TaskId
from bailiwick.domain.thread import NewRun, ThreadRun, ThreadStatus
from bailiwick.kit.hashing import Canonical
from bailiwick.models.exchange import ChatMessage
from bailiwick.models.scripted import prompt_name
from bailiwick.store.crm_rows import CrmRows

BO = ContactId("con_bo")
MESSAGE_ID_LENGTH = 30


class Planner:
    """A model that answers by a script, and lets something happen while it is asked."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], object] | None = None

    def __call__(self, messages: Sequence[ChatMessage], schema: Mapping[str, Canonical]) -> str:
        """Let it happen once, then answer."""
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            happens()
        return _answered(messages, schema)


def _answered(messages: Sequence[ChatMessage], schema: Mapping[str, Canonical]) -> str:
    """Answer the plan Ask with one reply, and every other Ask with a planted word."""
    del schema
    if prompt_name(messages) != "crm_orchestrator/plan":
        return "no json"
    asked = messages[-1].content
    start = asked.index("msg_")
    contact = BO if BO in asked else DANA
    args = dict.fromkeys(("account_id", "opportunity_id", "title", "field", "value", "stage"))
    found: dict[str, object] = {
        "action": "reply",
        "args": {
            **args,
            "contact_id": contact,
            "message_id": asked[start : start + MESSAGE_ID_LENGTH],
        },
        "reason": "they asked",
        "confidence": 0.9,
        "requires_approval": False,
        "depends_on": [],
        "evidence_fact_ids": [],
    }
    return json.dumps({"steps": [found]})


def live_a_day(place: Office, planted: Planted) -> None:
    """Mail, model, plan, hold, approve, send, reject and answer, with words in all of it."""
    word = planted.word
    with place.app.units.write() as unit:
        rows = CrmRows(unit)
        rows.add_contact(
            dana(first_name=word(), last_name=word(), title=word(), city=word(), phone=word())
        )
        rows.add_opportunity(
            Opportunity(
                opportunity_id=OpportunityId("opp_private"),
                name=word(),
                contact_id=DANA,
                stage="new",
            )
        )
        rows.add_activity(
            Activity(
                activity_id=ActivityId("act_1"),
                kind="call",
                subject=word(),
                note=word(),
                contact_id=DANA,
                at=place.clock.now(),
            )
        )
        rows.add_task(
            Task(
                task_id=TaskId("tsk_1"),
                title=word(),
                reason=word(),
                contact_id=DANA,
                created_at=place.clock.now(),
            )
        )
        unit.commit()
    place.receive(
        letter(f"How does onboarding work? {word()}\n\nDana {word()}", number=1),
        letter("How long is the notice?", number=2, sender="Bo Ekberg <bo@acme.example>"),
    )
    place.sweep()
    _decide(place, planted)
    text = f"Hello,\n\n{word()} and {word()}"
    place.propose(step(args={"contact_id": DANA, "mail": mail_args(text=text, subject=word())}))
    place.propose(step(run="run_b", args={"contact_id": DANA, "mail": mail_args(subject=word())}))
    _decide(place, planted)
    task = {"contact_id": DANA, "title": word()}
    place.propose(step(Action.CREATE_TASK, run="run_t", args=task))
    place.drain()
    place.later(days=4)
    place.receive(letter(f"And what does it cost? {word()}", number=3))
    wait_in_a_thread(place)


def wait_in_a_thread(place: Office) -> None:
    """Leave a thread about the person at its card, with its checkpoints."""
    threads = place.app.threads
    thread = threads.create(metadata={"note": "hers"})
    run = threads.start(
        thread.thread_id, NewRun(capability="crm_orchestrator", input={"contact_id": DANA})
    )
    assert isinstance(run, ThreadRun)
    asyncio.run(threads.carry(thread.thread_id))
    assert threads.get(thread.thread_id).status is ThreadStatus.INTERRUPTED


def _decide(place: Office, planted: Planted) -> None:
    """Approve every other card and reject the rest, each with a word in the note."""
    person = place.person(Role.APPROVER)
    for at, card in enumerate(place.pending()):
        note = planted.word() if card.contact_id == DANA else "fine"
        if at % 2 and card.contact_id == DANA:
            place.app.inbox.reject(card.approval_id, person_id=person, reason=note)
        else:
            place.app.inbox.approve(
                card.approval_id, person_id=person, shown_hash=card.payload_hash, note=note
            )
    place.drain()
