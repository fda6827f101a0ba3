from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from tests.store.stores import NOW, Store, add_contact

from bailiwick.domain.ids import PersonId
from bailiwick.domain.reach import Sight
from bailiwick.ports.answers import AskedQuestion
from bailiwick.store.answers.asked_questions import SqlAskedQuestions
from bailiwick.store.care.person import held_on
from bailiwick.store.care.retention import Retention
from bailiwick.store.scope import own
from bailiwick.store.scopes import Scopes
from bailiwick.store.tables.questions import SQL_RUNS

ASKED: Final = AskedQuestion(
    question_id="qst_1", question="how many deals", made_by=PersonId("per_me"), status="ok",
    way="metric", sql="SELECT 1", attempts_count=1, rows_count=1, milliseconds=7,
    schema_hash="s", data_version="d", model="", prompt_version=0, asked_at=NOW,
)  # fmt: skip


def kept(store: Store, scopes: Scopes | None = None) -> list[str]:
    with (scopes or store.units.scopes).reading() as scope:
        rows = scope.rows(select(SQL_RUNS.c.id).where(own(SQL_RUNS)).order_by(SQL_RUNS.c.id))
        return [str(row["id"]) for row in rows]


def seen(done: int, total: int | None) -> None:
    """Watch nothing."""
    del done, total


class TestAskedQuestions:
    def test_are_kept_for_their_asker(self, store: Store) -> None:
        """Who sees a part of the workspace sees what they asked themselves."""
        questions = SqlAskedQuestions(store.units.scopes)
        questions.keep(ASKED)
        questions.keep(replace(ASKED, question_id="qst_2", made_by=PersonId("per_you")))
        sight = Sight(person_id=PersonId("per_me"), owners=frozenset())
        assert kept(store) == ["qst_1", "qst_2"]
        assert kept(store, store.units.seen_by(sight).scopes) == ["qst_1"]

    def test_that_name_a_person_are_held_on_them(self, store: Store) -> None:
        """A question that names somebody is erased with them; others stay."""
        with store.units.write() as unit:
            ada = add_contact(unit, store.ids, "ada@acme.example")
            unit.commit()
        questions = SqlAskedQuestions(store.units.scopes)
        for number, said in enumerate(
            ("what did ADA BYRON write", "mails of ada@acme.example", "how many % deals")
        ):
            questions.keep(replace(ASKED, question_id=f"qst_{number}", question=said))
        with store.units.scopes.reading() as scope:
            holding = held_on(scope, ada.contact_id)
        assert holding is not None
        assert holding.rows["sql_runs"] == {"qst_0", "qst_1"}

    def test_go_after_thirty_days(self, store: Store) -> None:
        """Retention removes what is older, and nothing younger."""
        questions = SqlAskedQuestions(store.units.scopes)
        for number, days in enumerate((31, 29)):
            asked_at = NOW - timedelta(days=days)
            questions.keep(replace(ASKED, question_id=f"qst_{number}", asked_at=asked_at))
        retention = Retention(
            store.database, store.workspace_id, ids=store.ids, clock=store.clock, days={}
        )
        retention.run(seen)
        assert kept(store) == ["qst_1"]
