"""Reads the standing of one step, fresh, from one unit: the only way facts reach the law.

The judge has no clock and no store; everything it may know is read here, in the same transaction
that acts on the answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bailiwick.control.spec import Spec
from bailiwick.domain.action import TERMS, Action, Argument, Effect
from bailiwick.domain.approval import Approval
from bailiwick.domain.autonomy import Grant, Level, default_level
from bailiwick.domain.campaign.zones import zones_of
from bailiwick.domain.crm import INCLUDES, Account, Contact, Workspace
from bailiwick.domain.ids import ContactId, RunId
from bailiwick.domain.jurisdiction import is_quiet, jurisdiction
from bailiwick.domain.plan import Plan, Step
from bailiwick.domain.provenance import Source
from bailiwick.engine.law.touching import is_over
from bailiwick.engine.mail.standing import NO_MAIL, MailStanding, read_mail
from bailiwick.kit.hashing import Canonical
from bailiwick.policy.standing import ApprovalStanding, Standing
from bailiwick.ports.unit import Unit

ROUTE: Final = "route"
"""The stage at which a plan is judged before its run is stored; what is done is judged again."""
NAMESAKES_COUNT_MAX: Final = 5  # enough to show the candidates on a card (ours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The numbers that a workspace sets."""

    touches_max: int
    touches_days: int
    restricted: frozenset[str]


class Gatherer:
    """Builds a Standing for a step of a plan."""

    def __init__(
        self,
        *,
        numbers: Numbers,
        spec: Callable[[str], Spec],
        killed: Callable[[], bool],
    ) -> None:
        self._numbers = numbers
        self._spec = spec
        self._killed = killed

    def standing(
        self, unit: Unit, plan: Plan, step: Step, *, approval: Approval | None, stage: str,
        at: datetime,
    ) -> Standing:  # fmt: skip
        """Read everything the law may know about a step. Raises PortFault if the store cannot."""
        terms = TERMS[step.action]
        spec = self._spec(plan.capability)
        contact_id = contact_of(step) or plan.contact_id
        contact = unit.crm.contact(contact_id) if contact_id else None
        safety = unit.crm.safety(contact_id) if contact_id else None
        workspace = unit.crm.workspace()
        account = _account(unit, contact)
        countries = _countries(contact, account)
        drafted_in = None if stage == ROUTE else plan.run_id
        mail = self._mail(unit, step, contact, workspace, drafted_in=drafted_in, at=at)
        namesakes = self._namesakes(unit, plan, step, contact_id)
        return Standing(
            effect=terms.effect.value,
            risk=int(terms.risk),
            confidence_permille=step.provenance.confidence_permille,
            requires_approval=step.requires_approval,
            approval_forced=terms.approval_forced,
            declared=step.action in spec.actions,
            tainted_sink=_tainted_sink(step, contact, mail),
            tainted_run=spec.reads_untrusted,
            records_count=_records_count(step.args),
            level_granted=int(self._level(unit, plan, step, contact, spec=spec, at=at)),
            level_required=terms.level_min,
            halted=self._halted(unit, plan.capability, step.action, mail.purpose),
            contact_known=contact is not None,
            suppressed=safety is not None and safety.suppressed,
            do_not_contact=safety is not None and safety.do_not_contact,
            bounced=safety is not None and safety.bounced,
            unsubscribed=safety is not None and safety.unsubscribed,
            opt_out_doubtful=safety is not None and safety.opt_out_doubtful,
            topic_left=mail.topic_left,
            namesakes_count=namesakes,
            entity_confirmed=mail.answers_inbound and mail.recipient_matches,
            consent=_consent(unit, contact_id, mail, at=at),
            jurisdiction=jurisdiction(countries, default=workspace.jurisdiction),
            purpose=mail.purpose,
            recipient_matches=mail.recipient_matches,
            sender_matches=mail.sender_matches,
            answers_inbound=mail.answers_inbound,
            injection_signs=mail.injection_signs,
            concerns=mail.concerns,
            unsupported_claims_count=mail.unsupported_claims_count,
            restricted_content=mail.restricted_content,
            postal_address_missing=mail.postal_address_missing,
            links_foreign_count=mail.links_foreign_count,
            quiet_hours=_quiet(contact, account, workspace, at=at),
            touches_recent_count=self._touches(unit, contact_id, step, at=at),
            touches_recent_max=self._numbers.touches_max,
            automatic_replies_today_count=_automatic(unit, contact_id, step, at=at),
            autoresponder=mail.autoresponder,
            campaign_over=step.action is Action.SEND_MESSAGE and is_over(unit, plan, at=at),
            approval=approval_standing(_still_meant(unit, approval, step, contact_id), step, at=at),
        )

    def _mail(
        self,
        unit: Unit,
        step: Step,
        contact: Contact | None,
        workspace: Workspace,
        *,
        drafted_in: RunId | None,
        at: datetime,
    ) -> MailStanding:
        if step.action is not Action.SEND_MESSAGE:
            return NO_MAIL
        return read_mail(
            unit,
            step,
            contact=contact,
            workspace=workspace,
            at=at,
            restricted_words=self._numbers.restricted,
            by_person=step.provenance.source is Source.PERSON,
            drafted_in=drafted_in,
        )

    def _namesakes(self, unit: Unit, plan: Plan, step: Step, contact_id: ContactId | None) -> int:
        effect = TERMS[step.action].effect
        if contact_id is None or effect not in {Effect.OUTWARD, Effect.WRITE}:
            return 0
        if effect is Effect.WRITE and contact_id == plan.contact_id:
            return 0  # the run's own subject is known by its id; no name was matched
        return len(unit.crm.namesakes(contact_id, count_max=NAMESAKES_COUNT_MAX))

    def _halted(self, unit: Unit, capability: str, action: Action, purpose: str) -> bool:
        if self._killed():
            return True
        scopes = {
            "*",
            f"capability:{capability}",
            f"action:{action.value}",
            f"purpose:{purpose}",
        }
        return bool(scopes & unit.authority.halts())

    def _level(
        self,
        unit: Unit,
        plan: Plan,
        step: Step,
        contact: Contact | None,
        *,
        spec: Spec,
        at: datetime,
    ) -> Level:
        terms = TERMS[step.action]
        grants = unit.authority.grants(action=step.action)
        levels = [
            grant.level
            for grant in grants
            if _covers(grant, plan.capability, contact, at=at) and terms.risk <= grant.risk_max
        ]
        return min(max([default_level(terms.risk), *levels]), spec.level_max)

    def _touches(
        self, unit: Unit, contact_id: ContactId | None, step: Step, *, at: datetime
    ) -> int:
        if contact_id is None:
            return 0
        since = at - timedelta(days=self._numbers.touches_days)
        return unit.guards.touches(contact_id, since=since, besides=step.step_id)


def approval_standing(
    approval: Approval | None, step: Step, *, at: datetime
) -> ApprovalStanding | None:
    """Return what the law may know of a card's signatures; None while nobody has signed."""
    if approval is None or not approval.signatures:
        return None
    signatures = approval.signatures
    return ApprovalStanding(
        payload_matches=all(s.payload_hash == step.payload_hash for s in signatures)
        and approval.payload_hash == step.payload_hash,
        roles=frozenset[str]().union(*(INCLUDES[s.role] for s in signatures)),
        persons_count=len({s.person_id for s in signatures}),
        requester_signed=any(s.person_id == approval.requested_by for s in signatures),
        age_seconds=max(0, int((at - min(s.at for s in signatures)).total_seconds())),
    )


def _still_meant(
    unit: Unit, approval: Approval | None, step: Step, contact_id: ContactId | None
) -> Approval | None:
    """Drop signatures that were given before the contact's latest words: they meant less."""
    if approval is None or not approval.signatures or contact_id is None:
        return approval
    if TERMS[step.action].effect is not Effect.OUTWARD:
        return approval
    first = min(signature.at for signature in approval.signatures)
    return None if unit.guards.written_since(contact_id, since=first) else approval


def contact_of(step: Step) -> ContactId | None:
    """Return the contact a step names, if it names one."""
    value = step.args.get("contact_id")
    return ContactId(value) if isinstance(value, str) else None


def _account(unit: Unit, contact: Contact | None) -> Account | None:
    return unit.crm.account(contact.account_id) if contact and contact.account_id else None


def _countries(contact: Contact | None, account: Account | None) -> tuple[str, ...]:
    if contact is None:
        return ()
    return (contact.country, account.country if account else "")


def _quiet(
    contact: Contact | None, account: Account | None, workspace: Workspace, *, at: datetime
) -> bool:
    return contact is not None and is_quiet(at, zones_of(contact, account, workspace))


def _consent(unit: Unit, contact_id: ContactId | None, mail: MailStanding, *, at: datetime) -> str:
    if contact_id is None:
        return "none"
    stated = unit.guards.consent(contact_id, purpose=mail.purpose, at=at)
    # Writing to us implies consent where nothing was said; it takes no refusal back.
    return "implied" if stated == "none" and mail.answers_inbound else stated


def _automatic(unit: Unit, contact_id: ContactId | None, step: Step, *, at: datetime) -> int:
    if contact_id is None:
        return 0
    since = at - timedelta(days=1)
    return unit.guards.automatic_in_thread(contact_id, since=since, besides=step.step_id)


def _records_count(args: Mapping[str, Canonical]) -> int:
    records = args.get("records")
    return len(records) if isinstance(records, list) else 1


def _tainted_sink(step: Step, contact: Contact | None, mail: MailStanding) -> bool:
    """Tell whether untrusted text fills a sink that no trusted record backs."""
    terms = TERMS[step.action]
    for name in step.tainted & terms.sinks:
        kind = terms.arguments[name]
        if kind is Argument.CONTACT and contact is not None:
            continue
        if kind is Argument.MAIL and mail.recipient_matches and mail.sender_matches:
            continue
        return True
    return False


def _covers(grant: Grant, capability: str, contact: Contact | None, *, at: datetime) -> bool:
    if grant.capability != capability or grant.revoked_at is not None or at >= grant.expires_at:
        return False
    if grant.segment == "*":
        return True
    if contact is None:
        return False
    return grant.segment in {f"contact:{contact.contact_id}", f"account:{contact.account_id}"}
