"""One question that nothing speaks against: the clear case from which every other case departs.

It is a plain answer to a contact's own message, drafted with certainty, inside a live L3 grant.
"""

from bailiwick.domain.action import TERMS, Action
from bailiwick.policy.question import Question, ResourceKind
from bailiwick.policy.standing import Standing


def clear_standing(action: Action = Action.SEND_MESSAGE) -> Standing:
    """Return a standing in which this action meets no objection but what its own terms demand."""
    terms = TERMS[action]
    return Standing(
        effect=terms.effect.value,
        risk=int(terms.risk),
        confidence_permille=900,
        requires_approval=False,
        approval_forced=terms.approval_forced,
        declared=True,
        tainted_sink=False,
        tainted_run=False,
        records_count=1,
        level_granted=terms.level_min,
        level_required=terms.level_min,
        halted=False,
        contact_known=True,
        suppressed=False,
        do_not_contact=False,
        bounced=False,
        unsubscribed=False,
        opt_out_doubtful=False,
        topic_left=False,
        namesakes_count=0,
        entity_confirmed=True,
        consent="granted",
        jurisdiction="opt_in",
        purpose="service",
        recipient_matches=True,
        sender_matches=True,
        answers_inbound=True,
        injection_signs=False,
        concerns=frozenset(),
        unsupported_claims_count=0,
        restricted_content=False,
        postal_address_missing=False,
        links_foreign_count=0,
        quiet_hours=False,
        touches_recent_count=0,
        touches_recent_max=1,
        automatic_replies_today_count=0,
        autoresponder=False,
        campaign_over=False,
    )


def clear_question(action: Action = Action.SEND_MESSAGE) -> Question:
    """Return the clear case for an action."""
    return asked(action, clear_standing(action))


def asked(action: Action, standing: Standing) -> Question:
    """Return the question that puts this standing to the law, on behalf of a made-up capability."""
    return Question(
        capability="specimen",
        action=action,
        resource_kind=ResourceKind.CONTACT,
        resource_id="con_specimen",
        standing=standing,
    )
