"""One transaction in one workspace, and what can be read and written within it.

The engine opens a unit, uses the repositories that hang on it and commits at the edge. Nobody
passes a workspace: a unit is opened for one. Capabilities may not import this port: it can write.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bailiwick.domain.action import Action
from bailiwick.domain.approval import Approval, ApprovalStatus
from bailiwick.domain.autonomy import Grant
from bailiwick.domain.crm import Person, Workspace
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.ids import (
    ApprovalId,
    ContactId,
    EffectId,
    PersonId,
    PlanId,
    RunId,
    SignalId,
    StepId,
)
from bailiwick.domain.plan import Plan, PlanStatus, Step, StepStatus
from bailiwick.domain.receipt import EffectState, Receipt
from bailiwick.domain.record import Record, RecordKind
from bailiwick.domain.run import RunRow, VerdictRow
from bailiwick.domain.signal import Signal
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.paging import Page
from bailiwick.ports.campaigns import Campaigns, Touches
from bailiwick.ports.checkpoints import Checkpoints
from bailiwick.ports.consents import Consents
from bailiwick.ports.crm import CrmReader
from bailiwick.ports.crons import Crons
from bailiwick.ports.filters import Audience, Filters
from bailiwick.ports.followups import Followups
from bailiwick.ports.funnels import Funnels
from bailiwick.ports.guards import Guards
from bailiwick.ports.identity import Identity, Teams
from bailiwick.ports.kept_answers import KeptRows
from bailiwick.ports.lists import Lists
from bailiwick.ports.memos import Memos
from bailiwick.ports.model_calls import ModelCalls
from bailiwick.ports.opt_outs import OptOuts, Topics
from bailiwick.ports.queue import Jobs
from bailiwick.ports.queued_runs import QueuedRuns
from bailiwick.ports.reports import Reports
from bailiwick.ports.schedules import Schedules
from bailiwick.ports.sends import Sends
from bailiwick.ports.sent_mail import SentMail
from bailiwick.ports.spending import DaySpending
from bailiwick.ports.threads import Threads
from bailiwick.ports.webhooks import Inbound, Webhooks


class Plans(Protocol):
    """Plans and their steps."""

    def add(self, plan: Plan, status: PlanStatus, steps: Mapping[StepId, StepStatus]) -> None:
        """Store a plan with the status of each step; the same plan again changes nothing."""
        ...

    def get(self, plan_id: PlanId) -> tuple[Plan, PlanStatus, Mapping[StepId, StepStatus]] | None:
        """Return a plan as stored."""
        ...

    def set_status(self, plan_id: PlanId, status: PlanStatus) -> None:
        """Move a plan on."""
        ...

    def set_step(self, step_id: StepId, status: StepStatus, *, reason: str = "") -> None:
        """Move a step on."""
        ...

    def replace_step(self, plan_id: PlanId, step: Step) -> None:
        """Store a person's edit of a step under the same step id and raise the plan's version."""
        ...


class Approvals(Protocol):
    """Cards that wait for a person."""

    def add(self, approval: Approval) -> None:
        """Store a card."""
        ...

    def get(self, approval_id: ApprovalId) -> Approval | None:
        """Return a card."""
        ...

    def for_step(self, step_id: StepId) -> Approval | None:
        """Return the latest card of a step."""
        ...

    def pending_for(self, contact_id: ContactId, action: Action) -> Sequence[Approval]:
        """Return the cards of one action that wait for one contact, oldest first."""
        ...

    def pending_of(self, run_ids: Sequence[RunId]) -> Sequence[Approval]:
        """Return the cards that wait for the plans of these runs, oldest first."""
        ...

    def list(
        self, *, status: ApprovalStatus | None, cursor: str | None, size: int
    ) -> Page[Approval]:
        """Return cards, oldest first."""
        ...

    def save(self, approval: Approval, *, row_version: int) -> bool:
        """Replace a card if its version is still `row_version`; False when somebody was faster."""
        ...

    def expired(self, *, at: datetime, count_max: int) -> Sequence[Approval]:
        """Return pending cards whose time is over."""
        ...


class Effects(Protocol):
    """The effect ledger."""

    def add(self, row: EffectRow) -> EffectRow:
        """Store an intent.

        Returns the row that stands: the old one when the same effect key is there already. Raises
        IntegrityFault when the step has another effect.
        """
        ...

    def get(self, effect_id: EffectId) -> EffectRow | None:
        """Return a row."""
        ...

    def for_step(self, step_id: StepId) -> EffectRow | None:
        """Return the row of a step."""
        ...

    def of_run(self, run_id: RunId, *, contact_id: ContactId) -> Sequence[EffectRow]:
        """Return the rows of a run about a contact."""
        ...

    def claim(self, *, holder: str, at: datetime, lease_seconds: int) -> EffectRow | None:
        """Lease the next due ready row whose contact has no other row being sent.

        Attempt and fence rise by one in the same statement.
        """
        ...

    def settle(
        self,
        row: EffectRow,
        state: EffectState,
        *,
        receipt: Receipt | None,
        reason: str,
        due_at: datetime | None,
    ) -> bool:
        """Move a row on if its state and fence are unchanged; False means the lease was lost."""
        ...

    def release(
        self, effect_id: EffectId, *, approval_id: ApprovalId | None, due_at: datetime
    ) -> bool:
        """Give a ready row that waits without a due time its approval and time; else False."""
        ...

    def reword(self, effect_id: EffectId, row: EffectRow) -> bool:
        """Give a ready row that waits without a due time, so was not sent, another's payload."""
        ...

    def overdue(self, *, at: datetime, count_max: int) -> Sequence[EffectRow]:
        """Return rows being sent whose lease is over."""
        ...

    def in_state(self, state: EffectState, *, cursor: str | None, size: int) -> Page[EffectRow]:
        """Return rows of a state, oldest first."""
        ...

    def due_count(self, *, at: datetime) -> int:
        """Count ready rows that are due."""
        ...


class Records(Protocol):
    """The audit chain."""

    def append(
        self,
        kind: RecordKind,
        *,
        subject: str,
        payload: Mapping[str, Canonical],
        at: datetime,
        run_id: RunId | None = None,
        contact_id: ContactId | None = None,
    ) -> Record:
        """Add one record at the head of the chain, in this transaction."""
        ...

    def of_run(self, run_id: RunId) -> Sequence[Record]:
        """Return the records of a run, in order."""
        ...

    def about(self, subject: str) -> Sequence[Record]:
        """Return the records about one id, in order."""
        ...

    def since(self, seq: int, *, size: int) -> Sequence[Record]:
        """Return records after a sequence number, in order."""
        ...

    def head(self) -> tuple[int, str]:
        """Return the last sequence number and hash; (0, zeros) when empty."""
        ...


class Runs(QueuedRuns, Protocol):
    """Runs, signals and verdicts."""

    def start(self, run: RunRow) -> bool:
        """Store a run; False when it is there already."""
        ...

    def finish(
        self, run_id: RunId, *, status: str, reason: str, outcome: Canonical, at: datetime
    ) -> None:
        """Close a run."""
        ...

    def get(self, run_id: RunId) -> RunRow | None:
        """Return a run."""
        ...

    def traceparent(self, run_id: RunId) -> str:
        """Return the place of a run in its trace; empty when there is none."""
        ...

    def children(self, run_id: RunId) -> Sequence[RunRow]:
        """Return the runs that a run started."""
        ...

    def add_verdict(self, verdict: VerdictRow) -> None:
        """Store one judgement."""
        ...

    def verdicts_of(self, run_id: RunId) -> Sequence[VerdictRow]:
        """Return the judgements of a run, in the order in which they were made."""
        ...

    def list(
        self,
        *,
        status: str | None,
        contact_id: ContactId | None,
        cursor: str | None,
        size: int,
        thread_id: str | None = None,
    ) -> Page[RunRow]:
        """Return runs, newest first, without their inputs."""
        ...

    def verdicts_since(self, at: datetime, *, cursor: str | None, size: int) -> Page[VerdictRow]:
        """Return judgements from an instant on, oldest first."""
        ...

    def add_signal(self, signal: Signal) -> bool:
        """Store a signal; False when its dedupe key is known."""
        ...

    def open_signals(self, *, count_max: int) -> Sequence[Signal]:
        """Return signals that nobody has handled, oldest first."""
        ...

    def close_signal(self, signal_id: SignalId, *, at: datetime) -> bool:
        """Mark an open signal handled; False when somebody handled it before."""
        ...

    def due_contacts(self, *, at: datetime, count_max: int) -> Sequence[ContactId]:
        """Select, as one set, contacts whose `due_at` has come; suppressed ones left out."""
        ...

    def set_due(self, contact_id: ContactId, due_at: datetime | None) -> None:
        """Say when the next sweep should look at a contact."""
        ...


class Authority(Protocol):
    """Grants, halts and people: who may do what, and what is stopped."""

    def add_grant(self, grant: Grant) -> None:
        """Store a grant."""
        ...

    def revoke_grant(self, grant_id: str, *, at: datetime) -> bool:
        """End a grant; False when there is none."""
        ...

    def grants(
        self, *, capability: str | None = None, action: Action | None = None
    ) -> Sequence[Grant]:
        """Return grants that were not revoked, expired ones too."""
        ...

    def halt(self, scope: str, *, reason: str, by: str, at: datetime) -> None:
        """Stop a scope: `*`, `model`, `purpose:marketing`, `capability:<name>`, `action:<name>`."""
        ...

    def resume(self, scope: str, *, at: datetime) -> bool:
        """Lift a stop; False when there is none."""
        ...

    def halts(self) -> frozenset[str]:
        """Return the scopes that are stopped."""
        ...

    def lifted_at(self, scope: str) -> datetime | None:
        """Return when a scope was last resumed; None when it never was."""
        ...

    def person(self, person_id: PersonId) -> Person | None:
        """Return a person."""
        ...

    def person_by_email(self, email: str) -> Person | None:
        """Return the person with this address."""
        ...

    def add_person(self, person: Person) -> None:
        """Store a person."""
        ...

    def people(self) -> Sequence[Person]:
        """Return all people of the workspace."""
        ...

    def correct_workspace(self, workspace: Workspace) -> None:
        """Store what the workspace says of itself: company, postal address and time zone."""
        ...


class Unit(Protocol):
    """One transaction. Leaving the context without `commit` rolls back."""

    plans: Plans
    approvals: Approvals
    effects: Effects
    records: Records
    runs: Runs
    authority: Authority
    guards: Guards
    spending: DaySpending
    sent: SentMail
    model_calls: ModelCalls
    crm: CrmReader
    threads: Threads
    jobs: Jobs
    memos: Memos
    crons: Crons
    schedules: Schedules
    checkpoints: Checkpoints
    webhooks: Webhooks
    inbound: Inbound
    lists: Lists
    kept: KeptRows
    identity: Identity
    teams: Teams
    opt_outs: OptOuts
    topics: Topics
    consents: Consents
    reports: Reports
    campaigns: Campaigns
    filters: Filters
    audience: Audience
    followups: Followups
    funnels: Funnels
    touches: Touches
    sends: Sends

    def commit(self) -> None:
        """Make everything durable: after this returns, a power cut keeps it."""
        ...


class Units(Protocol):
    """Opens units in one workspace."""

    def read(self) -> AbstractContextManager[Unit]:
        """Open a unit for reading one consistent state."""
        ...

    def write(self, *, records: bool = True) -> AbstractContextManager[Unit]:
        """Open a unit for writing; on SQLite it waits for the one writer.

        With `records` it waits for the audit chain's turn first; say False when it appends nothing.
        """
        ...
