import asyncio
import json
from collections import Counter
from importlib.resources import files

import pytest
from pydantic import BaseModel, ConfigDict
from tests.fakes.asked_rows import ASKED_AT, small_crm
from tests.fakes.crm import FakeCrm, FakeDesk, ScriptedModel, frame

from bailiwick.capabilities.text_to_sql.asks import GENERATE, SqlView, nothing_written
from bailiwick.capabilities.text_to_sql.metrics import shipped
from bailiwick.control.load import load_graph_module
from bailiwick.domain.question.answer import Answer, Status, Way
from bailiwick.domain.question.gate import admit
from bailiwick.domain.question.rows import Rows
from bailiwick.domain.question.summary import unfounded
from bailiwick.graph.bind import Context
from bailiwick.models.prompts import PromptLibrary
from bailiwick.ports.deps import Deps
from bailiwick.store.answers.private_copy import PrivateCopy

METRICS_COUNT_MIN = 30
CASES_COUNT_MIN = 20


class Expected(BaseModel):
    """What must come of it."""

    model_config = ConfigDict(extra="forbid")

    status: Status
    way: Way
    rows: list[list[str | int | float | None]] | None = None
    unmapped: list[str] | None = None


class Case(BaseModel):
    """One golden case."""

    model_config = ConfigDict(extra="forbid")

    case: str
    segment: str
    question: str
    expect: Expected


def golden() -> list[Case]:
    path = files("bailiwick").joinpath("capabilities", "text_to_sql", "evals", "golden.jsonl")
    return [Case.model_validate_json(line) for line in path.read_text("utf-8").splitlines()]


def asked(
    question: str, *replies: dict[str, object], over: PrivateCopy | None = None
) -> tuple[Answer, ScriptedModel]:
    """Walk the graph with a model that says these things in turn."""
    model = ScriptedModel(replies=[json.dumps(reply) for reply in replies])
    deps = Deps(
        crm=FakeCrm(),
        model=model,
        frame=frame("text_to_sql", now=ASKED_AT, contact_id=None),
        asked_rows=over or small_crm(),
    )
    build = load_graph_module("text_to_sql").build
    context = Context(deps=deps, desk=FakeDesk())
    state = asyncio.run(build().compile().ainvoke({"question": question}, context=context))
    answer = state["answer"]
    assert isinstance(answer, Answer)
    return answer, model


def written(sql: str, *missing: str) -> dict[str, object]:
    """What a model replies."""
    return {"sql": sql, "explanation": "Counts them.", "missing_terms": list(missing)}


class TestGoldenCases:
    @pytest.mark.parametrize("case", golden(), ids=lambda case: case.case)
    def test_come_out_as_written(self, case: Case) -> None:
        """Without a model each question gives exactly these rows, or says what it does not know."""
        answer, _ = asked(case.question)
        expected = case.expect
        assert (answer.status, answer.way) == (expected.status, expected.way), answer.summary
        if expected.rows is not None:
            assert Counter(map(tuple, expected.rows)) == Counter(answer.rows)
        if expected.unmapped is not None:
            assert list(answer.unmapped) == expected.unmapped
        if answer.status is Status.ABSTAINED:
            assert answer.sql == ""
            assert answer.rows == ()
            assert len(answer.suggestions) == 3

    @pytest.mark.parametrize("case", golden(), ids=lambda case: case.case)
    def test_say_no_number_that_is_not_in_the_rows(self, case: Case) -> None:
        """Each number of each summary is a cell, or computed of cells, or in the question."""
        answer, _ = asked(case.question)
        rows = Rows(columns=answer.columns, rows=answer.rows, cut=answer.cut)
        assert unfounded(answer.summary, rows, given=(answer.title,)) == ()

    def test_are_enough_and_cover_abstaining_and_attack(self) -> None:
        """There are as many as promised, of each kind."""
        segments = Counter(case.segment for case in golden())
        assert segments.total() >= CASES_COUNT_MIN
        assert segments["abstain"] >= 5
        assert segments["hostile"] >= 3


class TestTheCatalogue:
    def test_has_thirty_metrics_and_none_shares_a_wording(self) -> None:
        """A wording means one metric, so that a match is no guess."""
        metrics = shipped()
        assert len(metrics.catalogue.metrics) >= METRICS_COUNT_MIN
        assert list(metrics.clashes()) == []

    @pytest.mark.parametrize("metric", shipped().catalogue.metrics, ids=lambda m: m.metric_id)
    def test_answers_each_of_its_wordings(self, metric: object) -> None:
        """Every wording of every metric finds that metric, passes the gate and runs."""
        copy, metrics = small_crm(), shipped()
        mine = next(one for one in metrics.catalogue.metrics if one is metric)
        for ask in mine.asks:
            found = metrics.match(ask, copy.values(), today=ASKED_AT.date())
            assert found is not None, ask
            assert found.metric is mine, ask
            answer, _ = asked(ask, over=copy)
            assert answer.status in {Status.OK, Status.EMPTY}, (ask, answer.summary)
            assert answer.definition == mine.definition

    @pytest.mark.parametrize("metric", shipped().catalogue.metrics, ids=lambda m: m.metric_id)
    def test_can_be_limited_and_grouped_by_all_it_says(self, metric: object) -> None:
        """Each dimension of each metric is a column of its tables."""
        copy = small_crm()
        mine = next(one for one in shipped().catalogue.metrics if one is metric)
        for expression in mine.source.dimensions.values():
            sql = f"SELECT {expression} FROM {mine.source.tables}"  # noqa: S608 - our own catalogue
            admitted = admit(sql, copy.schema, now=ASKED_AT)
            assert isinstance(copy.run(admitted), Rows)  # pyright: ignore[reportArgumentType] - admitted, as seen above


class TestAModel:
    QUESTION = "Which firms smell of roses?"

    def test_is_asked_only_when_no_metric_answers(self) -> None:
        """A named metric costs no call."""
        assert asked("open deals")[1].asked == []
        assert len(asked(self.QUESTION)[1].asked) == 1

    def test_writes_what_the_gate_reads(self) -> None:
        """A good statement is run, shown, and named as the model's."""
        answer, _ = asked(self.QUESTION, written("select count(*) as firms from companies"))
        assert (answer.status, answer.way) == (Status.OK, Way.MODEL)
        assert answer.rows == ((3,),)
        assert answer.provenance.model == "scripted"
        assert answer.provenance.prompt_version == 1

    def test_is_mended_by_what_was_wrong(self) -> None:
        """A column that is nearly there is put right; one that is not goes back to the model."""
        near, model = asked(self.QUESTION, written("select industri from companies"))
        assert (near.status, len(near.attempts), len(model.asked)) == (Status.OK, 2, 1)
        far, model = asked(
            self.QUESTION,
            written("select smell from companies"),
            written("select name from companies"),
        )
        assert (far.status, len(far.attempts), len(model.asked)) == (Status.OK, 2, 2)
        again = model.asked[1]
        assert isinstance(again, SqlView)
        assert again.failed_sql == "select smell from companies"
        assert "smell" in again.trouble

    def test_stops_at_the_same_error_and_after_two_repairs(self) -> None:
        """The same trouble twice ends it, and three different ones do, too."""
        same, model = asked(
            self.QUESTION,
            written("select smell from companies"),
            written("select smell, name from companies"),
            written("select name from companies"),
        )
        assert (same.status, len(same.attempts), len(model.asked)) == (Status.REFUSED, 2, 2)
        many, _ = asked(
            self.QUESTION,
            *(written("select xyz from companies".replace("z", f"z{n}")) for n in range(5)),
        )
        assert (many.status, len(many.attempts)) == (Status.REFUSED, 3)

    def test_may_say_what_is_missing(self) -> None:
        """A model that does not know abstains, with its words for it."""
        answer, _ = asked(self.QUESTION, written("", "smell"))
        assert (answer.status, answer.unmapped) == (Status.ABSTAINED, ("smell",))

    @pytest.mark.parametrize(
        "sql",
        [
            "drop table contacts",
            "select * from sqlite_master",
            "select load_extension('x')",
            "with contacts as (select 1 as name) select name from contacts",
        ],
    )
    def test_that_was_turned_reaches_nothing(self, sql: str) -> None:
        """Whatever a model was made to write is refused by name, and the rows stay."""
        copy = small_crm()
        answer, _ = asked(self.QUESTION, *[written(sql)] * 3, over=copy)
        assert answer.status is Status.REFUSED
        assert answer.rows == ()
        assert asked("how many contacts", over=copy)[0].rows == ((4,),)

    def test_sees_the_schema_and_never_a_row(self) -> None:
        """What customers wrote cannot speak to it."""
        copy = small_crm()
        _, model = asked(self.QUESTION, over=copy)
        shown = repr(model.asked)
        assert "opportunities(" in shown
        for cell in ("drop table", "Byron", "Umbrella"):
            assert cell not in shown

    def test_has_a_prompt_and_a_model_free_answer(self) -> None:
        """The prompt agrees with its question; without a model nothing is written."""
        assert PromptLibrary().for_ask(GENERATE).schema == "SqlText"
        view = asked(self.QUESTION)[1].asked[0]
        assert isinstance(view, SqlView)
        assert nothing_written(view).sql == ""


class TestCells:
    def test_are_shown_as_text(self) -> None:
        """A subject that looks like a statement is text, and nothing is dropped."""
        answer, _ = asked(
            "Which subjects?", written("select subject from messages where contact_id = 'con_3'")
        )
        assert answer.rows == (("'; drop table contacts; --",),)
        assert "drop table contacts" in answer.summary
