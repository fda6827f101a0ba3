"""A customer database in memory, a desk that only notes, a model that says what it is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from bailiwick.domain.action import Action
from bailiwick.domain.campaign.brief import Brief
from bailiwick.domain.crm import Account, Contact, Opportunity, Task, Workspace
from bailiwick.domain.fact import Fact
from bailiwick.domain.fault import PortFault
from bailiwick.domain.ids import (
    AccountId,
    ContactId,
    FactId,
    MessageId,
    ModelCallId,
    RunId,
    StepId,
    ThreadId,
    WorkspaceId,
)
from bailiwick.domain.meeting import Busy
from bailiwick.domain.message import Direction, Message, Parse, ParsedMail
from bailiwick.domain.model_call import FallbackReason, Usage
from bailiwick.domain.plan import Plan, PlanStatus, Step, StepStatus
from bailiwick.domain.provenance import CONFIDENCE_PERMILLE_MIN, Provenance, Source, Trust
from bailiwick.domain.reading import Intent, IntentScore, Reading
from bailiwick.domain.signal import SignalKind
from bailiwick.ports.calendar import UNCONNECTED, CalendarReader, UnableToReadCalendar
from bailiwick.ports.crm import History, Safety, Statement
from bailiwick.ports.deps import Deps, Frame
from bailiwick.ports.desk import Dispatched, Judged
from bailiwick.ports.model import Answer, Ask, I, ModelContext, O

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CONTACT = ContactId("con_00000000000000000000000001")
ACCOUNT = AccountId("acc_00000000000000000000000001")
WORKSPACE = WorkspaceId("wsp_00000000000000000000000001")
RUN = RunId("run_00000000000000000000000001")
OURS = "sales@acme.example"
ADA = "ada@lovelace.example"


def days(count: int) -> datetime:
    """The instant so many days before now."""
    return NOW - timedelta(days=count)


def ada(**changed: object) -> Contact:
    """A contact with all that matters filled in."""
    known: dict[str, object] = {
        "contact_id": CONTACT, "first_name": "Ada", "last_name": "Lovelace",
        "account_id": ACCOUNT, "addresses": (ADA,), "title": "Engineer",
        "phone": "+442079460000", "country": "GB", "language": "en",
    }  # fmt: skip
    return Contact(**{**known, **changed})  # pyright: ignore[reportArgumentType] - any field


def message(  # noqa: PLR0913 - one stored message has many sides
    number: int,
    *,
    inbound: bool = True,
    days_ago: int = 1,
    reading: Reading | None = None,
    from_address: str = ADA,
    text: str = "",
    subject: str = "Engines",
    contact_id: ContactId | None = CONTACT,
    parse: Parse = Parse.CLEAN,
    signature: str = "",
) -> Message:
    """A stored message; one that was read unless the reading is left out."""
    return Message(
        message_id=MessageId(f"msg_{number:026d}"),
        thread_id=ThreadId("thr_00000000000000000000000001"),
        direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
        contact_id=contact_id,
        mail=ParsedMail(
            raw_sha256=f"{number:064x}",
            parse=parse,
            rfc_message_id=f"<m{number}@lovelace.example>",
            from_address=from_address if inbound else OURS,
            to=(OURS,) if inbound else (ADA,),
            subject=subject,
            sent_at=days(days_ago),
            text=text,
            own_text=text,
            signature=signature,
        ),
        reading=reading,
        received_at=days(days_ago),
    )


def reading(intent: Intent = Intent.INFO_REQUEST, **changed: object) -> Reading:
    """What the typed reader found."""
    known: dict[str, object] = {"intent": intent, "confidence_permille": 900, "language": "en"}
    return Reading(**{**known, **changed})  # pyright: ignore[reportArgumentType] - any field


def warm(permille: int) -> IntentScore:
    """The score of a message, of which only the whole matters."""
    return IntentScore(
        purchase_permille=0, urgency_permille=0, sentiment_permille=0, score_permille=permille
    )


def fact(
    number: int,
    name: str,
    value: str,
    *,
    subject: str = ACCOUNT,
    trust: Trust = Trust.FIRST_PARTY,
    permille: int = 900,
    days_ago: int = 2,
) -> Fact:
    """A fact about the account unless said otherwise."""
    return Fact(
        fact_id=FactId(f"fct_{number:026d}"),
        subject=subject,
        field=name,
        value=value,
        confidence_permille=permille,
        source=Source.IMPORT,
        method="import:plain",
        evidence=(),
        observed_at=days(days_ago),
        trust=trust,
        valid_from=days(days_ago),
    )


def flagged(**raised: bool) -> Safety:
    """Safety flags; those not named are down."""
    return Safety(
        suppressed=raised.get("suppressed", False),
        do_not_contact=raised.get("do_not_contact", False),
        bounced=raised.get("bounced", False),
        unsubscribed=raised.get("unsubscribed", False),
        opt_out_doubtful=raised.get("opt_out_doubtful", False),
    )


@dataclass(kw_only=True)
class FakeCrm:
    """One contact's world, kept in plain attributes that a test sets."""

    people: list[Contact] = field(default_factory=lambda: [ada()])
    companies: list[Account] = field(
        default_factory=lambda: [Account(account_id=ACCOUNT, name="Lovelace Ltd")]
    )
    known: list[Fact] = field(default_factory=list[Fact])
    deals: list[Opportunity] = field(default_factory=list[Opportunity])
    tasks: list[Task] = field(default_factory=list[Task])
    mails: list[Message] = field(default_factory=list[Message])
    approved: list[Statement] = field(default_factory=list[Statement])
    flags: Safety = field(default_factory=flagged)
    enriched: datetime | None = None
    touch: Brief | None = None
    broken: frozenset[str] = frozenset()
    """Names of methods that fault."""

    def _guard(self, method: str) -> None:
        if method in self.broken:
            message_text = f"fake store: {method} is broken"
            raise PortFault(message_text)

    def workspace(self) -> Workspace:
        """The workspace."""
        return Workspace(
            workspace_id=WORKSPACE,
            name="acme",
            mailbox=OURS,
            company="Acme",
            postal_address="1 High Street, London",
        )

    def contact(self, contact_id: ContactId) -> Contact | None:
        """One contact."""
        self._guard("contact")
        return next((one for one in self.people if one.contact_id == contact_id), None)

    def account(self, account_id: AccountId) -> Account | None:
        """One account."""
        return next((one for one in self.companies if one.account_id == account_id), None)

    def colleagues(self, account_id: AccountId, *, count_max: int) -> Sequence[Contact]:
        """Contacts of an account."""
        self._guard("colleagues")
        return [one for one in self.people if one.account_id == account_id][:count_max]

    def namesakes(self, contact_id: ContactId, *, count_max: int) -> Sequence[Contact]:
        """Others of the same name."""
        own = self.contact(contact_id)
        return [
            one
            for one in self.people
            if own is not None and one.name == own.name and one.contact_id != contact_id
        ][:count_max]

    def opportunities(self, contact_id: ContactId, *, count_max: int) -> Sequence[Opportunity]:
        """Open deals."""
        assert contact_id
        return self.deals[:count_max]

    def facts(self, subject: str, *, at: datetime, count_max: int) -> Sequence[Fact]:
        """Facts of a subject, the surest first."""
        found = [one for one in self.known if one.subject == subject and one.valid_from <= at]
        return sorted(found, key=lambda one: -one.confidence_permille)[:count_max]

    def history(self, contact_id: ContactId, *, each_max: int) -> History:
        """Latest mails of each direction; unanswered is the last one if we did not write after."""
        mine = [one for one in self.mails if one.contact_id == contact_id]
        mine.sort(key=lambda one: one.received_at, reverse=True)
        sent = [one for one in mine if one.direction is Direction.OUTBOUND]
        received = [one for one in mine if one.direction is Direction.INBOUND]
        waits = bool(received) and (not sent or sent[0].received_at < received[0].received_at)
        return History(
            sent=tuple(sent[:each_max]),
            received=tuple(received[:each_max]),
            sent_count=len(sent),
            received_count=len(received),
            unanswered=received[0] if waits else None,
            thread_ours=bool(mine) and mine[-1].direction is Direction.OUTBOUND,
        )

    def message(self, message_id: MessageId) -> Message | None:
        """One message."""
        return next((one for one in self.mails if one.message_id == message_id), None)

    def safety(self, contact_id: ContactId) -> Safety:
        """The flags."""
        assert contact_id
        self._guard("safety")
        return self.flags

    def open_tasks(self, contact_id: ContactId, *, count_max: int) -> Sequence[Task]:
        """Open tasks."""
        return [one for one in self.tasks if one.contact_id == contact_id][:count_max]

    def statements(self, *, language: str, count_max: int) -> Sequence[Statement]:
        """What may be said."""
        return [one for one in self.approved if one.language in {language, "en"}][:count_max]

    def brief(self, run_id: RunId) -> Brief | None:
        """The touch that the run drafts."""
        assert run_id
        self._guard("brief")
        return self.touch

    def enriched_at(self, contact_id: ContactId) -> datetime | None:
        """When the contact was enriched."""
        assert contact_id
        return self.enriched


@dataclass(kw_only=True)
class FakeDesk:
    """Judges by confidence alone unless told otherwise, gates whole plans, and notes everything."""

    refuses: Callable[[Step], bool] = field(default=lambda _: False)
    holds: Callable[[Step], bool] = field(default=lambda _: False)
    rule: str = "fake"
    judged: list[Plan] = field(default_factory=list[Plan])
    dispatched: list[Plan] = field(default_factory=list[Plan])
    queued: list[Step] = field(default_factory=list[Step])

    async def judge(self, plan: Plan) -> tuple[Judged, ...]:
        """Judge every step."""
        self.judged.append(plan)
        return tuple(self._judge(step) for step in plan.steps)

    async def dispatch(
        self, plan: Plan, judged: tuple[Judged, ...]
    ) -> tuple[PlanStatus, tuple[Dispatched, ...]]:
        """Queue what is allowed under whole-plan gating."""
        assert {one.step_id for one in judged} == {step.step_id for step in plan.steps}
        self.dispatched.append(plan)
        again = {step.step_id: self._judge(step).status for step in plan.steps}
        blocked = any(status is not StepStatus.ALLOWED for status in again.values())
        ended: list[Dispatched] = []
        for step in plan.steps:
            status = again[step.step_id]
            if status is StepStatus.ALLOWED:
                waits = blocked and step.action not in _ALWAYS
                status = StepStatus.PROPOSED if waits else StepStatus.QUEUED
            if status is StepStatus.QUEUED:
                self.queued.append(step)
            ended.append(Dispatched(step_id=step.step_id, status=status))
        return (PlanStatus.HELD if blocked else PlanStatus.RUNNING), tuple(ended)

    def _judge(self, step: Step) -> Judged:
        status = StepStatus.ALLOWED
        if self.holds(step) or step.requires_approval:
            status = StepStatus.HELD
        if step.provenance.confidence_permille < CONFIDENCE_PERMILLE_MIN:
            status = StepStatus.HELD
        if self.refuses(step):
            status = StepStatus.REFUSED
        return Judged(step_id=step.step_id, status=status, rules=(self.rule,), reasons=())


_ALWAYS = frozenset({Action.SUPPRESS_CONTACT, Action.ESCALATE_TO_PERSON, Action.DO_NOTHING})


@dataclass(kw_only=True)
class ScriptedModel:
    """Answers with the given JSON texts in turn, then by the fallback; counts every question.

    A text that does not fit the contract goes to the fallback, as behind the real gateway.
    """

    replies: list[str] = field(default_factory=list[str])
    asked: list[object] = field(default_factory=list[object])
    temperatures: list[int] = field(default_factory=list[int])

    async def ask(self, ask: Ask[I, O], given: I, *, run: ModelContext) -> Answer[O]:
        """Answer one question."""
        assert run.run_id
        self.asked.append(given)
        self.temperatures.append(ask.temperature_permille)
        place = len(self.asked) - 1
        value = self._scripted(ask, self.replies[place]) if place < len(self.replies) else None
        return Answer(
            value=ask.fallback(given) if value is None else value,
            source=Source.FALLBACK if value is None else Source.MODEL,
            call_id=ModelCallId(f"mdc_{place:026d}"),
            prompt_version=1,
            prompt_hash="0" * 64,
            model="" if value is None else "scripted",
            reason=FallbackReason.NO_MODEL if value is None else None,
            usage=Usage(),
        )

    def _scripted(self, ask: Ask[I, O], reply: str) -> O | None:
        try:
            return ask.output.model_validate_json(reply)
        except ValidationError:
            return None


def frame(capability: str = "crm_orchestrator", **changed: object) -> Frame:
    """The frame of a run about Ada."""
    known: dict[str, object] = {
        "workspace_id": WORKSPACE, "run_id": RUN, "capability": capability, "now": NOW, "depth": 0,
        "signal": SignalKind.CONTACT_DUE, "contact_id": CONTACT, "message_id": None, "step": None,
        "step_id": None,
    }  # fmt: skip
    return Frame(**{**known, **changed})  # pyright: ignore[reportArgumentType] - any field


class ToldCalendar:
    """A calendar with these times taken; None: it gives no answer."""

    def __init__(self, taken: tuple[Busy, ...] | None = ()) -> None:
        self.taken = taken
        self.asked: list[tuple[datetime, datetime]] = []

    async def busy(self, start: datetime, end: datetime) -> tuple[Busy, ...]:
        """Return the taken times, or fail."""
        self.asked.append((start, end))
        if self.taken is None:
            message_text = "fake calendar: no answer"
            raise UnableToReadCalendar(message_text)
        return self.taken


def deps(
    crm: FakeCrm,
    model: ScriptedModel,
    given: Frame | None = None,
    calendar: CalendarReader = UNCONNECTED,
) -> Deps:
    """What steps are given."""
    return Deps(crm=crm, model=model, frame=given or frame(), calendar=calendar)


def step_named(action: Action, args: dict[str, str], *, number: int = 1) -> Step:
    """The step of a parent run that started a delegated one."""
    return Step(
        step_id=StepId(f"{RUN}.{number}"),
        action=action,
        args=args,
        provenance=Provenance(confidence_permille=900, reason="asked", source=Source.RULE),
    )
