"""What the law is asked about people: may this person, agent or key use a right, in a workspace.

The same rulebook answers it as answers for steps; only the facts are others, and no approval lifts
a refusal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from bailiwick.domain.crm import Role
from bailiwick.domain.right import Right
from bailiwick.kit.hashing import Canonical
from bailiwick.policy.question import UnableToReadQuestion

PEOPLE: Final = frozenset(role.value for role in Role if role is not Role.AGENT)


class PrincipalKind(StrEnum):
    """Who asks; the value is the Cedar entity type."""

    PERSON = "Person"
    AGENT = "Agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Everything the law may know about a caller."""

    right: str
    """The right that the route needs."""
    roles: frozenset[str]
    """The caller's role with the lower ones it includes."""
    scoped: bool
    """A key was presented that is limited to some rights."""
    scopes: frozenset[str]
    """Those rights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessQuestion:
    """Asks: may this caller use this right in this workspace."""

    principal_kind: PrincipalKind
    principal_id: str
    workspace_id: str
    access: Access


def access_to_args(access: Access) -> dict[str, Canonical]:
    """Return the facts as the rules see them."""
    return {
        "right": access.right,
        "roles": sorted(access.roles),
        "scoped": access.scoped,
        "scopes": sorted(access.scopes),
    }


def clear_access(right: Right) -> AccessQuestion:
    """Return a question that nothing speaks against: an admin without a key."""
    return AccessQuestion(
        principal_kind=PrincipalKind.PERSON,
        principal_id="per_specimen",
        workspace_id="wsp_specimen",
        access=Access(right=right.value, roles=PEOPLE, scoped=False, scopes=frozenset()),
    )


def departed(right: Right, changes: Mapping[str, Canonical]) -> AccessQuestion:
    """Return the clear question with other facts, `principal` among them.

    Raises UnableToReadQuestion for a fact that does not exist or has the wrong type.
    """
    clear = clear_access(right)
    known = {f.name for f in fields(Access)} | {"principal"}
    unknown = sorted(set(changes) - known)
    if unknown:
        message = f"{unknown[0]!r} is no fact about access; there are {', '.join(sorted(known))}"
        raise UnableToReadQuestion(message)
    facts = {**access_to_args(clear.access), "principal": clear.principal_kind.value, **changes}
    scoped = facts["scoped"]
    if not isinstance(scoped, bool):
        message = "scoped is true or false"
        raise UnableToReadQuestion(message)
    return AccessQuestion(
        principal_kind=PrincipalKind(str(facts["principal"])),
        principal_id=clear.principal_id,
        workspace_id=clear.workspace_id,
        access=Access(
            right=str(facts["right"]),
            roles=_words(facts["roles"]),
            scoped=scoped,
            scopes=_words(facts["scopes"]),
        ),
    )


def _words(value: Canonical) -> frozenset[str]:
    if not isinstance(value, list):
        message = "roles and scopes are lists of words"
        raise UnableToReadQuestion(message)
    return frozenset(str(word) for word in value)
