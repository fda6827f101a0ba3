"""What a capability may read of the customer database; it cannot write through this."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bailiwick.domain.campaign.brief import Brief
from bailiwick.domain.crm import Account, Contact, Opportunity, Task, Workspace
from bailiwick.domain.fact import Fact
from bailiwick.domain.ids import AccountId, ContactId, MessageId, RunId
from bailiwick.domain.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Something we may say, approved by a person."""

    statement_id: str
    topic: str
    language: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The mail between us and one contact, newest first."""

    sent: tuple[Message, ...]
    received: tuple[Message, ...]
    sent_count: int
    received_count: int
    unanswered: Message | None
    """The latest inbound message that nobody has answered."""
    thread_ours: bool
    """We wrote the first message of the unanswered message's thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """Why a contact may not be written to at all."""

    suppressed: bool
    do_not_contact: bool
    bounced: bool
    unsubscribed: bool
    opt_out_doubtful: bool
    doubt_settled_at: datetime | None = None
    """When a person last said that the contact's mail did not ask to stop."""
    returned_at: datetime | None = None
    """When the contact last asked to come back, as a person found; older opt-outs are over."""


class CrmReader(Protocol):
    """Reads one workspace. Raises PortFault when the store cannot answer."""

    def workspace(self) -> Workspace:
        """Return the workspace itself."""
        ...

    def contact(self, contact_id: ContactId) -> Contact | None:
        """Return a contact that has not been deleted."""
        ...

    def account(self, account_id: AccountId) -> Account | None:
        """Return an account."""
        ...

    def colleagues(self, account_id: AccountId, *, count_max: int) -> Sequence[Contact]:
        """Return contacts of an account, oldest first."""
        ...

    def namesakes(self, contact_id: ContactId, *, count_max: int) -> Sequence[Contact]:
        """Return other contacts whose folded name is the same."""
        ...

    def opportunities(self, contact_id: ContactId, *, count_max: int) -> Sequence[Opportunity]:
        """Return open deals of the contact or of the contact's account."""
        ...

    def facts(self, subject: str, *, at: datetime, count_max: int) -> Sequence[Fact]:
        """Return facts valid at an instant, the surest first."""
        ...

    def history(self, contact_id: ContactId, *, each_max: int) -> History:
        """Return the latest mail of each direction."""
        ...

    def message(self, message_id: MessageId) -> Message | None:
        """Return one stored message."""
        ...

    def safety(self, contact_id: ContactId) -> Safety:
        """Return the flags and suppression of any of the contact's addresses."""
        ...

    def open_tasks(self, contact_id: ContactId, *, count_max: int) -> Sequence[Task]:
        """Return tasks that nobody has finished."""
        ...

    def statements(self, *, language: str, count_max: int) -> Sequence[Statement]:
        """Return what we may say to anybody (audience public), in a language or in English."""
        ...

    def brief(self, run_id: RunId) -> Brief | None:
        """Return which touch of which series a run drafts; None when it drafts none."""
        ...

    def enriched_at(self, contact_id: ContactId) -> datetime | None:
        """Return when the contact was last enriched."""
        ...
