"""The rows of a customer database: accounts, contacts, deals, activities, tasks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.domain.ids import (
    AccountId,
    ActivityId,
    ContactId,
    OpportunityId,
    PersonId,
    TaskId,
    WorkspaceId,
)
from bailiwick.domain.reach import Reach


class Role(StrEnum):
    """What a person of the workspace may do; each includes those before, `agent` stands apart."""

    VIEWER = "viewer"
    REP = "rep"
    APPROVER = "approver"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    AGENT = "agent"


INCLUDES: Final[dict[Role, frozenset[str]]] = {
    Role.VIEWER: frozenset({"viewer"}),
    Role.REP: frozenset({"viewer", "rep"}),
    Role.APPROVER: frozenset({"viewer", "rep", "approver"}),
    Role.SUPERVISOR: frozenset({"viewer", "rep", "approver", "supervisor"}),
    Role.ADMIN: frozenset({"viewer", "rep", "approver", "supervisor", "admin"}),
    Role.AGENT: frozenset({"agent"}),
}
"""Each role of a person with the lower roles it includes; an agent includes none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """One customer's separate world."""

    workspace_id: WorkspaceId
    name: str
    mailbox: str
    """The address that outgoing mail is sent from."""
    company: str
    postal_address: str = ""
    """Shown under commercial mail where the law asks for one (CAN-SPAM)."""
    timezone: str = "UTC"
    jurisdiction: str = "opt_in"
    """Default for contacts without a country: `opt_in` (EU, UK, CA …) or `opt_out` (US)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user of the workspace."""

    person_id: PersonId
    name: str
    email: str
    role: Role
    reach: Reach = Reach.WORKSPACE
    """Which customers' rows the person sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A company."""

    account_id: AccountId
    name: str
    domain: str = ""
    industry: str = ""
    employees_count: int | None = None
    country: str = ""
    """ISO 3166 alpha-2, or empty."""
    city: str = ""
    website: str = ""
    description: str = ""
    owner_email: str = ""
    timezone: str = ""
    """IANA name, or empty when unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFlags:
    """Why a contact may not be written to, as the CRM or the mailbox says."""

    do_not_contact: bool = False
    bounced: bool = False
    unsubscribed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person outside, with the addresses known for them."""

    contact_id: ContactId
    first_name: str = ""
    last_name: str = ""
    account_id: AccountId | None = None
    addresses: tuple[str, ...] = ()
    """Normalised; the first is the one to write to."""
    title: str = ""
    phone: str = ""
    """E.164, or empty."""
    country: str = ""
    city: str = ""
    timezone: str = ""
    """IANA name, or empty when unknown."""
    language: str = ""
    lifecycle: str = ""
    owner_email: str = ""
    flags: ContactFlags = ContactFlags()
    created_at: datetime | None = None

    @property
    def name(self) -> str:
        """The display name."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    @property
    def address(self) -> str:
        """The address to write to, or empty."""
        return self.addresses[0] if self.addresses else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """A deal."""

    opportunity_id: OpportunityId
    name: str
    account_id: AccountId | None = None
    contact_id: ContactId | None = None
    stage: str = ""
    amount_minor: int | None = None
    """Minor units of `currency`."""
    currency: str = ""
    close_on: str = ""
    """ISO date, or empty."""
    closed: bool = False
    won: bool = False
    owner_email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A call, meeting, note or task that the CRM holds."""

    activity_id: ActivityId
    kind: str
    subject: str = ""
    note: str = ""
    contact_id: ContactId | None = None
    account_id: AccountId | None = None
    opportunity_id: OpportunityId | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something a person is asked to do."""

    task_id: TaskId
    title: str
    reason: str
    contact_id: ContactId | None = None
    evidence: tuple[str, ...] = ()
    owner_email: str = ""
    """Whose it is, told where tasks are listed: the owner of the contact, else of the account, else
    whom the workspace names."""
    created_at: datetime | None = None
    done_at: datetime | None = None
