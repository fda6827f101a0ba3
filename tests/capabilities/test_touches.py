"""A whole series to one recipient, touch after touch: nothing is said twice."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.fakes.crm import FakeCrm, FakeDesk, ScriptedModel, ada, days, deps, frame, message

from bailiwick.capabilities.campaign.graph import build
from bailiwick.domain.campaign.brief import Brief
from bailiwick.domain.campaign.enrolment import CampaignId, enrolment_id
from bailiwick.domain.ids import ContactId
from bailiwick.domain.outbound import OutboundMail, from_args, message_id_of
from bailiwick.domain.plan import Plan
from bailiwick.graph.bind import Context

OF = 8


def drafted(crm: FakeCrm) -> OutboundMail:
    """Run the capability for the touch that the CRM names."""
    given = frame("campaign", contact_id=crm.people[0].contact_id)
    context = Context(deps=deps(crm, ScriptedModel(), given), desk=FakeDesk())
    plan = asyncio.run(build().compile().ainvoke({}, context=context))["plan"]
    assert isinstance(plan, Plan)
    args = plan.steps[0].args["mail"]
    assert isinstance(args, dict)
    return from_args(args)


def series(contact: ContactId, *, language: str, angles: Mapping[int, str]) -> list[OutboundMail]:
    """Draft each touch of the longest series, each after those before were sent."""
    crm = FakeCrm(people=[ada(contact_id=contact, language=language)])
    mails: list[OutboundMail] = []
    for number in range(1, OF + 1):
        key = f"{number - 1:064x}"
        crm.touch = Brief(
            enrolment_id=enrolment_id(CampaignId("cmp_1"), contact), number=number, of=OF,
            angle=angles.get(number, ""), going=True, enrolled_at=days(90),
            previous_key=key if mails else "",
        )  # fmt: skip
        mails.append(drafted(crm))
        sent = message(
            number, inbound=False, days_ago=60 - number, text=mails[-1].text,
            subject=mails[-1].subject, contact_id=contact,
        )  # fmt: skip
        named = message_id_of(f"{number:064x}", domain="acme.example")
        crm.mails.append(replace(sent, mail=replace(sent.mail, rfc_message_id=named)))
    return mails


def sentences(mail: OutboundMail) -> set[str]:
    """Return what a mail says between greeting and footer, sentence by sentence."""
    _, *middle, _, _ = mail.text.split("\n\n")
    return {one for paragraph in middle for one in re.split(r"(?<=[.?])\s+", paragraph) if one}


@pytest.mark.parametrize("angles", [{}, {6: "relevance"}])
@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_no_sentence_is_said_twice(number: int, language: str, angles: dict[int, str]) -> None:
    """Each touch knows all before it, not only the latest, in whichever variants were chosen."""
    mails = series(ContactId(f"con_{number:026d}"), language=language, angles=angles)
    said: dict[str, int] = {}
    for place, mail in enumerate(mails, start=1):
        for sentence in sentences(mail):
            assert sentence not in said, f"{sentence!r} in {said[sentence]} and {place}"
            said[sentence] = place
