"""One step that somebody outside a capability proposes, such as another system's agent.

It is judged as any capability's step is, by the same law, and runs as the least of both: the
capability that may propose the action, and whoever asks. Every argument counts as foreign, and the
confidence is the lowest that the law lets pass, since nobody here can tell how sure the asker is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.control.spec import Spec
from bailiwick.domain.action import TERMS, Action
from bailiwick.domain.crm import Contact, Workspace
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import (
    PREFIX,
    ApprovalId,
    ContactId,
    PersonId,
    PlanId,
    RunId,
    SignalId,
    step_id,
)
from bailiwick.domain.outbound import OutboundMail, Purpose
from bailiwick.domain.plan import Plan, Step, StepStatus
from bailiwick.domain.provenance import CONFIDENCE_PERMILLE_MIN, Provenance, Source, Trust
from bailiwick.domain.run import RunRow, RunStatus
from bailiwick.domain.signal import Signal, SignalKind
from bailiwick.engine.desk import Opening, RunDesk
from bailiwick.engine.enact import Enactor
from bailiwick.engine.law.court import Court
from bailiwick.kit.hashing import Canonical, digest
from bailiwick.kit.text import one_line, without_controls
from bailiwick.ports.clock import Clock
from bailiwick.ports.desk import Dispatched, Judged
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Units

_NAMED: Final = frozenset({"contact_id", "opportunity_id"})
"""Arguments that name a row; the law looks whether it is there."""


class UnableToPropose(InputFault):
    """The step cannot be made from what was given; the message says why and what would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody proposes, and why."""

    action: Action
    args: Mapping[str, Canonical]
    contact_id: ContactId | None
    reason: str
    by: PersonId
    """Who answers for it: the holder of the key it came with."""
    matched: frozenset[str] = frozenset()
    """Arguments whose very value a record of ours holds already; all others count as foreign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a proposal."""

    verdict: str
    """`allowed`, `held` or `refused`."""
    status: StepStatus
    reason: str
    rules: tuple[str, ...]
    run_id: RunId
    approval_id: ApprovalId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposing:
    """Puts proposals to the desk of one workspace."""

    units: Units
    clock: Clock
    ids: Ids
    court: Court
    enactor: Enactor
    specs: Sequence[Spec]
    """Every capability's: of those that may propose an action one that reads foreign text is asked
    in its name."""

    def mail(self, contact: Contact, workspace: Workspace, *, subject: str, text: str) -> Canonical:
        """Return a mail to a contact's own address in the workspace's name.

        Raises UnableToPropose when the contact has no address.
        """
        if not contact.address:
            message = f"contact {contact.contact_id!r} has no mail address"
            raise UnableToPropose(message)
        return OutboundMail(
            to_address=contact.address,
            to_name=contact.name,
            from_address=workspace.mailbox,
            from_name=workspace.company,
            subject=one_line(subject),
            text=without_controls(text),
            purpose=Purpose.MARKETING,  # the strictest: consent, caps and quiet hours count
            language=contact.language or "en",
        ).to_args()

    async def propose(self, proposal: Proposal) -> Answer:
        """Judge a proposal and do, hold or refuse it. Raises UnableToPropose and PortFault."""
        spec = self._proposer(proposal.action)
        run_id = RunId(self.ids.new(PREFIX["run"]))
        at = self.clock.now()
        plan = self._plan(proposal, spec, run_id, at=at)
        desk = RunDesk(
            units=self.units,
            clock=self.clock,
            court=self.court,
            enactor=self.enactor,
            opening=self._opening(proposal, spec, run_id, at=at),
            inputs=lambda: {"proposed_by": proposal.by},
            model_calls=lambda _run_id: (),
            run_child=_later,
        )
        judged = await desk.judge(plan)
        _, dispatched = await desk.dispatch(plan, judged)
        return _answer(run_id, judged[0], dispatched[0])

    def _proposer(self, action: Action) -> Spec:
        found = [spec for spec in self.specs if action in spec.actions]
        if found:
            # What comes from outside is foreign text, whatever the capability reads by itself.
            return next((spec for spec in found if spec.reads_untrusted), found[0])
        message = f"no capability of this workspace may propose {action.value}"
        raise UnableToPropose(message)

    def _plan(self, proposal: Proposal, spec: Spec, run_id: RunId, *, at: datetime) -> Plan:
        terms = TERMS[proposal.action]
        missing = set(terms.arguments) - terms.optional - set(proposal.args)
        unknown = set(proposal.args) - set(terms.arguments)
        if missing or unknown:
            message = (
                f"{proposal.action.value} takes {sorted(terms.arguments)}; "
                f"missing {sorted(missing)}, unknown {sorted(unknown)}"
            )
            raise UnableToPropose(message)
        with self.units.read() as unit:
            workspace_id = unit.crm.workspace().workspace_id
        step = Step(
            step_id=step_id(run_id, 1),
            action=proposal.action,
            args=proposal.args,
            provenance=Provenance(
                confidence_permille=CONFIDENCE_PERMILLE_MIN,
                reason=one_line(proposal.reason) or "proposed from outside",
                source=Source.PERSON,
                trust=Trust.UNVERIFIED,
            ),
            tainted=frozenset(proposal.args) - _NAMED - proposal.matched,
        )
        return Plan(
            plan_id=PlanId(self.ids.new(PREFIX["plan"])),
            workspace_id=workspace_id,
            run_id=run_id,
            capability=spec.name,
            contact_id=proposal.contact_id,
            objective="proposed from outside",
            steps=(step,),
            planner=f"outside:{proposal.by}",
            prompt_version="",
            facts_hash=digest({}),
            created_at=at,
        )

    def _opening(self, proposal: Proposal, spec: Spec, run_id: RunId, *, at: datetime) -> Opening:
        signal_id = SignalId(self.ids.new(PREFIX["signal"]))
        row = RunRow(
            run_id=run_id,
            capability=spec.name,
            capability_version=spec.version,
            signal_id=signal_id,
            parent_run_id=None,
            contact_id=proposal.contact_id,
            depth=0,
            status=RunStatus.RUNNING,
            reason="",
            inputs=None,
            outcome=None,
            started_at=at,
            finished_at=None,
            requested_by=proposal.by,
        )
        signal = Signal(
            signal_id=signal_id,
            kind=SignalKind.MANUAL,
            contact_id=proposal.contact_id,
            message_id=None,
            trust=Trust.UNVERIFIED,
            received_at=at,
            dedupe_key=signal_id,
        )
        return Opening(row=row, signal=signal, parent=None)


async def _later(signal: Signal, run_id: RunId) -> None:
    """Leave a delegated run to the sweep or its pool: its signal is stored."""
    del signal, run_id


def _answer(run_id: RunId, judged: Judged, dispatched: Dispatched) -> Answer:
    return Answer(
        verdict=judged.status.value,
        status=dispatched.status,
        reason=dispatched.reason or "; ".join(judged.reasons),
        rules=judged.rules,
        run_id=run_id,
        approval_id=dispatched.approval_id,
    )
