"""What an older release stored is migrated and goes on: a held card is approved to its effect."""

import asyncio
import sqlite3
from pathlib import Path

from tests.fakes.office import TUESDAY

from bailiwick.connectors.smtp.compose import ComposeSettings
from bailiwick.connectors.smtp.fake import FakeMailWriter
from bailiwick.domain.crm import Role
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.thread import ThreadQuery, ThreadStatus
from bailiwick.engine.inbox.signing import Result
from bailiwick.kit.clock import FixedClock
from bailiwick.settings import Settings, StoreSettings
from bailiwick.store.database import Database
from bailiwick.store.revision import HEAD
from bailiwick.wiring.application import build
from bailiwick.wiring.doubles import Doubles

CORE = Path(__file__).with_name("recorded") / "core_release.sql"
PAUSED = CORE.with_name("paused_thread.sql")


def restored(folder: Path, dump: Path) -> str:
    """Return the address of a database as an older release left it."""
    path = folder / "older.db"
    connection = sqlite3.connect(path)
    connection.executescript(dump.read_text(encoding="utf-8"))
    connection.close()
    return f"sqlite:///{path}"


class TestCoreRelease:
    def test_a_held_card_is_approved_to_its_effect(self, tmp_path: Path) -> None:
        """The first release's database migrates, and what waited in it is sent once approved."""
        url = restored(tmp_path, CORE)
        database = Database.open(url)
        assert database.schema_version() == "0001"
        assert database.migrate() == HEAD
        database.close()
        clock = FixedClock(TUESDAY)
        headers = ComposeSettings(domain="northwind.example", unsubscribe_secret=b"s" * 32)
        mail = FakeMailWriter(headers=headers, clock=clock)
        settings = Settings(store=StoreSettings(database_url=url))
        app = build(settings, Doubles(clock=clock, mail=mail, draw=lambda: 0.5))
        try:
            (card, *_) = app.inbox.list().items
            with app.units.read() as unit:
                people = unit.authority.people()
            approver = next(p for p in people if p.role is Role.APPROVER)
            decided = app.inbox.approve(
                card.approval_id, person_id=approver.person_id, shown_hash=card.payload_hash
            )
            assert decided.result is Result.QUEUED
            app.worker().drain(10)
            with app.units.read() as unit:
                effect = unit.effects.for_step(card.step_id)
            assert effect is not None
            assert effect.state is EffectState.SENT
            assert effect.payload_hash == card.payload_hash
        finally:
            app.close()


class TestRecordedThread:
    def test_goes_on_with_todays_graph(self, tmp_path: Path) -> None:
        """A thread that an earlier program left waiting is resumed to its end by this one."""
        url = restored(tmp_path, PAUSED)
        database = Database.open(url)
        database.migrate()
        database.close()
        settings = Settings(store=StoreSettings(database_url=url))
        app = build(settings, Doubles(clock=FixedClock(TUESDAY)))
        try:
            (thread,) = app.threads.search(ThreadQuery(status=ThreadStatus.INTERRUPTED)).items
            (card,) = app.inbox.list().items
            with app.units.read() as unit:
                people = unit.authority.people()
            approver = next(p for p in people if p.role is Role.APPROVER)
            app.inbox.approve(
                card.approval_id, person_id=approver.person_id, shown_hash=card.payload_hash
            )
            assert asyncio.run(app.threads.carry(thread.thread_id)) == 1
            ended = app.threads.get(thread.thread_id)
            assert ended.error is None
            assert ended.status is ThreadStatus.IDLE
        finally:
            app.close()
