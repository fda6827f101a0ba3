"""A campaign with very many recipients who wait, written straight into a database's tables."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg

from bailiwick.domain.campaign.campaign import Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import CampaignId
from bailiwick.domain.campaign.series import DEFAULT
from bailiwick.domain.crm import Workspace
from bailiwick.domain.ids import PersonId, WorkspaceId
from bailiwick.kit.clock import FixedClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.kit.instant import microseconds
from bailiwick.store.database import Database
from bailiwick.store.unit import SqlUnits
from bailiwick.store.workspaces import SqlWorkspaces

NOW: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPREAD: Final = timedelta(days=14)  # the longest gap of the default series
FILL_KIB: Final = 1_000_000  # ours: all indexes of a million rows, so that no page goes out twice
WORKSPACE: Final = WorkspaceId("wsp_01m7w2y7m072b4gxh0v8ew3z8f")
RUNNING: Final = CampaignId("cmp_01m7w2y7m072b4gxh0v8ew3z80")
RESTING: Final = CampaignId("cmp_01m7w2y7m072b4gxh0v8ew3z81")
_CONTACT: Final = (
    "INSERT INTO contacts (workspace_id, id, created_at, first_name, last_name, name_folded,"
    " timezone) VALUES ({0}, {0}, {0}, 'Ada', 'Byron', 'ada byron', 'Europe/London')"
)
_ENROLMENT: Final = (
    "INSERT INTO enrolments (workspace_id, id, created_at, campaign_id, contact_id, version, stage,"
    ' touches_count, put_offs_count, wake_at, reason, "end")'
    " VALUES ({0}, {0}, {0}, {0}, {0}, 1, 'waiting', 2, 0, {0}, '', '')"
)


@dataclass(frozen=True, slots=True)
class Crowd:
    """One workspace in a database, on SQLite or PostgreSQL."""

    url: str

    def found(self) -> None:
        """Make the workspace, a campaign that runs and one that is paused."""
        database, clock = Database.open(self.url), FixedClock(NOW)
        database.migrate()
        SqlWorkspaces(database, clock).create(
            Workspace(workspace_id=WORKSPACE, name="bench", mailbox="us@ours.example", company="U")
        )
        with self.units(database).write() as unit:
            for campaign_id, status in (
                (RUNNING, CampaignStatus.RUNNING),
                (RESTING, CampaignStatus.PAUSED),
            ):
                made = Campaign(
                    campaign_id=campaign_id,
                    name=status.value,
                    status=status,
                    made_by=PersonId("per_1"),
                    created_at=NOW,
                )
                assert unit.campaigns.add(made, DEFAULT)
            unit.commit()
        database.close()

    def units(self, database: Database) -> SqlUnits:
        """Return what opens units, on a clock that stands."""
        clock = FixedClock(NOW)
        return SqlUnits(database, WORKSPACE, TimeSortedIds(clock.now), clock)

    def add_contacts(self, count: int) -> None:
        """Store so many contacts."""
        at = microseconds(NOW)
        self._insert(_CONTACT, ((WORKSPACE, contact_id(n), at) for n in range(count)))

    def enrol(self, count: int, campaign_id: CampaignId, *, first: datetime) -> None:
        """Let so many wait, whose times come one after another over `SPREAD`."""
        at, begin, step = microseconds(NOW), microseconds(first), SPREAD / count
        wait = step // timedelta(microseconds=1)
        self._insert(
            _ENROLMENT,
            (
                (
                    WORKSPACE,
                    f"campaign-{campaign_id}-{contact_id(n)}",
                    at,
                    campaign_id,
                    contact_id(n),
                    begin + n * wait,
                )
                for n in _mixed(count)
            ),
        )

    def bytes(self) -> int:
        """Return the size of all tables with their indexes."""
        if self._path is not None:
            with sqlite3.connect(self._path) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                (pages,) = connection.execute("PRAGMA page_count").fetchone()
                (size,) = connection.execute("PRAGMA page_size").fetchone()
                (free,) = connection.execute("PRAGMA freelist_count").fetchone()
            return (pages - free) * size
        with psycopg.connect(self._plain, autocommit=True) as there:
            row = there.execute(
                "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            ).fetchone()
        assert row is not None
        return int(row[0])

    def settle_down(self) -> None:
        """Let the database learn what it holds, as it does by itself in time."""
        if self._path is not None:
            with sqlite3.connect(self._path) as connection:
                connection.execute("PRAGMA optimize")
            return
        with psycopg.connect(self._plain, autocommit=True) as there:
            there.execute("VACUUM ANALYZE")

    def _insert(self, statement: str, rows: Iterator[tuple[object, ...]]) -> None:
        if self._path is not None:
            with sqlite3.connect(self._path) as connection:
                connection.execute(f"PRAGMA cache_size=-{FILL_KIB}")
                connection.execute("PRAGMA synchronous=OFF")
                connection.executemany(statement.format("?"), rows)
            return
        with psycopg.connect(self._plain) as there, there.cursor() as cursor:
            cursor.executemany(statement.format("%s").encode(), rows)

    @property
    def _path(self) -> Path | None:
        parts = urlsplit(self.url)
        return Path(parts.path) if parts.scheme == "sqlite" else None

    @property
    def _plain(self) -> str:
        return self.url.replace("postgresql+psycopg", "postgresql")


def contact_id(number: int) -> str:
    """Return an id as long as a real one."""
    return f"con_{number:026d}"


def _mixed(count: int) -> Iterator[int]:
    """Yield each number once, mixed: recipients do not wait in the order of their ids."""
    step = 7_919  # a prime that divides none of the counts
    return ((n * step) % count for n in range(count))
