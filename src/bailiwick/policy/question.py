"""What the law is asked, and the canonical form in which a question is recorded and read back.

The recorded form is exactly what the rules saw, so that a replay or a simulation judges the same
facts as on the day.
"""

import dataclasses
from collections.abc import Mapping
from enum import StrEnum
from types import NoneType, UnionType
from typing import Final, get_args, get_origin

from bailiwick.domain.action import Action
from bailiwick.domain.fault import InputFault
from bailiwick.kit.hashing import Canonical
from bailiwick.policy.standing import ApprovalStanding, Standing

PRINCIPAL_TYPE: Final = "Capability"


class UnableToReadQuestion(InputFault):
    """A recorded question or standing does not have the shape that today's law asks for."""


class ResourceKind(StrEnum):
    """What a step acts on; the value is the Cedar entity type."""

    CONTACT = "Contact"
    ACCOUNT = "Account"
    OPPORTUNITY = "Opportunity"
    WORKSPACE = "Workspace"
    """Many rows at once, or none in particular."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Asks: may this capability take this action on this resource, as things stand."""

    capability: str
    action: Action
    resource_kind: ResourceKind
    resource_id: str
    standing: Standing


def standing_to_args(standing: Standing) -> dict[str, Canonical]:
    """Return the canonical form of a standing; an absent approval is null."""
    args = {name: _plain(getattr(standing, name)) for name in _STANDING_FIELDS}
    approval = standing.approval
    args["approval"] = None if approval is None else approval_to_args(approval)
    return args


def approval_to_args(approval: ApprovalStanding) -> dict[str, Canonical]:
    """Return the canonical form of an approval's standing."""
    return {name: _plain(getattr(approval, name)) for name in _APPROVAL_FIELDS}


def standing_from_args(args: Mapping[str, Canonical]) -> Standing:
    """Read the canonical form back, strictly. Raises UnableToReadQuestion naming the field."""
    values = _checked(Standing, args, "standing")
    approval = args.get("approval")
    if approval is not None:
        if not isinstance(approval, Mapping):
            message = f"standing: approval is a record or null, not {type(approval).__name__}"
            raise UnableToReadQuestion(message)
        values["approval"] = ApprovalStanding(
            **_checked(ApprovalStanding, approval, "standing: approval")  # pyright: ignore[reportArgumentType] - each value was checked against its annotation
        )
    return Standing(**values)  # pyright: ignore[reportArgumentType] - each value was checked against its annotation


def question_to_args(question: Question) -> dict[str, Canonical]:
    """Return the canonical form of a question, for the record of its verdict."""
    return {
        "capability": question.capability,
        "action": question.action.value,
        "resource_kind": question.resource_kind.value,
        "resource_id": question.resource_id,
        "standing": standing_to_args(question.standing),
    }


def question_from_args(args: Mapping[str, Canonical]) -> Question:
    """Read a recorded question back, strictly. Raises UnableToReadQuestion naming the field."""
    odd = ", ".join(sorted(_QUESTION_FIELDS.symmetric_difference(args)))
    if odd:
        message = f"question: missing or unknown fields: {odd}; record it with question_to_args"
        raise UnableToReadQuestion(message)
    standing = args["standing"]
    if not isinstance(standing, Mapping):
        message = f"question: standing is a record, not {type(standing).__name__}"
        raise UnableToReadQuestion(message)
    try:
        action = Action(str(args["action"]))
        kind = ResourceKind(str(args["resource_kind"]))
    except ValueError as error:
        message = f"question: {error}; this version knows no such word"
        raise UnableToReadQuestion(message) from error
    return Question(
        capability=_text(args, "capability"),
        action=action,
        resource_kind=kind,
        resource_id=_text(args, "resource_id"),
        standing=standing_from_args(standing),
    )


def _text(args: Mapping[str, Canonical], name: str) -> str:
    value = args[name]
    if not isinstance(value, str):
        message = f"question: {name} is text, not {type(value).__name__}"
        raise UnableToReadQuestion(message)
    return value


def _plain(value: object) -> Canonical:
    if isinstance(value, frozenset):
        return sorted(str(word) for word in value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - a frozenset[str] field
    # A float or another foreign value passes as it is: Cedar then gives no decision, and the judge
    # refuses. Recording it fails in the canonical encoding.
    return value  # pyright: ignore[reportReturnType] - the type of the field, bool, int or str


def _checked(kind: type[object], args: Mapping[str, Canonical], where: str) -> dict[str, object]:
    assert dataclasses.is_dataclass(kind), kind
    fields = {f.name: f for f in dataclasses.fields(kind)}
    unknown = sorted(set(args) - set(fields))
    missing = sorted(
        name for name, f in fields.items() if name not in args and f.default is dataclasses.MISSING
    )
    if unknown or missing:
        message = f"{where}: unknown facts {unknown}, missing facts {missing}"
        raise UnableToReadQuestion(message)
    return {
        name: _value(args[name], f.type, f"{where}: {name}")
        for name, f in fields.items()
        if name in args and not isinstance(f.type, UnionType)
    }


def _value(value: Canonical, annotation: object, where: str) -> object:
    if get_origin(annotation) is frozenset:
        if isinstance(value, (list, tuple)) and all(isinstance(word, str) for word in value):
            return frozenset(value)
    elif isinstance(annotation, type) and type(value) is annotation:
        return value  # exactly this type: a bool is no int here
    expected = "list of words" if get_args(annotation) else getattr(annotation, "__name__", "?")
    message = f"{where} is {expected}, not {type(value).__name__}"
    raise UnableToReadQuestion(message)


def _plain_fields(kind: type[object]) -> tuple[str, ...]:
    assert dataclasses.is_dataclass(kind), kind
    return tuple(
        f.name
        for f in dataclasses.fields(kind)
        if not (isinstance(f.type, UnionType) and NoneType in get_args(f.type))
    )


_STANDING_FIELDS: Final = _plain_fields(Standing)
_APPROVAL_FIELDS: Final = _plain_fields(ApprovalStanding)
_QUESTION_FIELDS: Final = frozenset(f.name for f in dataclasses.fields(Question))
