"""Names that are in many words: who is called so takes nobody else's rows along."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import update
from tests.fakes.office import DANA, dana, office

from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ContactId
from bailiwick.domain.kept_answer import KeptAnswer
from bailiwick.engine.pool.scheduling import keep_house
from bailiwick.kit.hashing import digest
from bailiwick.ports.care import Holding
from bailiwick.store.crm_rows import CrmRows
from bailiwick.store.scope import own
from bailiwick.store.tables.identity import KEPT_ANSWERS
from bailiwick.wiring.persons import erase_person


class TestNames:
    def test_that_are_any_word_take_nothing_along(self, tmp_path: Path, sqlite_url: str) -> None:
        """Whoever calls themselves like a word of ours, and asks to be erased, erases no more."""
        whom = ContactId("con_status")
        with office(tmp_path, url=sqlite_url) as place:
            care = replace(place.app.settings.care, erasures_file=str(tmp_path / "erased.jsonl"))
            place.app.settings = replace(place.app.settings, care=care)
            thread = place.app.threads.create(metadata={"status": "Call Bo"})
            with place.app.units.write() as unit:
                keep_house(unit)
                contact = dana(
                    contact_id=whom, first_name="status", last_name="", phone="retention",
                    addresses=("status@acme.example",),
                )  # fmt: skip
                CrmRows(unit).add_contact(contact)
                unit.commit()
            erase_person(place.app, whom, person_id=place.person(Role.ADMIN), reason="20")
            assert place.app.threads.get(thread.thread_id).metadata == {"status": "Call Bo"}
            with place.app.units.read() as unit:
                assert unit.schedules.named("retention") is not None

    def test_tell_whom_they_mean_when_long_enough(self) -> None:
        """Two words or a whole number name a person; one word is only for somebody to look at."""
        holding = Holding(
            contact_id=ContactId("con_1"),
            addresses=("a@b.example",),
            names=("Bo Ek", "Whitfield", "+44 20 7946 0001", "12345", "B E"),
        )
        assert holding.terms == ("con_1", "a@b.example", "Bo Ek", "+44 20 7946 0001")
        assert holding.likely_terms == (
            "a@b.example", "Bo Ek", "Whitfield", "+44 20 7946 0001", "12345",
        )  # fmt: skip


class TestAKeptAnswer:
    def test_that_does_not_open_stops_no_erasure(self, tmp_path: Path, sqlite_url: str) -> None:
        """A row that was changed in the database answers nobody: it goes along."""
        with office(tmp_path, url=sqlite_url) as place:
            care = replace(place.app.settings.care, erasures_file=str(tmp_path / "erased.jsonl"))
            place.app.settings = replace(place.app.settings, care=care)
            kept, by = place.app.kept_answers, place.person(Role.REP)
            for key in ("whole", "changed"):
                kept.claim(key, "h", by=by)
                kept.keep(key, KeptAnswer(status=200, headers="{}", body=key.encode()), by=by)
            with place.app.units.write() as unit:
                changed = digest({"by": by, "key": "changed"})
                one = (own(KEPT_ANSWERS), KEPT_ANSWERS.c.key_hash == changed)
                unit.scope.change(update(KEPT_ANSWERS).where(*one).values(body=b"no seal"))
                unit.commit()
            made = erase_person(place.app, DANA, person_id=place.person(Role.ADMIN), reason="21")
            assert made.erased.counts["kept_answers"] == 1
            assert isinstance(kept.look("whole", "h", by=by), KeptAnswer)
