"""What waits outside campaigns: the last words of each correspondence, deals without a plan."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bailiwick.domain.crm import Account, Contact, Opportunity
from bailiwick.domain.ids import ContactId, MessageId
from bailiwick.domain.message import Direction
from bailiwick.domain.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One mail of a correspondence, without its text."""

    message_id: MessageId
    direction: Direction
    at: datetime
    reading: Reading | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """A thread and its mails since an instant, the latest first."""

    thread_id: str
    contact_id: ContactId
    subject: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A person, and what keeps us from writing or already looks after them."""

    contact: Contact
    account: Account | None
    sent_count: int
    received_count: int
    last_inbound_at: datetime | None
    forbidden: bool
    """Suppressed, opted out, bounced, not to be contacted, or in doubt about it."""
    enrolled: bool
    """A campaign writes to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """An open deal with no task that is open and no activity to come."""

    deal: Opportunity
    account: Account | None
    at: datetime
    """When it was last touched, or anything happened in it."""


class Followups(Protocol):
    """Reads what waits, each list bounded."""

    def correspondence(self, *, since: datetime, count_max: int) -> Sequence[Correspondence]:
        """Return threads with a known contact that had mail since an instant, latest first."""
        ...

    def standings(self, contacts: Collection[ContactId]) -> Mapping[ContactId, Standing]:
        """Return people who have not been deleted."""
        ...

    def asking(self, messages: Collection[MessageId]) -> frozenset[MessageId]:
        """Return which of these mails ask something in their own words."""
        ...

    def texts(self, messages: Collection[MessageId]) -> Mapping[MessageId, str]:
        """Return what the writers of these mails said in their own words."""
        ...

    def quiet_deals(self, *, at: datetime, count_max: int) -> Sequence[Quiet]:
        """Return open deals in which nothing is planned, the latest first."""
        ...
