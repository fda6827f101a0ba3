"""How far a person sees within a workspace."""

from dataclasses import dataclass
from enum import StrEnum

from bailiwick.domain.ids import PersonId


class Reach(StrEnum):
    """Which customers' rows a person sees; the workspace's rows without an owner need WORKSPACE."""

    OWN = "own"
    """Rows that the person owns."""
    TEAM = "team"
    """Rows that the person or somebody of a common team owns."""
    WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Whose rows a person with a reach below the workspace sees, and who that person is."""

    person_id: PersonId
    """What they started about nobody in particular is theirs as well."""
    owners: frozenset[str]
    """Normalised addresses of owners; a row without an owner is not among theirs."""
