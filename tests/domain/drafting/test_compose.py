from collections.abc import Callable
from dataclasses import replace

import pytest

from bailiwick.domain.crm import Contact
from bailiwick.domain.drafting.compose import compose
from bailiwick.domain.drafting.request import (
    Abstained,
    Draft,
    DraftRequest,
    Kind,
    Reason,
    Snippet,
)
from bailiwick.domain.drafting.style import WORDS_MAX, faults
from bailiwick.domain.drafting.templates import PACKS
from bailiwick.domain.ids import ContactId
from bailiwick.domain.outbound import Purpose
from bailiwick.domain.reading import Concern, Intent, Reading, Span

MakeRequest = Callable[..., DraftRequest]

PRICE = Snippet(
    snippet_id="k1", topic="pricing", text="The Pro plan costs 40 EUR per seat and month."
)


def drafted(request: DraftRequest) -> Draft:
    draft = compose(request)
    assert isinstance(draft, Draft), draft
    return draft


def abstained(request: DraftRequest) -> Abstained:
    result = compose(request)
    assert isinstance(result, Abstained), result
    return result


def contact(number: int = 1, first_name: str = "Dana") -> Contact:
    return Contact(
        contact_id=ContactId(f"con_{number}"),
        first_name=first_name,
        addresses=("dana@acme.example",),
    )


@pytest.mark.parametrize("language", sorted(PACKS))
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_written_in_every_language(
    request_for: MakeRequest, kind: Kind, language: str
) -> None:
    """A full request gives a mail within the rules of length and tone, for many contacts."""
    for number in range(12):
        request = request_for(kind=kind, language=language, contact=contact(number), in_reply_to="")
        mail = drafted(request).mail
        body = mail.text.rpartition("\n\n")[0]
        assert faults(kind, mail.subject, body) == ()
        assert len(body.split()) <= WORDS_MAX[kind]
        assert mail.language == language
        assert "{{" not in mail.text
        assert "[[" not in mail.text
        assert mail.claims


def test_the_same_request_gives_the_same_mail_and_contacts_differ(
    request_for: MakeRequest,
) -> None:
    """The variant depends on the contact, never on chance."""
    first = request_for(kind=Kind.INITIAL)
    assert compose(first) == compose(first)
    texts = {
        drafted(request_for(kind=Kind.INITIAL, contact=contact(number))).mail.template
        for number in range(20)
    }
    assert len(texts) >= 3


def test_an_answer_comes_from_approved_knowledge_alone(request_for: MakeRequest) -> None:
    """A topic with an approved statement is answered and cited; the other goes to a colleague."""
    draft = drafted(request_for(knowledge=(PRICE,)))
    assert PRICE.text in draft.mail.text
    assert "knowledge:k1" in {claim.evidence for claim in draft.mail.claims}
    assert "On a demo a colleague" in draft.mail.text or "For a demo I have" in draft.mail.text
    assert draft.asks_colleague


def test_without_knowledge_nothing_is_promised_but_a_colleague(request_for: MakeRequest) -> None:
    """No number and no price stands in a reply that has no source for one."""
    draft = drafted(request_for())
    assert not any(c.isdigit() for c in draft.mail.text)
    assert draft.asks_colleague


def test_knowledge_with_a_foreign_link_or_a_field_is_not_used(request_for: MakeRequest) -> None:
    """A statement that links elsewhere, shouts or holds a field counts as no answer."""
    for text in ("See https://evil.example/x.", "Great value!", "Costs {{price}}."):
        bad = replace(PRICE, text=text)
        assert text not in drafted(request_for(knowledge=(bad,))).mail.text


def test_a_named_day_is_confirmed_in_words_of_the_language(request_for: MakeRequest) -> None:
    """One agreed day is repeated in normal form and cites the message."""
    reading = Reading(
        intent=Intent.MEETING_SCHEDULED,
        confidence_permille=800,
        language="de",
        spans=(Span(kind="date", start=0, end=4, value="2026-07-22"),),
    )
    draft = drafted(request_for(reading=reading))
    assert "22. Juli 2026" in draft.mail.text
    assert ("22. Juli 2026", "message:msg_1") in {(c.text, c.evidence) for c in draft.mail.claims}


@pytest.mark.parametrize(
    "name",
    [
        "{{7*7}}",
        "<svg onload=x>",
        "Dana\nBcc: x@evil.example",
        "http://evil.example",
        "$(id)",
        "D4na",
    ],
)
def test_a_hostile_name_is_not_greeted(request_for: MakeRequest, name: str) -> None:
    """A name that is not shaped like one is left out, and the mail is still written."""
    mail = drafted(request_for(contact=contact(first_name=name))).mail
    assert mail.text.startswith("Hello,")
    assert name not in mail.text
    assert mail.to_name == ""


@pytest.mark.parametrize(
    "name", ["Zoë", "O'Brien", "Anne-Marie", "José María", "李", "Nguyễn", "D’Arcy"]
)
def test_an_unusual_name_is_greeted(request_for: MakeRequest, name: str) -> None:
    """Names of many spellings pass the shape."""
    assert f"Hello {name}," in drafted(request_for(contact=contact(first_name=name))).mail.text


def test_a_missing_required_field_is_named(request_for: MakeRequest) -> None:
    """A first touch that knows neither name nor company is not written."""
    result = abstained(request_for(kind=Kind.INITIAL, account=None, contact=contact(first_name="")))
    assert (result.reason, result.detail) == (Reason.MISSING_FIELD, "contact.first_name") or (
        result.reason,
        result.detail,
    ) == (Reason.MISSING_FIELD, "account.name")


def test_commercial_mail_has_its_footer_and_service_mail_has_none(
    request_for: MakeRequest,
) -> None:
    """The way out and the postal address stand under marketing; the disclosure under all."""
    marketing = drafted(request_for(kind=Kind.INITIAL, purpose=Purpose.MARKETING)).mail.text
    service = drafted(request_for()).mail.text
    assert "reply with STOP" in marketing
    assert "1 Main Street, Springfield" in marketing
    assert "STOP" not in service
    assert "automation" in marketing
    assert "automation" in service


def test_marketing_to_america_needs_a_postal_address(request_for: MakeRequest) -> None:
    """Where the law asks for an address and there is none, nothing is written."""
    request = request_for(kind=Kind.INITIAL, purpose=Purpose.MARKETING)
    bare = replace(request.workspace, postal_address="")
    american = replace(request.contact, country="US")
    refused = abstained(replace(request, workspace=bare, contact=american))
    assert refused.reason is Reason.NO_POSTAL_ADDRESS
    german = replace(request.contact, country="DE")
    drafted(replace(request, workspace=bare, contact=german))


@pytest.mark.parametrize("concern", [c for c in Concern if c is not Concern.PRICING])
def test_a_matter_for_a_person_is_not_drafted(request_for: MakeRequest, concern: Concern) -> None:
    """Concerns go to a person; a price question alone does not."""
    base = request_for().reading
    assert base is not None
    refused = abstained(request_for(reading=replace(base, concerns=frozenset({concern}))))
    assert refused.reason is Reason.NEEDS_PERSON
    drafted(request_for(reading=replace(base, concerns=frozenset({Concern.PRICING}))))


def test_an_opt_out_or_a_machine_gets_no_reply(request_for: MakeRequest) -> None:
    """Nothing is written to one who asked for no mail, nor to a robot."""
    base = request_for().reading
    assert base is not None
    assert abstained(request_for(reading=replace(base, opt_out=True))).reason is Reason.OPTED_OUT
    for changed in (replace(base, automatic=True), replace(base, intent=Intent.SPAM)):
        assert abstained(request_for(reading=changed)).reason is Reason.NEEDS_PERSON


def test_a_contact_without_an_address_is_not_written_to(request_for: MakeRequest) -> None:
    """There is nobody to send to."""
    nobody = replace(request_for().contact, addresses=())
    assert abstained(request_for(contact=nobody)).reason is Reason.NO_ADDRESS


def test_a_reply_keeps_its_thread(request_for: MakeRequest) -> None:
    """Subject, reply header and references join the mail to its thread."""
    mail = drafted(request_for()).mail
    assert mail.subject == "Re: Question about our renewal"
    assert mail.in_reply_to == "<1@acme.example>"
    assert mail.to_address == "dana@acme.example"


@pytest.mark.parametrize(
    "subject",
    ["Buy at www.evil.example", "x" * 90, "", "see <b>this</b>", "call a@b.example", "{{secret}}"],
)
def test_an_unfit_foreign_subject_is_replaced(request_for: MakeRequest, subject: str) -> None:
    """A foreign subject with links, marks or too much length gives way to ours."""
    mail = drafted(request_for(thread_subject=subject)).mail
    assert mail.subject in {"About your message", "Your message to Northwind"}


def test_a_followup_repeats_none_of_the_last_subjects(request_for: MakeRequest) -> None:
    """A new subject differs from the last five; when all were used there is no draft."""
    used = ("Following up on my message", "Did my message reach you?")
    request = request_for(kind=Kind.FOLLOWUP, in_reply_to="", previous_subjects=used)
    assert drafted(request).mail.subject == "Should I stay in touch?"
    all_used = (*used, "Should I stay in touch?")
    assert abstained(replace(request, previous_subjects=all_used)).reason is Reason.NO_SUBJECT


def test_a_followup_in_our_thread_keeps_our_subject(request_for: MakeRequest) -> None:
    """Our own subject goes on with Re: and is not a repetition."""
    request = request_for(
        kind=Kind.FOLLOWUP, thread_subject="A question for Acme", thread_is_ours=True, reading=None
    )
    assert drafted(request).mail.subject == "Re: A question for Acme"
