"""Everything that is held on a person, as plain values with the place each was found in."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, select

from bailiwick.domain.mail_address import address_hash
from bailiwick.ports.care import Holding
from bailiwick.store.care.person import chunks
from bailiwick.store.repositories.sealed_texts import SealedTexts
from bailiwick.store.scope import own
from bailiwick.store.tables import METADATA
from bailiwick.store.tables.knowledge import SUPPRESSIONS
from bailiwick.store.tables.ledger import RECORDS
from bailiwick.store.tables.mail import RAW_MESSAGES
from bailiwick.store.unit import SqlUnit

RECORDS_COUNT_MAX: Final = 10_000  # ours: a person has some hundreds
_HIDDEN: Final = frozenset({"workspace_id", "row_version"})


def disclosed(unit: SqlUnit, holding: Holding) -> dict[str, object]:
    """Return all rows of a person by table, the records about the person, and what suppresses."""
    return {
        "contact": holding.contact_id,
        "held": dict(_tables(unit, holding)),
        "deals_of_the_company": sorted(holding.detached),
        "records": _records(unit, holding),
        "suppressed": _suppressed(unit, holding),
    }


def raw_mails(unit: SqlUnit, holding: Holding) -> Iterator[tuple[str, bytes]]:
    """Give the bytes of each mail as it came or went, by message id."""
    for ids in chunks(holding.rows.get("raw_messages", frozenset())):
        statement = select(RAW_MESSAGES.c.id, RAW_MESSAGES.c.content).where(
            own(RAW_MESSAGES), RAW_MESSAGES.c.id.in_(ids)
        )
        for row in unit.scope.rows(statement):
            yield str(row["id"]), zlib.decompress(row["content"])


def _tables(
    unit: SqlUnit, holding: Holding
) -> Iterator[tuple[str, Sequence[Mapping[str, object]]]]:
    for table in METADATA.sorted_tables:
        wanted = holding.rows.get(table.name, frozenset())
        rows: list[Mapping[str, object]] = []
        for ids in chunks(wanted):
            found = unit.scope.rows(
                select(table).where(own(table), table.c.id.in_(ids)).order_by(table.c.id)
            )
            rows += [_shown(row) for row in found]
        if rows:
            yield table.name, rows


def _records(unit: SqlUnit, holding: Holding) -> list[Mapping[str, object]]:
    texts = SealedTexts(unit.scope)
    statement = (
        select(RECORDS)
        .where(own(RECORDS), RECORDS.c.contact_id == holding.contact_id)
        .order_by(RECORDS.c.seq)
        .limit(RECORDS_COUNT_MAX)
    )
    return [
        {
            "seq": row["seq"],
            "at": row["at"].isoformat(),
            "kind": row["kind"],
            "subject": row["subject"],
            "payload": texts.opened(row["payload"], subject=holding.contact_id),
        }
        for row in unit.scope.rows(statement)
    ]


def _suppressed(unit: SqlUnit, holding: Holding) -> list[Mapping[str, object]]:
    hashes = {address_hash(address): address for address in holding.addresses}
    statement = select(SUPPRESSIONS).where(
        own(SUPPRESSIONS), SUPPRESSIONS.c.address_hash.in_(sorted(hashes))
    )
    return [
        {"address": hashes[row["address_hash"]], **_shown(row)}
        for row in unit.scope.rows(statement)
    ]


def _shown(row: RowMapping) -> Mapping[str, object]:
    return {str(name): _plain(value) for name, value in row.items() if str(name) not in _HIDDEN}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return value
