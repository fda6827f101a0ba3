"""A restore beside a process that was not stopped: what that one held is taken away from it."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from tests.fakes.office import Office, office
from tests.store.stores import a_run

from bailiwick.domain.thread import GraphThreadId
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.settings import StoreSettings
from bailiwick.store.care.restored import FENCE_LEAP
from bailiwick.store.scope import own
from bailiwick.store.tables.threads import THREADS
from bailiwick.store.tables.work import RUNS
from bailiwick.wiring.care import Restoring, make_backup


def replaced(place: Office, path: Path) -> None:
    """Back up, and put that back in the place of what is there."""
    make_backup(place.app, path, key=None, keep_days=35, progress=lambda _d, _t: None)
    settings = replace(
        place.app.settings, store=StoreSettings(database_url=place.app.settings.store.database_url)
    )
    Restoring(settings, place.clock).restore(
        path, key=None, replace=True, progress=lambda _d, _t: None
    )


class TestARestoreBesideAProcess:
    def test_takes_runs_and_threads_away_from_it(self, tmp_path: Path, sqlite_url: str) -> None:
        """It holds a fence that nobody is given again, so nothing of what it writes is kept."""
        with office(tmp_path, url=sqlite_url) as place:
            run = a_run(TimeSortedIds(place.clock.now))
            with place.app.units.write() as unit:
                unit.runs.start(run)
                unit.commit()
            thread_id = place.app.threads.create().thread_id
            with place.app.units.write() as unit:
                held = unit.threads.lease(GraphThreadId(thread_id), holder="before", seconds=30)
                unit.commit()
            assert held is not None
            replaced(place, tmp_path / "b.bak")
            with place.app.units.write() as unit:
                assert not unit.threads.renew(held, seconds=30)
                for table in (RUNS, THREADS):
                    (row,) = unit.scope.rows(select(table).where(own(table)))
                    assert row["fence"] >= FENCE_LEAP
