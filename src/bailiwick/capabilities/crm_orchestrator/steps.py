"""The orchestrator's steps: gather, gate, recall, plan, decide; each returns what it changed."""

from collections.abc import Sequence
from dataclasses import replace

from bailiwick.capabilities.crm_orchestrator import gate, reconsider, settle
from bailiwick.capabilities.crm_orchestrator import vocabulary as words
from bailiwick.capabilities.crm_orchestrator.asks import PLAN
from bailiwick.capabilities.crm_orchestrator.bundle import again, bundle, fact_view
from bailiwick.capabilities.crm_orchestrator.gathered import Holdings, correspondence
from bailiwick.capabilities.crm_orchestrator.plan_reader import read_plan
from bailiwick.capabilities.crm_orchestrator.recollection import recollected
from bailiwick.capabilities.crm_orchestrator.router import route
from bailiwick.capabilities.crm_orchestrator.spec import SPEC
from bailiwick.capabilities.crm_orchestrator.state import (
    AfterGate,
    Gated,
    Hydrated,
    Loaded,
    Planned,
    Recalled,
    Settled,
    State,
)
from bailiwick.domain.action import Action
from bailiwick.domain.crm import Contact
from bailiwick.domain.fact import FACTS_COUNT_MAX, Fact
from bailiwick.domain.provenance import Source
from bailiwick.graph.addressee import Unsafe, asked_about, forbidden, read_safety
from bailiwick.graph.carried import Finishing
from bailiwick.graph.finish import outcome
from bailiwick.graph.propose import OBJECTIVE_CONTACT, contact_of, model_context, propose
from bailiwick.ports.crm import Safety
from bailiwick.ports.deps import Deps


async def hydrate(_: State, deps: Deps) -> Hydrated:
    """Read the contact, the account, the surest facts, open deals and open tasks."""
    contact_id = contact_of(deps.frame)
    contact = deps.crm.contact(contact_id) if contact_id is not None else None
    if contact is None:
        return Hydrated(skip_reason=Unsafe.UNKNOWN_CONTACT)
    crm, now = deps.crm, deps.frame.now
    account = crm.account(contact.account_id) if contact.account_id is not None else None
    company: tuple[Fact, ...] = ()
    if account is not None:
        company = tuple(
            crm.facts(account.account_id, at=now, count_max=words.COMPANY_FACTS_COUNT_MAX)
        )
    own = crm.facts(contact.contact_id, at=now, count_max=FACTS_COUNT_MAX)
    holdings = Holdings(
        account=account,
        facts=surest((*own, *company)),
        company=company,
        deals=tuple(crm.opportunities(contact.contact_id, count_max=words.DEALS_COUNT_MAX)),
        tasks=tuple(crm.open_tasks(contact.contact_id, count_max=words.TASKS_COUNT_MAX)),
        enriched_at=crm.enriched_at(contact.contact_id),
    )
    return Hydrated(contact=contact, holdings=holdings)


async def load_history(state: State, deps: Deps) -> Loaded:
    """Count and date the latest mails and find the one that waits for an answer."""
    contact, message_id = state.contact, deps.frame.message_id
    if contact is None:
        return Loaded(letters=state.letters)
    history = deps.crm.history(contact.contact_id, each_max=words.EACH_WAY_COUNT_MAX)
    signalled = deps.crm.message(message_id) if message_id is not None else None
    if signalled is not None and signalled.contact_id != contact.contact_id:
        signalled = None
    return Loaded(letters=correspondence(history, contact, signalled=signalled, now=deps.frame.now))


async def safety_gate(state: State, deps: Deps) -> Gated:
    """End the run, or act on an opt-out, before anything is planned."""
    contact = state.contact
    if contact is None:
        return Gated(skip_reason=state.skip_reason)
    safety = read_safety(deps, contact)
    if safety is None or safety.suppressed:
        return Gated(skip_reason=forbidden(contact, safety) or "")
    certain = gate.certain_opt_out(state, returned_at=safety.returned_at)
    if certain is not None:
        return Gated(plan=gate.opt_out_plan(contact, certain, deps.frame))
    skip = forbidden(contact, safety)
    if skip is not None:
        return Gated(skip_reason=skip)
    return _doubt(state, contact, deps, safety=safety)


async def recall(state: State, deps: Deps) -> Recalled:
    """Recall what is known of the account and its people; decide the route; show it typed."""
    contact, now = state.contact, deps.frame.now
    assert contact is not None, "the gate ends a run without a contact"
    shown = bundle(contact, state.holdings, state.letters, now=now)
    routed = route(contact, state.letters, tasks=state.holdings.tasks, now=now)
    memory = recollected(deps, contact, known=state.holdings.facts)
    return Recalled(
        bundle=replace(
            shown,
            colleagues_count=memory.colleagues_count,
            deciders_count=memory.deciders_count,
            recalled=tuple(fact_view(fact, now) for fact in memory.facts),
            route=routed.action.value,
            route_reason=routed.reason.value,
        )
    )


async def plan_actions(state: State, deps: Deps) -> Planned:
    """Ask for a plan, once per round, and read it as an enemy's."""
    shown = state.bundle
    assert shown is not None, "recall comes before planning"
    before = state.plan
    refused = state.refused | reconsider.refused_now(state)
    measure = reconsider.measured(state, shown) if before is not None else None
    if before is not None:
        missing = reconsider.fetchable(state, shown)
        shown = again(shown, feedback=reconsider.feedback(state), missing=missing)
    answer = await deps.model.ask(PLAN, shown, run=model_context(deps, step="plan_actions"))
    selection = read_plan(answer.value, shown, declared=SPEC.actions, source=answer.source)
    if before is not None:
        tainted = shown.inbound is not None
        selection = settle.narrowed(selection, before.steps, refused, tainted=tainted)
    return Planned(
        bundle=shown,
        selection=selection,
        planner="model" if answer.source is Source.MODEL else "rules",
        prompt_version=f"{PLAN.prompt}@{answer.prompt_version}",
        refused=refused,
        measure=measure,
    )


async def decide_action(state: State, deps: Deps) -> Settled:
    """Let the router decide over the plan, and number what stands."""
    shown, contact = state.bundle, state.contact
    assert shown is not None, "recall comes before deciding"
    assert contact is not None, "the gate ends a run without a contact"
    settled = settle.settle(state.selection, shown, refused=state.refused)
    steps = settle.numbered(settled.candidates, deps.frame.run_id, round_count=shown.round)
    plan = propose(
        deps.frame,
        steps,
        contact_id=contact.contact_id,
        objective=OBJECTIVE_CONTACT,
        planner=state.planner,
        prompt_version=state.prompt_version,
        facts=shown.canonical(),
        dropped=settled.dropped,
    )
    idle = all(step.action is Action.DO_NOTHING for step in steps)
    refused = words.RouteReason.REFUSED_BEFORE.value if state.refused else shown.route_reason
    return Settled(plan=plan, skip_reason=refused if idle else "")


async def finalize(state: State, deps: Deps) -> Finishing:
    """Write down what the run came to."""
    re_reasons = state.bundle.round if state.bundle is not None else 0
    return Finishing(
        outcome=outcome(state, capability=deps.frame.capability, extra={"re_reasons": re_reasons})
    )


def after_gate(state: State) -> AfterGate:
    """Go on to planning unless the gate has ended the run or planned it itself."""
    if state.plan is not None:
        return AfterGate.ACT
    return AfterGate.END if state.skip_reason else AfterGate.PLAN


def surest(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return the facts that reach the planner, the surest first, ties by id."""
    ordered = sorted(facts, key=lambda fact: (-fact.confidence_permille, fact.fact_id))
    return tuple(ordered[:FACTS_COUNT_MAX])


def _doubt(state: State, contact: Contact, deps: Deps, *, safety: Safety) -> Gated:
    doubtful = gate.doubtful_opt_out(state, settled_at=safety.doubt_settled_at)
    if doubtful is None and not safety.opt_out_doubtful:
        return Gated()
    message_id = doubtful.message_id if doubtful is not None else None
    tasks = state.holdings.tasks
    waiting = asked_about(message_id, tasks) if message_id is not None else bool(tasks)
    if waiting:
        return Gated(skip_reason=words.RouteReason.WAITING_FOR_PERSON)
    reason = "it is doubtful whether the contact asks to be left alone"
    return Gated(
        plan=gate.one_step_plan(
            Action.ESCALATE_TO_PERSON, contact, message_id, deps.frame, reason=reason
        )
    )
