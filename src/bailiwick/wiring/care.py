"""Care for the data as a whole, from its parts: backup and restore."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bailiwick.domain.fault import IntegrityFault, SettingsFault
from bailiwick.engine.erasing import Erasing
from bailiwick.engine.reopening import RESTORER, doubt_the_past, record_restored
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.observe.chain import verify
from bailiwick.observe.seal import read_outside, rewrite_outside, write_outside
from bailiwick.ports.care import (
    BackupKept,
    BackupMade,
    ChainHead,
    Manifest,
    Progress,
    Reopened,
    RestoreMade,
)
from bailiwick.settings import Settings
from bailiwick.store.care.backup_file import BackupKey
from bailiwick.store.care.compaction import leave_nothing
from bailiwick.store.care.dump import Backups
from bailiwick.store.care.load import Restores, examined
from bailiwick.store.care.person import held_on
from bailiwick.store.care.persons import SqlPersons
from bailiwick.store.care.restored import OpenDatabase, raise_epoch
from bailiwick.store.chain import SqlChain
from bailiwick.store.database import Database
from bailiwick.store.revision import HEAD
from bailiwick.wiring.erasure_list import read_erasures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bailiwick.domain.seal import Seal
    from bailiwick.ports.care import Erasure
    from bailiwick.ports.clock import Clock
    from bailiwick.store.unit import SqlUnits
    from bailiwick.wiring.application import Application

KEY_FILE_BYTES_MAX: Final = 4_096  # ours: a key or passphrase is short


class UnableToVerifyRestore(IntegrityFault):
    """The chain of the backup does not verify; nothing was kept."""


class UnableToReadKey(SettingsFault):
    """The key or passphrase file cannot be used."""


def backup_key(key_file: Path | None, passphrase_file: Path | None) -> BackupKey | None:
    """Read what a backup is sealed with; None when neither is given. Raises UnableToReadKey."""
    path = key_file or passphrase_file
    if path is None:
        return None
    if key_file is not None and passphrase_file is not None:
        message = "give --key-file or --passphrase-file, not both"
        raise UnableToReadKey(message)
    try:
        with path.open("rb") as file:
            secret = file.read(KEY_FILE_BYTES_MAX)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise UnableToReadKey(message) from error
    if passphrase_file is not None:
        secret = secret.rstrip(b"\r\n")
    if not secret:
        message = f"{path} is empty"
        raise UnableToReadKey(message)
    return BackupKey(secret=secret, passphrase=passphrase_file is not None)


def make_backup(
    application: "Application",
    path: Path,
    *,
    key: BackupKey | None,
    keep_days: int,
    progress: Progress,
) -> BackupMade:
    """Make a backup of the whole database, all of its workspaces, while it is in use.

    Raises InputFault when the file cannot be kept.
    """
    backups = Backups(application.database, application.ids, application.clock)
    return backups.make(path, key=key, keep_days=keep_days, progress=progress)


def backups_kept(application: "Application") -> "Sequence[BackupKept]":
    """Return the backups that hold this workspace and should still be there."""
    backups = Backups(application.database, application.ids, application.clock)
    return backups.kept(application.workspace.workspace_id)


class Restoring:
    """Restores a backup into the database that settings name."""

    def __init__(self, settings: Settings, clock: "Clock | None" = None) -> None:
        self._settings = settings
        self._clock: Clock = clock or SystemClock()
        self._ids = TimeSortedIds(self._clock.now)
        self._reopened: list[Reopened] = []
        self._revoked: dict[str, int] = {}

    @staticmethod
    def examine(path: Path, *, key: BackupKey | None) -> RestoreMade:
        """Read a whole backup and change nothing. Raises InputFault and IntegrityFault."""
        return RestoreMade(manifest=examined(path, key=key), dry_run=True, schema=HEAD)

    def restore(
        self, path: Path, *, key: BackupKey | None, replace: bool, progress: Progress
    ) -> RestoreMade:
        """Put a backup back and make sure that nothing is sent again.

        Raises InputFault when the database is not empty or the file is no backup, and
        IntegrityFault when the backup was changed or its chain does not verify.
        """
        database = Database.open(self._settings.store.database_url)
        try:
            manifest = Restores(database, self._ids, self._clock).restore(
                path, key=key, replace=replace, progress=progress, finish=self._finish
            )
            aside_count = self._set_aside_newer_seals(manifest)
            remains: tuple[str, ...] = ()
            if replace or any(w.erased_count for w in self._reopened):
                remains = leave_nothing(database)
        finally:
            database.close()
        return RestoreMade(
            manifest=manifest,
            dry_run=False,
            schema=HEAD,
            workspaces=tuple(self._reopened),
            revoked=self._revoked,
            remains=remains,
            seals_aside_count=aside_count,
        )

    def _set_aside_newer_seals(self, manifest: Manifest) -> int:
        """Move seals of records that the backup does not have to a file beside; return how many.

        They were made of what is lost: left where they are, they would say that a tail was cut.
        """
        ends = {head.workspace_id: head.seq for head in manifest.heads}
        newer = [s for s in self._outside() if s.seq > ends.get(s.workspace_id, s.seq)]
        if newer:
            path = Path(self._settings.audit.seals_file)
            aside = path.with_name(f"{path.name}.{manifest.backup_id}")
            for seal in newer:
                write_outside(aside, seal)
            rewrite_outside(path, [seal for seal in self._outside() if seal not in newer])
        return len(newer)

    def _finish(self, database: OpenDatabase, manifest: Manifest) -> None:
        """Verify and reopen every workspace, before the commit."""
        at = self._clock.now()
        self._reopened = [self._reopen(database, manifest, head, at=at) for head in manifest.heads]
        self._revoked = dict(database.revoke_all())

    def _reopen(
        self, database: OpenDatabase, manifest: Manifest, head: ChainHead, *, at: datetime
    ) -> Reopened:
        units = database.units(head.workspace_id)
        outside = [s for s in self._outside() if s.workspace_id == head.workspace_id]
        found = verify(
            SqlChain(units, head.workspace_id),
            outside_seals=[seal for seal in outside if seal.seq <= head.seq],
        )
        if found.breach is not None:
            message = (
                f"workspace {head.name!r}: record {found.breach.seq} of the backup is not what was "
                f"written: {found.breach.what}; nothing was restored"
            )
            raise UnableToVerifyRestore(message)
        unit = units.unit
        erased = self._erase_again(units, database.former_erasures, since=manifest.made_at)
        doubts = doubt_the_past(unit, manifest, at=at)
        epoch = raise_epoch(unit)
        database.queue_again(head.workspace_id)
        record_restored(unit, manifest, doubts, epoch=epoch, erased=erased, at=at)
        unit.scope.flush()
        return Reopened(
            workspace_id=head.workspace_id,
            name=head.name,
            epoch=epoch,
            records_count=found.records_count,
            doubtful_count=doubts.effects_count,
            closed_cards_count=doubts.cards_count,
            silenced_count=doubts.endpoints_count,
            paused_count=doubts.campaigns_count,
            erased_count=erased,
        )

    def _erase_again(
        self, units: "SqlUnits", former: "Sequence[Erasure]", *, since: datetime
    ) -> int:
        """Erase whom the backup still holds and who was erased after it was made.

        A contact's id is never used again, so whoever has one that was erased goes, whenever that
        was: an erasure that began before the backup may have ended after its snapshot. An address
        may be taken by somebody new, so it counts only for erasures after the backup.
        """
        known = {e.erasure_id: e for e in (*former, *read_erasures(self._settings))}
        erasing = Erasing(units=units, persons=SqlPersons(), clock=self._clock)
        count = 0
        with units.write() as unit:
            for erasure in known.values():
                if erasure.workspace_id != unit.scope.workspace_id:
                    continue
                later = erasure.erased_at >= since
                marked = SqlPersons.marked(unit, erasure) if later else [erasure.contact_id]
                for contact_id in marked:
                    holding = held_on(unit.scope, contact_id)
                    if holding is not None:
                        erasing.erase_within(unit, holding, by=RESTORER, reason="erased again")
                        count += 1
        return count

    def _outside(self) -> "tuple[Seal, ...]":
        path = Path(self._settings.audit.seals_file)
        return read_outside(path) if path.exists() else ()
