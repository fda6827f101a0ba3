"""Checks the arguments of a proposed step against the action's terms and the bundle."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bailiwick.capabilities.crm_orchestrator import vocabulary as words
from bailiwick.capabilities.crm_orchestrator.bundle import Bundle
from bailiwick.capabilities.crm_orchestrator.proposal import ProposedArgs
from bailiwick.domain.action import TERMS, Action, Argument
from bailiwick.domain.provenance import Trust
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.text import one_line

_IDS: Final = frozenset({"contact_id", "account_id", "message_id"})
_FORBIDDEN_IN_TITLE: Final = ("@", "://", "www.", "<", ">")


@dataclass(frozen=True, slots=True, kw_only=True)
class Args:
    """Arguments that fit, and those among them that come from untrusted text."""

    values: Mapping[str, Canonical]
    tainted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfitArgs:
    """Why the arguments cannot be used."""

    reason: str


def read_args(action: Action, given: ProposedArgs, bundle: Bundle) -> Args | UnfitArgs:
    """Return the checked arguments of an action, or why they do not fit."""
    terms = TERMS[action]
    named = {
        name: value
        for name in ProposedArgs.model_fields
        if isinstance(value := getattr(given, name, None), str)
    }
    for name, value in named.items():
        if name in terms.arguments:
            if not _fits(terms.arguments[name], name, value, bundle):
                return UnfitArgs(reason=f"argument {name} is not one of this contact's")
        elif name not in _IDS or not _fits(_ID_KINDS[name], name, value, bundle):
            return UnfitArgs(reason=f"the action takes no argument {name}")
    values: dict[str, Canonical] = {n: v for n, v in named.items() if n in terms.arguments}
    missing = sorted(set(terms.arguments) - set(values) - terms.optional)
    if missing:
        return UnfitArgs(reason=f"argument {missing[0]} is missing")
    if action is Action.UPDATE_FIELD:
        return _field_value(values, bundle)
    if action is Action.CHANGE_STAGE and bundle.inbound is not None:
        # The choice may follow what the message said, so it counts as the message's.
        return Args(values=values, tainted=frozenset({"stage"}))
    return Args(values=values)


_ID_KINDS: Final = {
    "contact_id": Argument.CONTACT,
    "account_id": Argument.ACCOUNT,
    "message_id": Argument.MESSAGE,
}


def _fits(kind: Argument, name: str, value: str, bundle: Bundle) -> bool:
    match kind:
        case Argument.NAME:
            return value in (words.STAGES if name == "stage" else words.FIELDS)
        case Argument.TEXT:
            return name == "value" or _is_title(value)
        case _:
            # Mails, facts and row lists have no values here, so none ever fits.
            return value in _known_ids(kind, bundle)


def _known_ids(kind: Argument, bundle: Bundle) -> frozenset[str | None]:
    known: dict[Argument, tuple[str | None, ...]] = {
        Argument.CONTACT: (bundle.contact_id,),
        Argument.ACCOUNT: (bundle.account_id,),
        Argument.MESSAGE: (bundle.inbound.message_id,) if bundle.inbound else (),
        Argument.OPPORTUNITY: tuple(deal.opportunity_id for deal in bundle.deals),
    }
    return frozenset(known.get(kind, ()))


def _is_title(value: str) -> bool:
    plain = value == one_line(value) and 0 < len(value) <= words.TITLE_LENGTH_MAX
    return plain and not any(mark in value for mark in _FORBIDDEN_IN_TITLE)


def _field_value(values: Mapping[str, Canonical], bundle: Bundle) -> Args | UnfitArgs:
    """Accept a new value only if a fact of the bundle holds it for that field."""
    support = [
        fact
        for fact in bundle.facts
        if fact.subject == bundle.contact_id
        and fact.field == values["field"]
        and fact.value
        and fact.value == values["value"]
    ]
    if not support:
        return UnfitArgs(reason="argument value is not the value of a fact that was shown")
    trusted = any(fact.trust is not Trust.UNVERIFIED for fact in support)
    return Args(values=values, tainted=frozenset() if trusted else frozenset({"value"}))
