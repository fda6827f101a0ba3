"""`build(settings, doubles)`: one workspace's application, each part made when first asked for.

A command that lists cards never loads LangGraph or opens a socket, because nothing here is made
before it is used.
"""

import random
import secrets
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick.domain.fault import SettingsFault
from bailiwick.settings import Settings, demand_strict_checkpoints
from bailiwick.store.database import Database
from bailiwick.store.unit import SqlUnit
from bailiwick.store.workspaces import SqlWorkspaces
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.grounds import Grounds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bailiwick.connectors.smtp.writer import SmtpMailWriter
    from bailiwick.domain.crm import Workspace
    from bailiwick.domain.effect import EffectRow
    from bailiwick.domain.receipt import Receipt
    from bailiwick.engine.crons import Crons
    from bailiwick.engine.delivery.aftermath import Aftermath
    from bailiwick.engine.delivery.deliver import Delivered, Delivery
    from bailiwick.engine.delivery.liveness import Holders
    from bailiwick.engine.delivery.settle import Settlement
    from bailiwick.engine.delivery.worker import Worker
    from bailiwick.engine.enact import Enactor
    from bailiwick.engine.inbox.approvals import Inbox
    from bailiwick.engine.mail.intake import MailIntake
    from bailiwick.engine.replay import Replay
    from bailiwick.engine.runner import Runner
    from bailiwick.engine.sweep import Sweep
    from bailiwick.engine.thread.threads import Threads
    from bailiwick.ports.chain import Chain, SealSigner
    from bailiwick.ports.intake_files import FilePlan, ImportOptions, ImportProgress, ImportReport
    from bailiwick.ports.mail_source import MailParser, MailSource
    from bailiwick.ports.mailbox import Mailbox
    from bailiwick.ports.model import Model
    from bailiwick.ports.outbound.crm import CrmWriter
    from bailiwick.ports.outbound.mail import MailWriter
    from bailiwick.ports.unit import Unit
    from bailiwick.wiring.campaigns import Campaigns
    from bailiwick.wiring.identity import Entrance
    from bailiwick.wiring.intelligence import CallLedger
    from bailiwick.wiring.outside import Outside
    from bailiwick.wiring.runs import Runs


def build(settings: Settings, doubles: Doubles | None = None) -> "Application":
    """Open the database and return the application of the workspace that settings name.

    Raises SettingsFault, PortFault, or InputFault when there is no such workspace.
    """
    demand_strict_checkpoints()
    database = Database.open(settings.store.database_url)
    workspace = SqlWorkspaces(database).by_name(settings.store.workspace)
    if workspace is None:
        known = ", ".join(w.name for w in SqlWorkspaces(database).list()) or "none yet"
        message = (
            f"there is no workspace {settings.store.workspace!r} (known: {known}); "
            "run `bailiwick init` to make it or set BAILIWICK_WORKSPACE"
        )
        raise SettingsFault(message)
    return Application(settings, database, workspace, doubles or Doubles())


class Application(Grounds):
    """One workspace, ready to work."""

    def __init__(
        self, settings: Settings, database: Database, workspace: "Workspace", doubles: Doubles
    ) -> None:
        super().__init__(settings, database, workspace, doubles)
        self._open_writer: SmtpMailWriter | None = None

    def close(self) -> None:
        """Let go of everything, the database too."""
        self.release()
        self.database.close()

    def release(self) -> None:
        """Let go of what this workspace opened; the database may serve others."""
        if self._open_writer is not None:
            self._open_writer.close()
        for part in ("_parser", "observation", "runs"):
            if part in self.__dict__:
                self.__dict__[part].close()

    @cached_property
    def enactor(self) -> "Enactor":
        """Carries allowed steps to the ledger and held ones to the inbox."""
        from bailiwick.engine.enact import Enactor

        return Enactor(ids=self.ids, deliver_internal=self._deliver_internal)

    @cached_property
    def runner(self) -> "Runner":
        """Starts runs."""
        from bailiwick.engine.runner import Runner, RunnerParts
        from bailiwick.wiring.calendar import calendar

        return Runner(
            RunnerParts(
                workspace_id=self.workspace.workspace_id,
                units=self.units,
                model=self.model,
                model_calls=self._intelligence[1].take,
                clock=self.clock,
                ids=self.ids,
                court=self.court,
                enactor=self.enactor,
                graphs=self.graphs,
                tracer=self.observation.tracer,
                calendar=self._doubles.calendar
                or calendar(self.settings, lambda: self.outside.egress),
            )
        )

    @cached_property
    def runs(self) -> "Runs":
        """Requests for runs, their carrying out, and waiting for them."""
        from bailiwick.wiring.runs import Means, Runs

        means = Means(
            runner=lambda: self.runner, model=lambda: self.model,
            threads=lambda: self.threads, crons=lambda: self.crons, outside=lambda: self.outside,
        )  # fmt: skip
        return Runs(self, means)

    @cached_property
    def inbox(self) -> "Inbox":
        """Cards and decisions."""
        from bailiwick.engine.inbox.approvals import Inbox

        return Inbox(
            units=self.units,
            clock=self.clock,
            ids=self.ids,
            court=self.court,
            enactor=self.enactor,
            tracer=self.observation.tracer,
        )

    @cached_property
    def threads(self) -> "Threads":
        """Threads: graphs that may wait, over several runs and decisions."""
        if self._doubles.threads is not None:
            return self._doubles.threads
        from bailiwick.wiring.threads import threads

        runner, inbox, runs = self.runner, self.inbox, self.runs
        return threads(self, runner=runner, inbox=inbox, runs=runs, secret=self._secret)

    @cached_property
    def crons(self) -> "Crons":
        """Runs that clients want again and again."""
        from bailiwick.wiring.crons import crons

        return crons(self, lambda: self.threads)

    @cached_property
    def sweep(self) -> "Sweep":
        """Plans for everything that waits."""
        from bailiwick.engine.sweep import Sweep

        units, clock, ids = self.units, self.clock, self.ids
        return Sweep(units=units, runner=self.runner, inbox=self.inbox, clock=clock, ids=ids)

    @cached_property
    def model(self) -> "Model":
        """What answers Asks: an endpoint when one is configured, else the rules."""
        return self._doubles.model or self._intelligence[0]

    @cached_property
    def _intelligence(self) -> "tuple[Model, CallLedger]":
        from bailiwick.wiring.intelligence import CallLedger, model

        ledger = CallLedger(self.units)
        return model(self, sink=ledger, halted=self.model_halted), ledger

    @cached_property
    def mail(self) -> "MailWriter":
        """Sends approved mail. Raises SettingsFault when no server is set."""
        from bailiwick.wiring.post import mail_writer

        if self._doubles.mail is not None:
            return self._doubles.mail
        self._open_writer = mail_writer(
            self.settings.mail, self.workspace, secret=self._secret, clock=self.clock
        )
        return self._open_writer

    @cached_property
    def delivery(self) -> "Delivery":
        """Carries effects out, one at a time."""
        from bailiwick.engine.delivery.aftermath import Reopening
        from bailiwick.engine.delivery.deliver import Delivery, Means
        from bailiwick.wiring.post import LazyMailWriter

        means = Means(
            units=self.units,
            mail=LazyMailWriter(lambda: self.mail),
            crm=_crm_writer,
            judge_now=self._aftermath.judge_now,
            reopen=Reopening(self.court, self.enactor).reopen,
            mourn=self._aftermath.mourn,
            clock=self.clock,
            draw=self._doubles.draw or random.SystemRandom().random,
            applied=self._aftermath.applied,
            later=self.campaigns.pacing.later,
            stopped=self._stopped,
            tracer=self.observation.tracer,
        )
        return Delivery(means, holder=self._holders.mine())

    def worker(self, watch: "Callable[[Delivered], None] | None" = None) -> "Worker":
        """Return a worker. Raises SettingsFault when no mail server is set."""
        from bailiwick.engine.delivery.reaper import Reaper
        from bailiwick.engine.delivery.worker import Worker

        mail = self.mail
        return Worker(
            delivery=self.delivery,
            reaper=Reaper(
                units=self.units,
                holders=self._holders,
                clock=self.clock,
                holder=self._holders.mine(),
            ),
            settlement=self.settlement,
            clock=self.clock,
            hurry=getattr(mail, "hurry", None),
            watch=watch,
        )

    @cached_property
    def settlement(self) -> "Settlement":
        """Settles effects in doubt."""
        from bailiwick.engine.delivery.settle import Settlement
        from bailiwick.wiring.post import LazyMailWriter

        return Settlement(
            units=self.units,
            mail=LazyMailWriter(lambda: self.mail),  # a person's answer needs no mail server
            holders=self._holders,
            clock=self.clock,
            mourn=self._aftermath.mourn,
            holder=self._holders.mine(),
        )

    @cached_property
    def outside(self) -> "Outside":
        """Webhooks out and in, and what outside systems tell."""
        from bailiwick.wiring.outside import Outside

        return Outside(self, self._doubles, self._secret)

    @cached_property
    def _parser(self) -> "MailParser":
        from bailiwick.connectors.mailbox.pool import ParserPool

        return self._doubles.parser or ParserPool()

    @cached_property
    def mail_intake(self) -> "MailIntake":
        """Stores mail that comes in."""
        from bailiwick.wiring.post import mail_intake

        return mail_intake(
            self, self._parser, self.campaigns.timetable,
            secret=self._secret, runner=lambda: self.runner,
        )  # fmt: skip

    def mail_source(self, path: Path) -> "MailSource":
        """Return the mail of a file or folder. Raises InputFault when it holds none."""
        from bailiwick.connectors.mailbox.source import open_mail

        return open_mail(path)

    def import_csv(
        self,
        files: "Sequence[Path]",
        *,
        options: "ImportOptions",
        dry_run: bool = False,
        rejected: Path | None = None,
        progress: "ImportProgress | None" = None,
        confirmed: "Callable[[Sequence[FilePlan]], None] | None" = None,
    ) -> "ImportReport":
        """Import CSV exports. Raises InputFault when a file leaves a question open."""
        from bailiwick.connectors.csv_export.importing import import_csv
        from bailiwick.store.intake import SqlIntake

        self.database.require_current()
        report = import_csv(
            files,
            SqlIntake(self.database, self.workspace.workspace_id, self.ids, self.clock),
            options=options,
            dry_run=dry_run,
            rejected=rejected,
            progress=progress,
            confirmed=confirmed,
        )
        if not dry_run:
            self.mail_intake.adopt()
            self.campaigns.look_again()
        return report

    def mailbox(self) -> "Mailbox":
        """Return the IMAP mailbox. Raises SettingsFault when none is set."""
        from bailiwick.wiring.post import mailbox

        return mailbox(self.settings.mail)

    @cached_property
    def campaigns(self) -> "Campaigns":
        """Campaigns: administered, ticked, settled."""
        from bailiwick.wiring.campaigns import Campaigns, Means

        means = Means(runs=lambda: self.runs, worker=self.worker)
        return Campaigns(self, self._doubles, means)

    @cached_property
    def entrance(self) -> "Entrance":
        """Logins and keys."""
        from bailiwick.wiring.identity import Entrance

        return Entrance(self)

    @cached_property
    def chain(self) -> "Chain":
        """The audit chain as stored."""
        from bailiwick.store.chain import SqlChain

        return SqlChain(self.units, self.workspace.workspace_id)

    @cached_property
    def signer(self) -> "SealSigner":
        """Signs heads of the chain with the key in a file."""
        from bailiwick.observe.seal import FileSealSigner

        return FileSealSigner(Path(self.settings.audit.seal_key_file))

    @cached_property
    def replay(self) -> "Replay":
        """Repeats recorded runs."""
        from bailiwick.engine.replay import Replay
        from bailiwick.wiring.intelligence import recorded

        return Replay(
            workspace_id=self.workspace.workspace_id,
            units=self.units,
            graphs=self.graphs,
            model_of=recorded,
        )

    @cached_property
    def _aftermath(self) -> "Aftermath":
        from bailiwick.engine.delivery.aftermath import Aftermath

        return Aftermath(self.court)

    @cached_property
    def _holders(self) -> "Holders":
        from bailiwick.engine.delivery.liveness import ProcessHolders

        return ProcessHolders(token=secrets.token_hex(4))

    def model_halted(self, capability: str) -> bool:
        """Tell whether a capability may ask no model at this moment. Raises PortFault."""
        if self._stopped():
            return True
        with self.units.read() as unit:
            return bool(unit.authority.halts() & {"*", "model", f"capability:{capability}"})

    def _deliver_internal(self, unit: "Unit", row: "EffectRow", at: "datetime") -> "Receipt":
        # The delivery needs the enactor to reopen cards, so it is looked up when it is used.
        return self.delivery.apply_internal(unit, row, at)


def _crm_writer(unit: "Unit") -> "CrmWriter":
    from bailiwick.store.writer import SqlCrmWriter

    assert isinstance(unit, SqlUnit), "one store at a time"
    return SqlCrmWriter(unit)
