"""Folds rows of one batch that mean the same thing into one, first row first.

Within one file the first row of an identity decides and later rows only fill what it left empty, so
that a file imported twice changes nothing the second time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bailiwick.ports.intake import ADDRESSES_COUNT_MAX, Flags, IntakeRow, content_hash


@dataclass(slots=True, kw_only=True)
class Folded:
    """One row to store, and the identities of the rows that were folded into it."""

    row: IntakeRow
    content_hash: str
    aliases: dict[str, str]
    """Further identity to content hash."""
    repeated: int = 0
    """How many later rows were folded into the first."""


def folded_batch(rows: Sequence[IntakeRow]) -> list[Folded]:
    """Return one entry for each thing the rows speak of, in order of first mention."""
    identities = {row.identity for row in rows}
    addresses = [address for row in rows for address in row.addresses]
    if len(identities) == len(rows) and len(set(addresses)) == len(addresses):
        # No row speaks of what another one speaks of, which is what most files are like.
        return [
            Folded(row=row, content_hash=row.content_hash or content_hash(row), aliases={})
            for row in rows
        ]
    entries: list[Folded] = []
    by_key: dict[str, Folded] = {}
    for row in rows:
        earlier = by_key.get(row.identity)
        if earlier is None:
            for address in row.addresses:
                earlier = by_key.get(f"@{address}")
                if earlier is not None:
                    break
        if earlier is None:
            earlier = Folded(
                row=row, content_hash=row.content_hash or content_hash(row), aliases={}
            )
            entries.append(earlier)
        else:
            _fold(earlier, row, by_key)
        by_key[row.identity] = earlier
        for address in row.addresses:
            by_key.setdefault(f"@{address}", earlier)
    return entries


def _fold(earlier: Folded, row: IntakeRow, by_key: dict[str, Folded]) -> None:
    first = earlier.row
    # An address that an entry of the batch has stays there, as it would in the store.
    free = tuple(a for a in row.addresses if by_key.get(f"@{a}", earlier) is earlier)
    if row.identity != first.identity:
        earlier.aliases.setdefault(row.identity, row.content_hash or content_hash(row))
    earlier.repeated += 1
    earlier.row = first._replace(
        values=tuple(
            later if before in ("", None) else before
            for before, later in zip(first.values, row.values, strict=True)
        ),
        folded=first.folded or row.folded,
        addresses=tuple(dict.fromkeys(first.addresses + free))[:ADDRESSES_COUNT_MAX],
        flags=Flags(*(a or b for a, b in zip(first.flags, row.flags, strict=True))),
        links=first.links + tuple(x for x in row.links if x.field not in _fields(first)),
        stages=tuple(dict.fromkeys(first.stages + row.stages)),
        created_at=row.created_at if first.created_at is None else first.created_at,
    )


def _fields(row: IntakeRow) -> frozenset[str]:
    return frozenset(link.field for link in row.links)
