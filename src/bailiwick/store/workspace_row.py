"""A stored workspace as a domain value."""

from sqlalchemy import RowMapping

from bailiwick.domain.crm import Workspace
from bailiwick.domain.ids import WorkspaceId


def workspace_of(row: RowMapping) -> Workspace:
    """Read a stored workspace."""
    return Workspace(
        workspace_id=WorkspaceId(row["id"]),
        name=row["name"],
        mailbox=row["mailbox"],
        company=row["company"],
        postal_address=row["postal_address"],
        timezone=row["timezone"],
        jurisdiction=row["jurisdiction"],
    )
