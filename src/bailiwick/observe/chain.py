"""Checks the audit chain from its first record to its head, and the seals upon it.

Works on the stored text, so a change of any stored byte is found, even one that means the same.
Without a seal from outside the database, somebody who can write the database can also cut the tail
or chain everything anew: keep seals elsewhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bailiwick.domain.record import GENESIS_HASH, chained_hash
from bailiwick.domain.seal import Seal, signed_bytes
from bailiwick.ports.chain import Chain, StoredRecord

ROWS_COUNT: Final = 5_000  # ours: rows read at a time; bounds memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """The first place where the chain is not what was written."""

    seq: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The result of one check."""

    records_count: int
    head_hash: str
    seals_count: int
    """Seals that were checked and hold."""
    breach: Breach | None


def verify(
    chain: Chain,
    *,
    outside_seals: Sequence[Seal] = (),
    public_key: str = "",
    progress: Callable[[int], None] = lambda _: None,
) -> Verification:
    """Check every record and seal; stops at the first breach.

    `public_key` is the only key whose seals count, when given; `outside_seals` are copies that
    were kept elsewhere.
    """
    wanted: dict[int, list[Seal]] = {}
    for seal in (*chain.seals(), *outside_seals):
        fault = _seal_fault(seal, chain, public_key)
        if fault:
            return _broken(0, GENESIS_HASH, 0, Breach(seq=seal.seq, what=fault))
        wanted.setdefault(seal.seq, []).append(seal)
    workspace_id = chain.workspace_id
    seq, previous, seals_count = 0, GENESIS_HASH, 0
    while rows := chain.rows(after=seq, size=ROWS_COUNT):
        for row in rows:
            fault = _row_fault(row, workspace_id, seq + 1, previous)
            if not fault and row.seq in wanted:
                seals = wanted.pop(row.seq)
                fault = _unsealed(row, seals)
                seals_count += 0 if fault else len(seals)
            if fault:
                return _broken(seq, previous, seals_count, Breach(seq=seq + 1, what=fault))
            seq, previous = row.seq, row.hash
        progress(seq)
    wanted.pop(0, None)
    if wanted:
        missing = max(wanted)
        what = f"a seal names record {missing}, but the chain ends at {seq}: its tail was cut"
        return _broken(seq, previous, seals_count, Breach(seq=seq + 1, what=what))
    return Verification(records_count=seq, head_hash=previous, seals_count=seals_count, breach=None)


def _row_fault(row: StoredRecord, workspace_id: str, expected: int, previous: str) -> str:
    if row.seq != expected:
        return f"record {expected} is missing: the next one is {row.seq}"
    if row.prev_hash != previous:
        return "it does not follow the record before it"
    fields = (
        workspace_id,
        str(row.seq),
        row.kind,
        row.run_id,
        row.contact_id,
        row.subject,
        str(row.at_us),
    )
    found = chained_hash(row.prev_hash, fields, row.payload.encode("utf-8", "surrogatepass"))
    return "" if found == row.hash else "its content was changed after it was written"


def _unsealed(row: StoredRecord, seals: Sequence[Seal]) -> str:
    if any(seal.head_hash != row.hash for seal in seals):
        return "a seal holds another hash for it: the chain was written anew"
    return ""


def _seal_fault(seal: Seal, chain: Chain, public_key: str) -> str:
    if seal.workspace_id != chain.workspace_id:
        return "a seal belongs to another workspace"
    if public_key and seal.public_key != public_key:
        return "a seal was made with another key"
    content = signed_bytes(
        seal.workspace_id, seq=seal.seq, head_hash=seal.head_hash, sealed_at=seal.sealed_at
    )
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(seal.public_key))
        key.verify(bytes.fromhex(seal.signature), content)
    except (InvalidSignature, ValueError):
        return "a seal's signature does not hold"
    return ""


def _broken(seq: int, head_hash: str, seals_count: int, breach: Breach) -> Verification:
    return Verification(
        records_count=seq, head_hash=head_hash, seals_count=seals_count, breach=breach
    )
