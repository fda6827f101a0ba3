from datetime import timedelta

import pytest
from tests.capabilities.test_letters import Drafted, text_json
from tests.fakes.crm import NOW, FakeCrm, ToldCalendar, message, reading

from bailiwick.domain.drafting.offers import CALENDAR_REF
from bailiwick.domain.meeting import SLOTS_COUNT, Busy
from bailiwick.domain.outbound import OutboundMail
from bailiwick.domain.provenance import Source
from bailiwick.domain.reading import Intent, Span

FULL = Busy(start=NOW, end=NOW + timedelta(days=60))


def wrote(intent: Intent, **changed: object) -> FakeCrm:
    """A contact who wrote with this intent."""
    return FakeCrm(
        mails=[
            message(1, inbound=False, days_ago=4),
            message(2, reading=reading(intent, **changed)),
        ]
    )


def offers(mail: OutboundMail) -> list[str]:
    return [claim.text for claim in mail.claims if claim.evidence.startswith(CALENDAR_REF)]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
@pytest.mark.parametrize("intent", [Intent.INTERESTED, Intent.MEETING_SCHEDULED])
def test_free_times_are_offered_in_each_language(intent: Intent, language: str) -> None:
    """Three times stand in the mail on the recipient's clock, and each cites the calendar."""
    crm = wrote(intent, language=language)
    mail = Drafted("reply", crm, calendar=ToldCalendar()).mail
    assert len(offers(mail)) == SLOTS_COUNT
    for said in offers(mail):
        when, _, zone = said.rpartition(" (")
        assert when in mail.text
        assert zone == "Europe/London)"
    assert mail.text.count("(Europe/London)") == 1


def test_a_question_about_a_meeting_is_answered_with_times() -> None:
    """Who asks about a meeting is offered some; who asks for anything else is not."""
    about = wrote(Intent.INFO_REQUEST, topics=frozenset({"meeting"}), questions_count=1)
    assert offers(Drafted("reply", about, calendar=ToldCalendar()).mail)
    other = wrote(Intent.INFO_REQUEST, topics=frozenset({"security"}), questions_count=1)
    calendar = ToldCalendar()
    assert not offers(Drafted("reply", other, calendar=calendar).mail)
    assert calendar.asked == []


def test_a_calendar_that_says_nothing_changes_nothing() -> None:
    """Without a calendar, without its answer and without a free time the draft is the same."""
    crm = wrote(Intent.INTERESTED)
    plain = Drafted("reply", crm).mail
    assert not offers(plain)
    assert Drafted("reply", crm, calendar=ToldCalendar(None)).mail == plain
    assert Drafted("reply", crm, calendar=ToldCalendar((FULL,))).mail == plain


def test_who_named_a_day_is_not_asked_for_another() -> None:
    """A day that they name is taken up as it is without a calendar."""
    day = Span(kind="date", value="2026-07-24", start=0, end=7)
    crm = wrote(Intent.MEETING_SCHEDULED, spans=(day,))
    mail = Drafted("reply", crm, calendar=ToldCalendar()).mail
    assert not offers(mail)
    assert "24 July 2026" in mail.text


@pytest.mark.parametrize(
    ("words", "evidence", "kept"),
    [
        ("Could we speak, or does another time suit you better?", "", True),
        ("Could we speak on Saturday at 03:15 instead?", "", False),
        ("Could we speak soon?", "calendar:2026-07-25T03:15:00+01:00/Europe/London", False),
    ],
)
def test_a_model_adds_no_time_of_its_own(words: str, evidence: str, *, kept: bool) -> None:
    """A time that the calendar did not give is struck out, whatever it cites."""
    claims = ((words, evidence),) if evidence else ()
    run = Drafted(
        "reply", wrote(Intent.INTERESTED), replies=(text_json(words, *claims),) * 3,
        calendar=ToldCalendar(),
    )  # fmt: skip
    assert (words in run.mail.text) is kept
    assert (run.steps[0].provenance.source is Source.MODEL) is kept
