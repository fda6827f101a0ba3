"""Builds what people and programs log in with, for one workspace."""

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bailiwick.engine.people.keys import Keys
    from bailiwick.engine.people.login import Logins
    from bailiwick.engine.people.rights import Rights
    from bailiwick.wiring.grounds import Grounds


class Entrance:
    """Logins and keys of one workspace."""

    def __init__(self, grounds: "Grounds") -> None:
        self._grounds = grounds

    @cached_property
    def keys(self) -> "Keys":
        """Issues and ends API keys."""
        from bailiwick.engine.people.keys import Keys

        grounds = self._grounds
        return Keys(
            grounds.workspace.workspace_id,
            units=grounds.units,
            clock=grounds.clock,
            ids=grounds.ids,
        )

    @cached_property
    def logins(self) -> "Logins":
        """Logs people in and out."""
        from bailiwick.engine.people.login import Logins
        from bailiwick.engine.people.password import Passwords
        from bailiwick.engine.people.patience import Patience

        grounds = self._grounds
        workspace_id = grounds.workspace.workspace_id
        return Logins(
            workspace_id,
            units=grounds.units,
            clock=grounds.clock,
            ids=grounds.ids,
            passwords=Passwords(),
            patience=Patience(workspace_id, envelope=grounds.envelope("known devices")),
        )

    @cached_property
    def rights(self) -> "Rights":
        """Asks the law what callers may do."""
        from bailiwick.engine.people.rights import Rights

        grounds = self._grounds
        return Rights(rulebook=lambda: grounds.rulebook, units=grounds.units, clock=grounds.clock)
