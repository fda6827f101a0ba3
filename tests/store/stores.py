"""A store with one workspace, and the rows that tests put into it."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bailiwick.domain.action import Action
from bailiwick.domain.approval import Approval, ApprovalStatus, Needs
from bailiwick.domain.crm import Contact, Role, Workspace
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.ids import (
    ApprovalId,
    ContactId,
    EffectId,
    PlanId,
    RunId,
    StepId,
    ThreadId,
    WorkspaceId,
    step_id,
)
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.message import Attachment, Direction, Parse, ParsedMail
from bailiwick.domain.outbound import OutboundMail, Purpose
from bailiwick.domain.plan import Plan, PlanStatus, Step, StepStatus, payload_hash
from bailiwick.domain.provenance import Provenance, Source
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.run import RunRow
from bailiwick.kit.clock import FixedClock
from bailiwick.kit.hashing import Canonical, digest, digest_bytes
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.ports.mail_archive import Arrival
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.database import Database
from bailiwick.store.unit import SqlUnit, SqlUnits
from bailiwick.store.workspaces import SqlWorkspaces

NOW: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Store:
    """An open database and one workspace in it."""

    database: Database
    units: SqlUnits
    ids: TimeSortedIds
    clock: FixedClock
    workspace_id: WorkspaceId

    def second_workspace(self) -> "Store":
        """Make another workspace in the same database."""
        return _with_workspace(self.database, self.ids, self.clock)


@contextmanager
def open_store(url: str) -> Generator[Store]:
    """Open a migrated database and make a workspace in it."""
    database = Database.open(url)
    clock = FixedClock(NOW)
    yield _with_workspace(database, TimeSortedIds(clock.now), clock)
    database.close()


def _with_workspace(database: Database, ids: TimeSortedIds, clock: FixedClock) -> Store:
    workspace_id = WorkspaceId(ids.new("wsp"))
    SqlWorkspaces(database, clock).create(
        Workspace(
            workspace_id=workspace_id,
            name=f"Workspace {workspace_id}",
            mailbox="sales@ours.example",
            company="Ours",
        )
    )
    return Store(database, SqlUnits(database, workspace_id, ids, clock), ids, clock, workspace_id)


def add_contact(unit: SqlUnit, ids: TimeSortedIds, address: str, **changes: str) -> Contact:
    """Store a contact with one address."""
    contact = Contact(
        contact_id=ContactId(ids.new("con")),
        first_name=changes.get("first_name", "Ada"),
        last_name=changes.get("last_name", "Byron"),
        addresses=(address,),
    )
    CrmRows(unit).add_contact(contact)
    return contact


def a_run(ids: TimeSortedIds, *, contact_id: ContactId | None = None) -> RunRow:
    """Return a run that has just started."""
    return RunRow(
        run_id=RunId(ids.new("run")),
        capability="reply",
        capability_version="1",
        signal_id=None,
        parent_run_id=None,
        contact_id=contact_id,
        depth=0,
        status="running",
        reason="",
        inputs={"now": 1},
        outcome=None,
        started_at=NOW,
        finished_at=None,
        requested_at=NOW,
    )


def a_step(run_id: RunId, ordinal: int = 1) -> Step:
    """Return a step that creates a task."""
    return Step(
        step_id=step_id(run_id, ordinal),
        action=Action.CREATE_TASK,
        args={"contact_id": "con_1", "title": f"Call number {ordinal}"},
        provenance=Provenance(
            confidence_permille=900,
            reason="They asked for a call",
            source=Source.RULE,
            evidence=("message:msg_1#0-4",),
        ),
        tainted=frozenset({"title"}),
        raw_confidence_permille=950,
    )


def a_plan(store: Store, unit: SqlUnit, *steps: Step, run: RunRow | None = None) -> Plan:
    """Store a run with a plan of these steps, or of one."""
    run = run or a_run(store.ids)
    unit.runs.start(run)
    plan = Plan(
        plan_id=PlanId(store.ids.new("pln")),
        workspace_id=store.workspace_id,
        run_id=run.run_id,
        capability="reply",
        contact_id=run.contact_id,
        objective="Answer",
        steps=steps or (a_step(run.run_id),),
        planner="rules",
        prompt_version="",
        facts_hash=digest({}),
        created_at=NOW,
    )
    unit.plans.add(
        plan, PlanStatus.PLANNED, {step.step_id: StepStatus.PROPOSED for step in plan.steps}
    )
    return plan


def an_approval(store: Store, plan: Plan) -> Approval:
    """Return a card for the first step of a plan."""
    step = plan.steps[0]
    return Approval(
        approval_id=ApprovalId(store.ids.new("apr")),
        plan_id=plan.plan_id,
        run_id=plan.run_id,
        step_id=step.step_id,
        capability=plan.capability,
        action=step.action,
        args=step.args,
        payload_hash=step.payload_hash,
        contact_id=plan.contact_id,
        rules=("autonomy",),
        reasons=("A person decides",),
        needs=Needs(role=Role.APPROVER, persons_count=2),
        status=ApprovalStatus.PENDING,
        confidence_permille=900,
        evidence=("message:msg_1",),
        requested_by="reply",
        created_at=NOW,
        expires_at=NOW + timedelta(hours=72),
    )


def a_mail_effect(
    store: Store, unit: SqlUnit, contact: Contact, *, purpose: str = "service", **changes: bool
) -> EffectRow:
    """Store a due effect that sends a mail to a contact, with its run and plan."""
    run = a_run(store.ids, contact_id=contact.contact_id)
    args: dict[str, Canonical] = {
        "contact_id": contact.contact_id,
        "mail": OutboundMail(
            to_address=contact.address,
            to_name=contact.name,
            from_address="us@ours.example",
            from_name="Us",
            subject="Re: hello",
            text='He wrote "purpose":"marketing" and "automatic":true',
            purpose=Purpose(purpose),
            language="en",
            in_reply_to="<m1@theirs.example>",
            automatic=changes.get("automatic", False),
        ).to_args(),
    }
    step = replace(a_step(run.run_id), action=Action.SEND_MESSAGE, args=args)
    plan = a_plan(store, unit, step, run=run)
    row = an_effect(store, plan.plan_id, step, contact)
    approval_id = ApprovalId("apr_given") if changes.get("approved", True) else None
    return unit.effects.add(replace(row, approval_id=approval_id))


def an_effect(store: Store, plan_id: PlanId, step: Step, contact: Contact | None) -> EffectRow:
    """Return a due effect of a step."""
    return EffectRow(
        effect_id=EffectId(store.ids.new("eff")),
        plan_id=plan_id,
        run_id=RunId(step.step_id.partition(".")[0]),
        step_id=StepId(step.step_id),
        capability="reply",
        action=step.action,
        args=step.args,
        payload_hash=payload_hash(step.action, step.args),
        effect_key=digest({"step": step.step_id, "args": step.args}),
        approval_id=None,
        contact_id=None if contact is None else contact.contact_id,
        address_hash="" if contact is None else address_hash(contact.address),
        state=EffectState.READY,
        due_at=NOW,
    )


def a_mail(
    name: str,
    *,
    contact_id: ContactId | None = None,
    direction: Direction = Direction.INBOUND,
    thread_id: ThreadId | None = None,
    at: datetime = NOW,
    automatic: bool = False,
) -> Arrival:
    """Return a mail whose Message-ID is `<name@theirs.example>`."""
    raw = f"Message-ID: <{name}@theirs.example>\r\n\r\nHello".encode()
    return Arrival(
        raw=raw,
        mail=ParsedMail(
            raw_sha256=digest_bytes(raw),
            parse=Parse.DEFECTIVE,
            defects=("no date",),
            rfc_message_id=f"<{name}@theirs.example>",
            from_address="a@theirs.example",
            to=("sales@ours.example",),
            subject=f"Re: About {name}",
            sent_at=at,
            text="Hello",
            own_text="Hello",
            attachments=(
                Attachment(name="a.pdf", content_type="application/pdf", size_bytes=3, sha256="s"),
            ),
            headers=(("Precedence", "bulk"),),
            automatic=automatic,
        ),
        reading=None,
        direction=direction,
        contact_id=contact_id,
        thread_id=thread_id,
        received_at=at,
        folder="INBOX",
        external_id="uid:1/1",
    )
