from dataclasses import replace

from tests.fakes.crm import FakeCrm, ScriptedModel, deps, frame, message, reading

from bailiwick.domain.drafting.place import Angle, Place
from bailiwick.domain.drafting.request import DraftRequest, Kind
from bailiwick.domain.ids import ThreadId
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
    """It answers the mail that is named, else the last one sent."""
    crm = FakeCrm(mails=[message(1, inbound=False, days_ago=9), message(2, inbound=False)])
    named = touched(crm, number=3, after="<m1@lovelace.example>")
    assert (named.kind, named.in_reply_to) == (Kind.FOLLOWUP, "<m1@lovelace.example>")
    assert touched(crm, number=3).in_reply_to == "<m2@lovelace.example>"
    assert touched(crm, number=3, after="<gone@x>").in_reply_to == "<m2@lovelace.example>"


def test_a_thread_is_ours_while_they_wrote_nothing_in_it() -> None:
    """Mail of theirs in another thread does not make this one theirs."""
    ours = message(1, inbound=False)
    theirs = message(2, reading=reading(automatic=True), days_ago=4)
    elsewhere = replace(theirs, thread_id=ThreadId("thr_00000000000000000000000002"))
    assert touched(FakeCrm(mails=[ours, elsewhere]), number=2).thread_is_ours
    assert not touched(FakeCrm(mails=[ours, theirs]), number=2).thread_is_ours


def test_a_series_whose_first_touch_was_left_out_still_begins() -> None:
    """Nobody is reminded of a mail that never went; even the last touch then introduces us."""
    request = touched(FakeCrm(), number=6)
    assert request.kind is Kind.INITIAL
    assert request.place is not None
    assert request.place.turn is Angle.INTRODUCTION
