"""A signed head of the audit chain; a copy of it belongs outside the database."""

from dataclasses import dataclass
from datetime import datetime

from bailiwick.domain.ids import WorkspaceId
from bailiwick.kit.hashing import Canonical, canonical_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """Says: at this instant, record `seq` was the last one and carried `head_hash`."""

    workspace_id: WorkspaceId
    seq: int
    head_hash: str
    sealed_at: datetime
    public_key: str
    """Ed25519, 64 hex digits."""
    signature: str
    """Ed25519 over `signed_bytes`, 128 hex digits."""


def signed_bytes(
    workspace_id: WorkspaceId, *, seq: int, head_hash: str, sealed_at: datetime
) -> bytes:
    """Return what the signature covers."""
    content: Canonical = {
        "workspace": workspace_id,
        "seq": seq,
        "head": head_hash,
        "at": sealed_at.isoformat(),
    }
    return b"bailiwick.seal.v1\n" + canonical_bytes(content)
