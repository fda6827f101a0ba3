"""A caller whom a surface let in: who, in which workspace, and the rows that they see."""

from dataclasses import dataclass

from bailiwick.domain.access import Admission
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import PersonId, WorkspaceId
from bailiwick.domain.right import Right
from bailiwick.ports.unit import Units
from bailiwick.wiring.application import Application


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person or key that was let in, in one workspace."""

    admission: Admission
    application: Application

    @property
    def person_id(self) -> PersonId:
        """Who answers for what is done."""
        return self.admission.person_id

    @property
    def workspace(self) -> WorkspaceId:
        """Where; from the key or session, never from the request's text."""
        return self.admission.workspace_id

    @property
    def role(self) -> Role:
        """In which role."""
        return self.admission.role

    @property
    def scopes(self) -> frozenset[Right] | None:
        """What the key is limited to; None leaves the role's rights."""
        return self.admission.scopes

    @property
    def units(self) -> Units:
        """Opens units that see only the rows this caller may see: use these for every read."""
        sight, units = self.admission.sight, self.application.units
        return units if sight is None else units.seen_by(sight)

    @property
    def limited(self) -> bool:
        """Whether the caller sees a part of the workspace only."""
        return self.admission.owners is not None
