import asyncio
import json
from dataclasses import replace

import pytest
from bench.model_asks import Stage
from tests.fakes.crm import (
    ADA,
    FakeCrm,
    FakeDesk,
    ScriptedModel,
    deps,
    flagged,
    frame,
    message,
    reading,
)
from tests.fakes.outcomes import Outcome, outcome_of

from bailiwick.capabilities.second_reading.asks import UnsureReply
from bailiwick.capabilities.second_reading.graph import build
from bailiwick.domain.ids import ContactId, MessageId
from bailiwick.domain.model_call import FallbackReason
from bailiwick.domain.reading import Intent
from bailiwick.graph.bind import Context
from bailiwick.models.budget import DEFAULT_BUDGET, Budget
from bailiwick.models.exchange import ChatReply, ChatRequest
from bailiwick.models.gateway import Gateway, GatewayLimits
from bailiwick.models.prices import published_prices
from bailiwick.models.prompts import PromptLibrary
from bailiwick.ports.model import Model, Tier

MESSAGE = MessageId(f"msg_{1:026d}")
TEXT = "Hmm, let me see what the others say."


def unsure(**changed: object) -> FakeCrm:
    """A contact whose mail the classifier has no label for."""
    read = reading(Intent.OTHER, confidence_permille=400, unsure=True)
    return FakeCrm(mails=[replace(message(1, text=TEXT, reading=read), **changed)])  # pyright: ignore[reportArgumentType] - fields by name


def said(label: str) -> str:
    return json.dumps({"label": label})


class Asked:
    """One run of the second reading."""

    def __init__(self, crm: FakeCrm, *replies: str, model: Model | None = None) -> None:
        self.model, self.desk = ScriptedModel(replies=list(replies)), FakeDesk()
        given = deps(crm, self.model, frame("second_reading", message_id=MESSAGE))
        given = replace(given, model=model or self.model)
        context = Context(deps=given, desk=self.desk)
        state = asyncio.run(build().compile().ainvoke({}, context=context))
        self.outcome: Outcome = outcome_of(state)
        self.label: object = state.get("label", "")


def test_the_model_is_shown_the_mail_as_foreign_text() -> None:
    """Subject and own words are marked as foreign; nothing else of the contact is shown."""
    run = Asked(unsure(), said("interested"))
    assert run.label == "interested"
    (shown,) = run.model.asked
    assert isinstance(shown, UnsureReply)
    assert (shown.subject.text, shown.text.text, shown.language) == ("Engines", TEXT, "en")
    assert ADA not in repr(shown)
    assert run.desk.judged == []


@pytest.mark.parametrize("label", ["other", "auto_reply", "bounced"])
def test_what_headers_would_tell_is_not_believed(label: str) -> None:
    """A model that does not know, or sees a machine where no header did, changes nothing."""
    run = Asked(unsure(), said(label))
    assert (run.label, run.outcome.skip_reason) == (
        "",
        f"the classifier stands: the model says {label}",
    )


@pytest.mark.parametrize("reply", [said("buy"), "interested", '{"label": "spam", "x": 1}'])
def test_what_is_no_label_changes_nothing(reply: str) -> None:
    """An answer outside the list or of another form is none."""
    run = Asked(unsure(), reply)
    assert run.label == ""
    assert run.outcome.skip_reason.startswith("the classifier stands: ")


def test_nobody_is_asked_about_what_is_sure_or_forbidden() -> None:
    """A sure label, another's mail, and somebody who left us are not shown to a model."""
    sure = unsure(reading=reading(Intent.OTHER))
    another = unsure(contact_id=ContactId("con_other"))
    gone, left = unsure(), unsure()
    gone.people, left.flags = [], flagged(unsubscribed=True)
    why = {"the label is sure": sure, "unknown_contact": another, "unsubscribed": left}
    for skip_reason, crm in why.items():
        run = Asked(crm, said("interested"))
        assert (run.label, run.outcome.skip_reason, run.model.asked) == ("", skip_reason, [])
    assert Asked(gone, said("interested")).outcome.skip_reason == "unknown_contact"


class Hanging:
    """An endpoint that never answers."""

    name = "hanging"

    def model_for(self, tier: Tier) -> str:
        return tier.value

    async def complete(self, request: ChatRequest) -> ChatReply:
        del request
        return await asyncio.Future()


def test_an_answer_that_is_late_changes_nothing() -> None:
    """When the time is over the classifier's word stands, and the call says why."""
    stage = Stage(prompts=PromptLibrary())
    gateway = Gateway(
        Hanging(),
        stage.surroundings(),
        budget=Budget(DEFAULT_BUDGET),
        prices=published_prices(),
        limits=GatewayLimits(total_seconds_max=0.05),
    )
    run = Asked(unsure(), model=gateway)
    assert (run.label, run.outcome.skip_reason) == ("", "the classifier stands: timeout")
    (call,) = stage.sink.calls
    assert (call.reason, call.capability) == (FallbackReason.TIMEOUT, "second_reading")
