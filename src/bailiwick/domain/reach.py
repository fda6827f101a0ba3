"""How far a person sees within a workspace."""

from enum import StrEnum


class Reach(StrEnum):
    """Which customers' rows a person sees; a row without an owner is the workspace's."""

    OWN = "own"
    """Rows that the person owns."""
    TEAM = "team"
    """Rows that the person or somebody of a common team owns."""
    WORKSPACE = "workspace"
