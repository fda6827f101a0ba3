"""Finds out whose unsubscribe link was followed: the workspace whose secret made the token."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from bailiwick.domain.ids import WorkspaceId

if TYPE_CHECKING:
    from bailiwick.domain.crm import Workspace
    from bailiwick.engine.permission.one_click import Choice, OptingOut

Opener = Callable[[WorkspaceId], "OptingOut"]


class OneClick:
    """The unsubscribe links of every workspace that is served."""

    def __init__(
        self,
        workspaces: "Sequence[Workspace]",
        *,
        secret: Callable[[WorkspaceId], bytes],
        opener: Opener,
    ) -> None:
        self._workspaces = tuple(workspaces)
        self._secret = secret
        self._opener = opener
        self._secrets: dict[WorkspaceId, bytes] = {}

    def sender(self, token: str) -> "Workspace | None":
        """Return who sent the mail that a token stood in; None for a token that is not ours."""
        found = self._found(token)
        return None if found is None else found[0]

    def opt_out(self, token: str) -> "Workspace | None":
        """Opt out whom a token names and return who sent the mail; None for a foreign token.

        Raises PortFault when the store is away.
        """
        found = self._found(token)
        if found is None:
            return None
        workspace, address_hash = found
        self._opener(workspace.workspace_id).opt_out(address_hash)
        return workspace

    def topics(self, token: str) -> "Sequence[Choice]":
        """Return what whom a token names may leave and join again; nothing for a foreign one.

        Raises PortFault when the store is away.
        """
        found = self._found(token)
        return () if found is None else self._opener(found[0].workspace_id).topics(found[1])

    def leave(self, token: str, names: "Collection[str]") -> "Workspace | None":
        """Send no more of these topics to whom a token names; None for a foreign token.

        Raises PortFault when the store is away.
        """
        found = self._found(token)
        if found is None:
            return None
        workspace, address_hash = found
        self._opener(workspace.workspace_id).leave(address_hash, names)
        return workspace

    def rejoin(self, token: str, names: "Collection[str]") -> bool:
        """Write about these topics again to whom a token names; False when nothing changed.

        Raises PortFault when the store is away.
        """
        found = self._found(token)
        return found is not None and self._opener(found[0].workspace_id).rejoin(found[1], names)

    def _found(self, token: str) -> "tuple[Workspace, str] | None":
        from bailiwick.connectors.smtp.unsubscribe import unsubscribed_hash

        for workspace in self._workspaces:
            secret = self._secrets.get(workspace.workspace_id)
            if secret is None:
                secret = self._secrets[workspace.workspace_id] = self._secret(
                    workspace.workspace_id
                )
            address_hash = unsubscribed_hash(token, secret=secret)
            if address_hash is not None:
                return workspace, address_hash
        return None
