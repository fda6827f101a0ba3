"""When mail went, as limits count it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bailiwick.domain.campaign.enrolment import End, EnrolmentId
from bailiwick.domain.campaign.pace import Limit
from bailiwick.domain.ids import ContactId


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One touch that was accepted, and what its recipient did in the end."""

    enrolment_id: EnrolmentId
    number: int
    sent_at: datetime
    last: bool
    """No later touch of this recipient was accepted."""
    timezone: str
    """Of the recipient or their company; empty when nobody knows."""
    end: End | None
    ended_at: datetime | None
    trial: bool
    """Their gaps were given by chance."""


class Sends(Protocol):
    """The mails of a workspace's mailbox that went, are going, or may have gone."""

    def room_at(
        self,
        limit: Limit,
        subject: str,
        *,
        at: datetime,
        besides: ContactId,
        with_begun: bool,
    ) -> datetime:
        """Return the first instant from `at` on at which one more mail keeps a limit.

        `subject` is what the limit is over: a recipient's domain, an account, a contact, or
        nothing for the mailbox. What is being sent counts as of now, unless it goes to the contact
        `besides`; `with_begun` counts touches, too, that have not gone yet and were begun within
        the stretch or are signed to go within one.
        """
        ...

    def taken(
        self,
        limit: Limit,
        subject: str,
        *,
        at: datetime,
        besides: ContactId,
        with_begun: bool,
    ) -> Sequence[datetime]:
        """Return the instants of what a limit counts at `at`, sorted; the latest, at most `count`.

        The same mails as `room_at` counts.
        """
        ...

    def first_at(self) -> datetime | None:
        """Return when the mailbox wrote its first mail; None before."""
        ...

    def heard(self, *, count_max: int) -> Sequence[Heard]:
        """Return the latest touches that were accepted."""
        ...
