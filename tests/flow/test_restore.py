"""A backup put back: every acknowledged row is there, and nothing is sent a second time."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from tests.fakes.office import DANA, InlineParser, Office, dana, mail_args, office, step

from bailiwick.connectors.smtp.sink import LocalSink
from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.crm import Role
from bailiwick.domain.event import EventKind
from bailiwick.domain.ids import ContactId, DeliveryId, EndpointId, PersonId
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.record import RecordKind
from bailiwick.domain.webhook import Delivery, DeliveryState, Endpoint, EndpointStatus
from bailiwick.engine.halting import Halting
from bailiwick.observe.chain import verify
from bailiwick.observe.seal import read_outside
from bailiwick.ports.care import BackupMade, RestoreMade
from bailiwick.settings import MailSettings, Settings, StoreSettings
from bailiwick.store.care.backup_file import (
    BackupKey,
    UnableToKeepBackup,
    UnableToReadBackup,
    UnableToTrustBackup,
)
from bailiwick.store.care.load import UnableToRestore
from bailiwick.store.crm_rows import CrmRows
from bailiwick.wiring.application import Application, build
from bailiwick.wiring.care import Restoring, backups_kept, make_backup
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.sealing import seal_now

KEY = BackupKey(secret=b"k" * 32, passphrase=False)
BO = ContactId("con_bo")


@pytest.fixture
def sink() -> Generator[LocalSink]:
    """A real mail server on this machine."""
    found = LocalSink()
    yield found
    found.close()


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    """An office with a second contact."""
    with office(tmp_path, url=sqlite_url) as opened:
        with opened.app.units.write() as unit:
            CrmRows(unit).add_contact(
                dana(contact_id=BO, first_name="Bo", last_name="Ek", addresses=("bo@acme.example",))
            )
            unit.commit()
        yield opened


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a workspace."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    return str(request.getfixturevalue("postgres_url"))


@contextmanager
def at(settings: Settings, place: Office, url: str, smtp_url: str = "") -> Generator[Application]:
    """Open the workspace of another database, with a mail server that is really there."""
    there = replace(
        settings, store=StoreSettings(database_url=url), mail=MailSettings(smtp_url=smtp_url)
    )
    app = build(there, Doubles(clock=place.clock, parser=InlineParser(), draw=lambda: 0.5))
    try:
        yield app
    finally:
        app.close()


def backed_up(place: Office, path: Path, key: BackupKey | None = None) -> BackupMade:
    return make_backup(place.app, path, key=key, keep_days=35, progress=lambda _done, _total: None)


def put_back(
    place: Office, path: Path, url: str, *, key: BackupKey | None = None, replacing: bool = False
) -> RestoreMade:
    settings = replace(place.app.settings, store=StoreSettings(database_url=url))
    return Restoring(settings, place.clock).restore(
        path, key=key, replace=replacing, progress=lambda _done, _total: None
    )


def queue_two(place: Office) -> None:
    """Approve one mail to each contact; neither is sent yet."""
    bo = {"contact_id": BO, "mail": mail_args(to_address="bo@acme.example", to_name="Bo Ek")}
    place.propose(step())
    place.propose(step(run="run_b", args=bo), contact_id=BO)
    for card in place.pending():
        place.app.inbox.approve(
            card.approval_id, person_id=place.person(Role.APPROVER), shown_hash=card.payload_hash
        )


def endpoint_at(at_: datetime) -> Endpoint:
    return Endpoint(
        endpoint_id=EndpointId("end_1"),
        url="https://hooks.example/in",
        kinds=frozenset(),
        status=EndpointStatus.ACTIVE,
        status_reason="",
        seq=0,
        secret=b"sealed",
        former_secret=b"",
        former_until=None,
        created_by=PersonId("per_1"),
        created_at=at_,
    )


def delivery_of(number: int, at_: datetime) -> Delivery:
    return Delivery(
        delivery_id=DeliveryId(f"dlv_{number:03d}"),
        endpoint_id=EndpointId("end_1"),
        event_id=str(number),
        kind=next(iter(EventKind)),
        body="{}",
        state=DeliveryState.WAITING,
        tries=0,
        due_at=at_,
        answer_status=0,
        reason="",
        created_at=at_,
    )


def states(app: Application) -> dict[EffectState, int]:
    with app.units.read() as unit:
        return {
            state: len(unit.effects.in_state(state, cursor=None, size=100).items)
            for state in EffectState
        }


class TestRestore:
    def test_sends_nothing_that_went_out_after_the_backup(
        self, place: Office, tmp_path: Path, sink: LocalSink, new_url: str
    ) -> None:
        """Two mails leave after the backup; restored, they are in doubt and the server sees two."""
        url = new_url
        queue_two(place)
        backed_up(place, tmp_path / "b.bak")
        smtp = sink.start()
        with at(place.app.settings, place, place.app.settings.store.database_url, smtp) as app:
            app.worker().drain(100)
        assert len(sink.delivered) == 2
        made = put_back(place, tmp_path / "b.bak", url)
        assert [(w.epoch, w.doubtful_count) for w in made.workspaces] == [(2, 2)]
        with at(place.app.settings, place, url, smtp) as app:
            app.worker().drain(100)
            admin = place.person(Role.ADMIN)
            Halting(units=app.units, clock=place.clock).lift("*", person_id=admin, reason="looked")
            app.worker().drain(100)
            assert states(app)[EffectState.IN_DOUBT] == 2
            found = verify(app.chain)
            assert found.breach is None
            with app.units.read() as unit:
                kinds = [r.kind for r in unit.records.since(0, size=1000)]
        assert RecordKind.RESTORED in kinds
        assert len(sink.delivered) == 2

    def test_closes_cards_that_may_have_been_approved_since(
        self, place: Office, tmp_path: Path
    ) -> None:
        """A waiting mail is planned anew instead of being approved a second time."""
        place.propose(step())
        backed_up(place, tmp_path / "b.bak")
        url = f"sqlite:///{tmp_path / 'new.db'}"
        made = put_back(place, tmp_path / "b.bak", url)
        assert made.workspaces[0].closed_cards_count == 1
        with at(place.app.settings, place, url) as app:
            (card,) = app.inbox.list(status=None, size=10).items
        assert card.status is ApprovalStatus.STALE
        assert "planned anew" in card.closed_reason

    def test_tells_no_webhook_until_a_person_enables_it(
        self, place: Office, tmp_path: Path
    ) -> None:
        """A delivery that waited may have gone out since: it is dead, and can be replayed."""
        at_ = place.clock.now()
        with place.app.units.write() as unit:
            unit.webhooks.add_endpoint(endpoint_at(at_))
            for number in range(150):  # more than one page
                assert unit.webhooks.add_delivery(delivery_of(number, at_))
            unit.commit()
        backed_up(place, tmp_path / "b.bak")
        url = f"sqlite:///{tmp_path / 'new.db'}"
        made = put_back(place, tmp_path / "b.bak", url)
        assert made.workspaces[0].silenced_count == 1
        with at(place.app.settings, place, url) as app, app.units.read() as unit:
            assert unit.webhooks.active() == ()
            page = unit.webhooks.deliveries(None, state=None, cursor=None, size=200)
            found = {(d.state, "told since" in d.reason) for d in page.items}
        assert found == {(DeliveryState.DEAD, True)}

    def test_stops_all_effects_until_a_person_resumes(self, place: Office, tmp_path: Path) -> None:
        """After a restore the kill switch is on, with the reason on record."""
        backed_up(place, tmp_path / "b.bak")
        url = f"sqlite:///{tmp_path / 'new.db'}"
        put_back(place, tmp_path / "b.bak", url)
        with at(place.app.settings, place, url) as app:
            (halt,) = Halting(units=app.units, clock=place.clock).list()
        assert (halt.scope, halt.by) == ("*", "restore")
        assert "backup of 2026-07-14" in halt.reason

    def test_brings_back_every_row_on_either_database(
        self, place: Office, tmp_path: Path, postgres_url: str
    ) -> None:
        """From SQLite to PostgreSQL and back, contacts, mail and bytes are the same."""
        place.receive(b"From: dana@acme.example\r\nSubject: \xe4\r\n\r\n\x00\x01 raw\r\n")
        first = backed_up(place, tmp_path / "1.bak").manifest
        put_back(place, tmp_path / "1.bak", postgres_url)
        with at(place.app.settings, place, postgres_url) as app:
            with app.units.read() as unit:
                assert unit.crm.contact(DANA) == place_contact(place)
            second = make_backup(
                app,
                tmp_path / "2.bak",
                key=None,
                keep_days=1,
                progress=lambda _done, _total: None,
            ).manifest
        url = f"sqlite:///{tmp_path / 'again.db'}"
        put_back(place, tmp_path / "2.bak", url)
        with at(place.app.settings, place, url) as app:
            assert verify(app.chain).breach is None
        grown = {n: c - first.counts[n] for n, c in second.counts.items() if c != first.counts[n]}
        assert grown == {"records": 2, "halts": 1}
        assert second.counts["raw_messages"] == 1

    def test_during_load_holds_all_that_was_acknowledged_before(
        self, place: Office, tmp_path: Path
    ) -> None:
        """Writers go on while it is made: what was acknowledged before it began is in it."""
        stop = threading.Event()
        acknowledged: list[int] = []

        def write() -> None:
            while not stop.is_set():
                with place.app.units.write() as unit:
                    record = unit.records.append(
                        RecordKind.IMPORTED, subject="load", payload={}, at=place.clock.now()
                    )
                    unit.commit()
                acknowledged.append(record.seq)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            while len(acknowledged) < 20:
                assert writer.is_alive()
            before = acknowledged[-1]
            made = backed_up(place, tmp_path / "b.bak")
        finally:
            stop.set()
            writer.join()
        url = f"sqlite:///{tmp_path / 'new.db'}"
        assert put_back(place, tmp_path / "b.bak", url).workspaces[0].records_count >= before
        assert made.manifest.heads[0].seq == made.manifest.counts["records"]


class TestOutsideSeals:
    def test_of_records_that_are_lost_are_set_aside(self, place: Office, tmp_path: Path) -> None:
        """A seal newer than the backup is kept beside, so that it does not accuse the restore."""
        place.propose(step())
        seal_now(place.app)
        backed_up(place, tmp_path / "b.bak")
        place.propose(step(run="run_c"))
        seal_now(place.app)
        url = f"sqlite:///{tmp_path / 'new.db'}"
        made = put_back(place, tmp_path / "b.bak", url)
        seals = Path(place.app.settings.audit.seals_file)
        assert made.seals_aside_count == 1
        assert len(read_outside(seals)) == 1
        assert len(read_outside(seals.with_name(f"seals.jsonl.{made.manifest.backup_id}"))) == 1
        with at(place.app.settings, place, url) as app:
            assert verify(app.chain, outside_seals=read_outside(seals)).breach is None


class TestReplacing:
    def test_needs_to_be_asked_for(self, place: Office, tmp_path: Path) -> None:
        """A database with a workspace is not overwritten by accident."""
        backed_up(place, tmp_path / "b.bak")
        with pytest.raises(UnableToRestore, match="--replace"):
            put_back(place, tmp_path / "b.bak", place.app.settings.store.database_url)

    @pytest.mark.parametrize("kind", ["sqlite", "postgres"])
    def test_puts_the_backup_in_the_place_of_all_rows(
        self, tmp_path: Path, kind: str, request: pytest.FixtureRequest
    ) -> None:
        """What came after the backup is gone, in one step."""
        url: str = request.getfixturevalue(f"{kind}_url")
        with office(tmp_path, url=url) as place:
            backed_up(place, tmp_path / "b.bak")
            place.suppress("later@acme.example")
            place.app.database.close()
            put_back(place, tmp_path / "b.bak", url, replacing=True)
            with place.app.units.read() as unit:
                assert unit.crm.contact(DANA) is not None
                assert unit.crm.workspace().name == "default"
            assert backed_up(place, tmp_path / "2.bak").manifest.counts["suppressions"] == 0

    def test_that_fails_leaves_everything_as_it_was(self, place: Office, tmp_path: Path) -> None:
        """A backup whose chain does not verify is refused before anything is lost."""
        with place.app.units.write() as unit:
            record = unit.records.append(
                RecordKind.IMPORTED, subject="x", payload={"n": 1}, at=place.clock.now()
            )
            unit.scope.flush()
            unit.scope.connection.exec_driver_sql(
                "UPDATE records SET subject = 'y' WHERE seq = ?", (record.seq,)
            )
            unit.commit()
        backed_up(place, tmp_path / "b.bak")
        with pytest.raises(Exception, match="content was changed"):
            put_back(
                place, tmp_path / "b.bak", place.app.settings.store.database_url, replacing=True
            )
        with place.app.units.read() as unit:
            assert unit.crm.contact(DANA) is not None


class TestTheFile:
    def test_never_replaces_another(self, place: Office, tmp_path: Path) -> None:
        """A backup of yesterday is not lost to one of today."""
        path = tmp_path / "b.bak"
        path.write_text("mine")
        with pytest.raises(UnableToKeepBackup, match="is there already"):
            backed_up(place, path)
        assert path.read_text() == "mine"
        assert [p.name for p in tmp_path.iterdir() if "partial" in p.name] == []

    def test_that_was_changed_or_cut_is_refused(self, place: Office, tmp_path: Path) -> None:
        """Any changed byte, and any cut, is found before a row is read."""
        path = tmp_path / "b.bak"
        backed_up(place, path)
        whole = path.read_bytes()
        for place_ in range(30, len(whole), max(1, len(whole) // 40)):
            path.write_bytes(whole[:place_] + bytes([whole[place_] ^ 1]) + whole[place_ + 1 :])
            with pytest.raises(UnableToTrustBackup):
                Restoring.examine(path, key=None)
            path.write_bytes(whole[:place_])
            with pytest.raises(UnableToTrustBackup):
                Restoring.examine(path, key=None)

    def test_that_is_something_else_is_named_so(self, place: Office, tmp_path: Path) -> None:
        """Another file is not taken for a damaged backup."""
        del place
        path = tmp_path / "b.bak"
        path.write_text("PK\x03\x04 not ours, but long enough to be read as something")
        with pytest.raises(UnableToReadBackup, match="not a backup"):
            Restoring.examine(path, key=None)

    @pytest.mark.parametrize(
        "key", [KEY, BackupKey(secret=b"correct horse", passphrase=True)], ids=["key", "words"]
    )
    def test_sealed_opens_with_its_key_only(
        self, place: Office, tmp_path: Path, key: BackupKey
    ) -> None:
        """Nothing in a sealed file can be read without the key."""
        path = tmp_path / "b.bak"
        made = backed_up(place, path, key)
        assert made.sealed
        assert b"acme" not in path.read_bytes()
        assert Restoring.examine(path, key=key).manifest.counts == made.manifest.counts
        other = replace(key, secret=b"x" * 32)
        with pytest.raises(UnableToReadBackup, match="does not fit"):
            Restoring.examine(path, key=other)
        with pytest.raises(UnableToReadBackup, match="sealed"):
            Restoring.examine(path, key=None)

    def test_is_remembered_by_the_workspace_it_holds(self, place: Office, tmp_path: Path) -> None:
        """An erasure can name the backups that still hold a person."""
        made = backed_up(place, tmp_path / "b.bak")
        (kept,) = backups_kept(place.app)
        assert (kept.file_name, kept.sha256) == ("b.bak", made.sha256)
        place.later(days=36)
        assert backups_kept(place.app) == ()


def place_contact(place: Office) -> object:
    with place.app.units.read() as unit:
        return unit.crm.contact(DANA)
