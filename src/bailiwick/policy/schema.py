"""The Cedar schema, rendered from actions, rights and their facts, so that none can drift from it.

`rules/schema.cedarschema` is the committed copy for readers and editors; a test compares the two.
Every action belongs to the group of its effect class (`effect/outward`, ...), and each group to
`effect/changing` (all but read and protect) or `effect/stoppable` (all but protect).
"""

import dataclasses
from types import NoneType, UnionType
from typing import Final, get_args, get_origin

from bailiwick.domain.action import TERMS, Action, Effect
from bailiwick.domain.right import Right
from bailiwick.policy.access import Access, PrincipalKind
from bailiwick.policy.question import PRINCIPAL_TYPE, ResourceKind
from bailiwick.policy.standing import Standing

CHANGING: Final = "effect/changing"
STOPPABLE: Final = "effect/stoppable"
ANY_RIGHT: Final = "right/any"

_SCALARS: Final[dict[object, str]] = {bool: "Bool", int: "Long", str: "String"}


def rendered() -> str:
    """Return the schema as Cedar text."""
    resources = ", ".join(sorted(ResourceKind))
    lines = [
        "// Rendered from domain/action.py and policy/standing.py; `policy schema` prints it anew.",
        f"entity {PRINCIPAL_TYPE};",
        f"entity {resources};",
        "",
        f"type Standing = {_record(Standing, indent='')};",
        "",
        f'action "{STOPPABLE}";',
        f'action "{CHANGING}" in ["{STOPPABLE}"];',
    ]
    lines.extend(_group(effect) for effect in Effect)
    lines.append("")
    for action in Action:
        lines += [
            f'action "{action}" in ["{group_of(TERMS[action].effect)}"] appliesTo {{',
            f"  principal: [{PRINCIPAL_TYPE}],",
            f"  resource: [{resources}],",
            "  context: Standing",
            "};",
        ]
    lines += ["", f"entity {', '.join(sorted(PrincipalKind))};", ""]
    lines += [f"type Access = {_record(Access, indent='')};", "", f'action "{ANY_RIGHT}";']
    principals = ", ".join(sorted(PrincipalKind))
    for right in Right:
        lines += [
            f'action "{name_of(right)}" in ["{ANY_RIGHT}"] appliesTo {{',
            f"  principal: [{principals}],",
            f"  resource: [{ResourceKind.WORKSPACE}],",
            "  context: Access",
            "};",
        ]
    return "\n".join(lines) + "\n"


def name_of(right: Right) -> str:
    """Name the Cedar action of a right."""
    return f"right/{right}"


def group_of(effect: Effect) -> str:
    """Name the group of actions that have this effect."""
    return f"effect/{effect}"


def names_of(action: Action) -> frozenset[str]:
    """Return every name by which a rule's scope can cover this action."""
    effect = TERMS[action].effect
    names = {action.value, group_of(effect)}
    if effect is not Effect.PROTECT:
        names.add(STOPPABLE)
        if effect is not Effect.READ:
            names.add(CHANGING)
    return frozenset(names)


def _group(effect: Effect) -> str:
    if effect is Effect.PROTECT:
        return f'action "{group_of(effect)}";'
    parent = STOPPABLE if effect is Effect.READ else CHANGING
    return f'action "{group_of(effect)}" in ["{parent}"];'


def _record(kind: type[object], *, indent: str) -> str:
    inner = indent + "  "
    assert dataclasses.is_dataclass(kind), kind
    lines = [f"{inner}{_attribute(f.name, f.type, inner)}" for f in dataclasses.fields(kind)]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _attribute(name: str, annotation: object, indent: str) -> str:
    if isinstance(annotation, UnionType):
        present = [part for part in get_args(annotation) if part is not NoneType]
        assert len(present) == 1, f"{name}: a fact has one type, or one type and None"
        return f"{name}?: {_type(present[0], indent)}"
    return f"{name}: {_type(annotation, indent)}"


def _type(annotation: object, indent: str) -> str:
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    if get_origin(annotation) is frozenset and get_args(annotation) == (str,):
        return "Set<String>"
    assert isinstance(annotation, type), f"no fact can be {annotation!r}: Cedar has no such type"
    return _record(annotation, indent=indent)
