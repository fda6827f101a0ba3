import pytest
from tests.fakes.office import DANA, Office
from tests.mcp.guests import answer, complaint

from bailiwick.domain.crm import Role
from bailiwick.domain.ids import OpportunityId
from bailiwick.wiring.answers import halting

MAIL = {"contact": DANA, "subject": "Hello", "text": "Hi Dana", "reason": "a partner's agent asks"}


def stage(place: Office, name: str) -> str:
    with place.app.units.read() as unit:
        deal = unit.lists.opportunity(OpportunityId(name))
    assert deal is not None
    return deal.stage


class TestAProposedMail:
    def test_waits_and_nothing_leaves(self, place: Office) -> None:
        """Held means that a card waits with exactly these words, and nothing is sent."""
        told = answer(place, Role.REP, "propose_email", **MAIL)
        assert told["verdict"] == "held"
        assert told["rules"]
        place.drain()
        assert place.mail.delivered == []
        (card,) = place.pending()
        assert card.approval_id == told["approval_id"]
        mail = card.args["mail"]
        assert isinstance(mail, dict)
        assert (mail["to_address"], mail["text"]) == ("dana@acme.example", "Hi Dana")

    def test_is_refused_for_whom_nobody_may_write_to(self, place: Office) -> None:
        """An agent is no way around a suppression."""
        place.suppress("dana@acme.example")
        told = answer(place, Role.REP, "propose_email", **MAIL)
        assert told["verdict"] == "refused"
        assert told["approval_id"] is None
        assert place.pending() == ()

    def test_to_a_stranger_is_an_error(self, place: Office) -> None:
        """Nobody is written to whom the workspace does not know."""
        given = {**MAIL, "contact": "stranger@evil.example"}
        assert "stranger@evil.example" in complaint(place, Role.REP, "propose_email", **given)


class TestAProposedStage:
    def test_waits_and_the_deal_stays(self, place: Office) -> None:
        """A deal moves when a person says so."""
        given = {"opportunity_id": "opp_a", "stage": "proposal", "reason": "they asked for one"}
        told = answer(place, Role.REP, "propose_stage_change", **given)
        assert told["verdict"] == "held"
        assert stage(place, "opp_a") == "qualified"

    @pytest.mark.parametrize(
        ("changed", "says"),
        [
            ({"stage": "won by magic"}, "in use are 'proposal', 'qualified'"),
            ({"opportunity_id": "opp_none"}, "there is no deal 'opp_none' here"),
        ],
    )
    def test_names_what_is_not_there(
        self, place: Office, changed: dict[str, str], says: str
    ) -> None:
        """A stage that no deal is in, or a deal that is not there, is an error."""
        given = {"opportunity_id": "opp_a", "stage": "proposal", "reason": "x", **changed}
        assert says in complaint(place, Role.REP, "propose_stage_change", **given)


class TestACase:
    def test_that_asks_a_person_to_look_goes_through(self, place: Office) -> None:
        """What protects needs nobody's approval, and carries no words from outside."""
        given = {"contact": DANA, "title": "Angry", "reason": "asks for a manager"}
        told = answer(place, Role.REP, "propose_case", **given, kind="escalation")
        assert told["verdict"] == "allowed"
        with place.app.units.read() as unit:
            (task,) = unit.crm.open_tasks(DANA, count_max=5)
        assert "Angry" not in f"{task.title} {task.reason}"

    def test_that_is_a_task_tells_a_person_why(self, place: Office) -> None:
        """The law lets a task through by itself; its title holds the reason."""
        given = {"contact": DANA, "title": "Call", "reason": "they asked"}
        told = answer(place, Role.REP, "propose_case", **given)
        assert told["verdict"] == "allowed"
        with place.app.units.read() as unit:
            (task,) = unit.crm.open_tasks(DANA, count_max=5)
        assert task.title == "Call: they asked"


class TestARequestedRun:
    def test_is_stored_once_for_one_key(self, place: Office) -> None:
        """The same key is the same run; it waits for its pool."""
        given = {"capability": "crm_orchestrator", "contact_id": DANA, "key": "once"}
        first = answer(place, Role.REP, "request_run", **given)
        again = answer(place, Role.REP, "request_run", **given)
        assert first["verdict"] == again["verdict"] == "allowed"
        assert first["run_id"] == again["run_id"]

    @pytest.mark.parametrize(
        "given",
        [
            {"capability": "nothing", "contact_id": DANA},
            {"capability": "crm_orchestrator", "contact_id": "con_none"},
            {"capability": "crm_orchestrator"},
        ],
    )
    def test_names_what_cannot_be_used(self, place: Office, given: dict[str, str]) -> None:
        """An unknown capability or contact, or none, is an error that says so."""
        assert complaint(place, Role.REP, "request_run", **given)

    def test_is_refused_while_everything_is_stopped(self, place: Office) -> None:
        """The kill switch holds for other people's agents too."""
        halting(place.app).halt("*", person_id=place.person(Role.ADMIN), reason="stop")
        told = answer(
            place, Role.REP, "request_run", capability="crm_orchestrator", contact_id=DANA
        )
        assert told["verdict"] == "refused"
