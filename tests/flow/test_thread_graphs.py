"""Threads with graphs of third parties: their own questions, commands, older states, versions."""

import asyncio
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.fakes.office import Office, office
from tests.fakes.third_graphs import ASK, ASK_TWICE, ThirdGraphs, asking_renamed

from bailiwick.domain.crm import Role
from bailiwick.domain.thread import (
    Command,
    Goto,
    GraphThreadId,
    NewRun,
    ThreadRun,
    ThreadRunStatus,
    ThreadState,
    ThreadStatus,
)
from bailiwick.engine.checkpoint.shape import Migration, shape_of
from bailiwick.engine.thread_faults import UnableToTakeThread, UnableToUseThread


@pytest.fixture
def graphs() -> ThirdGraphs:
    return ThirdGraphs()


@pytest.fixture
def place(sqlite_url: str, tmp_path: Path, graphs: ThirdGraphs) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url, graphs=graphs) as opened:
        yield opened


def carried(place: Office, thread_id: GraphThreadId, asked: NewRun) -> ThreadRun:
    """Start a run, carry it, and return how it ended."""
    run = place.app.threads.start(thread_id, asked)
    assert isinstance(run, ThreadRun)
    assert asyncio.run(place.app.threads.carry(thread_id)) == 1
    return place.app.threads.run(thread_id, run.run_id)


def begun(place: Office, capability: str = ASK, **asked: Any) -> GraphThreadId:  # noqa: ANN401 - fields of NewRun
    """Return a thread with a graph that has run as far as it goes by itself."""
    thread_id = place.app.threads.create().thread_id
    run = carried(place, thread_id, NewRun(capability=capability, input={"topic": "tea"}, **asked))
    assert run.error is None
    return thread_id


def command(capability: str = ASK, **told: Any) -> NewRun:  # noqa: ANN401 - fields of Command
    return NewRun(capability=capability, command=Command(**told, has_resume="resume" in told))


def said(place: Office, thread_id: GraphThreadId) -> Any:  # noqa: ANN401 - a graph's own
    values = place.app.threads.get(thread_id).values
    assert values is not None
    stored = state(place, thread_id)
    assert stored.values == values, "a thread shows what its newest checkpoint holds"
    return values.get("said")


def state(place: Office, thread_id: GraphThreadId, **where: Any) -> ThreadState:  # noqa: ANN401 - arguments of state
    return asyncio.run(place.app.threads.state(thread_id, **where))


def history(place: Office, thread_id: GraphThreadId) -> tuple[ThreadState, ...]:
    return tuple(asyncio.run(place.app.threads.history(thread_id, limit=50)))


class TestAnswering:
    def test_a_plain_answer_goes_on(self, place: Office) -> None:
        """One question: any value answers it, and the graph goes on to its end."""
        thread_id = begun(place)
        assert place.app.threads.get(thread_id).status is ThreadStatus.INTERRUPTED
        run = carried(place, thread_id, command(resume="fine"))
        assert run.status is ThreadRunStatus.SUCCESS
        assert said(place, thread_id) == ["draft of tea", "review: fine", "closed after 2"]
        assert place.app.threads.get(thread_id).status is ThreadStatus.IDLE

    def test_null_is_an_answer(self, place: Office) -> None:
        """Resuming with nothing at all is an answer as well."""
        thread_id = begun(place)
        carried(place, thread_id, command(resume=None))
        assert said(place, thread_id)[1] == "review: None"

    def test_two_questions_need_a_name(self, place: Office) -> None:
        """A plain answer to two is refused with their ids, and the thread is left as it was."""
        thread_id = begun(place, ASK_TWICE)
        before = place.app.threads.get(thread_id)
        names = {pause.interrupt_id for pause in before.pauses}
        assert len(names) == 2
        for wrong in ("fine", {"nobody": "fine"}, {}, {**dict.fromkeys(names, "a"), "x": "b"}):
            with pytest.raises(UnableToTakeThread) as refused:
                place.app.threads.start(thread_id, command(ASK_TWICE, resume=wrong))
            assert set(refused.value.interrupt_ids) == names
        assert place.app.threads.get(thread_id) == before
        assert place.app.threads.runs(thread_id)[0].status is ThreadRunStatus.SUCCESS

    def test_two_questions_one_by_one_and_together(self, place: Office) -> None:
        """A map answers one of two, then the other; or both at once."""
        for together in (False, True):
            thread_id = begun(place, ASK_TWICE)
            names = {p.value: p.interrupt_id for p in place.app.threads.get(thread_id).pauses}
            first, other = names["what do you say?"], names["and you?"]
            if together:
                carried(place, thread_id, command(ASK_TWICE, resume={first: "a", other: "b"}))
            else:
                carried(place, thread_id, command(ASK_TWICE, resume={first: "a"}))
                (left,) = place.app.threads.get(thread_id).pauses
                assert left.interrupt_id == other
                carried(place, thread_id, command(ASK_TWICE, resume={other: "b"}))
            assert said(place, thread_id) == ["draft of tea", "review: a", "second: b"]

    def test_without_a_question_is_an_error_of_the_run(self, place: Office) -> None:
        """Resuming what waits for nothing fails the run and says why."""
        thread_id = begun(place)
        carried(place, thread_id, command(resume="fine"))
        before = said(place, thread_id)
        run = carried(place, thread_id, command(resume="again"))
        assert run.status is ThreadRunStatus.ERROR
        assert said(place, thread_id) == before

    def test_new_input_starts_over(self, place: Office) -> None:
        """Input on a waiting thread drops its question; another one is asked."""
        thread_id = begun(place)
        (old,) = place.app.threads.get(thread_id).pauses
        carried(place, thread_id, NewRun(capability=ASK, input={"topic": "milk"}))
        (new,) = place.app.threads.get(thread_id).pauses
        assert new.interrupt_id != old.interrupt_id
        assert said(place, thread_id) == ["draft of tea", "draft of milk"]


class TestCommands:
    def test_update_writes_and_goes_on(self, place: Office) -> None:
        """What a command updates is in the state that the next node reads."""
        thread_id = begun(place)
        carried(place, thread_id, command(update={"said": ["by hand"]}, resume="fine"))
        assert "by hand" in said(place, thread_id)
        assert said(place, thread_id)[-1] == "closed after 3"

    def test_goto_goes_there(self, place: Office) -> None:
        """The named node runs beside the one that was answered."""
        thread_id = begun(place)
        carried(place, thread_id, command(goto=(Goto(node="close"),), resume="fine"))
        found = said(place, thread_id)
        assert {"closed after 1", "review: fine"} <= set(found)

    def test_goto_without_an_answer_leaves_the_question(self, place: Office) -> None:
        """Going somewhere answers nothing: what waited waits on."""
        thread_id = begun(place)
        carried(place, thread_id, command(goto=(Goto(node="close"),)))
        assert len(place.app.threads.get(thread_id).pauses) == 1
        carried(place, thread_id, command(resume="fine"))
        assert "closed after 1" in said(place, thread_id)

    def test_goto_end_really_ends(self, place: Office) -> None:
        """Nothing waits any more, and an update given along is kept."""
        thread_id = begun(place)
        asked = command(goto=(Goto(node="__end__"),), update={"topic": "none"})
        assert carried(place, thread_id, asked).status is ThreadRunStatus.SUCCESS
        thread = place.app.threads.get(thread_id)
        assert thread.status is ThreadStatus.IDLE
        assert thread.pauses == ()
        found = state(place, thread_id)
        assert (found.next, found.values["topic"]) == ((), "none")

    def test_goto_an_unknown_node_fails_the_run_only(self, place: Office) -> None:
        """The thread waits as before."""
        thread_id = begun(place)
        run = carried(place, thread_id, command(goto=(Goto(node="nowhere"),)))
        assert run.status is ThreadRunStatus.ERROR
        assert len(place.app.threads.get(thread_id).pauses) == 1

    def test_stops_before_and_after_nodes(self, place: Office) -> None:
        """A caller's own stops are kept, and a run without input goes on from them."""
        for stop, node in (("interrupt_before", "review"), ("interrupt_after", "draft")):
            thread_id = begun(place, **{stop: (node,)})  # pyright: ignore[reportArgumentType] - fields of NewRun
            thread = place.app.threads.get(thread_id)
            assert thread.status is ThreadStatus.INTERRUPTED
            assert thread.pauses == ()
            assert state(place, thread_id).next == ("review",)
            carried(place, thread_id, NewRun(capability=ASK))
            assert len(place.app.threads.get(thread_id).pauses) == 1

    def test_an_older_state_is_a_start(self, place: Office) -> None:
        """A run from a checkpoint asks again; an old answer is never taken for the new one."""
        thread_id = begun(place)
        carried(place, thread_id, command(resume="first"))
        older = next(one for one in history(place, thread_id) if one.next == ("review",))
        asked = NewRun(capability=ASK, checkpoint_id=older.checkpoint_id)
        assert carried(place, thread_id, asked).error is None
        assert len(place.app.threads.get(thread_id).pauses) == 1
        carried(place, thread_id, command(resume="other"))
        assert said(place, thread_id) == ["draft of tea", "review: other", "closed after 2"]
        again = NewRun(
            capability=ASK,
            checkpoint_id=older.checkpoint_id,
            command=Command(resume="third", has_resume=True),
        )
        assert carried(place, thread_id, again).status is ThreadRunStatus.ERROR
        assert said(place, thread_id) == ["draft of tea", "review: other", "closed after 2"]


class TestWritingState:
    def test_writes_as_a_node(self, place: Office) -> None:
        """Values written as a node take its place; what follows it is next."""
        thread_id = begun(place)
        by = place.person(Role.ADMIN)
        written = place.app.threads.update_state(
            thread_id, values={"said": ["by hand"]}, as_node="review", by=by
        )
        name = asyncio.run(written)
        found = state(place, thread_id)
        assert (found.checkpoint_id, found.next) == (name, ("close",))
        assert said(place, thread_id) == ["draft of tea", "by hand"]
        assert place.app.threads.get(thread_id).status is ThreadStatus.INTERRUPTED
        carried(place, thread_id, NewRun(capability=ASK))
        assert said(place, thread_id)[-1] == "closed after 2"

    @pytest.mark.parametrize(
        ("values", "as_node"), [({"said": []}, "nowhere"), ({"unknown": 1}, "review")]
    )
    def test_refuses_unknown_names_and_leaves_all_as_it_was(
        self, place: Office, values: Mapping[str, Any], as_node: str
    ) -> None:
        """A node or key that the graph does not have is no update, and the thread stays free."""
        thread_id = begun(place)
        before = state(place, thread_id)
        with pytest.raises(UnableToUseThread):
            asyncio.run(
                place.app.threads.update_state(
                    thread_id, values=values, as_node=as_node, by=place.person(Role.ADMIN)
                )
            )
        assert state(place, thread_id) == before
        assert carried(place, thread_id, command(resume="fine")).error is None


class TestVersions:
    @pytest.mark.parametrize("by_id", [False, True])
    def test_a_renamed_node_is_refused_until_somebody_says_how(
        self, place: Office, graphs: ThirdGraphs, *, by_id: bool
    ) -> None:
        """Another name for the node it waits in, another key: refused, then taken over."""
        thread_id = begun(place)
        (before,) = place.app.threads.get(thread_id).pauses
        old = shape_of(graphs.builders[ASK]())
        graphs.change(ASK, asking_renamed)
        refused = carried(place, thread_id, command(resume="fine"))
        assert refused.error is not None
        assert refused.error["error"] == "UnableToResumeThread"
        assert place.app.threads.get(thread_id).status is ThreadStatus.INTERRUPTED
        by = place.person(Role.ADMIN)
        for _ in range(2):  # the refusal gives the thread back
            with pytest.raises(UnableToUseThread):
                asyncio.run(place.app.threads.update_state(thread_id, values={}, by=by))
        graphs.taken_over = {old: Migration(nodes={"review": "approve"}, keys={"topic": "subject"})}
        assert state(place, thread_id).next == ("approve",)
        # The renamed task asks again, and takes the answer to its only question.
        resume = {before.interrupt_id: "fine"} if by_id else "fine"
        assert carried(place, thread_id, command(resume=resume)).error is None
        assert said(place, thread_id) == ["draft of tea", "review: fine", "closed tea"]
        assert all(one.values.get("subject", "tea") == "tea" for one in history(place, thread_id))

    def test_new_input_starts_over_in_another_shape(
        self, place: Office, graphs: ThirdGraphs
    ) -> None:
        """What waits for nobody any more does not keep a thread from starting anew."""
        thread_id = begun(place)
        graphs.change(ASK, asking_renamed)
        assert (
            carried(place, thread_id, NewRun(capability=ASK, input={"subject": "tea"})).error
            is None
        )
        assert state(place, thread_id).next == ("approve",)
