"""Reads a proposed plan as an enemy's: only the closed list, about this bundle, passes.

The reader is pure. It believes no id, no argument and no number; recipients are not in its
vocabulary at all. Judge and dispatch read the same object that comes out of it (security, T3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bailiwick.capabilities.crm_orchestrator import fallback, sureness
from bailiwick.capabilities.crm_orchestrator import vocabulary as words
from bailiwick.capabilities.crm_orchestrator.bundle import Bundle
from bailiwick.capabilities.crm_orchestrator.plan_args import Args, UnfitArgs, read_args
from bailiwick.capabilities.crm_orchestrator.proposal import (
    Candidate,
    PlanProposal,
    ProposedStep,
    Selection,
    without,
)
from bailiwick.domain.action import Action
from bailiwick.domain.plan import STEPS_COUNT_MAX, Dropped
from bailiwick.domain.provenance import Source, Trust, weakest
from bailiwick.kit.hashing import canonical_bytes
from bailiwick.kit.text import capped, one_line

_NAME_LENGTH_MAX: Final = 40  # ours: enough to recognise a misspelt action on a card
_KNOWN: Final[Mapping[str, Action]] = {action.value: action for action in Action}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """What the rules say of a bundle, worked out once per plan."""

    bundle: Bundle
    declared: frozenset[Action]
    agreed: frozenset[str]
    """Names of the actions that the rule planner proposes as well."""
    source: Source


def read_plan(
    proposal: PlanProposal, bundle: Bundle, *, declared: frozenset[Action], source: Source
) -> Selection:
    """Return the steps that may be judged, in the order they would run, and what was dropped."""
    rules = _Rules(
        bundle=bundle,
        declared=declared,
        agreed=frozenset(step.action for step in fallback.plan(bundle).steps),
        source=source,
    )
    looked_at = proposal.steps[: words.RAW_STEPS_COUNT_MAX]
    read = [_read_step(step, rules) for step in looked_at]
    selection = _linked(looked_at, _unique(read))
    beyond = len(proposal.steps) - len(looked_at)
    if beyond:
        reason = f"{beyond} steps beyond the first {words.RAW_STEPS_COUNT_MAX} were not read"
        selection = replace(
            selection, dropped=(*selection.dropped, Dropped(name="steps", reason=reason))
        )
    return _at_most(_in_order(selection))


def _read_step(step: ProposedStep, rules: _Rules) -> Candidate | Dropped:
    name = capped(one_line(str(step.action)), _NAME_LENGTH_MAX)
    # A look-alike letter is another name: the match is exact, nothing is folded.
    action = _KNOWN.get(step.action)
    if action is None:
        return Dropped(name=name, reason="not an action of the closed list")
    if action not in rules.declared:
        return Dropped(name=name, reason="this capability does not declare the action")
    if action is Action.SUPPRESS_CONTACT:
        # Only the contact's own words suppress, and those stop the run before any planning.
        return Dropped(name=name, reason="the contact has not asked to be left alone")
    raw = sureness.reported_permille(step.confidence)
    if raw is None:
        return Dropped(name=name, reason="confidence is not a number between 0 and 1")
    args = read_args(action, step.args, rules.bundle)
    if isinstance(args, UnfitArgs):
        return Dropped(name=name, reason=args.reason)
    return _candidate(action, step, args, rules, raw=raw)


def _candidate(
    action: Action, step: ProposedStep, args: Args, rules: _Rules, *, raw: int
) -> Candidate:
    shown = {fact.fact_id: fact for fact in rules.bundle.shown_facts()}
    named = tuple(dict.fromkeys(step.evidence_fact_ids))
    resolved = [shown[fact_id] for fact_id in named if fact_id in shown]
    computed = fallback.rule_permille(action, rules.bundle)
    if action.value not in rules.agreed:
        computed = computed * sureness.UNSHARED_PERMILLE // 1000
    if len(resolved) < len(named):
        computed = computed * sureness.UNRESOLVED_PERMILLE // 1000
    evidence = [f"fact:{fact.fact_id}" for fact in resolved]
    inbound = rules.bundle.inbound
    if inbound is not None:
        evidence.append(f"message:{inbound.message_id}")
    return Candidate(
        action=action,
        args=args.values,
        confidence_permille=min(raw, computed),
        raw_confidence_permille=raw if rules.source is Source.MODEL else None,
        reason=capped(one_line(step.reason), words.REASON_LENGTH_MAX),
        evidence=tuple(evidence),
        source=rules.source,
        trust=weakest(
            *(fact.trust for fact in resolved),
            *([Trust.UNVERIFIED] if inbound is not None else []),
            Trust.DERIVED,
        ),
        requires_approval=step.requires_approval is True,
        tainted=args.tainted,
    )


def _unique(read: Sequence[Candidate | Dropped]) -> list[Candidate | Dropped]:
    """Turn the second and later proposals of the same act into drops."""
    seen: set[bytes] = set()
    result: list[Candidate | Dropped] = []
    for one in read:
        if isinstance(one, Candidate):
            key = canonical_bytes([one.action.value, one.args])
            if key in seen:
                result.append(Dropped(name=one.action.value, reason="proposed twice"))
                continue
            seen.add(key)
        result.append(one)
    return result


def _linked(raw: Sequence[ProposedStep], read: Sequence[Candidate | Dropped]) -> Selection:
    """Resolve `depends_on` to places among the steps that were read; what hangs in the air goes."""
    places: dict[int, int] = {}
    for place, one in enumerate(read):
        if isinstance(one, Candidate):
            places[place] = len(places)
    candidates: list[Candidate] = []
    hanging: dict[int, str] = {}
    for place, one in enumerate(read):
        if isinstance(one, Candidate):
            needed = tuple(dict.fromkeys(raw[place].depends_on))
            if any(type(n) is not int or n not in places or n == place for n in needed):
                hanging[len(candidates)] = "depends on a step that was left out"
                needed = ()
            candidates.append(replace(one, depends_on=tuple(places[n] for n in needed)))
    dropped = tuple(one for one in read if isinstance(one, Dropped))
    return without(Selection(candidates=tuple(candidates), dropped=dropped), hanging)


def _in_order(selection: Selection) -> Selection:
    """Order by dependency, otherwise as proposed; members of a circle are left out."""
    waiting = dict(enumerate(selection.candidates))
    order: list[int] = []
    for _ in range(len(waiting)):
        ready = [p for p, c in waiting.items() if all(n in order for n in c.depends_on)]
        if not ready:
            break
        order.append(ready[0])
        del waiting[ready[0]]
    new_place = {old: new for new, old in enumerate(order)}
    return Selection(
        candidates=tuple(
            replace(
                selection.candidates[old],
                depends_on=tuple(new_place[n] for n in selection.candidates[old].depends_on),
            )
            for old in order
        ),
        dropped=(
            *selection.dropped,
            *(
                Dropped(name=c.action.value, reason="depends on itself in a circle")
                for c in waiting.values()
            ),
        ),
    )


def _at_most(selection: Selection) -> Selection:
    beyond = range(STEPS_COUNT_MAX, len(selection.candidates))
    return without(selection, dict.fromkeys(beyond, f"beyond the first {STEPS_COUNT_MAX} steps"))
