from collections.abc import Callable
from dataclasses import replace

import pytest

from bailiwick.domain.crm import Account, Contact, Workspace
from bailiwick.domain.drafting.request import DraftRequest, Kind
from bailiwick.domain.ids import AccountId, ContactId, WorkspaceId
from bailiwick.domain.reading import Intent, Reading

REQUEST = DraftRequest(
    kind=Kind.REPLY,
    contact=Contact(
        contact_id=ContactId("con_1"),
        first_name="Dana",
        last_name="Whitfield",
        addresses=("dana@acme.example",),
    ),
    account=Account(account_id=AccountId("acc_1"), name="Acme Steel GmbH", city="Berlin"),
    workspace=Workspace(
        workspace_id=WorkspaceId("wsp_1"),
        name="north",
        mailbox="sales@northwind.example",
        company="Northwind",
        postal_address="1 Main Street\nSpringfield",
    ),
    reading=Reading(
        intent=Intent.INFO_REQUEST,
        confidence_permille=800,
        language="en",
        topics=frozenset({"pricing", "demo"}),
        questions_count=2,
    ),
    message_ref="message:msg_1",
    thread_subject="Re: Question about our renewal",
    in_reply_to="<1@acme.example>",
    references=("<1@acme.example>",),
    sender_name="Sam Hill",
)

MakeRequest = Callable[..., DraftRequest]


@pytest.fixture
def request_for() -> MakeRequest:
    def make(**changes: object) -> DraftRequest:
        return replace(REQUEST, **changes)  # pyright: ignore[reportArgumentType] - fields by name

    return make
