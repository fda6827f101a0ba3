"""One transaction in one workspace, with every repository on it."""

from collections.abc import Generator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace

from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.reach import Sight
from bailiwick.kit.clock import SystemClock
from bailiwick.ports.campaigns import Campaigns, Touches
from bailiwick.ports.checkpoints import Checkpoints
from bailiwick.ports.clock import Clock
from bailiwick.ports.consents import Consents
from bailiwick.ports.crm import CrmReader
from bailiwick.ports.crons import Crons
from bailiwick.ports.filters import Audience, Filters
from bailiwick.ports.followups import Followups
from bailiwick.ports.funnels import Funnels
from bailiwick.ports.guards import Guards
from bailiwick.ports.identity import Identity, Teams
from bailiwick.ports.ids import Ids
from bailiwick.ports.kept_answers import KeptRows
from bailiwick.ports.lists import Lists
from bailiwick.ports.memos import Memos
from bailiwick.ports.model_calls import ModelCalls
from bailiwick.ports.opt_outs import OptOuts, Topics
from bailiwick.ports.queue import Jobs
from bailiwick.ports.reports import Reports
from bailiwick.ports.schedules import Schedules
from bailiwick.ports.sends import Sends
from bailiwick.ports.sent_mail import SentMail
from bailiwick.ports.spending import DaySpending
from bailiwick.ports.threads import Threads
from bailiwick.ports.unit import (
    Approvals,
    Authority,
    Effects,
    Plans,
    Records,
    Runs,
)
from bailiwick.ports.webhooks import Inbound, Webhooks
from bailiwick.store.database import Database
from bailiwick.store.queue.jobs import SqlJobs
from bailiwick.store.queue.parts import QueueParts
from bailiwick.store.queue.schedules import SqlSchedules
from bailiwick.store.reach import Reached
from bailiwick.store.repositories.approvals import SqlApprovals
from bailiwick.store.repositories.audience import SqlAudience
from bailiwick.store.repositories.authority import SqlAuthority
from bailiwick.store.repositories.campaigns import SqlCampaigns
from bailiwick.store.repositories.checkpoints import SqlCheckpoints
from bailiwick.store.repositories.claim import SqlEffects
from bailiwick.store.repositories.consents import SqlConsents
from bailiwick.store.repositories.crm import SqlCrmReader
from bailiwick.store.repositories.crons import SqlCrons
from bailiwick.store.repositories.day_spending import SqlDaySpending
from bailiwick.store.repositories.filters import SqlFilters
from bailiwick.store.repositories.followups import SqlFollowups
from bailiwick.store.repositories.funnels import SqlFunnels
from bailiwick.store.repositories.guards import SqlGuards
from bailiwick.store.repositories.identity import SqlIdentity
from bailiwick.store.repositories.inbound import SqlInbound
from bailiwick.store.repositories.kept_answers import SqlKeptRows
from bailiwick.store.repositories.lists import SqlLists
from bailiwick.store.repositories.memos import SqlMemos
from bailiwick.store.repositories.model_calls import SqlModelCalls
from bailiwick.store.repositories.plans import SqlPlans
from bailiwick.store.repositories.records import SqlRecords
from bailiwick.store.repositories.reports import SqlReports
from bailiwick.store.repositories.runs import SqlRuns
from bailiwick.store.repositories.seals import SqlSeals
from bailiwick.store.repositories.sends import SqlSends
from bailiwick.store.repositories.teams import SqlTeams
from bailiwick.store.repositories.threads import SqlThreads
from bailiwick.store.repositories.topics import SqlTopics
from bailiwick.store.repositories.touches import SqlTouches
from bailiwick.store.repositories.webhooks import SqlWebhooks
from bailiwick.store.scope import Scope
from bailiwick.store.scopes import Scopes
from bailiwick.store.sent_mail import SqlSentMail
from bailiwick.store.suppression import SqlOptOuts
from bailiwick.store.workspaces import SqlWorkspaces


class UnableToFindWorkspace(InputFault):
    """There is no workspace with this id."""


class SqlUnit:
    """A transaction. Leaving its context without `commit` rolls back."""

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

    def __init__(self, scope: Scope, delivery: QueueParts) -> None:
        self.scope = scope
        records = SqlRecords(scope)
        self.ledger = SqlEffects(scope, records)
        self.plans = SqlPlans(scope)
        self.approvals = SqlApprovals(scope)
        self.effects = self.ledger
        self.records = records
        self.chain = records
        self.runs = SqlRuns(scope)
        self.authority = SqlAuthority(scope)
        self.guards = SqlGuards(scope)
        self.spending = SqlDaySpending(scope)
        self.sent = SqlSentMail(scope)
        self.model_calls = SqlModelCalls(scope)
        self.crm = SqlCrmReader(scope)
        self.webhooks = SqlWebhooks(scope)
        self.inbound = SqlInbound(scope)
        self.lists = SqlLists(scope)
        self.kept = SqlKeptRows(scope)
        self.identity = SqlIdentity(scope)
        self.teams = SqlTeams(scope)
        self.opt_outs = SqlOptOuts(scope, self.ledger)
        self.topics = SqlTopics(scope)
        self.consents = SqlConsents(scope)
        self.reports = SqlReports(scope)
        self.campaigns = SqlCampaigns(scope)
        self.filters = SqlFilters(scope)
        self.audience = SqlAudience(scope)
        self.followups = SqlFollowups(scope)
        self.funnels = SqlFunnels(scope)
        self.touches = SqlTouches(scope)
        self.sends = SqlSends(scope)
        self.seals = SqlSeals(scope)
        self.threads = SqlThreads(scope)
        self.memos = SqlMemos(scope)
        self.crons = SqlCrons(scope)
        self.queue = SqlJobs(scope, delivery)
        self.jobs = self.queue
        self.schedules = SqlSchedules(scope)
        self.checkpoints = SqlCheckpoints(scope)

    def commit(self) -> None:
        """Make everything durable: after this returns, a power cut keeps it."""
        self.scope.flush()
        self.queue.before_commit()
        self.scope.connection.commit()
        self.scope.seen.forget_all()
        self.queue.after_commit()


class SqlUnits:
    """Opens units in one workspace."""

    def __init__(
        self,
        database: Database,
        workspace_id: WorkspaceId,
        ids: Ids,
        clock: Clock | None = None,
    ) -> None:
        if SqlWorkspaces(database).get(workspace_id) is None:
            message = f"there is no workspace {workspace_id!r}; run `bailiwick init` to make one"
            raise UnableToFindWorkspace(message)
        self.scopes = Scopes(database, workspace_id, ids, clock or SystemClock())
        self._delivery = QueueParts(database)

    @contextmanager
    def read(self) -> Generator[SqlUnit]:
        """Open a unit for reading one consistent state."""
        with self.scopes.reading() as scope:
            yield SqlUnit(scope, self._delivery)

    @contextmanager
    def write(self, *, records: bool = True) -> Generator[SqlUnit]:
        """Open a unit for writing; with `records` it waits for the writer before it.

        Nearly every unit appends to the chain, whose lock then makes others wait. Taken first, it
        comes before every row, so no two units can wait for each other in a ring.
        """
        with self.scopes.database.writing() as connection:
            unit = SqlUnit(self.scopes.over(connection, writes=True), self._delivery)
            if records:
                unit.chain.take_turn()
            yield unit

    def seen_by(self, sight: Sight) -> "SqlUnits":
        """Return what opens units in which nothing out of a caller's sight is there."""
        seen = copy(self)
        seen.scopes = replace(self.scopes, within=Reached(sight))
        return seen
