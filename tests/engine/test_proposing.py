"""A step proposed from outside is judged like any other and can do no more than the law lets it."""

import asyncio
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, office

from bailiwick.control.load import load_spec
from bailiwick.control.registry import CAPABILITIES
from bailiwick.domain.action import Action
from bailiwick.domain.crm import Role
from bailiwick.domain.plan import StepStatus
from bailiwick.engine.proposing import Answer, Proposal, Proposing, UnableToPropose


@pytest.fixture
def place(tmp_path: Path) -> Generator[Office]:
    with office(tmp_path) as opened:
        yield opened


def proposing(place: Office) -> Proposing:
    return Proposing(
        units=place.app.units,
        clock=place.clock,
        ids=place.app.ids,
        court=place.app.court,
        enactor=place.app.enactor,
        specs=tuple(map(load_spec, CAPABILITIES)),
    )


def propose(place: Office, action: Action, **args: str) -> Answer:
    proposal = Proposal(
        action=action, args=args, contact_id=DANA, reason="asked", by=place.person(Role.REP)
    )
    return asyncio.run(proposing(place).propose(proposal))


class TestAProposal:
    def test_waits_for_a_person_and_does_nothing_before(self, place: Office) -> None:
        """A mail of another system's agent becomes a card with exactly its words."""
        part = proposing(place)
        with place.app.units.read() as unit:
            contact, workspace = unit.crm.contact(DANA), unit.crm.workspace()
        assert contact is not None
        mail = part.mail(contact, workspace, subject="Hello\r\nBcc: x@evil.example", text="Hi")
        proposal = Proposal(
            action=Action.SEND_MESSAGE,
            args={"contact_id": DANA, "mail": mail},
            contact_id=DANA,
            reason="a partner's agent asks",
            by=place.person(Role.REP),
        )
        answer = asyncio.run(part.propose(proposal))
        assert (answer.verdict, answer.status) == ("held", StepStatus.HELD)
        place.drain()
        assert place.mail.delivered == []
        (card,) = place.pending()
        assert card.approval_id == answer.approval_id
        sent = card.args["mail"]
        assert isinstance(sent, dict)
        assert sent["to_address"] == "dana@acme.example"
        assert sent["subject"] == "Hello Bcc: x@evil.example"

    def test_is_refused_for_somebody_who_asked_to_stop(self, place: Office) -> None:
        """Nobody can be written to by way of another agent who may not be written to."""
        place.suppress("dana@acme.example")
        part = proposing(place)
        with place.app.units.read() as unit:
            contact, workspace = unit.crm.contact(DANA), unit.crm.workspace()
        assert contact is not None
        mail = part.mail(contact, workspace, subject="Hello", text="Hi")
        proposal = Proposal(
            action=Action.SEND_MESSAGE,
            args={"contact_id": DANA, "mail": mail},
            contact_id=DANA,
            reason="",
            by=place.person(Role.REP),
        )
        assert asyncio.run(part.propose(proposal)).verdict == "refused"

    def test_can_put_a_question_to_a_person(self, place: Office) -> None:
        """What protects goes through at once."""
        answer = propose(place, Action.ESCALATE_TO_PERSON, contact_id=DANA)
        assert answer.verdict == "allowed"

    @pytest.mark.parametrize("action", [Action.DELETE_RECORD, Action.BULK_UPDATE])
    def test_of_what_no_capability_may_do_is_not_made(self, place: Office, action: Action) -> None:
        """An action that nobody declares cannot be proposed from outside either."""
        with pytest.raises(UnableToPropose, match="no capability"):
            propose(place, action)

    def test_with_other_arguments_is_not_made(self, place: Office) -> None:
        """A missing and an unknown argument are named."""
        with pytest.raises(UnableToPropose, match=r"missing \['title'\], unknown \['to'\]"):
            propose(place, Action.CREATE_TASK, contact_id=DANA, to="x@evil.example")

    def test_of_a_foreign_value_in_a_directing_place_is_tainted(self, place: Office) -> None:
        """What directs an effect counts as foreign unless a record of ours holds that value."""
        args = {"contact_id": DANA, "field": "title", "value": "Chief"}
        proposal = Proposal(
            action=Action.UPDATE_FIELD, args=args, contact_id=DANA, reason="",
            by=place.person(Role.REP),
        )  # fmt: skip
        matched = replace(proposal, matched=frozenset({"field", "value"}))
        part = proposing(place)
        told = [asyncio.run(part.propose(p)) for p in (proposal, matched)]
        assert [t.verdict for t in told] == ["held", "held"]
        tainted = ["taint/sink" in t.rules for t in told]
        assert tainted == [True, False]
