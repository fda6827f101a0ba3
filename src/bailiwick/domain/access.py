"""Who is at the door: what a session or a key proves, and how far its holder sees."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bailiwick.domain.crm import Role
from bailiwick.domain.ids import PersonId, WorkspaceId
from bailiwick.domain.reach import Sight
from bailiwick.domain.right import Right

ADMISSION_STATE: Final = "bailiwick_admission"
"""Under this name the front of the service leaves beside a request who was let in."""


class Means(StrEnum):
    """How a caller proved who is calling."""

    SESSION = "session"
    KEY = "key"
    NAME = "name"
    """Named by whoever works on this machine, as on the command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A caller who was let in: who, where, in which role, and what caps it."""

    workspace_id: WorkspaceId
    person_id: PersonId
    role: Role
    means: Means
    means_id: str
    """The session or key, for logs and for taking it back; never its secret."""
    scopes: frozenset[Right] | None = None
    """The rights that a key is limited to; None leaves the role's."""
    owners: frozenset[str] | None = None
    """Addresses whose rows the caller sees; None is every row of the workspace."""

    @property
    def sight(self) -> Sight | None:
        """How far the caller sees; None is every row of the workspace."""
        if self.owners is None:
            return None
        return Sight(person_id=self.person_id, owners=self.owners)
