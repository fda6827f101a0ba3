"""Records a second that `audit verify` checks, beside what reading and hashing alone take."""

import hashlib
import sqlite3
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bailiwick.domain.crm import Workspace
from bailiwick.domain.ids import ContactId, RunId, WorkspaceId
from bailiwick.domain.record import GENESIS_HASH, RecordKind, chained_hash
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.hashing import canonical_bytes, digest
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.observe.chain import verify
from bailiwick.store.chain import SqlChain
from bailiwick.store.database import Database
from bailiwick.store.unit import SqlUnits
from bailiwick.store.workspaces import SqlWorkspaces
from bench.core.figures import Result, Spread, Timed, peak_mib, timed

WORKSPACE = WorkspaceId("wsp_bench")
ROUNDS = 3
BATCH = 20_000
_AT_US = 1_784_023_200_000_000
_INSERT = (
    "insert into records (workspace_id, seq, kind, run_id, contact_id, subject, payload, at,"
    " prev_hash, hash) values (?,?,?,?,?,?,?,?,?,?)"
)


def measure(*, quick: bool) -> Result:
    """Verify one chain several times, then show that one changed byte is found."""
    count = 20_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        path = Path(name) / "chain.db"
        chain = _chain(path, count)
        idle = peak_mib()
        ours: list[Timed] = []
        reading: list[Timed] = []
        hashing: list[Timed] = []
        for _ in range(ROUNDS):
            ours.append(timed(lambda: _whole(chain, count)))
            reading.append(timed(lambda: _read(path)))
            hashing.append(timed(lambda: _hash(count)))
        added = peak_mib() - idle
        found = _tampered(path, chain, at=count - count // 3)
    return Result(
        "audit-verify",
        {
            "verify: records a second, wall": Spread("/s", tuple(count / t.wall for t in ours)),
            "verify: records a CPU second": Spread("/s", tuple(count / t.cpu for t in ours)),
            "verify: CPU for all": Spread("s", tuple(t.cpu for t in ours)),
            "limit, sqlite3 rows alone: CPU": Spread("s", tuple(t.cpu for t in reading)),
            "limit, SHA-256 of as many bytes: CPU": Spread("s", tuple(t.cpu for t in hashing)),
        },
        {
            "records": count,
            "memory added, MiB": round(added, 1),
            "a changed byte is found at its record": found,
            "database": "SQLite",
        },
    )


def _whole(chain: SqlChain, count: int) -> None:
    done = verify(chain)
    assert done.breach is None, done.breach
    assert done.records_count == count, done


def _read(path: Path) -> None:
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "select seq, kind, run_id, contact_id, subject, payload, at, prev_hash, hash"
        " from records where workspace_id = ? order by seq",
        (WORKSPACE,),
    )
    while rows.fetchmany(BATCH):
        pass
    connection.close()


def _hash(count: int) -> None:
    some = b"x" * 700  # about what one record hashes
    for _ in range(count):
        hashlib.sha256(some).hexdigest()


def _tampered(path: Path, chain: SqlChain, *, at: int) -> bool:
    connection = sqlite3.connect(path)
    connection.execute("update records set subject = subject || 'x' where seq = ?", (at,))
    connection.commit()
    connection.close()
    breach = verify(chain).breach
    return breach is not None and breach.seq == at


def _chain(path: Path, count: int) -> SqlChain:
    """Store a chain of verdict records, hashed as the product hashes them."""
    database = Database.open(f"sqlite:///{path}")
    database.migrate()
    clock = SystemClock()
    workspace = Workspace(workspace_id=WORKSPACE, name="bench", mailbox="a@b.example", company="B")
    SqlWorkspaces(database, clock).create(workspace)
    connection = sqlite3.connect(path)
    rows = _rows(count)
    while batch := list(islice(rows, BATCH)):
        connection.executemany(_INSERT, batch)
        connection.commit()
    connection.close()
    units = SqlUnits(database, WORKSPACE, TimeSortedIds(clock.now), clock)
    return SqlChain(units, WORKSPACE)


def _rows(count: int) -> Iterator[tuple[str | int, ...]]:
    previous = GENESIS_HASH
    kind = RecordKind.VERDICT.value
    rulebook, standing = digest("rulebook"), digest("standing")
    for seq in range(1, count + 1):
        run_id, contact_id = RunId(f"run_{seq // 8:026d}"), ContactId(f"con_{seq // 40:026d}")
        subject = f"{run_id}.{seq % 8:02d}"
        payload = canonical_bytes(
            {
                "stage": "commit",
                "action": "send_message",
                "answer": "held",
                "rules": ["autonomy", "first_contact"],
                "rulebook": rulebook,
                "standing": standing,
                "payload": f"{seq:064x}",
                "confidence_permille": 900,
            }
        )
        at_us = _AT_US + seq
        fields = (WORKSPACE, str(seq), kind, run_id, contact_id, subject, str(at_us))
        found = chained_hash(previous, fields, payload)
        yield (
            WORKSPACE, seq, kind, run_id, contact_id, subject, payload.decode(), at_us,
            previous, found,
        )  # fmt: skip
        previous = found
