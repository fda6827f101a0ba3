"""Settles a plan: the router's decision over the planner's, then ids in run order."""

from collections.abc import Sequence

from bailiwick.capabilities.crm_orchestrator import fallback
from bailiwick.capabilities.crm_orchestrator import vocabulary as words
from bailiwick.capabilities.crm_orchestrator.bundle import Bundle
from bailiwick.capabilities.crm_orchestrator.plan_args import Args, read_args
from bailiwick.capabilities.crm_orchestrator.proposal import Candidate, Selection, without
from bailiwick.domain.action import TERMS, Action
from bailiwick.domain.ids import RunId, step_id
from bailiwick.domain.plan import STEPS_COUNT_MAX, Step
from bailiwick.domain.provenance import Provenance, Source, Trust


def settle(selection: Selection, bundle: Bundle, *, refused: frozenset[Action]) -> Selection:
    """Return the plan that the router lets stand; with nothing left it says what it does itself.

    A message of another kind than the router's is left out, the router's own is put in, unless the
    judge has refused it in an earlier round of this run.
    """
    routed = Action(bundle.route)
    settled = without(selection, _overruled(selection, routed, refused))
    present = {candidate.action for candidate in settled.candidates}
    if routed is not Action.DO_NOTHING and routed not in present | refused:
        settled = _with_last(settled, own_candidate(routed, bundle))
    if len(settled.candidates) > 1:
        idle = {
            place: "something else is to be done"
            for place, candidate in enumerate(settled.candidates)
            if candidate.action is Action.DO_NOTHING
        }
        settled = without(settled, idle)
    if not settled.candidates:
        settled = _with_last(settled, own_candidate(Action.DO_NOTHING, bundle))
    return settled


def own_candidate(action: Action, bundle: Bundle) -> Candidate:
    """Return a step that the rules themselves propose for this bundle."""
    args = read_args(action, fallback.arguments(action, bundle), bundle)
    assert isinstance(args, Args), f"the rules' own arguments of {action} fit their bundle"
    inbound = bundle.inbound
    return Candidate(
        action=action,
        args=args.values,
        confidence_permille=fallback.rule_permille(action, bundle),
        raw_confidence_permille=None,
        reason=fallback.why(action) if action is not Action.DO_NOTHING else bundle.route_reason,
        evidence=(f"message:{inbound.message_id}",) if inbound else (),
        source=Source.RULE,
        trust=Trust.UNVERIFIED if inbound else Trust.DERIVED,
        tainted=args.tainted,
    )


def narrowed(
    selection: Selection, before: Sequence[Step], refused: frozenset[Action], *, tainted: bool
) -> Selection:
    """Keep a new round from widening: nothing refused, and after foreign text nothing riskier."""
    risk_max = max((TERMS[step.action].risk for step in before), default=0)
    out: dict[int, str] = {}
    for place, candidate in enumerate(selection.candidates):
        if candidate.action in refused:
            out[place] = "refused in an earlier round"
        elif tainted and TERMS[candidate.action].risk > risk_max:
            out[place] = "riskier than the plan before it"
        elif tainted and place >= len(before):
            out[place] = "longer than the plan before it"
    return without(selection, out)


def numbered(candidates: Sequence[Candidate], run_id: RunId, *, round_count: int) -> list[Step]:
    """Give each step its id; a later round never uses an id of an earlier one."""
    first = round_count * STEPS_COUNT_MAX + 1
    ids = [step_id(run_id, first + place) for place in range(len(candidates))]
    return [
        Step(
            step_id=ids[place],
            action=one.action,
            args=one.args,
            provenance=Provenance(
                confidence_permille=one.confidence_permille,
                reason=one.reason,
                source=one.source,
                evidence=one.evidence,
                trust=one.trust,
            ),
            requires_approval=one.requires_approval,
            depends_on=tuple(ids[needed] for needed in one.depends_on),
            tainted=one.tainted,
            raw_confidence_permille=one.raw_confidence_permille,
        )
        for place, one in enumerate(candidates)
    ]


def _overruled(selection: Selection, routed: Action, refused: frozenset[Action]) -> dict[int, str]:
    return {
        place: f"the router says {routed.value}"
        for place, candidate in enumerate(selection.candidates)
        if candidate.action in words.OUTREACH
        and (candidate.action is not routed or candidate.action in refused)
    }


def _with_last(selection: Selection, candidate: Candidate) -> Selection:
    """Add a step at the end; in a full plan the last one makes room."""
    full = dict.fromkeys(
        range(STEPS_COUNT_MAX - 1, len(selection.candidates)), "made room for the router's step"
    )
    fitting = without(selection, full)
    return Selection(candidates=(*fitting.candidates, candidate), dropped=fitting.dropped)
