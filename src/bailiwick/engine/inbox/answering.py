"""What people answer when an agent asked them: a doubt is settled, a task is done.

Both leave a record with the person's reason; without an answer the contact stays untouched, so
there is always one way out of a doubt in each direction.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.domain.action import Action
from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import ContactId, PersonId, PlanId, RunId, WorkspaceId, step_id
from bailiwick.domain.plan import Plan, PlanStatus, Step, StepStatus
from bailiwick.domain.provenance import Provenance, Source, Trust
from bailiwick.domain.record import RecordKind
from bailiwick.domain.run import RunRow
from bailiwick.engine.enact import Enactor
from bailiwick.engine.law.court import Court, status_of, write_ruling
from bailiwick.engine.people.roles import require_role
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Unit, Units

REASON_LENGTH_MAX: Final = 2_000  # ours: a reason is read by people
WHAT: Final = "answer this"
_CAPABILITY: Final = "crm_orchestrator"  # declares suppression, and asked the question


class UnableToAnswer(InputFault):
    """The answer cannot be taken; the message says why and what would work."""


class DoubtAnswer(StrEnum):
    """What a person says about mail that may ask us to stop."""

    STOP = "stop"
    """It asks to stop: the contact is suppressed."""
    GO_ON = "go_on"
    """It does not: mail to the contact is judged as any other again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringParts:
    """What answers are carried out with."""

    workspace_id: WorkspaceId
    units: Units
    clock: Clock
    ids: Ids
    court: Court
    enactor: Enactor


class Answering:
    """Takes people's answers in one workspace."""

    def __init__(self, parts: AnsweringParts) -> None:
        self._parts = parts

    def settle_doubt(
        self, contact_id: ContactId, answer: DoubtAnswer, *, person_id: PersonId, reason: str
    ) -> None:
        """Say whether a contact asked to stop. Raises UnableToAnswer.

        Going on takes an approver, since mail may leave again; stopping takes a rep.
        """
        _require_reason(reason)
        with self._parts.units.write() as unit:
            at = self._parts.clock.now()
            role = Role.APPROVER if answer is DoubtAnswer.GO_ON else Role.REP
            require_role(unit, person_id, role, what=WHAT, fault=UnableToAnswer)
            if not unit.crm.safety(contact_id).opt_out_doubtful:
                message = f"{contact_id!r} is not in doubt; nothing was changed"
                raise UnableToAnswer(message)
            if answer is DoubtAnswer.STOP:
                self._suppress(unit, contact_id, reason=reason, at=at)
            else:
                settled = unit.guards.settle_doubt(contact_id, by=person_id, at=at)
                assert settled, "it was doubtful"
                unit.runs.set_due(contact_id, at)
            unit.records.append(
                RecordKind.FLAGGED,
                subject=contact_id,
                payload={
                    "flag": "opt_out_doubtful",
                    "value": False,
                    "answer": answer.value,
                    "by": person_id,
                    "reason": reason.strip(),
                },
                at=at,
                contact_id=contact_id,
            )
            unit.commit()

    def finish_task(self, task_id: str, *, person_id: PersonId, reason: str) -> None:
        """Mark a task done, so that its contact is planned for again. Raises UnableToAnswer."""
        _require_reason(reason)
        with self._parts.units.write() as unit:
            at = self._parts.clock.now()
            require_role(unit, person_id, Role.REP, what=WHAT, fault=UnableToAnswer)
            if not unit.guards.finish_task(task_id, at=at):
                message = f"there is no open task {task_id!r}"
                raise UnableToAnswer(message)
            unit.records.append(
                RecordKind.TASK_DONE,
                subject=task_id,
                payload={"by": person_id, "reason": reason.strip()},
                at=at,
            )
            unit.commit()

    def _suppress(self, unit: Unit, contact_id: ContactId, *, reason: str, at: datetime) -> None:
        """Suppress as any plan does: judged, recorded, applied."""
        run_id = RunId(self._parts.ids.new("run"))
        step = Step(
            step_id=step_id(run_id, 1),
            action=Action.SUPPRESS_CONTACT,
            args={"contact_id": contact_id},
            provenance=Provenance(
                confidence_permille=1_000,
                reason=reason.strip(),
                source=Source.PERSON,
                evidence=(f"contact:{contact_id}",),
                trust=Trust.HUMAN,
            ),
        )
        plan = Plan(
            plan_id=PlanId(self._parts.ids.new("pln")),
            workspace_id=self._parts.workspace_id,
            run_id=run_id,
            capability=_CAPABILITY,
            contact_id=contact_id,
            objective="a person says that the contact asks to stop",
            steps=(step,),
            planner="person",
            prompt_version="",
            facts_hash="",
            created_at=at,
        )
        unit.runs.start(_run(plan, at=at))
        ruling = self._parts.court.judge(unit, plan, step, approval=None, stage="commit", at=at)
        unit.plans.add(plan, PlanStatus.RUNNING, {step.step_id: status_of(ruling.verdict)})
        write_ruling(unit, ruling)
        if status_of(ruling.verdict) is not StepStatus.ALLOWED:
            message = "; ".join(rule.reason for rule in ruling.verdict.rules)
            raise UnableToAnswer(message)
        done = self._parts.enactor.enact(unit, plan, step, approval_id=None, depth=0, at=at)
        assert done.dispatched.status is StepStatus.DONE, done.dispatched.reason


def _run(plan: Plan, *, at: datetime) -> RunRow:
    return RunRow(
        run_id=plan.run_id,
        capability=plan.capability,
        capability_version="",
        signal_id=None,
        parent_run_id=None,
        contact_id=plan.contact_id,
        depth=0,
        status="done",
        reason="a person answered",
        inputs=None,
        outcome={"plan_id": plan.plan_id, "plan_hash": plan.plan_hash, "status": "done"},
        started_at=at,
        finished_at=at,
    )


def _require_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > REASON_LENGTH_MAX:
        message = f"a reason of 1 to {REASON_LENGTH_MAX} characters is needed: it is recorded"
        raise UnableToAnswer(message)
