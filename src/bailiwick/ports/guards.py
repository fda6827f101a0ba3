"""What the judge alone reads of a contact, and the flags and tasks that follow from it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bailiwick.domain.crm import Task
from bailiwick.domain.ids import ContactId, PersonId, RunId, StepId
from bailiwick.domain.message import Message
from bailiwick.kit.paging import Page


class Guards(Protocol):
    """The readings that only the judge's standing needs."""

    def suppressed(self, address_hash: str) -> bool:
        """Tell whether an address asked to be left alone; locks the answer for this transaction."""
        ...

    def consent(self, contact_id: ContactId, *, purpose: str, at: datetime) -> str:
        """Return what holds for mail of a purpose: `granted`, `denied`, `implied` or `none`."""
        ...

    def touches(self, contact_id: ContactId, *, since: datetime, besides: StepId) -> int:
        """Count marketing mails sent or being sent to a contact since an instant.

        The step that is judged is left out: while it is delivered, its own row is being sent.
        """
        ...

    def automatic_in_thread(
        self, contact_id: ContactId, *, since: datetime, besides: StepId
    ) -> int:
        """Count mails sent to a contact without a person since an instant, a step left out."""
        ...

    def address_owner(self, address: str) -> ContactId | None:
        """Return the contact that an address belongs to."""
        ...

    def ask_person(
        self,
        title: str,
        *,
        reason: str,
        contact_id: ContactId | None,
        run_id: RunId | None,
        key: str,
        at: datetime,
    ) -> None:
        """Leave a task for a person; the same key again changes nothing."""
        ...

    def mark_doubtful(self, contact_id: ContactId, *, doubtful: bool) -> None:
        """Note that a message may ask to stop, until a person has decided."""
        ...

    def settle_doubt(self, contact_id: ContactId, *, by: PersonId, at: datetime) -> bool:
        """Lift the doubt whether a contact asks to stop; False when there is none."""
        ...

    def open_tasks(
        self,
        contact_id: ContactId | None,
        *,
        cursor: str | None,
        size: int,
        owner: str = "",
        otherwise: str = "",
    ) -> Page[Task]:
        """Return tasks that nobody has finished, of one contact or of all, oldest first.

        Each has its owner; `otherwise` is whose those are that nobody owns. With `owner` only
        theirs are returned.
        """
        ...

    def open_task(self, task_id: str) -> Task | None:
        """Return a task that nobody has finished."""
        ...

    def finish_task(self, task_id: str, *, at: datetime) -> bool:
        """Mark an open task done; False when there is none."""
        ...

    def mark_bounced(self, address: str) -> ContactId | None:
        """Note a permanent bounce of an address; returns the contact it belongs to."""
        ...

    def received(self, contact_id: ContactId, *, count_max: int) -> Sequence[Message]:
        """Return the latest mail that came from a contact, newest first."""
        ...

    def written_since(self, contact_id: ContactId, *, since: datetime) -> bool:
        """Tell whether mail of the contact, not of a machine, came to us after an instant."""
        ...
