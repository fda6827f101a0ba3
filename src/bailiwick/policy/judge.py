"""The judge: a question in, a verdict out; no clock, dice, disk, network or log.

Held means "would be allowed with an approval": the judge finds out by asking again with each
approval that a person could give, weakest first (decision 0006).
"""

import dataclasses
from collections.abc import Iterable
from typing import Final

from bailiwick.domain.approval import Needs
from bailiwick.domain.crm import Role
from bailiwick.kit.text import capped, one_line
from bailiwick.policy.access import AccessQuestion
from bailiwick.policy.cedar import Answer, Outcome
from bailiwick.policy.question import Question
from bailiwick.policy.rulebook import Rulebook
from bailiwick.policy.standing import ApprovalStanding
from bailiwick.policy.verdict import Allowed, Deciding, Held, Refused, Verdict

FAULT: Final = Deciding(
    rule_id="law/fault",
    harm="acting on a law that could not be applied",
    reason="a rule erred or a fact did not fit the schema, so nothing is decided",
)
"""Its reason goes on with Cedar's own words, which name the rule or the fact."""
FAULT_CHARS_MAX: Final = 300  # ours: two lines on a card
UNGRANTED: Final = Deciding(
    rule_id="law/nothing-grants-this",
    harm="doing what nobody ever allowed",
    reason="no rule grants this to who asks",
)

REMEDIES: Final = (
    Needs(role=Role.APPROVER),
    Needs(role=Role.SUPERVISOR),
    Needs(role=Role.APPROVER, persons_count=2),
    Needs(role=Role.SUPERVISOR, persons_count=2),
)
"""The approvals that a person can be asked for, weakest first."""

_INCLUDED_ROLES: Final = {
    Role.APPROVER: frozenset({"viewer", "rep", "approver"}),
    Role.SUPERVISOR: frozenset({"viewer", "rep", "approver", "supervisor"}),
}


def judge(rulebook: Rulebook, question: Question | AccessQuestion) -> Verdict:
    """Judge one question under one rulebook."""
    if isinstance(question, AccessQuestion):
        return _judge_access(rulebook, question)
    answer = rulebook.answer(question, question.standing.approval)
    if answer.outcome is Outcome.FAULT:
        return _refused(rulebook, answer)
    if answer.outcome is Outcome.ALLOW:
        return Allowed(rules=_deciding(rulebook, answer), rulebook_hash=rulebook.hash)
    beyond_approval = tuple(
        rule_id for rule_id in answer.rule_ids if not rulebook.by_id[rule_id].liftable
    )
    if beyond_approval:
        # A rule that reads no approval forbids with every approval: no need to ask again.
        return Refused(rules=_named(rulebook, beyond_approval), rulebook_hash=rulebook.hash)
    remedied = answer
    for needs in REMEDIES:
        remedied = rulebook.answer(question, as_standing(needs))
        if remedied.outcome is Outcome.ALLOW:
            rules = _deciding(rulebook, answer)
            return Held(rules=rules, rulebook_hash=rulebook.hash, needs=needs)
        if remedied.outcome is Outcome.FAULT:
            break
    return _refused(rulebook, remedied)


def _judge_access(rulebook: Rulebook, question: AccessQuestion) -> Verdict:
    """Judge what a person, agent or key may do: there is no approval that could lift a refusal."""
    answer = rulebook.answer_access(question)
    if answer.outcome is Outcome.ALLOW:
        return Allowed(rules=_deciding(rulebook, answer), rulebook_hash=rulebook.hash)
    return _refused(rulebook, answer)


def as_standing(needs: Needs) -> ApprovalStanding:
    """Return the weakest fresh approval of the payload at hand that meets these needs."""
    return ApprovalStanding(
        payload_matches=True,
        roles=_INCLUDED_ROLES[needs.role],
        persons_count=needs.persons_count,
        requester_signed=False,
        age_seconds=0,
    )


def _refused(rulebook: Rulebook, answer: Answer) -> Refused:
    if answer.outcome is not Outcome.FAULT:
        return Refused(rules=_deciding(rulebook, answer), rulebook_hash=rulebook.hash)
    # Facts hold no free text, so neither does Cedar's complaint about them.
    reason = one_line(f"{FAULT.reason}: {'; '.join(answer.faults)}")
    fault = dataclasses.replace(FAULT, reason=capped(reason, FAULT_CHARS_MAX))
    return Refused(rules=(fault,), rulebook_hash=rulebook.hash)


def _deciding(rulebook: Rulebook, answer: Answer) -> tuple[Deciding, ...]:
    return _named(rulebook, answer.rule_ids) or (UNGRANTED,)


def _named(rulebook: Rulebook, rule_ids: Iterable[str]) -> tuple[Deciding, ...]:
    rules = (rulebook.by_id[rule_id] for rule_id in rule_ids)
    return tuple(Deciding(rule_id=r.rule_id, harm=r.harm, reason=r.reason) for r in rules)
