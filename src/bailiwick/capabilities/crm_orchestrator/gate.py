"""The safety gate: who may not be planned for at all, decided before any model is asked.

It fails closed, and no plan can lift it (capabilities F4). A certain opt-out suppresses, a doubtful
one asks a person; both end the run with that one step.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bailiwick.capabilities.crm_orchestrator.gathered import Inbound
from bailiwick.capabilities.crm_orchestrator.state import State
from bailiwick.capabilities.crm_orchestrator.sureness import BASE_PERMILLE
from bailiwick.domain.action import Action
from bailiwick.domain.crm import Contact
from bailiwick.domain.ids import MessageId, step_id
from bailiwick.domain.plan import Plan, Step
from bailiwick.domain.provenance import Provenance, Source, Trust
from bailiwick.domain.reading import Concern
from bailiwick.graph.propose import OBJECTIVE_CONTACT, propose
from bailiwick.ports.deps import Frame


def certain_opt_out(state: State, *, returned_at: datetime | None) -> Inbound | None:
    """Return the message in which the contact surely asks to be left alone.

    What came before they asked to come back is over.
    """
    certain = (one for one in state.letters.opt_outs if _is_certain(one))
    return next((o for o in certain if returned_at is None or o.received_at > returned_at), None)


def doubtful_opt_out(state: State, *, settled_at: datetime | None) -> Inbound | None:
    """Return the message of which a person must say whether it asks to be left alone.

    What came before a person settled the doubt needs no second answer.
    """
    doubtful = (one for one in state.letters.opt_outs if not _is_certain(one))
    return next((o for o in doubtful if settled_at is None or o.received_at > settled_at), None)


def one_step_plan(
    action: Action, contact: Contact, message_id: MessageId | None, frame: Frame, *, reason: str
) -> Plan:
    """Return the gate's own plan: suppress the contact, or ask a person."""
    step = _step(action, contact, message_id, frame, reason=reason)
    return _plan([step], contact, message_id, frame)


def opt_out_plan(contact: Contact, inbound: Inbound, frame: Frame) -> Plan:
    """Return the plan that suppresses, and asks a person where silence is not all that is owed.

    Who asks to be erased, complains or threatens is owed an answer, and nobody looks at a
    suppressed contact again.
    """
    reason = "the contact asks to be left alone"
    suppress = _step(Action.SUPPRESS_CONTACT, contact, inbound.message_id, frame, reason=reason)
    steps = [suppress]
    if inbound.reading is not None and inbound.reading.concerns & _OWED:
        reason = "beside asking to be left alone, the contact is owed a person's answer"
        ask = _step(Action.ESCALATE_TO_PERSON, contact, inbound.message_id, frame, reason=reason)
        steps.append(replace(ask, step_id=step_id(frame.run_id, 2)))
    return _plan(steps, contact, inbound.message_id, frame)


_OWED: Final = frozenset({Concern.PRIVACY, Concern.LEGAL, Concern.COMPLAINT})
"""What a person must answer whatever else the message asks."""


def _step(
    action: Action, contact: Contact, message_id: MessageId | None, frame: Frame, *, reason: str
) -> Step:
    about = {"message_id": message_id} if message_id is not None else {}
    return Step(
        step_id=step_id(frame.run_id, 1),
        action=action,
        args={"contact_id": contact.contact_id, **about},
        provenance=Provenance(
            confidence_permille=BASE_PERMILLE[action],
            reason=reason,
            source=Source.RULE,
            evidence=(f"message:{message_id}",) if message_id is not None else (),
            trust=Trust.UNVERIFIED,
        ),
    )


def _plan(
    steps: Sequence[Step], contact: Contact, message_id: MessageId | None, frame: Frame
) -> Plan:
    return propose(
        frame,
        steps,
        contact_id=contact.contact_id,
        objective=OBJECTIVE_CONTACT,
        planner="rules",
        prompt_version="",
        facts={"contact": contact.contact_id, "message": message_id},
    )


def _is_certain(one: Inbound) -> bool:
    # Somebody else's "take us off" about this contact is for a person to judge.
    reading = one.reading
    if reading is None or not reading.opt_out_certain:
        return False
    return one.from_contact or reading.opt_out_proven
