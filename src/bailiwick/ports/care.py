"""What care for the data as a whole tells: backups, restores, retention and persons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bailiwick.domain.ids import WorkspaceId

Progress: TypeAlias = Callable[[int, int | None], None]
"""Called with what is done and, when known, how much there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainHead:
    """Where the audit chain of a workspace ended."""

    workspace_id: WorkspaceId
    name: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds."""

    backup_id: str
    made_at: datetime
    schema: str
    database: str
    """The kind of database it was made from; it can be restored into either."""
    program: str
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    heads: tuple[ChainHead, ...] = ()

    @property
    def rows_count(self) -> int:
        """How many rows there are in all."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupMade:
    """One backup, on the disk under its name."""

    manifest: Manifest
    path: str
    sha256: str
    size_bytes: int
    sealed: bool
    keep_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupKept:
    """A backup that was made of a workspace earlier."""

    backup_id: str
    made_at: datetime
    file_name: str
    sha256: str
    keep_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """What a restore did to one workspace beside putting its rows back."""

    workspace_id: WorkspaceId
    name: str
    epoch: int
    records_count: int
    doubtful_count: int
    """Effects that were ready or being sent: they may have gone out after the backup."""
    closed_cards_count: int
    """Cards of mails that may have been approved and sent after the backup."""
    erased_count: int
    """Persons who were erased after the backup and were erased again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreMade:
    """What a restore came to."""

    manifest: Manifest
    dry_run: bool
    schema: str
    """What the schema is afterwards."""
    workspaces: tuple[Reopened, ...] = ()
    revoked: Mapping[str, int] = field(default_factory=dict[str, int])
    """Sessions and keys that were ended, by table."""
    seals_aside_count: int = 0
    """Outside seals of records newer than the backup, which were moved to a file beside."""
