"""What the engine needs to know and do about all that is held on a person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, insert, select

from bailiwick.domain.ids import ContactId
from bailiwick.domain.receipt import EffectState
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page, page_of
from bailiwick.ports.care import Erasure, Holding
from bailiwick.ports.unit import Unit
from bailiwick.store.care.erasure import address_marks, erase, mentions
from bailiwick.store.care.person import held_on
from bailiwick.store.scope import ERASING, Scope, own
from bailiwick.store.tables import METADATA
from bailiwick.store.tables.care import ERASURES
from bailiwick.store.tables.crm import CONTACT_ADDRESSES
from bailiwick.store.tables.ledger import EFFECTS
from bailiwick.store.tables.schema import WORKSPACES
from bailiwick.store.unit import SqlUnit

PREFIX: Final = "ers"
ROWS_COUNT_MAX: Final = 10_000  # ours: addresses compared with marks at a time
ERASURES_COUNT_MAX: Final = 100_000  # ours: read at a restore, and when somebody is erased


class SqlPersons:
    """Persons of whichever workspace a unit is of."""

    def held_on(self, unit: Unit, contact_id: ContactId) -> Holding | None:
        """Find every row; None when there is none.

        In a unit that writes, nobody adds a row about anybody until it ends.
        """
        scope = _own(unit).scope
        scope.lock(ERASING)
        return held_on(scope, contact_id)

    def mentions(self, unit: Unit, holding: Holding) -> Sequence[tuple[str, str]]:
        """Name rows of others that say an address, name or number of the person: table, id."""
        return mentions(_own(unit).scope, holding)

    def under_way(self, unit: Unit, contact_id: ContactId) -> Sequence[str]:
        """Return the effects on the person that are being sent or in doubt."""
        states = (EffectState.SENDING.value, EffectState.IN_DOUBT.value)
        found = _own(unit).scope.rows(
            select(EFFECTS.c.id).where(
                own(EFFECTS), EFFECTS.c.contact_id == contact_id, EFFECTS.c.state.in_(states)
            )
        )
        return tuple(str(row["id"]) for row in found)

    def past(self, unit: Unit, contact_id: ContactId) -> Erasure | None:
        """Return the newest erasure of somebody; None when they never were erased."""
        row = _own(unit).scope.row(
            select(ERASURES)
            .where(own(ERASURES), ERASURES.c.contact_id == contact_id)
            .order_by(ERASURES.c.id.desc())
            .limit(1)
        )
        return None if row is None else erasure_of(row)

    @staticmethod
    def all_past(unit: Unit) -> tuple[Erasure, ...]:
        """Return every erasure of the workspace, oldest first."""
        rows = _own(unit).scope.rows(
            select(ERASURES).where(own(ERASURES)).order_by(ERASURES.c.id).limit(ERASURES_COUNT_MAX)
        )
        return tuple(map(erasure_of, rows))

    def erase(self, unit: Unit, holding: Holding, *, at: datetime) -> Mapping[str, int]:
        """Delete and shred; returns how many rows went, by table."""
        ours = _own(unit)
        ours.ledger.stop_ready_mail(holding.contact_id, reason="the person was erased", at=at)
        ours.scope.flush()
        return erase(ours.scope, holding)

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
        scope = _own(unit).scope
        erasure = Erasure(
            erasure_id=scope.ids.new(PREFIX),
            workspace_id=scope.workspace_id,
            contact_id=holding.contact_id,
            address_marks=address_marks(_secret(_own(unit)), holding.addresses),
            erased_at=at,
        )
        scope.connection.execute(
            insert(ERASURES),
            {
                "workspace_id": erasure.workspace_id,
                "id": erasure.erasure_id,
                "created_at": at,
                "contact_id": erasure.contact_id,
                "address_marks": list(erasure.address_marks),
                "reason": reason,
                "erased_by": erased_by,
                "counts": dict(counts),
            },
        )
        return erasure

    @staticmethod
    def marked(unit: Unit, erasure: Erasure) -> Sequence[ContactId]:
        """Return the contacts of a restored backup that an erasure is about."""
        ours = _own(unit)
        secret = _secret(ours)
        wanted = set(erasure.address_marks)
        found = {erasure.contact_id}
        after = ""
        while True:  # ends with the addresses
            rows = ours.scope.rows(
                select(CONTACT_ADDRESSES)
                .where(own(CONTACT_ADDRESSES), CONTACT_ADDRESSES.c.id > after)
                .order_by(CONTACT_ADDRESSES.c.id)
                .limit(ROWS_COUNT_MAX)
            )
            found |= {
                ContactId(row["contact_id"])
                for row in rows
                if wanted.intersection(address_marks(secret, [row["address"]]))
            }
            if len(rows) < ROWS_COUNT_MAX:
                return tuple(sorted(found))
            after = rows[-1]["id"]


def erasure_of(row: RowMapping) -> Erasure:
    """Read an erasure."""
    return Erasure(
        erasure_id=row["id"],
        workspace_id=row["workspace_id"],
        contact_id=row["contact_id"],
        address_marks=tuple(row["address_marks"]),
        erased_at=row["created_at"],
    )


def touched(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Return the tables that an erasure changed."""
    also = ("suppressions", "mail_references", "mail_threads", "opportunities", "pending_links")
    names = {*(name.partition(" ")[0] for name in counts), *also}
    return tuple(sorted(name for name in names if name in METADATA.tables))


def erasures(scope: Scope, *, cursor: str | None, size: int) -> Page[Mapping[str, object]]:
    """Return erasures, newest first: who was erased by pseudonym, by whom, why and how much."""
    size = min(size, PAGE_SIZE_MAX)
    shown = ("id", "created_at", "contact_id", "reason", "erased_by", "counts")
    statement = select(*(ERASURES.c[name] for name in shown)).where(own(ERASURES))
    if cursor is not None:
        statement = statement.where(ERASURES.c.id < cursor)
    rows = scope.rows(statement.order_by(ERASURES.c.id.desc()).limit(size + 1))
    found = [{name: row[name] for name in shown} for row in rows]
    return page_of(found, size=size, key=lambda erasure: str(erasure["id"]))


def _own(unit: Unit) -> SqlUnit:
    assert isinstance(unit, SqlUnit), "one store at a time"
    return unit


def _secret(unit: SqlUnit) -> bytes:
    row = unit.scope.row(
        select(WORKSPACES.c.secret).where(WORKSPACES.c.id == unit.scope.workspace_id)
    )
    assert row is not None, "a unit is of a stored workspace"
    return bytes.fromhex(row["secret"])
