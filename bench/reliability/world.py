"""A real database with mail that waits, judged by the real law; for the benches and the tests.

Only standing is simplified: a clear case with the suppression and halts of the database, so that
thousands of mails need no imported customers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bailiwick.domain.action import Action
from bailiwick.domain.crm import Person, Role, Workspace
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.ids import (
    ContactId,
    EffectId,
    PersonId,
    PlanId,
    RunId,
    WorkspaceId,
    step_id,
)
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.outbound import OutboundMail, Purpose
from bailiwick.domain.plan import Plan, PlanStatus, Step, StepStatus, effect_key
from bailiwick.domain.provenance import Provenance, Source
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.run import RunRow
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.policy import rulebook, specimen
from bailiwick.policy.judge import judge
from bailiwick.policy.rulebook import Rulebook
from bailiwick.policy.standing import Standing
from bailiwick.policy.verdict import Verdict
from bailiwick.ports.clock import Clock
from bailiwick.ports.unit import Unit
from bailiwick.store.database import Database
from bailiwick.store.unit import SqlUnits
from bailiwick.store.workspaces import SqlWorkspaces

WORKSPACE = WorkspaceId("wsp_world")
APPROVER = PersonId("per_approver")
VIEWER = PersonId("per_viewer")
DOMAIN = "bailiwick.example"


@dataclass(frozen=True, slots=True)
class World:
    """One open database with one workspace."""

    database: Database
    units: SqlUnits
    clock: Clock
    ids: TimeSortedIds

    def queue(self, count: int) -> list[EffectRow]:
        """Queue mails to as many different contacts, in one transaction."""
        with self.units.write() as unit:
            rows = [
                _queued(unit, self, Action.SEND_MESSAGE, mail_args(self.ids.new("con")))
                for _ in range(count)
            ]
            unit.commit()
        return rows

    def queue_action(self, action: Action, args: dict[str, Canonical]) -> EffectRow:
        """Queue one effect of any kind."""
        with self.units.write() as unit:
            row = _queued(unit, self, action, args)
            unit.commit()
        return row

    def row(self, effect_id: EffectId) -> EffectRow:
        """Return a row as it is now."""
        with self.units.read() as unit:
            row = unit.effects.get(effect_id)
        assert row is not None, "rows are kept"
        return row

    def count(self, *states: EffectState) -> int:
        """Count rows in some states."""
        return sum(self._count(state) for state in states)

    def _count(self, state: EffectState) -> int:
        found, cursor = 0, None
        with self.units.read() as unit:
            while True:
                page = unit.effects.in_state(state, cursor=cursor, size=500)
                found, cursor = found + len(page.items), page.next_cursor
                if cursor is None:
                    return found

    def step_status(self, row: EffectRow) -> StepStatus:
        """Return where the step of a row stands."""
        with self.units.read() as unit:
            stored = unit.plans.get(row.plan_id)
        assert stored is not None, "plans are kept"
        return stored[2][row.step_id]

    def findings(self, row: EffectRow) -> Sequence[str]:
        """Return, in order, the kinds of records about a row."""
        with self.units.read() as unit:
            return [record.kind.value for record in unit.records.about(row.effect_id)]

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


class Law:
    """The real rulebook on a standing read from the ledger."""

    def __init__(self, law: Rulebook | None = None) -> None:
        self.law = law or rulebook.load()
        self.facts: dict[str, object] = {}
        """Facts that depart from the clear case."""
        self.refused: set[EffectId] = set()
        """Effects whose contact has opted out."""
        self.calls_count = 0

    def __call__(self, unit: Unit, row: EffectRow, at: datetime) -> tuple[Verdict, Standing]:
        """Judge a row as it stands now."""
        del at
        self.calls_count += 1
        halts = unit.authority.halts()
        facts = {
            "suppressed": row.effect_id in self.refused
            or (bool(row.address_hash) and unit.guards.suppressed(row.address_hash)),
            "halted": bool(halts & {"*", f"action:{row.action.value}"}),
            **self.facts,
        }
        clear = specimen.clear_standing(row.action)
        standing = replace(clear, **facts)  # pyright: ignore[reportArgumentType] - a test names the facts it changes
        return judge(self.law, specimen.asked(row.action, standing)), standing


def open_world(url: str, *, clock: Clock | None = None) -> World:
    """Open a database; make schema, workspace and people if they are not there."""
    ticking = clock or SystemClock()
    database = Database.open(url)
    database.migrate()
    workspaces = SqlWorkspaces(database, ticking)
    ids = TimeSortedIds(ticking.now)
    new = workspaces.get(WORKSPACE) is None
    if new:
        workspaces.create(
            Workspace(
                workspace_id=WORKSPACE,
                name="world",
                mailbox=f"sales@{DOMAIN}",
                company="Bailiwick",
            )
        )
    units = SqlUnits(database, WORKSPACE, ids, ticking)
    if new:
        with units.write() as unit:
            for person_id, role in ((APPROVER, Role.APPROVER), (VIEWER, Role.VIEWER)):
                address = f"{role.value}@{DOMAIN}"
                unit.authority.add_person(
                    Person(person_id=person_id, name=role.value, email=address, role=role)
                )
            unit.commit()
    return World(database=database, units=units, clock=ticking, ids=ids)


def mail_args(contact_id: str, *, to_address: str = "") -> dict[str, Canonical]:
    """Return the arguments of a mail to a made-up contact."""
    mail = OutboundMail(
        to_address=to_address or f"{contact_id}@customer.example",
        to_name="",
        from_address=f"sales@{DOMAIN}",
        from_name="Sales",
        subject="Your question",
        text=f"Hello,\n\nthis is the answer to {contact_id}.\n",
        purpose=Purpose.SERVICE,
        language="en",
    )
    return {"contact_id": contact_id, "mail": mail.to_args()}


def _queued(unit: Unit, world: World, action: Action, args: dict[str, Canonical]) -> EffectRow:
    """Store a run, its one-step plan and the intent, as dispatch does."""
    at = world.clock.now()
    run_id, plan_id = RunId(world.ids.new("run")), PlanId(world.ids.new("pln"))
    contact = args.get("contact_id")
    contact_id = ContactId(contact) if isinstance(contact, str) else None
    step = Step(
        step_id=step_id(run_id, 0),
        action=action,
        args=args,
        provenance=Provenance(confidence_permille=900, reason="queued", source=Source.RULE),
    )
    unit.runs.start(_run(run_id, contact_id, at))
    plan = Plan(
        plan_id=plan_id,
        workspace_id=WORKSPACE,
        run_id=run_id,
        capability="specimen",
        contact_id=contact_id,
        objective="send",
        steps=(step,),
        planner="rules",
        prompt_version="",
        facts_hash="",
        created_at=at,
    )
    unit.plans.add(plan, PlanStatus.RUNNING, {step.step_id: StepStatus.QUEUED})
    mail = args.get("mail")
    address = mail["to_address"] if isinstance(mail, Mapping) else None
    return unit.effects.add(
        EffectRow(
            effect_id=EffectId(world.ids.new("eff")),
            plan_id=plan_id,
            run_id=run_id,
            step_id=step.step_id,
            capability="specimen",
            action=action,
            args=args,
            payload_hash=step.payload_hash,
            effect_key=effect_key(WORKSPACE, step, run_id),
            approval_id=None,
            contact_id=contact_id,
            address_hash=address_hash(address) if isinstance(address, str) else "",
            state=EffectState.READY,
            due_at=at,
            created_at=at,
        )
    )


def _run(run_id: RunId, contact_id: ContactId | None, at: datetime) -> RunRow:
    return RunRow(
        run_id=run_id,
        capability="specimen",
        capability_version="1",
        signal_id=None,
        parent_run_id=None,
        contact_id=contact_id,
        depth=0,
        status="running",
        reason="",
        inputs={},
        outcome=None,
        started_at=at,
        finished_at=None,
    )
