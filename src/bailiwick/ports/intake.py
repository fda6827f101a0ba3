"""Bulk intake of rows from another system: what a staged row is, and what the store answers.

Rows are tuples because a million of them pass through here and each is bound to a statement as it
is. An empty value means "the file does not say": it never removes what is already known.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Protocol, TypeAlias

from bailiwick.domain.fault import PortFault
from bailiwick.domain.ids import BatchId
from bailiwick.kit.hashing import digest_bytes

Value: TypeAlias = str | int | bool | None
"""One imported value; instants are microseconds since 1970 in UTC, money is minor units."""


class ImportKind(StrEnum):
    """The kinds of rows that can be imported, in the order in which they refer to each other."""

    ACCOUNTS = "accounts"
    PRODUCTS = "products"
    CONTACTS = "contacts"
    LEADS = "leads"
    DEALS = "deals"
    ACTIVITIES = "activities"


COLUMNS: Final[Mapping[ImportKind, tuple[str, ...]]] = {
    ImportKind.ACCOUNTS: (
        "name", "domain", "industry", "employees_count", "country", "city", "website",
        "description", "owner_email",
    ),
    ImportKind.PRODUCTS: ("name", "sku", "price_minor", "currency"),
    ImportKind.CONTACTS: (
        "first_name", "last_name", "title", "phone", "country", "city", "timezone", "language",
        "lifecycle", "owner_email",
    ),
    ImportKind.LEADS: ("name", "company", "address", "phone", "source", "status"),
    ImportKind.DEALS: (
        "name", "stage", "amount_minor", "currency", "close_on", "closed", "won", "owner_email",
    ),
    ImportKind.ACTIVITIES: ("kind", "subject", "note", "at"),
}  # fmt: skip
"""The order of `IntakeRow.values` for each kind."""

BATCH_ROWS_MAX: Final = 20_000  # engine.md section 10: 20 k rows per transaction
ADDRESSES_COUNT_MAX: Final = 10  # ours: no export seen lists more addresses of one person


TEXT_KEY: Final = "text:"


class Link(NamedTuple):
    """A reference to a row that may be in another file; the keys are tried in order.

    A key is `id:<external id>` in the row's own system, `address:<normalised address>`,
    `domain:<host>` or `name:<folded name>`. `text:<the cell>` resolves nothing: it keeps what the
    file said for as long as the reference waits.
    """

    field: str
    kind: ImportKind
    keys: tuple[str, ...]


class StageMove(NamedTuple):
    """A deal reached a stage at an instant."""

    stage: str
    at: int


class Flags(NamedTuple):
    """Reasons not to write to a contact. Only `True` has an effect: an import lifts nothing."""

    do_not_contact: bool = False
    bounced: bool = False
    unsubscribed: bool = False


NO_FLAGS: Final = Flags()
_DIGEST_LENGTH: Final = 32  # ours: 128 bits tell two contents of one row apart


class IntakeRow(NamedTuple):
    """One row of a file, already read into our types."""

    line: int
    """Where the row starts in its file."""
    identity: str
    """The id in the other system, or `~` and a key made from what identifies the row."""
    values: tuple[Value, ...]
    folded: str
    """The name as it is compared."""
    addresses: tuple[str, ...] = ()
    flags: Flags = NO_FLAGS
    links: tuple[Link, ...] = ()
    stages: tuple[StageMove, ...] = ()
    created_at: int | None = None
    content_hash: str = ""
    """`content_hash` of the row, when the reader has made it already."""


def content_hash(row: IntakeRow) -> str:
    """Return a digest of all that a row says, its place in the file left out.

    The reader makes it, since reading overlaps with writing; the store makes it when it is missing.
    """
    said = [*map(str, row.values), str(row.created_at), row.folded, "", *row.addresses]
    if row.links:
        said += ["", *(key for link in row.links for key in link.keys)]
    if row.flags != NO_FLAGS:
        said += ["", *map(str, row.flags)]
    if row.stages:
        said += ["", *(f"{move.stage}={move.at}" for move in row.stages)]
    return digest_bytes("\x1f".join(said).encode("utf-8", "surrogatepass"))[:_DIGEST_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSource:
    """Which file is read, as what."""

    system: str
    file_name: str
    file_sha256: str
    mapping: str
    """Canonical JSON of field to column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNote:
    """Something to say about one line of the file."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of one batch."""

    new_count: int
    updated_count: int
    duplicate_count: int
    refused: tuple[LineNote, ...] = ()
    """Rows that were not stored, such as those of an erased contact."""
    conflicts: tuple[LineNote, ...] = ()
    """Rows that were stored without an address that belongs to another contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of the references between files."""

    linked_count: int
    waiting_count: int


class UnableToTakeIn(PortFault):
    """The store could not take a batch; batches before it are kept and a repeat continues."""


class IntakeSession(Protocol):
    """One import of one or more files. Each batch is one transaction."""

    def begin_file(self, source: ImportSource, kind: ImportKind) -> BatchId:
        """Open the record of a file."""
        ...

    def write(self, batch_id: BatchId, kind: ImportKind, rows: Sequence[IntakeRow]) -> Written:
        """Store at most `BATCH_ROWS_MAX` rows.

        Raises UnableToTakeIn.
        """
        ...

    def finish_file(self, batch_id: BatchId, *, rejected_count: int) -> None:
        """Close the record of a file with its counts."""
        ...

    def settle(self) -> Settled:
        """Resolve references whose rows have arrived, from this import or an earlier one."""
        ...


class Intake(Protocol):
    """Where imported rows go."""

    def session(self, *, dry_run: bool) -> AbstractContextManager[IntakeSession]:
        """Open an import; a dry run counts the same and leaves nothing behind."""
        ...
