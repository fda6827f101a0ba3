"""A doubt stops all mail to a contact until a person settles it, one way or the other."""

from collections.abc import Generator
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, letter, office, step

from bailiwick.domain.crm import Role
from bailiwick.domain.plan import StepStatus
from bailiwick.domain.record import RecordKind
from bailiwick.engine.inbox.answering import DoubtAnswer, UnableToAnswer
from bailiwick.ports.crm import Safety
from bailiwick.wiring.answers import answering

DOUBTFUL = "Maybe we should stop this. Should we unsubscribe? What does the new range cost?"


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Office]:
    url = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(url, str)
    with office(tmp_path, url=url) as opened:
        yield opened


def safety(place: Office) -> Safety:
    with place.app.units.read() as unit:
        return unit.crm.safety(DANA)


def in_doubt(place: Office) -> None:
    """Let a mail of which a person must judge come in, and the sweep ask."""
    place.receive(letter(DOUBTFUL))
    with place.app.units.write() as unit:
        unit.guards.mark_doubtful(DANA, doubtful=True)
        unit.commit()
    place.sweep()
    assert place.pending() == ()


def settle(place: Office, answer: DoubtAnswer, role: Role = Role.APPROVER) -> None:
    answering(place.app).settle_doubt(
        DANA, answer, person_id=place.person(role), reason="I called her"
    )


def tasks(place: Office) -> list[str]:
    with place.app.units.read() as unit:
        return [task.task_id for task in unit.crm.open_tasks(DANA, count_max=10)]


class TestGoingOn:
    def test_lets_the_contact_be_written_to_again(self, place: Office) -> None:
        """Doubt lifted, task done: the next sweep drafts, and a person approves as ever."""
        in_doubt(place)
        place.propose(step(run="run_a"))
        (before,) = place.pending()
        place.later(minutes=5)
        settle(place, DoubtAnswer.GO_ON)
        for task_id in tasks(place):
            answering(place.app).finish_task(
                task_id, person_id=place.person(Role.REP), reason="answered"
            )
        place.propose(step(run="run_b"))
        (after,) = place.pending()
        assert "asked_to_stop/doubtful" in before.rules
        assert "asked_to_stop/doubtful" not in after.rules

    def test_is_not_asked_about_again(self, place: Office) -> None:
        """The same message raises no second question: the sweep plans for the contact again."""
        in_doubt(place)
        place.later(minutes=5)
        settle(place, DoubtAnswer.GO_ON)
        for task_id in tasks(place):
            answering(place.app).finish_task(
                task_id, person_id=place.person(Role.REP), reason="answered"
            )
        assert place.sweep().contacts_count == 1
        assert tasks(place) == []
        assert not safety(place).opt_out_doubtful

    def test_does_not_answer_a_later_message(self, place: Office) -> None:
        """A new mail that may ask to stop is a new doubt."""
        in_doubt(place)
        settle(place, DoubtAnswer.GO_ON)
        place.later(minutes=5)
        place.receive(letter("Please remove me from your list.", number=2))
        assert safety(place).opt_out_doubtful

    def test_takes_an_approver(self, place: Office) -> None:
        """A rep cannot let mail out again; nothing is changed."""
        in_doubt(place)
        with pytest.raises(UnableToAnswer, match="approver"):
            settle(place, DoubtAnswer.GO_ON, Role.REP)
        assert safety(place).opt_out_doubtful


class TestStopping:
    def test_suppresses_and_records_who_said_so(self, place: Office) -> None:
        """The contact is suppressed by a judged step, and the record names the person."""
        in_doubt(place)
        settle(place, DoubtAnswer.STOP, Role.REP)
        now = safety(place)
        assert now.suppressed
        assert now.unsubscribed
        assert not now.opt_out_doubtful
        with place.app.units.read() as unit:
            records = [r for r in unit.records.about(DANA) if r.kind is RecordKind.FLAGGED]
            run = unit.runs.list(status="done", contact_id=DANA, cursor=None, size=1).items[0]
            verdicts = unit.runs.verdicts_of(run.run_id)
        assert records[-1].payload["by"] == place.person(Role.REP)
        assert [v.answer for v in verdicts][-1] == StepStatus.ALLOWED.value

    def test_works_while_everything_is_stopped(self, place: Office) -> None:
        """A kill switch never keeps anybody from being left alone."""
        in_doubt(place)
        with place.app.units.write() as unit:
            at = place.clock.now()
            unit.authority.halt("*", reason="test", by=place.person(Role.ADMIN), at=at)
            unit.commit()
        settle(place, DoubtAnswer.STOP)
        assert safety(place).suppressed


class TestAnAnswer:
    def test_needs_a_doubt(self, place: Office) -> None:
        """Nobody in doubt: the message says so and nothing is written."""
        with pytest.raises(UnableToAnswer, match="not in doubt"):
            settle(place, DoubtAnswer.GO_ON)

    def test_needs_a_reason(self, place: Office) -> None:
        """A reason is recorded, so an empty one is refused."""
        in_doubt(place)
        with pytest.raises(UnableToAnswer, match="reason"):
            answering(place.app).settle_doubt(
                DANA, DoubtAnswer.STOP, person_id=place.person(Role.REP), reason=" "
            )

    def test_needs_an_open_task(self, place: Office) -> None:
        """A task is finished once."""
        with pytest.raises(UnableToAnswer, match="tsk_none"):
            answering(place.app).finish_task(
                "tsk_none", person_id=place.person(Role.REP), reason="done"
            )
