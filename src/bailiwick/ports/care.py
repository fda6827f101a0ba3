"""What care for the data as a whole tells: backups, restores, retention and persons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol, TypeAlias

from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import ContactId, WorkspaceId
from bailiwick.ports.unit import Unit

Progress: TypeAlias = Callable[[int, int | None], None]
"""Called with what is done and, when known, how much there is."""
NAME_LENGTH_MIN: Final = 5  # ours: a shorter name is in too many other words
NUMBER_DIGITS_MIN: Final = 7  # ours: fewer are in too many other numbers


class UnableToKeepErased(IntegrityFault):
    """A row is about a person who was erased meanwhile; nothing of its transaction is kept."""


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
class Holding:
    """Ids of all rows that are held on one person, and what identifies the person in texts."""

    contact_id: ContactId
    addresses: tuple[str, ...]
    names: tuple[str, ...]
    """Full name and telephone number; they may be somebody else's too."""
    rows: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """By table."""
    detached: frozenset[str] = frozenset()
    """Deals that stay with their company, without the person."""

    @property
    def terms(self) -> tuple[str, ...]:
        """By what a text names the person and nobody else, so that it may go.

        A name of one word may be any word: somebody called `status` would take all threads along.
        """
        return (self.contact_id, *self.addresses, *filter(_tells, self.names))

    @property
    def likely_terms(self) -> tuple[str, ...]:
        """By what a text may name the person, for somebody to look at."""
        names = (name for name in self.names if len(name) >= NAME_LENGTH_MIN)
        return (*self.addresses, *names)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are, by table."""
        return {name: len(ids) for name, ids in sorted(self.rows.items()) if ids}


def _tells(name: str) -> bool:
    words = len(name) >= NAME_LENGTH_MIN and len(name.split()) > 1
    return words or sum(map(str.isdigit, name)) >= NUMBER_DIGITS_MIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One person who was erased, without saying who it was."""

    erasure_id: str
    workspace_id: WorkspaceId
    contact_id: ContactId
    address_marks: tuple[str, ...]
    """Salted hashes, by which a restored backup finds the person again."""
    erased_at: datetime


class Persons(Protocol):
    """Everything that is held on a person, in one unit."""

    def held_on(self, unit: Unit, contact_id: ContactId) -> Holding | None:
        """Find every row; None when there is none."""
        ...

    def mentions(self, unit: Unit, holding: Holding) -> Sequence[tuple[str, str]]:
        """Name rows of others that say an address, name or number of the person: table, id."""
        ...

    def under_way(self, unit: Unit, contact_id: ContactId) -> Sequence[str]:
        """Return the effects on the person that are being sent or in doubt."""
        ...

    def past(self, unit: Unit, contact_id: ContactId) -> Erasure | None:
        """Return the newest erasure of somebody; None when they never were erased."""
        ...

    def erase(self, unit: Unit, holding: Holding, *, at: datetime) -> Mapping[str, int]:
        """Delete and shred; returns how many rows went, by table."""
        ...

    def note(
        self,
        unit: Unit,
        holding: Holding,
        *,
        erased_by: str,
        reason: str,
        at: datetime,
        counts: Mapping[str, int],
    ) -> Erasure:
        """Keep what a restore needs to do the erasure again."""
        ...


class SealedCopies(Protocol):
    """Working copies that the database cannot search, since only their keeper opens them."""

    def forget(self, unit: Unit, holding: Holding) -> Mapping[str, int]:
        """Delete what is about the person or names them; returns how much, by table."""
        ...


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
    silenced_count: int
    """Webhook endpoints that were active; a person enables them again."""
    paused_count: int
    """Campaigns that ran; a person resumes them."""
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
    remains: tuple[str, ...] = ()
    """Where the database could not be made to forget what was replaced or erased, in words."""
    seals_aside_count: int = 0
    """Outside seals of records newer than the backup, which were moved to a file beside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What retention removed of one kind, or would."""

    kind: str
    older_than: datetime
    count: int
