"""The steps of the second reading: ask, and say what was answered."""

from dataclasses import dataclass

from bailiwick.capabilities.second_reading.asks import LABEL, UnsureReply
from bailiwick.domain.message import Message
from bailiwick.domain.provenance import Source
from bailiwick.domain.reader.read import ASKED_OF_MODELS
from bailiwick.graph.addressee import Unsafe, forbidden, read_safety
from bailiwick.graph.carried import Carried, Delta, Finishing
from bailiwick.graph.finish import outcome
from bailiwick.graph.propose import model_context
from bailiwick.ports.deps import Deps
from bailiwick.ports.model import Foreign


@dataclass(frozen=True, slots=True, kw_only=True)
class State(Carried):
    """The state of the second reading."""

    label: str = ""
    """What the model says the reply is; empty where the classifier's word stands."""


class Asked(Delta):
    """The label, or why there is none."""

    label: str = ""
    skip_reason: str = ""


async def ask(_: State, deps: Deps) -> Asked:
    """Ask for the label of the message that the run is about; unless it is to be left alone."""
    message = _unsure(deps)
    if isinstance(message, str):
        return Asked(skip_reason=message)
    assert message.reading is not None, "an unsure message was read"
    shown = UnsureReply(
        language=message.reading.language,
        subject=Foreign(text=message.mail.subject),
        text=Foreign(text=message.mail.own_text),
    )
    answer = await deps.model.ask(LABEL, shown, run=model_context(deps, step="ask"))
    if answer.source is not Source.MODEL:
        why = answer.reason.value if answer.reason is not None else "no answer"
        return Asked(skip_reason=f"the classifier stands: {why}")
    label = answer.value.label
    if label not in ASKED_OF_MODELS:
        return Asked(skip_reason=f"the classifier stands: the model says {label.value}")
    return Asked(label=label.value)


def _unsure(deps: Deps) -> Message | str:
    """Return the message, or why nobody is asked about it; who left us is not talked of."""
    message_id, contact_id = deps.frame.message_id, deps.frame.contact_id
    message = deps.crm.message(message_id) if message_id is not None else None
    if message is None or message.reading is None or not message.reading.unsure:
        return "the label is sure"
    contact = deps.crm.contact(contact_id) if contact_id is not None else None
    if contact is None or message.contact_id != contact.contact_id:
        return Unsafe.UNKNOWN_CONTACT
    return forbidden(contact, read_safety(deps, contact)) or message


async def finish(state: State, deps: Deps) -> Finishing:
    """Say which label was given."""
    extra = {"label": state.label}
    return Finishing(outcome=outcome(state, capability=deps.frame.capability, extra=extra))
