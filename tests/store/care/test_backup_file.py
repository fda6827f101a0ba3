"""The file of a backup: what a full disk, a stranger or a large row does to it."""

import hashlib
import json
import resource
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bailiwick.kit.clock import FixedClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.store.care.backup_file import (
    CHUNK_BYTES,
    FRAME_BYTES_MAX,
    HASH_BYTES,
    MAGIC,
    BackupKey,
    BackupReader,
    BackupWriter,
    UnableToKeepBackup,
    UnableToReadBackup,
    UnableToTrustBackup,
)
from bailiwick.store.care.dump import PORTION_LENGTH, Backups, portions
from bailiwick.store.database import Database
from bailiwick.store.fault import UnableToReachDatabase

KEY = BackupKey(secret=b"k" * 32, passphrase=False)
HEADER = {
    "backup_id": "bak_1",
    "made_at": "2026-11-20T12:00:00+00:00",
    "schema": "0001",
    "database": "sqlite",
    "program": "1",
}


class Unwritable(Database):
    """A database that can be read, and refuses every change while it is told to."""

    refusing = False

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Open a transaction for changes, or refuse."""
        if self.refusing:
            message = "it is read-only"
            raise UnableToReachDatabase(message)
        with super().writing() as connection:
            yield connection


@contextmanager
def room(room_bytes: int) -> Generator[None]:
    """Let no file of this process grow past so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def written(path: Path, key: BackupKey | None) -> None:
    writer = BackupWriter(path, HEADER, key)
    try:
        writer.add(b"M", b"{}")
        writer.complete()
        writer.publish()
    finally:
        writer.discard()


def forged(path: Path, header: object) -> None:
    """Write a file whose hash is right and whose header says what a stranger wants."""
    content = MAGIC + json.dumps(header).encode() + b"\n"
    path.write_bytes(content + hashlib.sha256(content).digest())


class TestWriting:
    def test_on_a_full_disk_leaves_nothing_behind(self, tmp_path: Path) -> None:
        """What was still to be written is refused again at the close; the part goes anyway."""
        with room(8), pytest.raises(UnableToKeepBackup):
            written(tmp_path / "b.bak", None)
        assert list(tmp_path.iterdir()) == []

    def test_of_a_row_that_no_reader_takes_is_refused(self, tmp_path: Path) -> None:
        """Rather no backup than one that is found unreadable at its restore."""
        writer = BackupWriter(tmp_path / "b.bak", HEADER, None)
        with pytest.raises(UnableToKeepBackup, match="a row has"):
            writer.add(b"R", bytes(FRAME_BYTES_MAX + 1))
        writer.discard()

    def test_cuts_large_rows_into_frames(self) -> None:
        """Eight mails of the largest size do not share a frame, and none is lost."""
        rows = [(f"r{number}", bytes(PORTION_LENGTH // 2 + CHUNK_BYTES)) for number in range(4)]
        found = list(portions([*rows, ("small", b""), ("none", None)]))
        assert [[row[0] for row in portion] for portion in found] == [
            ["r0"], ["r1"], ["r2"], ["r3", "small", "none"],
        ]  # fmt: skip
        assert list(portions([])) == []


class TestNaming:
    def test_comes_after_the_database_knows_of_it(self, tmp_path: Path, sqlite_url: str) -> None:
        """A backup that no erasure could name is none: not noted, it is not there."""
        database = Unwritable.open(sqlite_url)
        assert isinstance(database, Unwritable)
        database.migrate()
        clock = FixedClock(datetime(2026, 11, 20, tzinfo=UTC))
        database.refusing = True
        backups = Backups(database, TimeSortedIds(clock.now), clock)
        folder = tmp_path / "backups"
        folder.mkdir()
        with pytest.raises(UnableToReachDatabase):
            backups.make(
                folder / "b.bak", key=None, keep_days=1, progress=lambda _done, _total: None
            )
        assert list(folder.iterdir()) == []
        database.refusing = False
        backups.make(folder / "b.bak", key=None, keep_days=1, progress=lambda _done, _total: None)
        assert [path.name for path in folder.iterdir()] == ["b.bak"]
        database.close()


class TestReading:
    def test_with_a_key_takes_no_file_that_was_never_sealed(self, tmp_path: Path) -> None:
        """A stranger who swaps the file cannot pass theirs off as ours."""
        path = tmp_path / "b.bak"
        written(path, None)
        BackupReader(path, None).close()
        with pytest.raises(UnableToReadBackup, match="not sealed, though a key was given"):
            BackupReader(path, KEY)

    def test_asks_for_the_other_way_of_sealing(self, tmp_path: Path) -> None:
        """A key file does not open what a passphrase sealed, and the message says so."""
        path = tmp_path / "b.bak"
        written(path, BackupKey(secret=b"words", passphrase=True))
        with pytest.raises(UnableToReadBackup, match="--passphrase-file"):
            BackupReader(path, KEY)

    @pytest.mark.parametrize(
        "header",
        [
            [],
            {},
            {**HEADER, "sealing": "no"},
            {**HEADER, "sealing": {"kdf": "hkdf-sha256", "salt": "no hex"}},
            {**HEADER, "sealing": None, "made_at": "soon"},
            {**HEADER, "sealing": None, "made_at": "2026-11-20T12:00:00"},
        ],
    )
    def test_refuses_a_forged_header(self, tmp_path: Path, header: object) -> None:
        """Whatever stands there, the answer is a fault of ours."""
        path = tmp_path / "b.bak"
        forged(path, header)
        assert path.stat().st_size > HASH_BYTES
        with pytest.raises(UnableToTrustBackup, match="header"):
            BackupReader(path, KEY)
