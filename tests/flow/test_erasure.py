"""A person is erased: not one planted word is left, others are as they were, the chain holds."""

import json
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from bench.servers.scripted_model import serving
from tests.fakes.office import DANA, Office, dana, letter, office, step
from tests.flow.erasing_day import BO, Planner, live_a_day
from tests.flow.planting import (
    ADDRESS,
    Planted,
    found_in,
    holding_of,
    others,
    plant_everywhere,
    plant_late_run,
)

from bailiwick.domain.crm import Role, Task
from bailiwick.domain.ids import ContactId, TaskId
from bailiwick.domain.kept_answer import Claim, KeptAnswer
from bailiwick.domain.memo import Memo
from bailiwick.engine.erasing import Erasing, UnableToErase
from bailiwick.engine.thread_faults import UnableToFindThread
from bailiwick.kit.clock import FixedClock
from bailiwick.observe.chain import verify
from bailiwick.ports.care import UnableToKeepErased
from bailiwick.settings import ModelSettings, StoreSettings
from bailiwick.store.care.compaction import leave_nothing
from bailiwick.store.care.erasure import BLANKED, DROPPED
from bailiwick.store.care.person import held_on
from bailiwick.store.care.persons import SqlPersons
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.scope import own
from bailiwick.store.tables.knowledge import SUPPRESSIONS
from bailiwick.wiring.care import Restoring, make_backup
from bailiwick.wiring.erasure_list import add_erasures, read_erasures
from bailiwick.wiring.persons import (
    ErasureMade,
    erase_person,
    erasing,
    export_person,
    plan_erasure,
)
from bailiwick.wiring.sealing import seal_now

MAY_DIFFER = {"records", "data_keys", "erasures", "suppressions", "seals", "workspaces"}
COPIES = {*DROPPED, *BLANKED}
"""Working copies: where they quote the person they lose it, whoever they are about."""


@pytest.fixture
def planner() -> Planner:
    return Planner()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path, planner: Planner) -> Generator[Office]:
    """An office on either database whose model is asked over HTTP; Bo is somebody else."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    with serving(planner) as server:
        model = ModelSettings(base_url=server.base_url, api_key="k", deep="s-1", quick="s-1")
        with office(tmp_path, url=url, model=model) as opened:
            with opened.app.units.write() as unit:
                CrmRows(unit).add_contact(
                    dana(
                        contact_id=BO,
                        first_name="Bo",
                        last_name="Ekberg",
                        addresses=("bo@acme.example",),
                        phone="+44 20 7946 0001",
                    )
                )
                unit.commit()
            yield opened


def erased(place: Office, reason: str = "request 17") -> ErasureMade:
    admin = place.person(Role.ADMIN)
    return erase_person(place.app, DANA, person_id=admin, reason=reason)


class TestErasure:
    def test_leaves_no_byte_of_200_planted_words(self, place: Office, tmp_path: Path) -> None:
        """Not in the database, its log, checkpoints, traces or seals; others are intact."""
        place.app.settings = replace(
            place.app.settings,
            care=replace(place.app.settings.care, erasures_file=str(tmp_path / "erasures.jsonl")),
        )
        planted = Planted()
        live_a_day(place, planted)
        plant_everywhere(place, planted)
        seal_now(place.app)
        assert len(planted.words) >= 200
        _everything_on_disk(place)
        assert len(found_in(place, tmp_path, planted.words)) >= 150
        holding = holding_of(place)
        before = others(place, holding)
        assert len(before["messages"]) >= 2, "somebody else's mail is there to be kept"
        made = erased(place)
        assert [told for told in made.remains if "run it again" in told] == []
        assert found_in(place, tmp_path, [*planted.words, ADDRESS, "Whitfield"]) == {}
        after = others(place, holding)
        for table, rows in before.items():
            if table not in MAY_DIFFER | COPIES:
                assert after[table] == rows, table
        for table in BLANKED:
            assert len(after[table]) == len(before[table]), table
        assert after["records"][: len(before["records"])] == before["records"]
        assert verify(place.app.chain).breach is None
        assert made.erased.counts["contacts"] == 1
        for table in ("threads", "thread_runs", "checkpoints", "checkpoint_values"):
            assert made.erased.counts[table] >= 1, table
            assert after[table] == [], table
        assert made.erased.counts["data_keys"] >= 1

    def test_keeps_the_address_suppressed_as_a_hash(self, place: Office, tmp_path: Path) -> None:
        """Who was erased is not written to again, whoever imports the address."""
        _listed_in(place, tmp_path)
        erased(place)
        with place.app.units.read() as unit:
            (row,) = unit.scope.rows(SUPPRESSIONS.select().where(own(SUPPRESSIONS)))
        assert (row["reason"], row["evidence"]) == ("erased", "")
        assert ADDRESS not in str(dict(row))

    def test_is_refused_to_whoever_is_no_administrator(self, place: Office) -> None:
        """A supervisor may stop everything, and may not erase anybody."""
        with pytest.raises(UnableToErase, match="admin"):
            erase_person(place.app, DANA, person_id=place.person(Role.SUPERVISOR), reason="request")

    def test_takes_no_reason_that_names_the_person(self, place: Office) -> None:
        """The reason is kept, so it may not bring back what goes."""
        for reason in ("Dana asked", "dana@acme.example asked", ""):
            with pytest.raises(UnableToErase, match="reason"):
                erased(place, reason)

    def test_waits_until_a_mail_on_its_way_is_settled(self, place: Office) -> None:
        """What is being sent must first be known to be sent or not."""
        place.propose(step())
        (card,) = place.pending()
        place.app.inbox.approve(
            card.approval_id, person_id=place.person(Role.ADMIN), shown_hash=card.payload_hash
        )
        with place.app.units.write() as unit:
            assert unit.effects.claim(holder="w", at=place.clock.now(), lease_seconds=60)
            unit.commit()
        with pytest.raises(UnableToErase, match="settle them first"):
            erased(place)

    def test_plan_counts_and_changes_nothing(self, place: Office) -> None:
        """A dry run tells what would go, and everything is still there."""
        place.propose(step())
        plan, backups = plan_erasure(place.app, DANA, person_id=place.person(Role.ADMIN))
        assert (plan.holding.counts["contacts"], plan.holding.counts["approvals"]) == (1, 1)
        assert backups == ()
        assert holding_of(place).counts == plan.holding.counts

    def test_names_rows_of_others_that_mention_the_person(
        self, place: Office, tmp_path: Path
    ) -> None:
        """What somebody else wrote about the person is theirs: a person looks at it."""
        _listed_in(place, tmp_path)
        with place.app.units.write() as unit:
            task = Task(
                task_id=TaskId("tsk_bo"),
                title="Ask dana@acme.example about it",
                reason="",
                contact_id=BO,
                created_at=place.clock.now(),
            )
            CrmRows(unit).add_task(task)
            unit.commit()
        assert ("tasks", "tsk_bo") in erased(place).erased.mentions


class TestSealedCopies:
    def test_that_name_the_person_go_and_others_stay(self, place: Office, tmp_path: Path) -> None:
        """A client's thread and a kept answer are opened and looked through."""
        _listed_in(place, tmp_path)
        threads, kept = place.app.threads, place.app.kept_answers
        hers = threads.create(metadata={"note": "Call DANA@acme.example"})
        his = threads.create(metadata={"note": "Call Bo"})
        by = place.person(Role.REP)
        for key, body in (("hers", b'{"to": "dana@acme.example"}'), ("his", b'{"to": "Bo"}')):
            assert kept.claim(key, "h", by=by) is Claim.FRESH
            kept.keep(key, KeptAnswer(status=200, headers="{}", body=body), by=by)
        made = erased(place)
        assert (made.erased.counts["threads"], made.erased.counts["kept_answers"]) == (1, 1)
        with pytest.raises(UnableToFindThread):
            threads.get(hers.thread_id)
        assert threads.get(his.thread_id).metadata == {"note": "Call Bo"}
        assert kept.look("hers", "h", by=by) is Claim.FRESH
        assert isinstance(kept.look("his", "h", by=by), KeptAnswer)

    def test_a_name_beyond_ascii_is_found_in_json(self, place: Office, tmp_path: Path) -> None:
        """JSON is kept as ASCII, where such a name is spelled otherwise."""
        _listed_in(place, tmp_path)
        with place.app.units.write() as unit:
            contact = dana(
                contact_id=ContactId("con_zoe"), first_name="Zoë", last_name="Ünsal",
                addresses=("z@acme.example",),
            )  # fmt: skip
            CrmRows(unit).add_contact(contact)
            at = place.clock.now()
            unit.memos.put(
                Memo(
                    namespace=("notes",),
                    key="k",
                    value={"said": "zoë Ünsal rang"},
                    created_at=at,
                    updated_at=at,
                )
            )
            unit.commit()
        made = erase_person(
            place.app, ContactId("con_zoe"), person_id=place.person(Role.ADMIN), reason="18"
        )
        assert made.erased.counts["memos"] == 1


class TestAgain:
    def test_erases_by_id_what_an_older_program_left(self, place: Office, tmp_path: Path) -> None:
        """The contact is gone, its id still finds what came late; then nothing is held."""
        _listed_in(place, tmp_path)
        erased(place)
        plant_late_run(place)
        assert erasing(place.app).whom(DANA) == DANA
        assert erased(place).erased.counts == {"runs": 1}
        assert erased(place).erased.counts == {}

    def test_of_somebody_unknown_is_refused(self, place: Office) -> None:
        """Nothing is held on an id that nobody ever had."""
        nobody = ContactId("con_nobody")
        with pytest.raises(UnableToErase, match="nothing is held"):
            erase_person(place.app, nobody, person_id=place.person(Role.ADMIN), reason="19")

    def test_finishes_what_a_crash_cut_short(self, place: Office, tmp_path: Path) -> None:
        """The rows were gone and the list and the files were not written: the same again does."""
        _listed_in(place, tmp_path)
        admin = place.person(Role.ADMIN)
        gone = erasing(place.app).erase(DANA, person_id=admin, reason="request 17").erasure
        listed = tmp_path / "erasures.jsonl"
        listed.write_bytes(b'{"erasure_id": "ers_cut')  # by the crash
        made = erased(place)
        assert made.erased.erasure == gone
        assert read_erasures(place.app.settings) == (gone,)
        assert found_in(place, tmp_path, ["Whitfield"]) == {}
        assert erased(place).erased.erasure == gone
        assert read_erasures(place.app.settings) == (gone,)

    def test_lists_beside_its_own_those_a_crash_left_out(
        self, place: Office, tmp_path: Path
    ) -> None:
        """Whoever is erased next brings the list up to what the database knows."""
        _listed_in(place, tmp_path)
        admin = place.person(Role.ADMIN)
        first = erasing(place.app).erase(DANA, person_id=admin, reason="request 17").erasure
        second = erase_person(place.app, BO, person_id=admin, reason="request 18").erased.erasure
        assert read_erasures(place.app.settings) == (first, second)


class TestUnderWay:
    def test_a_run_brings_nothing_back(
        self, place: Office, tmp_path: Path, planner: Planner
    ) -> None:
        """While a model is asked about the person, the person is erased: the run keeps nothing."""
        _listed_in(place, tmp_path)
        planted = Planted()
        place.receive(letter(f"How does onboarding work? {planted.word()}", number=1))
        made: list[ErasureMade] = []
        planner.meanwhile = lambda: made.append(erased(place))
        place.sweep()
        assert len(made) == 1, "it happened during the run"
        place.drain()
        place.app.observation.flush()
        with place.app.units.read() as unit:
            assert held_on(unit.scope, DANA) is None
        undone = leave_nothing(place.app.database)
        assert [told for told in undone if "run it again" in told] == []
        assert found_in(place, tmp_path, [*planted.words, ADDRESS, "Whitfield"]) == {}
        assert verify(place.app.chain).breach is None

    def test_others_are_planned_for_all_the_same(
        self, place: Office, tmp_path: Path, planner: Planner
    ) -> None:
        """A sweep over which somebody was erased ends with cards for the rest."""
        _listed_in(place, tmp_path)
        place.receive(
            letter("How does onboarding work?", number=1),
            letter("How long is the notice?", number=2, sender="Bo Ekberg <bo@acme.example>"),
        )
        planner.meanwhile = lambda: erased(place)
        place.sweep()
        assert {card.contact_id for card in place.pending()} == {BO}

    def test_a_row_that_comes_late_is_refused(self, place: Office, tmp_path: Path) -> None:
        """Whoever writes it: nothing of its transaction is kept."""
        _listed_in(place, tmp_path)
        erased(place)
        task = Task(
            task_id=TaskId("tsk_late"),
            title="Call Dana",
            reason="",
            contact_id=DANA,
            created_at=place.clock.now(),
        )
        with pytest.raises(UnableToKeepErased), place.app.units.write() as unit:
            CrmRows(unit).add_task(task)


class TestBackupsOfBefore:
    def test_are_named_and_a_restore_erases_again(self, place: Office, tmp_path: Path) -> None:
        """The backup still holds the person, says so, and cannot bring the person back."""
        _listed_in(place, tmp_path)
        place.propose(step())
        make_backup(
            place.app, tmp_path / "b.bak", key=None, keep_days=35, progress=lambda _d, _t: None
        )
        place.later(hours=1)
        made = erased(place)
        assert [backup.file_name for backup in made.backups] == ["b.bak"]
        new = tmp_path / "new"
        new.mkdir()
        url = f"sqlite:///{new / 'new.db'}"
        settings = replace(place.app.settings, store=StoreSettings(database_url=url))
        restored = Restoring(settings, place.clock).restore(
            tmp_path / "b.bak", key=None, replace=False, progress=lambda _d, _t: None
        )
        assert restored.workspaces[0].erased_count == 1
        for path in new.iterdir():
            content = path.read_bytes()
            assert b"dana@acme.example" not in content
            assert b"Whitfield" not in content

    def test_erase_again_who_was_being_erased_at_the_snapshot(
        self, place: Office, tmp_path: Path
    ) -> None:
        """Such an erasure says an instant before the backup's, and the backup holds the person."""
        _listed_in(place, tmp_path)
        place.later(hours=1)
        make_backup(
            place.app, tmp_path / "b.bak", key=None, keep_days=35, progress=lambda _d, _t: None
        )
        before = FixedClock(place.clock.now() - timedelta(seconds=2))
        erasing_ = Erasing(units=place.app.units, persons=SqlPersons(), clock=before)
        made = erasing_.erase(DANA, person_id=place.person(Role.ADMIN), reason="request 17")
        add_erasures(place.app.settings, [made.erasure])
        url = f"sqlite:///{tmp_path / 'new.db'}"
        settings = replace(place.app.settings, store=StoreSettings(database_url=url))
        restored = Restoring(settings, place.clock).restore(
            tmp_path / "b.bak", key=None, replace=False, progress=lambda _d, _t: None
        )
        assert restored.workspaces[0].erased_count == 1


class TestExport:
    def test_gives_out_all_that_is_held_and_where_it_was(
        self, place: Office, tmp_path: Path
    ) -> None:
        """Every planted word comes back to the person, with the table it was found in."""
        planted = Planted()
        live_a_day(place, planted)
        path = tmp_path / "dana.zip"
        counts = export_person(place.app, DANA, path, person_id=place.person(Role.ADMIN))
        with ZipFile(path) as archive:
            content = json.loads(archive.read("person.json"))
            everything = "".join(
                archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
            )
        assert set(counts) == set(content["held"])
        assert [word for word in planted.words if word not in everything] == []
        assert "bo@acme.example" not in json.dumps(content["held"]["messages"])


def _listed_in(place: Office, folder: Path) -> None:
    place.app.settings = replace(
        place.app.settings,
        care=replace(place.app.settings.care, erasures_file=str(folder / "erasures.jsonl")),
    )


def _everything_on_disk(place: Office) -> None:
    if place.app.database.kind == "postgresql":
        with place.app.database.writing() as connection:
            connection.exec_driver_sql("CHECKPOINT")
            connection.commit()
