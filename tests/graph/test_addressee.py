from dataclasses import replace

import pytest
from tests.fakes.crm import FakeCrm, ScriptedModel, ada, deps, frame, message, reading

from bailiwick.domain.crm import Opportunity
from bailiwick.domain.drafting.persona import Footing
from bailiwick.domain.drafting.place import Angle, Place
from bailiwick.domain.drafting.request import DraftRequest, Kind
from bailiwick.domain.ids import OpportunityId, ThreadId
from bailiwick.graph.addressee import Addressee, addressee, nth_touch


def touched(crm: FakeCrm, *, number: int, of: int = 6, after: str = "") -> DraftRequest:
    whom = addressee(deps(crm, ScriptedModel(), frame("campaign")))
    assert isinstance(whom, Addressee), whom
    return nth_touch(whom, Place(number=number, of=of), after=after)


def test_the_first_touch_starts_a_thread() -> None:
    """Whatever was written before, the first touch of a series is no answer to it."""
    request = touched(FakeCrm(mails=[message(1, inbound=False)]), number=1)
    assert request.kind is Kind.INITIAL
    assert (request.in_reply_to, request.references) == ("", ())


def test_a_later_touch_goes_on_in_the_thread_of_the_one_before() -> None:
    """It answers the mail that is named, whatever was sent since."""
    crm = FakeCrm(mails=[message(1, inbound=False, days_ago=9), message(2, inbound=False)])
    named = touched(crm, number=3, after="<m1@lovelace.example>")
    assert (named.kind, named.in_reply_to) == (Kind.FOLLOWUP, "<m1@lovelace.example>")


@pytest.mark.parametrize("after", ["", "<gone@lovelace.example>"])
def test_no_other_mail_is_gone_on_from(after: str) -> None:
    """Without the mail before there is no thread, and nobody is reminded of what never went."""
    request = touched(FakeCrm(mails=[message(1, inbound=False)]), number=6, after=after)
    assert (request.kind, request.in_reply_to) == (Kind.INITIAL, "")
    assert request.place is not None
    assert request.place.turn is Angle.INTRODUCTION


def test_a_thread_is_ours_while_they_wrote_nothing_in_it() -> None:
    """Mail of theirs in another thread does not make this one theirs."""
    ours = message(1, inbound=False)
    theirs = message(2, reading=reading(automatic=True), days_ago=4)
    elsewhere = replace(theirs, thread_id=ThreadId("thr_00000000000000000000000002"))
    named = ours.mail.rfc_message_id
    assert touched(FakeCrm(mails=[ours, elsewhere]), number=2, after=named).thread_is_ours
    assert not touched(FakeCrm(mails=[ours, theirs]), number=2, after=named).thread_is_ours


def test_the_language_is_that_of_the_conversation() -> None:
    """What they wrote last decides, then what we wrote last, then what the CRM says."""
    german = "Guten Tag, wir möchten gern wissen, ob das für Sie nützlich ist und wann es passt."
    heard = message(1, reading=reading(language="fr"), days_ago=9)
    ours = message(2, inbound=False, text=german)
    people = [ada(language="es")]
    assert touched(FakeCrm(mails=[heard, ours], people=people), number=1).language == "fr"
    assert touched(FakeCrm(mails=[ours], people=people), number=1).language == "de"
    assert touched(FakeCrm(people=people), number=1).language == "es"
    assert touched(FakeCrm(people=[ada(language="")]), number=1).language == "en"


def test_a_machine_does_not_choose_the_language() -> None:
    """A notice of absence in another language changes nothing."""
    notice = message(1, reading=reading(language="fr", automatic=True))
    assert touched(FakeCrm(mails=[notice]), number=1).language == "en"


def test_how_we_stand_comes_from_the_rows() -> None:
    """An open deal is known to the draft."""
    deal = Opportunity(opportunity_id=OpportunityId("opp_1"), name="Engines")
    assert touched(FakeCrm(), number=1).footing is Footing.STRANGER
    assert touched(FakeCrm(deals=[deal]), number=1).footing is Footing.IN_DEAL


def test_what_was_said_is_known_the_latest_last() -> None:
    """Subjects and texts of the mails before go into the draft, so that none is repeated."""
    crm = FakeCrm(
        mails=[message(1, inbound=False, days_ago=9, text="one", subject="One"),
               message(2, inbound=False, text="two", subject="Two")]
    )  # fmt: skip
    request = touched(crm, number=1)
    assert (request.previous_subjects, request.previous_texts) == (("One", "Two"), ("one", "two"))
