"""The closed list of actions: what may be proposed at all, and on which terms.

A step that names anything else is dropped, counted and recorded. Adding an action is one member,
one row of TERMS and a writer or capability that carries it out.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final


class Action(StrEnum):
    """Everything that can be proposed. The value is the stored and shown name."""

    REPLY = "reply"
    INITIAL = "initial"
    FOLLOWUP = "followup"
    ENRICH = "enrich"
    COMPANY_ENRICH = "company_enrich"
    FIND_DECISION_MAKER = "find_decision_maker"
    SEND_MESSAGE = "send_message"
    RECORD_FACTS = "record_facts"
    SUPPRESS_CONTACT = "suppress_contact"
    CREATE_TASK = "create_task"
    UPDATE_FIELD = "update_field"
    CHANGE_STAGE = "change_stage"
    BULK_UPDATE = "bulk_update"
    DELETE_RECORD = "delete_record"
    ESCALATE_TO_PERSON = "escalate_to_person"
    DO_NOTHING = "do_nothing"


class Effect(StrEnum):
    """Effect classes; one permit rule each."""

    READ = "read"
    DRAFT = "draft"
    WRITE = "write"
    OUTWARD = "outward"
    IRREVERSIBLE = "irreversible"
    DELEGATE = "delegate"
    PROTECT = "protect"
    """Suppression: always allowed, even when everything else is halted."""


class Risk(IntEnum):
    """R0 read … R3 irreversible (capabilities 1.6)."""

    R0 = 0
    R1 = 1
    R2 = 2
    R3 = 3


class Argument(StrEnum):
    """What an argument holds; the plan reader checks each value against it."""

    CONTACT = "contact"
    ACCOUNT = "account"
    OPPORTUNITY = "opportunity"
    MESSAGE = "message"
    TEXT = "text"
    NAME = "name"
    """One of a closed set of short names, such as a field or a stage."""
    FACTS = "facts"
    MAIL = "mail"
    """The whole outbound mail, see `domain/outbound.py`."""
    RECORDS = "records"
    """Explicit ids of the rows to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms an action may be carried out."""

    effect: Effect
    risk: Risk
    level_min: int
    """Autonomy level (0 to 5) from which no approval is needed; drafts from 1, other R1 from 2."""
    arguments: dict[str, Argument]
    """Required arguments by name; an unknown or missing one makes the step invalid."""
    optional: frozenset[str] = frozenset()
    """Those of `arguments` that may be left out."""
    sinks: frozenset[str] = frozenset()
    """Arguments that direct an effect; untrusted text may fill one only if it matches a record."""
    approval_forced: bool = False
    """Destructive, bulk, money, identity: a person approves whatever the planner says."""
    capability: str | None = None
    """For `delegate`: the registered capability that carries the action out."""


def _delegate(capability: str, *, level_min: int, **arguments: Argument) -> Terms:
    return Terms(
        effect=Effect.DELEGATE,
        risk=Risk.R1,
        level_min=level_min,
        arguments=arguments,
        sinks=frozenset(arguments),
        capability=capability,
    )


TERMS: Final[dict[Action, Terms]] = {
    Action.REPLY: _delegate(
        "reply", level_min=1, contact_id=Argument.CONTACT, message_id=Argument.MESSAGE
    ),
    Action.INITIAL: _delegate("outreach", level_min=1, contact_id=Argument.CONTACT),
    Action.FOLLOWUP: _delegate("followup", level_min=1, contact_id=Argument.CONTACT),
    Action.ENRICH: _delegate("contact_enrich", level_min=2, contact_id=Argument.CONTACT),
    Action.COMPANY_ENRICH: _delegate("company_enrich", level_min=2, account_id=Argument.ACCOUNT),
    Action.FIND_DECISION_MAKER: _delegate(
        "decision_maker", level_min=2, account_id=Argument.ACCOUNT
    ),
    Action.SEND_MESSAGE: Terms(
        effect=Effect.OUTWARD,
        risk=Risk.R2,
        level_min=3,
        arguments={"contact_id": Argument.CONTACT, "mail": Argument.MAIL},
        sinks=frozenset({"contact_id", "mail"}),
    ),
    Action.RECORD_FACTS: Terms(
        effect=Effect.WRITE,
        risk=Risk.R1,
        level_min=2,
        arguments={"facts": Argument.FACTS},
    ),
    Action.SUPPRESS_CONTACT: Terms(
        effect=Effect.PROTECT,
        risk=Risk.R1,
        level_min=0,
        arguments={"contact_id": Argument.CONTACT, "message_id": Argument.MESSAGE},
        optional=frozenset({"message_id"}),
        sinks=frozenset({"contact_id"}),
    ),
    Action.CREATE_TASK: Terms(
        effect=Effect.WRITE,
        risk=Risk.R1,
        level_min=2,
        arguments={"contact_id": Argument.CONTACT, "title": Argument.TEXT},
        sinks=frozenset({"contact_id"}),
    ),
    Action.UPDATE_FIELD: Terms(
        effect=Effect.WRITE,
        risk=Risk.R2,
        level_min=3,
        arguments={
            "contact_id": Argument.CONTACT,
            "field": Argument.NAME,
            "value": Argument.TEXT,
        },
        sinks=frozenset({"contact_id", "field", "value"}),
    ),
    Action.CHANGE_STAGE: Terms(
        effect=Effect.WRITE,
        risk=Risk.R2,
        level_min=3,
        arguments={"opportunity_id": Argument.OPPORTUNITY, "stage": Argument.NAME},
        sinks=frozenset({"opportunity_id", "stage"}),
    ),
    Action.BULK_UPDATE: Terms(
        effect=Effect.IRREVERSIBLE,
        risk=Risk.R3,
        level_min=5,
        arguments={
            "records": Argument.RECORDS,
            "field": Argument.NAME,
            "value": Argument.TEXT,
        },
        sinks=frozenset({"records", "field", "value"}),
        approval_forced=True,
    ),
    Action.DELETE_RECORD: Terms(
        effect=Effect.IRREVERSIBLE,
        risk=Risk.R3,
        level_min=5,
        arguments={"records": Argument.RECORDS},
        sinks=frozenset({"records"}),
        approval_forced=True,
    ),
    Action.ESCALATE_TO_PERSON: Terms(
        effect=Effect.READ,
        risk=Risk.R0,
        level_min=0,
        arguments={"contact_id": Argument.CONTACT, "message_id": Argument.MESSAGE},
        optional=frozenset({"message_id"}),
    ),
    Action.DO_NOTHING: Terms(effect=Effect.READ, risk=Risk.R0, level_min=0, arguments={}),
}
