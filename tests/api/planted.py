"""One customer with a row of every kind a surface shows, each holding a word that nothing else has.

Whoever may not see the customer must never be sent the word.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tests.api.premises import Premises
from tests.fakes.office import TUESDAY, InlineParser, Letters, Office, letter, mail_args, step

from bailiwick.connectors.smtp.compose import ComposeSettings
from bailiwick.connectors.smtp.fake import FakeMailWriter
from bailiwick.domain.action import Action
from bailiwick.domain.crm import Account, Contact, Opportunity, Role, Task
from bailiwick.domain.event import EventKind
from bailiwick.domain.fact import Fact
from bailiwick.domain.filter.filter_text import condition_of
from bailiwick.domain.ids import (
    PREFIX,
    AccountId,
    ContactId,
    DeliveryId,
    FactId,
    OpportunityId,
    PersonId,
    RunId,
    TaskId,
)
from bailiwick.domain.message import Direction
from bailiwick.domain.provenance import Source, Trust
from bailiwick.domain.span import Kept, SpanRow
from bailiwick.domain.thread import NewRun, ThreadRun
from bailiwick.domain.webhook import Delivery, DeliveryState
from bailiwick.engine.crons import NewCron
from bailiwick.engine.granting import Wish
from bailiwick.engine.people.keys import KeyWish
from bailiwick.engine.people.staffing import Newcomer, add_person
from bailiwick.kit.clock import FixedClock
from bailiwick.kit.hashing import digest
from bailiwick.kit.ids import as_uuid
from bailiwick.ports.mail_source import RawMail
from bailiwick.store.crm_rows import CrmRows
from bailiwick.wiring.answers import granting, teaming
from bailiwick.wiring.application import Application
from bailiwick.wiring.doubles import Doubles

ROWS_OF_NOBODY: Final = {"assistant": "crm_orchestrator", "name": "crm_orchestrator"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """What was planted: the word, the ids by the names that routes give them, and the office."""

    word: str
    ids: dict[str, str]
    place: Office


def doubles() -> Doubles:
    """Return a still clock, mail kept in memory and a parser in this process."""
    clock = FixedClock(TUESDAY)
    headers = ComposeSettings(domain="here.example", unsubscribe_secret=b"s" * 32)
    mail = FakeMailWriter(headers=headers, clock=clock)
    return Doubles(clock=clock, mail=mail, parser=InlineParser(), draw=lambda: 0.5)


def plant(
    premises: Premises, workspace: str, word: str, *, owner: str = "", staffed: bool = False
) -> Planted:
    """Plant a customer of an owner, with all that follows a customer; a colleague when staffed."""
    application = premises.service.application(premises.workspace_id(workspace))
    made = doubles()
    assert isinstance(made.mail, FakeMailWriter)
    assert isinstance(made.clock, FixedClock)
    place = Office(app=application, clock=made.clock, mail=made.mail)
    ids = dict(ROWS_OF_NOBODY) | _customer(application, word, owner)
    contact_id = ContactId(ids["contact_id"])
    address = f"{word}@{word}.example"
    _receive(application, word, address)
    admin = premises.person(Role.ADMIN, workspace=workspace)
    maker = premises.person(Role.SUPERVISOR, workspace=workspace)
    ids |= _threaded(place, word, contact_id, maker)
    ids |= _delivered(place, word, contact_id, admin)
    ids |= _administered(application, word, contact_id, admin)
    ids |= _kept(application, word, contact_id, maker)
    ids |= _told(application, word, RunId(ids["run_id"]), admin)
    if staffed:
        ids |= _staffed(application, word, admin)
    ids |= _enrolled(application, word, contact_id, maker)
    ids["contact"] = contact_id
    ids["about"] = ids["run_id"]
    ids["workspace_id"] = premises.workspace_id(workspace)
    return Planted(word=word, ids=ids, place=place)


def customer(premises: Premises, workspace: str, word: str, *, owner: str) -> dict[str, str]:
    """Plant a customer who has written to us and for whom nothing was planned yet."""
    application = premises.service.application(premises.workspace_id(workspace))
    ids = _customer(application, word, owner)
    _receive(application, word, f"{word}@{word}.example")
    return ids


def _customer(application: Application, word: str, owner: str) -> dict[str, str]:
    new = application.ids.new
    account, contact = AccountId(new("acc")), ContactId(new("con"))
    deal, task = OpportunityId(new("opp")), TaskId(new("tsk"))
    with application.units.write() as unit:
        rows = CrmRows(unit)
        rows.add_account(
            Account(
                account_id=account, name=f"Co {word}", domain=f"{word}.example", owner_email=owner
            )
        )
        rows.add_contact(
            Contact(
                contact_id=contact, first_name=word, last_name="Doe", account_id=account,
                addresses=(f"{word}@{word}.example",), title=f"Head of {word}", country="GB",
                timezone="Europe/London", lifecycle="customer", owner_email=owner,
            )
        )  # fmt: skip
        rows.add_opportunity(
            Opportunity(
                opportunity_id=deal, name=f"Deal {word}", account_id=account, contact_id=contact,
                stage="proposal", amount_minor=9_999, currency="GBP", close_on="2026-09-01",
                owner_email=owner,
            )
        )  # fmt: skip
        rows.add_task(
            Task(
                task_id=task, title=f"Call {word}", reason=word, contact_id=contact,
                created_at=TUESDAY, done_at=None,
            )
        )  # fmt: skip
        rows.add_fact(
            Fact(
                fact_id=FactId(new("fct")), subject=contact, field="budget", value=f"{word} a year",
                confidence_permille=900, source=Source.PERSON, method="told", evidence=(),
                observed_at=TUESDAY, trust=Trust.HUMAN, valid_from=TUESDAY - timedelta(days=1),
                valid_to=None,
            )
        )  # fmt: skip
        unit.commit()
    return {"account_id": account, "contact_id": contact, "opportunity_id": deal, "task_id": task}


def _receive(application: Application, word: str, address: str) -> None:
    raw = letter(
        f"Could you send me a quote for 40 licences? {word}",
        number=abs(hash(word)) % 10_000,
        sender=f"{word} <{address}>",
    ).replace(b"Question about our renewal", f"Question {word}".encode())
    mail = RawMail(
        raw=raw, size_bytes=len(raw), folder="INBOX", external_id=word,
        direction=Direction.INBOUND, received_at=TUESDAY,
    )  # fmt: skip
    application.mail_intake.take(Letters((mail,)), progress=lambda _: None)


def _threaded(place: Office, word: str, contact_id: ContactId, admin: PersonId) -> dict[str, str]:
    """Plan on a thread, so that there are runs, cards, checkpoints, events and sealed texts."""
    threads = place.app.threads
    with place.app.units.read() as unit:
        received = unit.crm.history(contact_id, each_max=1).received
    thread = threads.create(metadata={"note": word}, by=admin)
    asked = NewRun(
        capability="crm_orchestrator",
        input={"contact_id": contact_id},
        metadata={"note": word},
        requested_by=admin,
    )
    run = threads.start(thread.thread_id, asked)
    assert isinstance(run, ThreadRun)
    asyncio.run(threads.carry(thread.thread_id))
    state = asyncio.run(threads.state(thread.thread_id))
    (pause,) = threads.get(thread.thread_id).pauses
    assert pause.approval_id is not None, "the mail is held"
    return {
        "thread_id": thread.thread_id,
        "run_id": run.run_id,
        "approval_id": pause.approval_id,
        "checkpoint_id": state.checkpoint_id or "",
        "message_id": received[0].message_id,
    }


def _delivered(place: Office, word: str, contact_id: ContactId, admin: PersonId) -> dict[str, str]:
    """Have one mail approved, so that there is an effect."""
    mail = mail_args(
        to_address=f"{word}@{word}.example", to_name=f"{word} Doe",
        from_address=place.app.workspace.mailbox, from_name=place.app.workspace.company,
        subject=f"For {word}", text=f"Hello {word},\n\nkind regards",
    )  # fmt: skip
    run_id = place.app.ids.new(PREFIX["run"])
    one = step(
        Action.SEND_MESSAGE, run=run_id, args={"contact_id": contact_id, "mail": mail},
        requires_approval=True,
    )  # fmt: skip
    plan = place.propose(one, contact_id=contact_id)
    with place.app.units.read() as unit:
        card = unit.approvals.for_step(one.step_id)
        verdicts = unit.runs.verdicts_of(plan.run_id)
    assert card is not None, f"the mail is held, not {verdicts}"
    place.app.inbox.approve(card.approval_id, person_id=admin, shown_hash=card.payload_hash)
    with place.app.units.read() as unit:
        effect = unit.effects.for_step(one.step_id)
    assert effect is not None, "an approved mail has its intent in the ledger"
    return {"plan_id": plan.plan_id, "effect_id": effect.effect_id}


def _administered(
    application: Application, word: str, contact_id: ContactId, admin: PersonId
) -> dict[str, str]:
    """Keep what administrators and clients keep: grants, sources, memos."""
    grant = granting(application).add(
        Wish(
            capability="reply", action=Action.SEND_MESSAGE, level=2,
            segment=f"contact:{contact_id}", days=10, evidence=word, reason=word,
        ),
        person_id=admin,
    )  # fmt: skip
    source, _ = application.outside.administration.add_source(f"Form {word}", by=admin)
    application.memory.put(("notes",), word, {"word": word})
    return {
        "grant_id": grant.grant_id,
        "source_id": source.source_id,
    }


def _kept(
    application: Application, word: str, contact_id: ContactId, maker: PersonId
) -> dict[str, str]:
    """Keep a cron and a key, which are their maker's."""
    cron = application.crons.make(
        NewCron(
            capability="crm_orchestrator", schedule="0 9 * * 1", input={"contact_id": contact_id},
            metadata={"note": word}, made_by=maker,
        )
    )  # fmt: skip
    wish = KeyWish(person_id=maker, name=f"key {word}")
    issued = application.entrance.keys.issue(wish, by=maker)
    return {
        "cron_id": as_uuid(cron.cron_id), "key_id": issued.key.key_id, "person_id": maker
    }  # fmt: skip


def _told(application: Application, word: str, run_id: RunId, admin: PersonId) -> dict[str, str]:
    """Keep what was told outside and what was watched: an endpoint, a delivery, a span."""
    administration = application.outside.administration
    endpoint, _ = administration.add(f"https://hooks.example/{word}", frozenset(), by=admin)
    delivery = Delivery(
        delivery_id=DeliveryId(application.ids.new(PREFIX["delivery"])),
        endpoint_id=endpoint.endpoint_id, event_id=word, kind=next(iter(EventKind)), body=word,
        state=DeliveryState.DEAD, tries=1, due_at=TUESDAY, answer_status=500, reason=word,
        created_at=TUESDAY,
    )  # fmt: skip
    with application.units.write() as unit:
        assert unit.webhooks.add_delivery(delivery)
        unit.commit()
    span = SpanRow(
        span_id=digest({"span": word})[:16], trace_id=digest({"trace": word})[:32], parent_id="",
        remote=False, name="run", run_id=run_id, capability=word, started_at=TUESDAY,
        duration_us=1, fault="", kept_by=Kept.HELD, attributes={"bailiwick.node": word},
    )  # fmt: skip
    application.observation.spans.add((span,))
    return {"endpoint_id": endpoint.endpoint_id, "delivery_id": delivery.delivery_id}


def _enrolled(
    application: Application, word: str, contact_id: ContactId, maker: PersonId
) -> dict[str, str]:
    """Make a campaign with the customer in it, and a filter that selects them."""
    desk = application.campaigns
    made = desk.administration.create(f"Campaign for {contact_id}", by=maker)
    desk.administration.enrol(made.campaign_id, [contact_id], by=maker)
    saved = desk.filtering.put(
        f"Filter for {contact_id}", (condition_of(f"first_name is {word}"),), by=maker
    )
    return {"campaign": made.campaign_id, "filter": saved.filter_id}


def _staffed(application: Application, word: str, admin: PersonId) -> dict[str, str]:
    """Keep a colleague in a team."""
    newcomer = Newcomer(email=f"{word}@staff.example", name=word, role=Role.ADMIN)
    person = add_person(
        application.units, application.ids, newcomer, by=admin, clock=application.clock
    )
    teams = teaming(application)
    team = teams.add(f"Team {word}", by=admin)
    teams.join(team.name, person.person_id, by=admin)
    return {"person_id": person.person_id, "team": team.team_id}
