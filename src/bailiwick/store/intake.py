"""Takes imported rows into the store: one staged, set-based, repeatable transaction per batch."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, Connection, and_, insert, update
from sqlalchemy.exc import DBAPIError

from bailiwick.domain.ids import BatchId, WorkspaceId
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.intake import (
    BATCH_ROWS_MAX,
    ImportKind,
    ImportSource,
    IntakeRow,
    IntakeSession,
    LineNote,
    Settled,
    UnableToTakeIn,
    Written,
)
from bailiwick.store import intake_contact, intake_indexes, intake_link, intake_merge
from bailiwick.store.database import Database
from bailiwick.store.intake_deal import add_stage_history, note_stage_moves
from bailiwick.store.intake_fill import (
    Place,
    Sorting,
    fill_flagged,
    fill_known,
    fill_moves,
    fill_probes,
    probes_of,
    sort_batch,
    write_addresses,
    write_entries,
    write_new,
    write_waiting,
)
from bailiwick.store.intake_fold import folded_batch
from bailiwick.store.intake_identity import remember
from bailiwick.store.intake_match import Match, asked_among, asked_to_stop, matches, none_known
from bailiwick.store.intake_room import give_back, make_room, make_room_to_sort
from bailiwick.store.intake_stage import clear, create_staging, drop_staging
from bailiwick.store.repositories.records import SqlRecords
from bailiwick.store.scope import Scope
from bailiwick.store.tables.crm import IMPORT_BATCHES
from bailiwick.store.tables.schema import instant, microseconds

ERASED: Final = "this contact was erased here and is not brought back"
NAMELESS: Final = "the row has neither an address nor a name"
TAKEN: Final = "an address of this row belongs to another contact and stays there"
T = TypeVar("T")


class SqlIntake:
    """The intake of one workspace, on SQLite or PostgreSQL."""

    def __init__(
        self, database: Database, workspace_id: WorkspaceId, ids: Ids, clock: Clock
    ) -> None:
        self._database = database
        self._workspace_id = workspace_id
        self._ids = ids
        self._clock = clock

    @contextmanager
    def session(self, *, dry_run: bool) -> Generator[IntakeSession]:
        """Open an import on one connection; a dry run is one transaction that is rolled back."""
        with self._database.writing() as connection:
            before = make_room(connection)
            create_staging(connection)
            connection.commit()
            finished = False
            try:
                session = _Session(
                    connection,
                    workspace_id=self._workspace_id,
                    ids=self._ids,
                    clock=self._clock,
                    dry_run=dry_run,
                )
                yield session
                finished = True
            finally:
                if finished:
                    connection.rollback()
                    drop_staging(connection)
                    connection.commit()
                    if not dry_run:
                        make_room_to_sort(connection)
                        intake_indexes.put_back(connection)
                    give_back(connection, before)
                else:  # whatever was open goes with the connection, staging and settings too
                    connection.invalidate()


class _Session:
    def __init__(
        self,
        connection: Connection,
        *,
        workspace_id: WorkspaceId,
        ids: Ids,
        clock: Clock,
        dry_run: bool,
    ) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._ids = ids
        self._clock = clock
        self._dry_run = dry_run
        self._scope = Scope(
            connection=connection, workspace_id=workspace_id, ids=ids, clock=clock, writes=True
        )
        self._systems: dict[BatchId, str] = {}
        self._unheard: dict[BatchId, bool] = {}
        """Whether the last batch of a file had nothing but new rows."""
        self._new_contacts_count = 0
        self._without_late = False

    def begin_file(self, source: ImportSource, kind: ImportKind) -> BatchId:
        """Open the record of a file."""
        batch_id = BatchId(self._ids.new("bat"))
        self._systems[batch_id] = source.system

        def work() -> None:
            self._connection.execute(
                insert(IMPORT_BATCHES).values(
                    workspace_id=self._workspace_id,
                    id=batch_id,
                    created_at=self._clock.now(),
                    system=source.system,
                    kind=kind.value,
                    file_name=source.file_name,
                    file_sha256=source.file_sha256,
                    mapping=source.mapping,
                )
            )

        self._transact(work)
        return batch_id

    def write(self, batch_id: BatchId, kind: ImportKind, rows: Sequence[IntakeRow]) -> Written:
        """Store a batch in one transaction.

        Raises UnableToTakeIn; nothing of the batch is kept then.
        """
        assert len(rows) <= BATCH_ROWS_MAX, len(rows)
        return self._transact(lambda: self._write(batch_id, kind, rows))

    def finish_file(self, batch_id: BatchId, *, rejected_count: int) -> None:
        """Close the record of a file."""

        def work() -> None:
            self._connection.execute(
                update(IMPORT_BATCHES)
                .values(
                    rejected_count=IMPORT_BATCHES.c.rejected_count + rejected_count,
                    finished_at=self._clock.now(),
                )
                .where(self._is(batch_id))
            )

        self._transact(work)

    def settle(self) -> Settled:
        """Resolve what waited, page by page, each page one transaction."""
        after, linked_count = "", 0
        while True:  # ends: every page starts after the one before
            begin = after

            def work(begin: str = begin) -> tuple[str, int]:
                return intake_link.settle_page(
                    self._connection, workspace_id=self._workspace_id, after=begin
                )

            after, linked = self._transact(work)
            linked_count += linked
            if not after:
                break
        waiting = intake_link.waiting_count(self._connection, workspace_id=self._workspace_id)
        return Settled(linked_count=linked_count, waiting_count=waiting)

    def _transact(self, work: Callable[[], T]) -> T:
        try:
            # Before every row, as each unit does: no import and run can wait for each other in a
            # ring, and on PostgreSQL, too, one batch of a workspace is written at a time.
            SqlRecords(self._scope).take_turn()
            result = work()
            if not self._dry_run:
                self._connection.commit()
        except DBAPIError as fault:
            self._connection.rollback()
            kind = type(fault.orig).__name__
            message = f"the store refused a batch ({kind}); run the same import again to continue"
            raise UnableToTakeIn(message) from fault
        return result

    def _is(self, batch_id: BatchId) -> ColumnElement[bool]:
        return and_(
            IMPORT_BATCHES.c.workspace_id == self._workspace_id, IMPORT_BATCHES.c.id == batch_id
        )

    def _write(self, batch_id: BatchId, kind: ImportKind, rows: Sequence[IntakeRow]) -> Written:
        connection, workspace_id = self._connection, self._workspace_id
        system = self._systems[batch_id]
        # The first statement takes SQLite's write lock, so that nothing read here can be outdated.
        connection.execute(
            update(IMPORT_BATCHES)
            .values(row_version=IMPORT_BATCHES.c.row_version + 1)
            .where(self._is(batch_id))
        )
        entries = folded_batch(rows)
        place = Place(
            workspace_id=workspace_id,
            system=system,
            batch_id=batch_id,
            now=microseconds(self._clock.now()),
        )
        clear(connection, kind)
        probes = probes_of(entries, ids=self._ids)
        found: Mapping[int, Match] = {}
        unheard = self._unheard.get(batch_id, True) and none_known(
            connection, kind, entries, workspace_id=workspace_id, system=system
        )
        if not unheard:
            fill_probes(connection, kind, entries, probes)
            found = matches(
                connection, kind, workspace_id=workspace_id, system=system, batch_id=batch_id
            )
        self._unheard[batch_id] = not found
        sorting = sort_batch(kind, entries, found, probes, ids=self._ids)
        if kind is ImportKind.CONTACTS:
            self._leave_late_indexes(len(sorting.new))
        conflicts = self._store(kind, sorting, found, place=place, unheard=unheard)
        remember(connection, kind, sorting, ids=self._ids, place=place)
        written = self._counted(kind, sorting, conflicts)
        self._count(batch_id, written)
        return written

    def _leave_late_indexes(self, new_count: int) -> None:
        """Do without the indexes that cost most, once the import is large for what is there."""
        if not self._without_late and intake_indexes.worth_it(
            self._connection, new_rows=self._new_contacts_count, batch_rows=new_count
        ):
            intake_indexes.take_away(self._connection)
            self._without_late = True
        self._new_contacts_count += new_count

    def _store(
        self,
        kind: ImportKind,
        sorting: Sorting,
        found: Mapping[int, Match],
        *,
        place: Place,
        unheard: bool,
    ) -> list[int]:
        """Write the sorted rows; returns lines whose addresses belong to somebody else."""
        connection, workspace_id = self._connection, place.workspace_id
        links = intake_link.resolved(
            connection,
            (link for n in (*sorting.new, *sorting.known) for link in sorting.entries[n].row.links),
            workspace_id=workspace_id,
            system=place.system,
        )
        asked = frozenset[int]()
        if unheard:
            asked = asked_among(connection, workspace_id, sorting.probes.addresses)
        elif kind is ImportKind.CONTACTS:
            asked = asked_to_stop(connection, workspace_id)
        write_entries(connection, kind, sorting, place=place)
        write_new(connection, kind, sorting, links, asked=asked, place=place)
        changed: list[int] = []
        conflicts: list[int] = []
        if kind is ImportKind.CONTACTS:
            write_addresses(connection, sorting, place=place)
        if not unheard:
            conflicts = self._merge(kind, sorting, links, found=found, place=place)
            changed = sorted(intake_merge.changed_numbers(connection, kind))
        if kind is ImportKind.CONTACTS:
            fill_flagged(connection, sorting)
            intake_contact.add_reasons(
                connection,
                workspace_id=workspace_id,
                source=f"import:{place.system}",
                batch_id=place.batch_id,
                now=instant(place.now),
            )
        write_waiting(
            connection, kind, sorting, links,
            numbers=[*sorting.new, *changed], ids=self._ids, place=place,
        )  # fmt: skip
        return conflicts

    def _merge(
        self,
        kind: ImportKind,
        sorting: Sorting,
        links: intake_link.Links,
        *,
        found: Mapping[int, Match],
        place: Place,
    ) -> list[int]:
        """Merge the known rows; returns lines whose addresses belong to somebody else."""
        connection, ids, workspace_id = self._connection, self._ids, place.workspace_id
        now = instant(place.now)
        fill_known(connection, kind, sorting, links, found=found)
        if kind is ImportKind.DEALS:
            fill_moves(connection, sorting, ids=ids)
            note_stage_moves(connection, workspace_id=workspace_id, ids=ids, now=now)
            add_stage_history(connection, workspace_id=workspace_id, now=now)
        intake_merge.merge(
            connection, kind, turns=sorting.turns, workspace_id=workspace_id, now=now
        )
        conflicts: list[int] = []
        if kind is ImportKind.CONTACTS and sorting.known:
            conflicts = intake_contact.conflicting_lines(connection)
            intake_contact.add_addresses(connection, workspace_id=workspace_id, now=now)
        intake_link.forget_changed(connection, kind, workspace_id=workspace_id)
        return conflicts

    def _counted(self, kind: ImportKind, sorting: Sorting, conflicts: Sequence[int]) -> Written:
        entries = sorting.entries
        new, gone = len(sorting.new), len(sorting.erased) + len(sorting.nameless)
        updated = len(intake_merge.changed_numbers(self._connection, kind))
        repeated = sum(entry.repeated for entry in entries)
        return Written(
            new_count=new,
            updated_count=updated,
            duplicate_count=len(entries) - new - updated - gone + repeated,
            refused=tuple(
                LineNote(line=entries[n].row.line, reason=reason)
                for numbers, reason in ((sorting.erased, ERASED), (sorting.nameless, NAMELESS))
                for n in numbers
            ),
            conflicts=tuple(LineNote(line=line, reason=TAKEN) for line in conflicts),
        )

    def _count(self, batch_id: BatchId, written: Written) -> None:
        columns = IMPORT_BATCHES.c
        self._connection.execute(
            update(IMPORT_BATCHES)
            .values(
                new_count=columns.new_count + written.new_count,
                updated_count=columns.updated_count + written.updated_count,
                duplicate_count=columns.duplicate_count + written.duplicate_count,
                rejected_count=columns.rejected_count + len(written.refused),
            )
            .where(self._is(batch_id))
        )
