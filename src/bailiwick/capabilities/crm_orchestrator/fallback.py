"""The rule planner: the model-free plan of a contact, and the yardstick for a model's plan.

The table of capabilities 4.4. Rule 1 (opt-out) stands in the safety gate, before any planner; rule
6 (score) waits for the capability that scores. Rules 7 and 8 follow the router.
"""

from typing import Final

from bailiwick.capabilities.crm_orchestrator import vocabulary as words
from bailiwick.capabilities.crm_orchestrator.bundle import Bundle, CompanyView
from bailiwick.capabilities.crm_orchestrator.proposal import (
    PlanProposal,
    ProposedArgs,
    ProposedStep,
)
from bailiwick.capabilities.crm_orchestrator.sureness import sureness_permille
from bailiwick.domain.action import Action
from bailiwick.domain.provenance import PERMILLE

_COMPLETE_PERMILLE: Final = 500  # capabilities 4.4, rule 4
_COMPANY_FACTS_MIN: Final = 3  # capabilities 4.4, rule 5
_WHY: Final[dict[Action, str]] = {
    Action.ESCALATE_TO_PERSON: "the message needs a person",
    Action.REPLY: "the latest message is unanswered",
    Action.ENRICH: "less than half of the contact's fields are known",
    Action.COMPANY_ENRICH: "too little that is fresh is known about the company",
    Action.FIND_DECISION_MAKER: "nobody is known to decide at this company",
    Action.INITIAL: "we have never written to this contact",
    Action.FOLLOWUP: "our last message is three days old and unanswered",
    Action.DO_NOTHING: "nothing is due",
}


def plan(bundle: Bundle) -> PlanProposal:
    """Return the plan of the rules for a contact."""
    refused = {one.action for one in bundle.feedback if one.status == "refused"}
    wanted = (*_information(bundle), *_message(bundle))
    actions = [action for action in wanted if action not in refused]
    if not actions:
        actions = [Action.DO_NOTHING]
    steps = [_step(action, bundle, place=place) for place, action in enumerate(actions)]
    return PlanProposal(steps=tuple(steps))


def rule_permille(action: Action, bundle: Bundle) -> int:
    """Return how sure the rules are of an action for this contact."""
    match action:
        case Action.ESCALATE_TO_PERSON | Action.REPLY:
            age = bundle.inbound.age_days if bundle.inbound else 0
            return sureness_permille(action, evidence=bundle.inbound is not None, age_days=age)
        case Action.INITIAL:
            known = int(bundle.has_address) + int(bundle.has_name)
            return sureness_permille(action, evidence=known, needed=2)
        case _:
            # These rest on what the store says now: the evidence is as fresh as the run.
            return sureness_permille(action)


def arguments(action: Action, bundle: Bundle) -> ProposedArgs:
    """Return the arguments of an action for this contact; all come from the bundle."""
    message = bundle.inbound.message_id if bundle.inbound else None
    match action:
        case Action.COMPANY_ENRICH | Action.FIND_DECISION_MAKER:
            return ProposedArgs(account_id=bundle.account_id)
        case Action.REPLY | Action.ESCALATE_TO_PERSON:
            return ProposedArgs(contact_id=bundle.contact_id, message_id=message)
        case Action.DO_NOTHING:
            return ProposedArgs()
        case _:
            return ProposedArgs(contact_id=bundle.contact_id)


def why(action: Action) -> str:
    """Return the rule's reason in words."""
    return _WHY[action]


def information_due(bundle: Bundle) -> tuple[Action, ...]:
    """Return the information steps that could tell us something new, in order."""
    return tuple(_information(bundle))


def _information(bundle: Bundle) -> list[Action]:
    fresh = bundle.enriched_days is not None and bundle.enriched_days < words.FRESH_DAYS
    known = bundle.company.decider_known
    due: list[Action] = []
    if bundle.completeness_permille < _COMPLETE_PERMILLE and not fresh:
        due.append(Action.ENRICH)
    if bundle.account_id is not None and _company_is_stale(bundle.company):
        due.append(Action.COMPANY_ENRICH)
    if bundle.account_id is not None and bundle.deciders_count and not known:
        due.append(Action.FIND_DECISION_MAKER)
    return due


def _company_is_stale(company: CompanyView) -> bool:
    looked = company.looked_days is not None and company.looked_days < words.FRESH_DAYS
    if looked:
        return False
    old = company.newest_days is None or company.newest_days >= words.FRESH_DAYS
    return company.facts_count < _COMPANY_FACTS_MIN or company.looked_days is None or old


def _message(bundle: Bundle) -> list[Action]:
    routed = Action(bundle.route)
    return [] if routed is Action.DO_NOTHING else [routed]


def _step(action: Action, bundle: Bundle, *, place: int) -> ProposedStep:
    return ProposedStep(
        action=action.value,
        args=arguments(action, bundle),
        reason=why(action),
        confidence=rule_permille(action, bundle) / PERMILLE,
        # A first message waits for what the information steps before it find out.
        depends_on=tuple(range(place)) if action is Action.INITIAL else (),
    )
